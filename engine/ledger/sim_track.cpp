#include "engine/ledger/sim_track.hpp"

#include <algorithm>

#include "engine/ledger/uuid_text.hpp"

namespace simtrail::ledger {

std::int64_t SimTrack::tracked_ms(std::int64_t now_ms) const noexcept {
    std::int64_t sum_ms = earlier_ms;
    for (const Window& window : windows) {
        const std::int64_t until_ms = window.until_ms == 0 ? now_ms : window.until_ms;
        sum_ms += std::max<std::int64_t>(0, until_ms - window.from_ms);  // the clock may have gone back since it opened
    }
    return sum_ms;
}

std::string track_id_of(const std::array<std::uint8_t, 16>& uuid) {
    return std::string(track_id_prefix) + uuid_text(uuid);
}

}  // namespace simtrail::ledger
