#include "engine/positioning/cell_history.hpp"

#include <algorithm>
#include <cmath>

#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

constexpr std::int64_t latest_ms = 1LL << 53;  // far beyond any event's time

std::int16_t smoothed(std::int16_t mean_16th, double signal_dbm, double seconds, double constant) noexcept {
    const double share = seconds / (seconds + constant);
    return static_cast<std::int16_t>(std::lround(mean_16th + share * (16 * signal_dbm - mean_16th)));
}

}  // namespace

bool CellHistory::Stay::is_on(const CellEvent& event) const noexcept {
    return exists() && key == event.serving.key() && radio == event.serving.radio && pci == event.pci.value_or(no_pci);
}

void CellHistory::Stay::measure(const CellEvent& event) noexcept {
    if (event.signal_dbm) {
        const double seconds =
            static_cast<double>(std::clamp<std::int64_t>(event.ts_ms - last_seen_ms, 0, 600'000)) / 1000;
        const bool first = fast_16th_dbm == 0;
        fast_16th_dbm = smoothed(fast_16th_dbm, *event.signal_dbm, first ? 1e9 : seconds, tuning.fast_s);
        slow_16th_dbm = smoothed(slow_16th_dbm, *event.signal_dbm, first ? 1e9 : seconds, tuning.slow_s);
    }
    last_seen_ms = event.ts_ms;
}

void CellHistory::advance(const CellEvent& event) noexcept {
    if (!current_.is_on(event)) {
        previous_ = current_;
        current_ = {.key = event.serving.key(),
                    .since_ms = event.ts_ms,
                    .last_seen_ms = event.ts_ms,
                    .pci = event.pci.value_or(no_pci),
                    .radio = event.serving.radio};
    }
    current_.measure(event);
}

void CellHistory::append_to(ByteWriter& out) const {
    for (const Stay* stay : {&current_, &previous_}) {
        out.varint(stay->key);
        out.zigzag(stay->last_seen_ms);
        out.zigzag(stay->last_seen_ms - stay->since_ms);
        out.zigzag(stay->fast_16th_dbm);
        out.zigzag(stay->slow_16th_dbm);
        out.varint(stay->pci);
        out.u8(static_cast<std::uint64_t>(stay->radio));
    }
}

CellHistory CellHistory::read_from(ByteReader& in) {
    CellHistory history;
    for (Stay* stay : {&history.current_, &history.previous_}) {
        stay->key = in.varint();
        const std::int64_t last_seen_ms = in.zigzag(), stayed_ms = in.zigzag();
        if (last_seen_ms >= 0 && last_seen_ms <= latest_ms && stayed_ms >= 0 && stayed_ms <= last_seen_ms) {
            stay->last_seen_ms = last_seen_ms;
            stay->since_ms = last_seen_ms - stayed_ms;
        }  // else the bytes are damaged: a stay that never was
        stay->fast_16th_dbm = static_cast<std::int16_t>(in.zigzag());
        stay->slow_16th_dbm = static_cast<std::int16_t>(in.zigzag());
        stay->pci = static_cast<std::uint16_t>(in.varint());
        stay->radio = static_cast<Radio>(in.u8() & 3U);
    }
    return history;
}

}  // namespace simtrail
