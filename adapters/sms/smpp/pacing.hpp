#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace simtrail::sms::smpp {

/// At most so many messages a second, evenly: a token bucket that holds ten milliseconds' worth, since an SMSC counts by its
/// own second. Times are milliseconds of a clock that never goes back.
class RateCap {
   public:
    /// `per_second` 0: no cap.
    explicit RateCap(std::uint32_t per_second) : per_second_(per_second) {}

    bool allows(std::int64_t now_ms) {
        refill(now_ms);
        return per_second_ == 0 || thousandths_ >= 1000;
    }
    void spend() {
        if (per_second_ != 0) thousandths_ -= 1000;
    }
    /// How long until one more is allowed.
    std::int64_t wait_ms() const {
        if (per_second_ == 0 || thousandths_ >= 1000) return 0;
        return (1000 - thousandths_ + per_second_ - 1) / per_second_;
    }

   private:
    void refill(std::int64_t now_ms) {
        const std::int64_t most = std::max<std::int64_t>(1000, per_second_ * 10);
        const auto elapsed_ms = std::min<std::int64_t>(now_ms - last_ms_, 1000);
        thousandths_ = std::min(most, thousandths_ + elapsed_ms * per_second_);
        last_ms_ = now_ms;
    }

    std::int64_t per_second_;
    std::int64_t thousandths_ = 1000;  // of messages
    std::int64_t last_ms_ = 0;
};

/// How a bind behaves while its SMSC says ESME_RTHROTTLED or ESME_RMSGQFUL: it pauses, tries one message, and pauses twice as
/// long where that is throttled, too. Once one is taken it goes on with half the window, which grows by one for each window's
/// worth that is taken (additive increase, multiplicative decrease, as TCP does).
class Throttle {
   public:
    static constexpr std::int64_t first_pause_ms = 250;
    static constexpr std::int64_t longest_pause_ms = 10'000;

    explicit Throttle(std::size_t window) : most_(window), window_(window) {}

    std::size_t window() const { return trying_ ? 1 : window_; }
    std::int64_t until_ms() const { return until_ms_; }

    void throttled(std::int64_t sent_ms, std::int64_t now_ms) {
        if (sent_ms < until_ms_) return;  // of the burst that brought the pause
        until_ms_ = now_ms + pause_ms_;
        pause_ms_ = std::min(pause_ms_ * 2, longest_pause_ms);
        if (!std::exchange(trying_, true)) window_ = std::max<std::size_t>(1, window_ / 2);
    }
    void accepted(std::int64_t sent_ms) {
        if (sent_ms < until_ms_) return;
        pause_ms_ = first_pause_ms;
        trying_ = false;
        if (window_ == most_ || ++taken_ < window_) return;
        taken_ = 0;
        ++window_;
    }

   private:
    std::size_t most_;
    std::size_t window_;
    std::int64_t pause_ms_ = first_pause_ms;
    std::int64_t until_ms_ = 0;
    std::size_t taken_ = 0;  // since the window grew
    bool trying_ = false;
};

}  // namespace simtrail::sms::smpp
