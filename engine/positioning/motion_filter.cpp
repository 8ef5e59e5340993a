#include "engine/positioning/motion_filter.hpp"

#include <algorithm>

#include "engine/maths/geodesy.hpp"

namespace simtrail {

ErrorReasons MotionFilter::judge(const CellEvent& event, const Position& candidate) const noexcept {
    ErrorReasons reasons;
    const bool returns = !history_.current().is_on(event) && history_.previous().is_on(event);
    if (returns && event.ts_ms - history_.previous().last_seen_ms <= oscillation_window_ms)
        reasons.add(ErrorReason::handover_oscillation);
    if (last_) {
        const double seconds = std::max(static_cast<double>(candidate.tis_ms - last_->tis_ms) / 1000, 1.0);
        const double granted_m = max_speed_mps * seconds + last_->accuracy_m + candidate.accuracy_m;
        if (length_m(offset_between(last_->place, candidate.place)) > granted_m)
            reasons.add(ErrorReason::implausible_speed);
    }
    return reasons;
}

void MotionFilter::advance(const CellEvent& event, const TracePoint& point, const Belief& belief) noexcept {
    history_.advance(event);
    last_ = {point.tis_ms, point.position(), static_cast<double>(point.accuracy_m)};
    belief_ = belief;
}

bool MotionFilter::is_plausible() const noexcept {
    constexpr double widest_m = 1e7;
    if (!belief_.is_plausible()) return false;
    return !last_ || (in_range(last_->place) && last_->accuracy_m >= 0 && last_->accuracy_m <= widest_m);
}

void MotionFilter::append_to(ByteWriter& out) const {
    out.u8(last_ ? 1 : 0);
    if (last_) {
        out.zigzag(last_->tis_ms);
        out.raw(last_->place);
        out.raw(last_->accuracy_m);
    }
    history_.append_to(out);
    belief_.append_to(out);
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
    filter.history_ = CellHistory::read_from(in);
    filter.belief_ = Belief::read_from(in);
    return filter;
}

}  // namespace simtrail
