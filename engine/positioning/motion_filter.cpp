#include "engine/positioning/motion_filter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/maths/geodesy.hpp"

namespace simtrail {

namespace {

// What follows in the stored state: those of earlier versions have no more than a last position.
constexpr std::uint8_t has_last = 1, has_believed = 2, has_left_cells = 4;

bool is_reachable(const MotionFilter::Position& from, const MotionFilter::Position& to) noexcept {
    const double seconds = std::max(static_cast<double>(to.tis_ms - from.tis_ms) / 1000, 1.0);
    const double granted_m =
        MotionFilter::max_speed_mps * seconds + MotionFilter::radii_granted * (from.accuracy_m + to.accuracy_m);
    return length_m(offset_between(from.place, to.place)) <= granted_m;
}

std::uint32_t hash_of(std::uint64_t key, Radio radio, std::uint16_t pci) noexcept {
    const std::uint64_t all = key ^ static_cast<std::uint64_t>(radio) << 62 ^ static_cast<std::uint64_t>(pci) << 46;
    return static_cast<std::uint32_t>(all * 0x9E3779B97F4A7C15ULL >> 32) | 1U;
}

std::uint32_t tenths_of(std::int64_t ms) noexcept { return static_cast<std::uint32_t>(ms / 100); }

}  // namespace

std::optional<MotionFilter::Position> MotionFilter::Spot::unpacked() const noexcept {
    if (!known) return std::nullopt;
    return Position{tis_ms, {lon_e5 / 1e5, lat_e5 / 1e5}, static_cast<double>(accuracy_m)};
}

bool MotionFilter::Spot::is_plausible() const noexcept {
    constexpr double widest_m = 1e7;
    return !known || (in_range(unpacked()->place) && accuracy_m <= widest_m);
}

void MotionFilter::Spot::append_to(ByteWriter& out) const {
    out.zigzag(tis_ms);
    out.raw(unpacked()->place);
    out.raw(static_cast<double>(accuracy_m));
}

MotionFilter::Spot MotionFilter::Spot::read_from(ByteReader& in) {
    Spot spot{.tis_ms = in.zigzag(), .accuracy_m = std::numeric_limits<std::uint32_t>::max(), .known = true};
    const auto place = in.raw<GeoPoint>();
    const auto accuracy_m = in.raw<double>();
    if (!in_range(place) || !(accuracy_m >= 0 && accuracy_m <= 1e7)) return spot;  // not plausible
    spot.lon_e5 = static_cast<std::int32_t>(std::lround(place.lon_deg * 1e5));
    spot.lat_e5 = static_cast<std::int32_t>(std::lround(place.lat_deg * 1e5));
    spot.accuracy_m = static_cast<std::uint32_t>(accuracy_m);
    return spot;
}

bool MotionFilter::returns(const CellEvent& event) const noexcept {
    if (history_.current().is_on(event)) return false;
    const auto& previous = history_.previous();
    if (previous.is_on(event)) {
        const bool was_stable = previous.last_seen_ms - previous.since_ms >= stable_ms;
        return event.ts_ms - previous.last_seen_ms <= (was_stable ? stable_window_ms : oscillation_window_ms);
    }
    const auto hash = hash_of(event.serving.key(), event.serving.radio, event.pci.value_or(CellHistory::no_pci));
    return std::ranges::any_of(left_, [&](const LeftCell& left) {
        return left.hash == hash && tenths_of(event.ts_ms) - left.left_ds <= tenths_of(oscillation_window_ms);
    });
}

bool MotionFilter::jumps(const CellEvent& event, const Position& candidate) const noexcept {
    if (!last_.known) return false;
    if (is_reachable(*(believed_.known ? believed_ : last_).unpacked(), candidate)) return false;
    const bool other_cell = !history_.current().is_on(event);
    return !believed_.known || !other_cell || !is_reachable(*last_.unpacked(), candidate);
}

ErrorReasons MotionFilter::judge(const CellEvent& event, const Position& candidate) const noexcept {
    ErrorReasons reasons;
    if (returns(event)) reasons.add(ErrorReason::handover_oscillation);
    if (jumps(event, candidate)) reasons.add(ErrorReason::implausible_speed);
    return reasons;
}

void MotionFilter::advance(const CellEvent& event, const TracePoint& point, const Belief& belief) noexcept {
    const auto before = history_.previous();
    if (before.exists() && !history_.current().is_on(event))
        left_ = {LeftCell{hash_of(before.key, before.radio, before.pci), tenths_of(before.last_seen_ms)}, left_[0]};
    history_.advance(event);

    // A point of an unknown cell lies where the last candidates were: it bears nothing out.
    const bool doubted = point.reasons.has(ErrorReason::implausible_speed) ||
                         (believed_.known && point.reasons.has(ErrorReason::unknown_cell));
    if (!doubted)
        believed_ = {};
    else if (!believed_.known)
        believed_ = last_;
    last_ = {point.tis_ms, point.lon_e5, point.lat_e5, point.accuracy_m, true};
    belief_ = belief;
}

bool MotionFilter::is_plausible() const noexcept {
    return belief_.is_plausible() && last_.is_plausible() && believed_.is_plausible();
}

void MotionFilter::append_to(ByteWriter& out) const {
    const bool left_cells = left_[0].hash != 0;
    out.u8((last_.known ? has_last : 0U) | (believed_.known ? has_believed : 0U) | (left_cells ? has_left_cells : 0U));
    if (last_.known) last_.append_to(out);
    if (believed_.known) believed_.append_to(out);
    if (left_cells)
        for (const LeftCell& left : left_) out.raw(left);
    history_.append_to(out);
    belief_.append_to(out);
}

MotionFilter MotionFilter::read_from(ByteReader& in) {
    MotionFilter filter;
    const std::uint8_t parts = in.u8();
    if ((parts & has_last) != 0) filter.last_ = Spot::read_from(in);
    if ((parts & has_believed) != 0) filter.believed_ = Spot::read_from(in);
    if ((parts & has_left_cells) != 0)
        for (LeftCell& left : filter.left_) left = in.raw<LeftCell>();
    filter.history_ = CellHistory::read_from(in);
    filter.belief_ = Belief::read_from(in);
    return filter;
}

}  // namespace simtrail
