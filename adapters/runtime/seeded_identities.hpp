#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/ledger/ledger.hpp"

namespace simtrail::runtime {

using Uuid = std::array<std::uint8_t, 16>;

/// The UUID of `mts:track:UUID`, in its canonical form; nothing for any other text.
std::optional<Uuid> uuid_of_track_id(std::string_view track_id) noexcept;

/// Ids and codes of a replay: derived from the seed and from how many records there are, so that the same input gives the same
/// ones, interrupted or not; or, once, those that a recorded day says. UUIDs have the form of version 8 (RFC 9562).
class SeededIdentities final : public ledger::Identities {
   public:
    /// `counters`: of the ledger, as decided so far.
    SeededIdentities(std::uint64_t seed, std::function<ledger::Counters()> counters)
        : seed_(seed), counters_(std::move(counters)) {}

    /// The next ones, where given; forgets earlier ones that were not taken.
    void give(std::optional<Uuid> uuid, std::optional<std::uint16_t> code) noexcept {
        uuid_ = uuid;
        code_ = code;
    }

    Uuid uuid() override;
    std::uint16_t code() override;

   private:
    /// Of the ledger as it stands.
    std::array<std::uint64_t, 2> derived(std::uint64_t kind) const;

    std::uint64_t seed_;
    std::function<ledger::Counters()> counters_;
    std::optional<Uuid> uuid_;
    std::optional<std::uint16_t> code_;
};

}  // namespace simtrail::runtime
