#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace simtrail::http {

/// What one coroutine waits for and others on the same thread raise; raised before the wait, it does not wait.
class Notice {
   public:
    explicit Notice(const boost::asio::any_io_executor& executor)
        : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

    void raise() {
        raised_ = true;
        timer_.cancel();
    }

    boost::asio::awaitable<void> wait() {
        if (!raised_) co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        raised_ = false;
    }

   private:
    boost::asio::steady_timer timer_;
    bool raised_ = false;
};

}  // namespace simtrail::http
