#include "adapters/http/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace simtrail::http {

namespace {

constexpr std::size_t max_threads = 8;     // so many names may be slow before the next one waits
constexpr std::size_t max_waiting = 1024;  // a bound; callers have time limits that end far earlier

}  // namespace

Addresses system_lookup(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0)
        return std::unexpected(gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
    std::vector<std::string> addresses;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    return addresses;
}

/// What the threads share with their owner, and outlive it with.
struct Resolver::Shared {
    Lookup lookup;
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<std::pair<std::string, Found>> waiting;
    std::size_t threads = 0, idle = 0;
    bool stopped = false;

    static void work(const std::shared_ptr<Shared>& shared) {
        std::unique_lock lock(shared->mutex);
        while (!shared->stopped) {
            if (shared->waiting.empty()) {
                ++shared->idle;
                shared->filled.wait(lock);
                --shared->idle;
                continue;
            }
            auto [host, found] = std::move(shared->waiting.front());
            shared->waiting.pop_front();
            lock.unlock();
            auto addresses = shared->lookup(host);
            lock.lock();
            if (!shared->stopped) found(std::move(addresses));
        }
    }
};

Resolver::Resolver(Lookup lookup) : shared_(std::make_shared<Shared>()) { shared_->lookup = std::move(lookup); }

Resolver::~Resolver() {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopped = true;
    shared_->waiting.clear();
    shared_->filled.notify_all();
}

void Resolver::resolve(std::string host, Found found) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->waiting.size() >= max_waiting) return found(std::unexpected("too many names to look up"));
    shared_->waiting.emplace_back(std::move(host), std::move(found));
    if (shared_->idle < shared_->waiting.size() && shared_->threads < max_threads) {
        ++shared_->threads;
        std::thread(&Shared::work, shared_)
            .detach();  // getaddrinfo cannot be interrupted, and ending must not wait for it
    }
    shared_->filled.notify_one();
}

}  // namespace simtrail::http
