#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "bench/simulate/phone.hpp"

namespace simtrail::simulate {

/// What went into a feed. `outcomes` foretells the engine's counts with the listed subscribers tracked, under the engine's
/// names; they add up to `lines`. (An event whose cell is unlisted may end as `unlocatable` where `point` is foretold.)
struct Summary {
    std::uint64_t lines = 0;
    std::uint64_t clean = 0;  // events of phones, each once
    std::map<std::string, std::uint64_t, std::less<>> outcomes;
    std::uint64_t odd_signals = 0;     // the engine's `fields.signal`
    std::uint64_t reordered = 0;       // sent up to a minute late
    std::uint64_t delayed = 0;         // sent minutes or hours late
    std::uint64_t silent_reports = 0;  // not made, because the phone was off
    std::uint64_t unlisted_serving = 0;
    std::uint64_t truths = 0;
    std::uint64_t bad_lines = 0;
    HandOvers hand_overs;

    /// One JSON object, a key a line.
    std::string json(std::uint64_t seed) const;
};

}  // namespace simtrail::simulate
