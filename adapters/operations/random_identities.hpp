#pragma once

#include <array>
#include <cstdint>

#include "engine/ledger/ledger.hpp"

namespace simtrail::operations {

/// Ids and codes from the system's generator. Throws std::runtime_error where it has failed: an id must not be guessed.
class RandomIdentities : public ledger::Identities {
   public:
    /// Version 4 (RFC 9562).
    std::array<std::uint8_t, 16> uuid() override;
    /// 0-9999, each as likely.
    std::uint16_t code() override;
};

/// The code that 16 random bits stand for; 65,535 where they would favour some codes and new bits are needed.
constexpr std::uint16_t no_code = 0xFFFF;
constexpr std::uint16_t code_of(std::uint16_t bits) noexcept {
    constexpr std::uint16_t codes = 10'000;
    constexpr std::uint16_t fair = 6 * codes;  // the largest multiple of `codes` that 16 bits hold
    return bits < fair ? static_cast<std::uint16_t>(bits % codes) : no_code;
}

}  // namespace simtrail::operations
