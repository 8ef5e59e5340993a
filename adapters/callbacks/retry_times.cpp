#include "adapters/callbacks/retry_times.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/http/http_date.hpp"

namespace simtrail::callbacks {

std::int64_t pause_ms(std::uint32_t attempts, double random) noexcept {
    constexpr double least = 0.8, spread = 0.4;
    constexpr std::uint32_t most_doublings = 20;  // far beyond the longest pause, far below an overflow
    const auto doubled = first_pause_ms << std::min(std::max(attempts, 1U) - 1, most_doublings);
    const auto pause = static_cast<double>(std::min(doubled, longest_pause_ms));
    return static_cast<std::int64_t>(pause * (least + spread * std::clamp(random, 0.0, 1.0)));
}

std::optional<std::int64_t> retry_after_ms(std::string_view header, std::int64_t now_ms) noexcept {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
    const bool whole = !header.empty() && end == header.data() + header.size() && header.front() != '-';
    if (whole && error == std::errc::result_out_of_range) return longest_pause_ms;
    if (whole && error == std::errc{}) return std::min(seconds, longest_pause_ms / 1000) * 1000;
    const auto date = http::parse_http_date(header);
    if (!date) return std::nullopt;
    return std::clamp(*date * 1000 - now_ms, std::int64_t{0}, longest_pause_ms);
}

std::optional<std::int64_t> next_attempt_ms(std::int64_t now_ms, std::int64_t first_at_ms,
                                            std::int64_t pause) noexcept {
    const auto next = now_ms + pause;
    if (next > first_at_ms + retry_for_ms) return std::nullopt;
    return next;
}

}  // namespace simtrail::callbacks
