#include "adapters/runtime/seeded_identities.hpp"

#include <xxhash.h>

#include <cstddef>
#include <utility>

#include "engine/ledger/uuid_text.hpp"

namespace simtrail::runtime {

namespace {

constexpr std::uint64_t of_uuid = 1, of_code = 2;
constexpr std::uint64_t codes = 10'000;

std::optional<std::uint8_t> hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    return std::nullopt;
}

}  // namespace

std::optional<Uuid> uuid_of_track_id(std::string_view track_id) noexcept {
    if (!track_id.starts_with(ledger::track_id_prefix)) return std::nullopt;
    const std::string_view text = track_id.substr(ledger::track_id_prefix.size());
    Uuid uuid{};
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '-') continue;
        const auto digit = hex_digit(c);
        if (!digit || digits == 2 * uuid.size()) return std::nullopt;
        auto& byte = uuid[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4U | *digit);
    }
    return digits == 2 * uuid.size() && ledger::uuid_text(uuid) == text ? std::optional(uuid) : std::nullopt;
}

std::array<std::uint64_t, 2> SeededIdentities::derived(std::uint64_t kind) const {
    const ledger::Counters given = counters_();
    const std::array<std::uint64_t, 5> words{kind, given.consent, given.track,
                                             static_cast<std::uint64_t>(given.callback),
                                             static_cast<std::uint64_t>(given.evidence)};
    const XXH128_hash_t hash = XXH3_128bits_withSeed(words.data(), sizeof words, seed_);
    return {hash.high64, hash.low64};
}

Uuid SeededIdentities::uuid() {
    if (const auto given = std::exchange(uuid_, std::nullopt)) return *given;
    const auto words = derived(of_uuid);
    Uuid uuid{};
    for (std::size_t i = 0; i < uuid.size(); ++i)
        uuid[i] = static_cast<std::uint8_t>(words[i / 8] >> (56 - 8 * (i % 8)));
    uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0FU) | 0x80U);
    uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3FU) | 0x80U);
    return uuid;
}

std::uint16_t SeededIdentities::code() {
    if (const auto given = std::exchange(code_, std::nullopt)) return *given;
    return static_cast<std::uint16_t>(derived(of_code)[0] % codes);
}

}  // namespace simtrail::runtime
