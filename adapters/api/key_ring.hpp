#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/access/api_key.hpp"

namespace simtrail::api {

/// So many a second, after a burst: a token bucket (Turner 1986), filled by the caller's clock. A clock that goes back
/// fills nothing.
class TokenBucket {
   public:
    TokenBucket(double per_second, double burst, std::int64_t now_ms) noexcept
        : per_ms_(per_second / 1000), burst_(burst), tokens_(burst), filled_ms_(now_ms) {}

    /// Nothing where one may go on; else the time to wait, in ms.
    std::optional<std::int64_t> take(std::int64_t now_ms) noexcept {
        tokens_ =
            std::min(burst_, tokens_ + per_ms_ * static_cast<double>(std::max<std::int64_t>(0, now_ms - filled_ms_)));
        filled_ms_ = now_ms;
        if (tokens_ < 1) return static_cast<std::int64_t>((1 - tokens_) / per_ms_) + 1;
        tokens_ -= 1;
        return std::nullopt;
    }

   private:
    double per_ms_, burst_, tokens_;
    std::int64_t filled_ms_;
};

struct RateLimit {
    double per_second = 0;  // 0: none
    double burst = 0;
};

/// Why a key opens nothing.
enum class KeyFault : std::uint8_t { unknown, revoked, expired };

/// The keys that open the API, as fresh as their source. One thread.
class KeyRing {
   public:
    KeyRing(std::unique_ptr<access::KeySource> source, RateLimit limit);

    /// The key of that text. Valid until the next call.
    std::expected<const access::ApiKey*, KeyFault> find(std::string_view text, std::int64_t now_ms);

    /// Counts a request of a key: nothing where it may go on, else the time to wait, in ms.
    std::optional<std::int64_t> count_request(const access::ApiKey& key, std::int64_t now_ms);

    /// Whether the key with this id would still be let in.
    bool is_valid(std::string_view id, std::int64_t now_ms);

   private:
    void refresh();

    std::unique_ptr<access::KeySource> source_;
    RateLimit limit_;
    bool loaded_ = false;
    std::vector<access::ApiKey> keys_;
    std::unordered_map<std::string, TokenBucket> buckets_;  // by the id; of keys that there are
};

}  // namespace simtrail::api
