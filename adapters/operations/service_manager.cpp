#include "adapters/operations/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

namespace simtrail::operations {

namespace {

std::string environment(const char* name) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before other threads
    return value == nullptr ? "" : value;
}

template <class Integer>
std::optional<Integer> number(std::string_view text) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= 0) return std::nullopt;
    return value;
}

std::optional<std::chrono::microseconds> watchdog_in_environment() {
    const std::string pid = environment("WATCHDOG_PID");
    if (!pid.empty() && number<pid_t>(pid) != ::getpid()) return std::nullopt;  // it is for another process
    const auto usec = number<std::int64_t>(environment("WATCHDOG_USEC"));
    if (!usec) return std::nullopt;
    return std::chrono::microseconds{*usec};
}

std::int64_t monotonic_usec() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

ServiceManager ServiceManager::from_environment() { return {environment("NOTIFY_SOCKET"), watchdog_in_environment()}; }

ServiceManager::ServiceManager(std::string socket, std::optional<std::chrono::microseconds> watchdog)
    : socket_(std::move(socket)) {
    if (watchdog) alive_every_ = *watchdog / 2;
}

// The time is what Type=notify-reload of newer systemds asks for; others ignore it.
void ServiceManager::reloading() const { tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_usec())); }

void ServiceManager::tell(const std::string& message) const {
    sockaddr_un address{};
    if (socket_.size() < 2 || socket_.size() >= sizeof(address.sun_path)) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@')
        address.sun_path[0] = '\0';  // abstract: its name begins with a NUL and ends with its length
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // A message that cannot be sent is nothing that the daemon could mend.
    static_cast<void>(
        ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size));
    ::close(fd);
}

}  // namespace simtrail::operations
