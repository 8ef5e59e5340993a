#include "adapters/operations/service_manager.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "tests/support/temporary_folder.hpp"

namespace simtrail::operations {
namespace {

using namespace std::chrono_literals;
using ::testing::StartsWith;

/// In systemd's place.
class Listener {
   public:
    explicit Listener(const std::string& name) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') address.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    }
    ~Listener() { ::close(fd_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Datagrams to a local socket are there when they are sent.
    std::string heard() const {
        std::array<char, 512> buffer{};
        const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
        return size < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(size));
    }

   private:
    int fd_;
};

void expect_everything_is_heard(const Listener& listener, const ServiceManager& manager) {
    manager.ready();
    manager.alive();
    manager.status("200 tracks");
    manager.reloading();
    manager.stopping();
    EXPECT_EQ(listener.heard(), "READY=1");
    EXPECT_EQ(listener.heard(), "WATCHDOG=1");
    EXPECT_EQ(listener.heard(), "STATUS=200 tracks");
    EXPECT_THAT(listener.heard(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_EQ(listener.heard(), "STOPPING=1");
    EXPECT_EQ(listener.heard(), "");
}

TEST(ServiceManager, HearsOfTheDaemonOverASocketFile) {
    const simtrail::testing::TemporaryFolder folder;
    const Listener listener(folder.file("notify"));
    expect_everything_is_heard(listener, ServiceManager(folder.file("notify"), {}));
}

TEST(ServiceManager, HearsOfTheDaemonOverAnAbstractSocket) {
    const std::string name = "@simtrail-test-" + std::to_string(::getpid());
    const Listener listener(name);
    expect_everything_is_heard(listener, ServiceManager(name, {}));
}

TEST(ServiceManager, NobodyToHearIsNoHarm) {
    ServiceManager("", {}).ready();
    ServiceManager("/no/such/socket", {}).ready();
    ServiceManager(std::string(500, 'x'), {}).ready();
}

TEST(ServiceManager, IsFoundInTheEnvironment) {
    const simtrail::testing::TemporaryFolder folder;
    const Listener listener(folder.file("notify"));
    ::setenv("NOTIFY_SOCKET", folder.file("notify").c_str(), 1);
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::unsetenv("WATCHDOG_PID");
    ServiceManager::from_environment().ready();
    EXPECT_EQ(listener.heard(), "READY=1");
    EXPECT_EQ(ServiceManager::from_environment().alive_every(), 15s);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    EXPECT_EQ(ServiceManager::from_environment().alive_every(), 15s);
    ::setenv("WATCHDOG_PID", "1", 1);
    EXPECT_EQ(ServiceManager::from_environment().alive_every(), std::nullopt);
    ::unsetenv("WATCHDOG_PID");
    for (const auto* bad : {"", "0", "-5", "soon", "5s"}) {
        ::setenv("WATCHDOG_USEC", bad, 1);
        EXPECT_EQ(ServiceManager::from_environment().alive_every(), std::nullopt) << bad;
    }
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace simtrail::operations
