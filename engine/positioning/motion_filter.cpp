#include "engine/positioning/motion_filter.hpp"

#include <algorithm>

#include "engine/maths/geodesy.hpp"

namespace simtrail {

ErrorReasons MotionFilter::judge(const CellEvent& event, const Position& candidate) const noexcept {
    ErrorReasons reasons;
    const bool returns = !current_.is_on(event.serving) && previous_.is_on(event.serving);
    if (returns && event.ts_ms - previous_.last_seen_ms <= oscillation_window_ms)
        reasons.add(ErrorReason::handover_oscillation);
    if (last_) {
        const double seconds = std::max(static_cast<double>(candidate.tis_ms - last_->tis_ms) / 1000, 1.0);
        const double granted_m = max_speed_mps * seconds + last_->accuracy_m + candidate.accuracy_m;
        if (length_m(offset_between(last_->place, candidate.place)) > granted_m)
            reasons.add(ErrorReason::implausible_speed);
    }
    return reasons;
}

void MotionFilter::advance(const CellEvent& event, const TracePoint& point) noexcept {
    if (!current_.is_on(event.serving)) {
        previous_ = current_;
        current_ = {.key = event.serving.key(), .radio = event.serving.radio};
    }
    current_.last_seen_ms = event.ts_ms;
    last_ = {point.tis_ms, point.position(), static_cast<double>(point.accuracy_m)};
}

bool MotionFilter::is_plausible() const noexcept {
    constexpr double widest_m = 1e7;
    return !last_ || (in_range(last_->place) && last_->accuracy_m >= 0 && last_->accuracy_m <= widest_m);
}

void MotionFilter::append_to(ByteWriter& out) const {
    out.u8(last_ ? 1 : 0);
    if (last_) {
        out.zigzag(last_->tis_ms);
        out.raw(last_->place);
        out.raw(last_->accuracy_m);
    }
    for (const Stay* stay : {&current_, &previous_}) {
        out.varint(stay->key);
        out.zigzag(stay->last_seen_ms);
        out.u8(static_cast<std::uint64_t>(stay->radio));
    }
}

MotionFilter MotionFilter::read_from(ByteReader& in) {
    MotionFilter filter;
    if (in.u8() != 0) {
        Position last;
        last.tis_ms = in.zigzag();
        last.place = in.raw<GeoPoint>();
        last.accuracy_m = in.raw<double>();
        filter.last_ = last;
    }
    for (Stay* stay : {&filter.current_, &filter.previous_}) {
        stay->key = in.varint();
        stay->last_seen_ms = in.zigzag();
        stay->radio = static_cast<Radio>(in.u8() & 3U);
    }
    return filter;
}

}  // namespace simtrail
