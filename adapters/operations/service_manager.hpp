#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace simtrail::operations {

/// Tells systemd how the daemon is (sd_notify(3): one datagram a message). Does nothing where nobody asked for it. Any thread.
class ServiceManager {
   public:
    /// Of NOTIFY_SOCKET and, where it is for this process, WATCHDOG_USEC.
    static ServiceManager from_environment();

    /// `socket`: a path, or "@name" for an abstract one; empty: nobody listens.
    ServiceManager(std::string socket, std::optional<std::chrono::microseconds> watchdog);

    void ready() const { tell("READY=1"); }
    void reloading() const;  // `ready` again when it is done
    void stopping() const { tell("STOPPING=1"); }
    void alive() const { tell("WATCHDOG=1"); }
    /// A line for `systemctl status`.
    void status(std::string_view line) const { tell("STATUS=" + std::string{line}); }

    /// How often `alive` has to be said: half of what the watchdog waits. Nothing: it is off.
    std::optional<std::chrono::microseconds> alive_every() const noexcept { return alive_every_; }

   private:
    void tell(const std::string& message) const;

    std::string socket_;
    std::optional<std::chrono::microseconds> alive_every_;
};

}  // namespace simtrail::operations
