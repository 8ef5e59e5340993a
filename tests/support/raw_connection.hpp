#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace simtrail::tests {

/// A TCP client that speaks bytes, blocking; nothing here waits longer than ten seconds.
class RawConnection {
   public:
    /// `address`: "127.0.0.1:7480".
    explicit RawConnection(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const auto colon = address.rfind(':');
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
        inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    }
    ~RawConnection() {
        if (socket_ >= 0) ::close(socket_);
    }
    RawConnection(RawConnection&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), unread_(std::move(other.unread_)) {}
    RawConnection& operator=(RawConnection&&) = delete;
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    bool connected() const { return connected_; }
    int handle() const { return socket_; }

    /// What the peer took: less than all where it closed.
    std::size_t send(std::string_view bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            const auto now = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (now <= 0) break;
            sent += static_cast<std::size_t>(now);
        }
        return sent;
    }

    void end_sending() { ::shutdown(socket_, SHUT_WR); }

    /// Everything up to and with `mark`; what came without it where the peer closed.
    std::string read_until(std::string_view mark) {
        while (unread_.find(mark) == std::string::npos && receive()) continue;
        const auto at = unread_.find(mark);
        return take(at == std::string::npos ? unread_.size() : at + mark.size());
    }

    std::string read_bytes(std::size_t count) {
        while (unread_.size() < count && receive()) continue;
        return take(std::min(count, unread_.size()));
    }

    /// Until the peer closes.
    std::string read_all() {
        while (receive()) continue;
        return take(unread_.size());
    }

    /// Whether nothing comes for so long.
    bool is_silent_for(std::chrono::milliseconds time) {
        pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
        return unread_.empty() && ::poll(&poll, 1, static_cast<int>(time.count())) == 0;
    }

    /// One answer with a Content-Length: head and body.
    std::string read_answer() {
        auto head = read_until("\r\n\r\n");
        const auto at = head.find("Content-Length: ");
        return at == std::string::npos ? head : head + read_bytes(std::stoul(head.substr(at + 16)));
    }

   private:
    bool receive() {
        std::array<char, 16384> buffer{};
        pollfd poll{.fd = socket_, .events = POLLIN, .revents = 0};
        if (::poll(&poll, 1, 10'000) <= 0) return false;
        const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (count <= 0) return false;
        unread_.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }

    std::string take(std::size_t count) {
        auto taken = unread_.substr(0, count);
        unread_.erase(0, count);
        return taken;
    }

    int socket_;
    bool connected_ = false;
    std::string unread_;
};

}  // namespace simtrail::tests
