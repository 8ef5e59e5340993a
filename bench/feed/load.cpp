#include "bench/feed/load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace simtrail::bench {

namespace {

using Clock = std::chrono::steady_clock;

/// Lines sent at once: some 64 KiB as fast as it goes, and 5 ms' worth of a paced feed.
constexpr std::size_t chunk_lines = 512;
constexpr double chunks_a_second = 200;

/// One source: its lines, its socket, and when which of them was sent.
class Source {
   public:
    Source(const FeedLoad& load, std::size_t index, std::int64_t first_ms) : load_(load), chunk_(chunk_lines) {
        if (load.lines_per_second > 0)
            chunk_ = std::max<std::size_t>(
                1, static_cast<std::size_t>(load.lines_per_second / chunks_a_second) / load.connections);
        make_text(index, first_ms);
        connect(index);
    }
    ~Source() { ::close(socket_); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// Sends everything and waits until it is acknowledged.
    void run() {
        std::exception_ptr fault;
        std::jthread reader([&] {
            try {
                read_acknowledgements();
            } catch (...) {
                fault = std::current_exception();
            }
        });
        send_all();
        reader.join();
        if (fault) std::rethrow_exception(fault);
    }

    Clock::time_point ended() const { return ended_; }
    const std::vector<std::chrono::microseconds>& latencies() const { return latencies_; }

   private:
    void make_text(std::size_t index, std::int64_t first_ms) {
        const std::size_t share = load_.lines / load_.connections;
        ends_.reserve(share);
        for (std::size_t round = 0; ends_.size() < share; ++round)
            for (std::size_t i = index; i < load_.subscribers.size() && ends_.size() < share; i += load_.connections) {
                const auto cell = load_.cells[(i + round / 64) % load_.cells.size()];
                text_ += "{\"ts\":" + std::to_string(first_ms + static_cast<std::int64_t>(round)) + ",\"msisdn\":\"" +
                         load_.subscribers[i] +
                         "\",\"radio\":\"lte\",\"mcc\":404,\"mnc\":45,\"area\":1234,\"cell\":" + std::to_string(cell) +
                         ",\"signal\":-" + std::to_string(70 + round % 40) + ",\"ta\":4}\n";
                ends_.push_back(text_.size());
            }
    }

    void connect(std::size_t index) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket_ < 0) throw std::runtime_error("no socket for the feed");
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(load_.port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            throw std::runtime_error("cannot reach the feed at 127.0.0.1:" + std::to_string(load_.port));
        send("{\"hello\":{\"source\":\"bench-" + std::to_string(index) + "\"}}\n");
        resume_ = next_number("{\"resume\":");
    }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the daemon broke off");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void send_all() {
        const auto started = Clock::now();
        std::size_t begin = 0;
        for (std::size_t line = 0; line < ends_.size();) {
            const std::size_t next = std::min(line + chunk_, ends_.size());
            if (load_.lines_per_second > 0)
                std::this_thread::sleep_until(
                    started + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                                  static_cast<double>(line * load_.connections) / load_.lines_per_second)));
            {
                const std::lock_guard lock(mutex_);
                sent_.emplace_back(next, Clock::now());
            }
            send(std::string_view(text_).substr(begin, ends_[next - 1] - begin));
            begin = ends_[next - 1];
            line = next;
        }
    }

    void read_acknowledgements() {
        for (std::uint64_t acknowledged = 0; acknowledged < ends_.size();) {
            acknowledged = next_number("{\"ack\":") - resume_;
            ended_ = Clock::now();
            const std::lock_guard lock(mutex_);
            for (; !sent_.empty() && sent_.front().first <= acknowledged; sent_.pop_front())
                latencies_.push_back(
                    std::chrono::duration_cast<std::chrono::microseconds>(ended_ - sent_.front().second));
        }
    }

    /// Of the daemon's next line, which begins so.
    std::uint64_t next_number(std::string_view beginning) {
        std::size_t end = 0;
        while ((end = unread_.find('\n')) == std::string::npos) {
            std::array<char, 4096> buffer{};
            const auto count = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (count <= 0) throw std::runtime_error("the daemon broke off");
            unread_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        const std::string line = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        std::uint64_t number = 0;
        if (!line.starts_with(beginning) ||
            std::from_chars(line.data() + beginning.size(), line.data() + line.size(), number).ec != std::errc{})
            throw std::runtime_error("the daemon said " + line);
        return number;
    }

    const FeedLoad& load_;
    std::size_t chunk_;
    std::string text_;
    std::vector<std::size_t> ends_;  // of the lines, in the text
    int socket_ = -1;
    std::uint64_t resume_ = 0;
    std::string unread_;
    std::mutex mutex_;
    std::deque<std::pair<std::size_t, Clock::time_point>> sent_;  // chunks not acknowledged: lines up to its end, when
    Clock::time_point ended_;
    std::vector<std::chrono::microseconds> latencies_;
};

std::chrono::microseconds quantile(std::vector<std::chrono::microseconds>& sorted, double share) {
    return sorted.empty() ? std::chrono::microseconds{0}
                          : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

FeedMeasured run(const FeedLoad& load, std::int64_t& next_ms) {
    std::vector<std::unique_ptr<Source>> sources;
    for (std::size_t i = 0; i < load.connections; ++i) sources.push_back(std::make_unique<Source>(load, i, next_ms));
    next_ms += static_cast<std::int64_t>(load.lines / load.subscribers.size()) + 2;
    const auto started = Clock::now();
    std::exception_ptr fault;
    std::mutex mutex;
    {
        std::vector<std::jthread> threads;
        for (const auto& source : sources)
            threads.emplace_back([&] {
                try {
                    source->run();
                } catch (...) {
                    const std::lock_guard lock(mutex);
                    fault = std::current_exception();
                }
            });
    }
    if (fault) std::rethrow_exception(fault);
    auto ended = started;
    std::vector<std::chrono::microseconds> latencies;
    for (const auto& source : sources) {
        ended = std::max(ended, source->ended());
        latencies.insert(latencies.end(), source->latencies().begin(), source->latencies().end());
    }
    std::ranges::sort(latencies);
    const auto lines = load.lines / load.connections * load.connections;
    return {.durable_per_second = static_cast<double>(lines) / std::chrono::duration<double>(ended - started).count(),
            .ack_p50 = quantile(latencies, 0.5),
            .ack_p99 = quantile(latencies, 0.99)};
}

}  // namespace simtrail::bench
