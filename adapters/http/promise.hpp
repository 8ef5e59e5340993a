#pragma once

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/http/session.hpp"

namespace simtrail::http {

/// The way back into a session for what a service gives later, from any thread: it reaches the session on its own thread, if
/// there still is one. Dropped without being kept, it says that too (an empty value), so that no peer waits for ever.
template <class Value>
class Promise {
   public:
    using Keep = void (Session::*)(std::uint64_t number, std::optional<Value> value);

    Promise(std::weak_ptr<Session> session, std::uint64_t number, Keep keep)
        : session_(std::move(session)), number_(number), keep_(keep) {}
    Promise(Promise&&) noexcept = default;
    Promise& operator=(Promise&&) = delete;
    Promise(const Promise&) = delete;
    Promise& operator=(const Promise&) = delete;
    ~Promise() { send(std::nullopt); }

    void operator()(Value value) { send(std::move(value)); }

   private:
    void send(std::optional<Value> value) {
        auto session = std::exchange(session_, {}).lock();
        if (!session) return;
        const auto executor = session->executor();
        const bool kept = value.has_value();
        auto keep = [session = std::move(session), number = number_, keeper = keep_,
                     value = std::move(value)]() mutable { ((*session).*keeper)(number, std::move(value)); };
        // A dropped one may be dropped by the very object that the session then destroys: not inside its own function.
        if (kept) return boost::asio::dispatch(executor, std::move(keep));
        boost::asio::post(executor, std::move(keep));
    }

    std::weak_ptr<Session> session_;
    std::uint64_t number_;
    Keep keep_;
};

}  // namespace simtrail::http
