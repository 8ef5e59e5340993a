#include "adapters/api/key_ring.hpp"

#include <utility>

#include "adapters/access/api_keys.hpp"

namespace simtrail::api {

namespace {

std::optional<KeyFault> fault_of(const access::ApiKey& key, std::int64_t now_ms) noexcept {
    if (key.revoked_ms != 0) return KeyFault::revoked;
    if (key.expires_ms != 0 && now_ms >= key.expires_ms) return KeyFault::expired;
    return std::nullopt;
}

}  // namespace

KeyRing::KeyRing(std::unique_ptr<access::KeySource> source, RateLimit limit)
    : source_(std::move(source)), limit_(limit) {}

void KeyRing::refresh() {
    const bool changed = source_->changed();
    if (loaded_ && !changed) return;
    keys_ = source_->keys();
    loaded_ = true;
    std::erase_if(buckets_, [this](const auto& bucket) {
        return std::ranges::none_of(keys_, [&](const access::ApiKey& key) { return key.id == bucket.first; });
    });
}

std::expected<const access::ApiKey*, KeyFault> KeyRing::find(std::string_view text, std::int64_t now_ms) {
    refresh();
    const auto index = access::find_key(keys_, text);
    if (!index) return std::unexpected(KeyFault::unknown);
    const access::ApiKey& key = keys_[*index];
    if (const auto fault = fault_of(key, now_ms)) return std::unexpected(*fault);
    return &key;
}

std::optional<std::int64_t> KeyRing::count_request(const access::ApiKey& key, std::int64_t now_ms) {
    if (limit_.per_second <= 0) return std::nullopt;
    return buckets_.try_emplace(key.id, limit_.per_second, limit_.burst, now_ms).first->second.take(now_ms);
}

bool KeyRing::is_valid(std::string_view id, std::int64_t now_ms) {
    refresh();
    const auto key = std::ranges::find(keys_, id, &access::ApiKey::id);
    return key != keys_.end() && !fault_of(*key, now_ms);
}

}  // namespace simtrail::api
