#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace simtrail::access {

/// What a key may do (contract, section 4).
enum class Scope : std::uint8_t { consent, track, trace, feed, admin };
inline constexpr std::array<std::string_view, 5> scope_names{"consent", "track", "trace", "feed", "admin"};

class Scopes {
   public:
    constexpr void add(Scope scope) noexcept {
        bits_ = static_cast<std::uint8_t>(bits_ | 1U << static_cast<unsigned>(scope));
    }
    constexpr bool has(Scope scope) const noexcept { return (bits_ >> static_cast<unsigned>(scope) & 1U) != 0; }
    constexpr std::uint8_t bits() const noexcept { return bits_; }
    static constexpr Scopes of_bits(std::uint8_t bits) noexcept {
        Scopes scopes;
        scopes.bits_ = bits;
        return scopes;
    }

   private:
    std::uint8_t bits_ = 0;
};

/// A tenant's key as it is stored: the key itself is nowhere. A key's text is `sk_` + id + `_` + secret; the hash is
/// SHA-256 of the whole text (256 random bits in it: no slow hash needed).
struct ApiKey {
    std::string id;  // public: in logs, lists and evidence
    std::array<std::uint8_t, 32> hash{};
    std::string tenant;
    std::string tenant_name;
    Scopes scopes;
    std::int64_t created_ms = 0;
    std::int64_t expires_ms = 0;  // 0: never
    std::int64_t revoked_ms = 0;  // 0: not
};

/// Where keys are read from while another process may add to them. One thread.
class KeySource {
   public:
    virtual ~KeySource() = default;

    /// True where keys may have changed since the last `keys`: cheap enough for every request.
    virtual bool changed() = 0;
    virtual std::vector<ApiKey> keys() = 0;
};

}  // namespace simtrail::access
