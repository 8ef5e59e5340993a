#include "bench/api/load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace simtrail::bench {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): one thread
}

class Descriptor {
   public:
    explicit Descriptor(int fd) : fd_(fd) {
        if (fd < 0) fail("no descriptor");
    }
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const noexcept { return fd_; }

   private:
    int fd_;
};

/// A whole answer at the beginning of `bytes`: its length, or 0 while something is missing.
struct Answer {
    std::size_t size = 0;
    int status = 0;
};
Answer parse_answer(std::string_view bytes) {
    constexpr std::string_view start = "HTTP/1.1 ", length = "\r\nContent-Length: ";
    const auto head = bytes.find("\r\n\r\n");
    if (head == std::string_view::npos) return {};
    Answer answer;
    const auto number_at = [&](std::size_t at, auto& into) {
        return std::from_chars(bytes.data() + at, bytes.data() + head, into).ec == std::errc{};
    };
    std::size_t body = 0;
    const auto found = bytes.find(length);
    if (!bytes.starts_with(start) || !number_at(start.size(), answer.status) || found >= head ||
        !number_at(found + length.size(), body))
        throw std::runtime_error("an answer is no HTTP with a Content-Length");
    if (bytes.size() >= head + 4 + body) answer.size = head + 4 + body;
    return answer;
}

class Connection {
   public:
    Connection(const Load& load, Descriptor socket) : load_(load), socket_(std::move(socket)) {}

    int fd() const noexcept { return socket_.get(); }

    void ask(std::size_t number) {
        const std::string request = "GET " + load_.paths[number % load_.paths.size()] +
                                    " HTTP/1.1\r\nHost: " + load_.host + "\r\nAuthorization: Bearer " + load_.key +
                                    "\r\n\r\n";
        asked_ = Clock::now();
        // A request fits into the socket's buffer, where nothing else waits.
        if (::send(fd(), request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) fail("send");
    }

    /// Reads what is there; the answer's status once it is whole.
    int read() {
        std::array<char, 16 * 1024> buffer{};
        const auto size = ::recv(fd(), buffer.data(), buffer.size(), 0);
        if (size <= 0) fail("the server closed a connection");
        bytes_.append(buffer.data(), static_cast<std::size_t>(size));
        const Answer answer = parse_answer(bytes_);
        if (answer.size == 0) return 0;
        bytes_.erase(0, answer.size);
        return answer.status;
    }

    Clock::time_point asked() const noexcept { return asked_; }

   private:
    const Load& load_;
    Descriptor socket_;
    std::string bytes_;
    Clock::time_point asked_;
};

Descriptor connect(const Load& load) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(load.port);
    if (::inet_pton(AF_INET, load.host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("the host is an IPv4 address");
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) fail("connect");
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return socket;
}

Measured summary(std::vector<std::chrono::microseconds> took, std::chrono::duration<double> elapsed,
                 std::uint64_t others) {
    Measured measured;
    measured.requests = took.size();
    measured.others = others;
    measured.requests_per_second = static_cast<double>(took.size()) / elapsed.count();
    std::ranges::sort(took);
    if (took.empty()) return measured;
    const auto percentile = [&](std::size_t percent) { return took[(took.size() - 1) * percent / 100]; };
    measured.p50 = percentile(50);
    measured.p99 = percentile(99);
    measured.longest = took.back();
    return measured;
}

}  // namespace

Measured run(const Load& load) {
    const Descriptor poll(::epoll_create1(EPOLL_CLOEXEC));
    std::vector<Connection> connections;
    connections.reserve(static_cast<std::size_t>(load.connections));
    for (int i = 0; i < load.connections; ++i) {
        connections.emplace_back(load, connect(load));
        epoll_event event{.events = EPOLLIN, .data = {.u64 = connections.size() - 1}};
        if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, connections.back().fd(), &event) != 0) fail("epoll_ctl");
    }
    const auto begun = Clock::now(), until = begun + load.duration;
    std::vector<std::chrono::microseconds> took;
    std::uint64_t asked = 0, others = 0;
    for (auto& connection : connections) connection.ask(asked++);
    std::array<epoll_event, 64> events{};
    while (took.size() < asked) {
        const int ready = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()), 10'000);
        if (ready <= 0) fail("no answer within 10 s");
        for (const auto& event : std::span(events).first(static_cast<std::size_t>(ready))) {
            Connection& connection = connections[event.data.u64];
            const int status = connection.read();
            if (status == 0) continue;
            const auto now = Clock::now();
            took.push_back(std::chrono::duration_cast<std::chrono::microseconds>(now - connection.asked()));
            others += status == 200 ? 0 : 1;
            if (now < until) connection.ask(asked++);
        }
    }
    return summary(std::move(took), Clock::now() - begun, others);
}

}  // namespace simtrail::bench
