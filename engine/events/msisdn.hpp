#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace simtrail {

/// A subscriber's number, 1 to 15 digits (ITU-T E.164), leading zeros kept; eight bytes, cheap to copy and to hash.
class Msisdn {
   public:
    static constexpr std::size_t max_digits = 15;

    /// Nothing unless `text` is 1 to 15 ASCII digits.
    static constexpr std::optional<Msisdn> parse(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_digits) return std::nullopt;
        std::uint64_t value = 0;
        for (const char c : text) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + static_cast<std::uint64_t>(c - '0');
        }
        return Msisdn{value | static_cast<std::uint64_t>(text.size()) << digits_shift};
    }

    /// The digits, as they came.
    std::string text() const;
    /// For logs: the first two and the last four digits, `91******3210`; all of a number of six digits or fewer is hidden.
    std::string masked() const;

    /// Number and length in one word: unique per MSISDN, never zero.
    constexpr std::uint64_t packed() const noexcept { return packed_; }

    friend constexpr auto operator<=>(Msisdn, Msisdn) noexcept = default;

   private:
    explicit constexpr Msisdn(std::uint64_t packed) noexcept : packed_(packed) {}

    static constexpr int digits_shift = 56;  // 15 digits take 50 bits
    std::uint64_t packed_;
};

}  // namespace simtrail

template <>
struct std::hash<simtrail::Msisdn> {
    std::size_t operator()(simtrail::Msisdn msisdn) const noexcept { return msisdn.packed() * 0x9E3779B97F4A7C15ULL; }
};
