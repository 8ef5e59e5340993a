#include "engine/positioning/belief.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/maths/trigonometry.hpp"

namespace simtrail {

namespace {

constexpr double weight_steps = 20, heading_steps = 256, speed_steps = 2;
constexpr double least_log_weight = -12;
constexpr std::int32_t farthest_m = 32'000;

Belief::Hypothesis packed(const Candidate& candidate, double best) noexcept {
    Belief::Hypothesis item;
    item.east_m = static_cast<std::int16_t>(std::lround(candidate.at.east_m));
    item.north_m = static_cast<std::int16_t>(std::lround(candidate.at.north_m));
    item.weight_20ths = static_cast<std::uint8_t>(std::lround((best - candidate.log_weight) * weight_steps));
    if (!candidate.moving) return item;
    const double turns = maths::arctangent(candidate.velocity.east_m, candidate.velocity.north_m) / (2 * maths::pi);
    item.heading =
        static_cast<std::uint8_t>(static_cast<int>(std::floor(turns * heading_steps + heading_steps + 0.5)) % 256);
    item.speed_half_mps =
        static_cast<std::uint8_t>(std::clamp<long>(std::lround(length_m(candidate.velocity) * speed_steps), 1, 255));
    return item;
}

struct Directions {
    std::array<Offset, 256> unit;
    Directions() noexcept {
        for (std::size_t i = 0; i < unit.size(); ++i)
            unit[i] = towards(static_cast<double>(i) * 360 / heading_steps, 1);
    }
};

}  // namespace

Offset direction(std::uint8_t heading) noexcept {
    static const Directions directions;
    return directions.unit[heading];
}

Belief Belief::of(std::int64_t at_ms, const LocalPlane& plane, const Candidates& candidates,
                  std::size_t most) noexcept {
    Belief belief;
    belief.at_ms_ = at_ms;
    belief.anchor_ = to_fixed(plane.origin());
    std::array<std::uint8_t, Candidates::capacity> order;
    std::size_t usable = 0;
    const double best = candidates.best();
    const auto items = candidates.view();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool near = std::fabs(items[i].at.east_m) < farthest_m && std::fabs(items[i].at.north_m) < farthest_m;
        if (near && items[i].log_weight > best + least_log_weight) order[usable++] = static_cast<std::uint8_t>(i);
    }
    const auto kept = std::min({usable, capacity, most});
    std::ranges::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept),
        order.begin() + static_cast<std::ptrdiff_t>(usable), [&](std::uint8_t a, std::uint8_t b) {
            return items[a].log_weight != items[b].log_weight ? items[a].log_weight > items[b].log_weight : a < b;
        });
    for (std::size_t i = 0; i < kept; ++i) belief.items_[i] = packed(items[order[i]], best);
    belief.count_ = static_cast<std::uint32_t>(kept);
    return belief;
}

Candidates Belief::on(const LocalPlane& plane) const noexcept {
    Candidates candidates;
    const Offset anchor = plane.to_offset(to_geo(anchor_));
    double sum = 0;
    for (std::size_t i = 0; i < count_; ++i) sum += maths::exponential(-items_[i].weight_20ths / weight_steps);
    const double log_sum = count_ == 0 ? 0 : maths::logarithm(sum);
    for (std::size_t i = 0; i < count_; ++i) {
        const auto& item = items_[i];
        candidates.add({.at = anchor + Offset{static_cast<double>(item.east_m), static_cast<double>(item.north_m)},
                        .velocity = (item.speed_half_mps / speed_steps) * direction(item.heading),
                        .log_weight = -item.weight_20ths / weight_steps - log_sum,
                        .moving = item.speed_half_mps != 0});
    }
    return candidates;
}

void Belief::append_to(ByteWriter& out) const {
    out.u8(count_);
    if (count_ == 0) return;
    out.zigzag(at_ms_);
    out.raw(anchor_);
    for (std::size_t i = 0; i < count_; ++i) out.raw(items_[i]);
}

Belief Belief::read_from(ByteReader& in) {
    Belief belief;
    const std::size_t count = in.u8();
    if (count == 0) return belief;
    belief.at_ms_ = in.zigzag();
    belief.anchor_ = in.raw<FixedPoint>();
    for (std::size_t i = 0; i < count && i < capacity; ++i) belief.items_[i] = in.raw<Hypothesis>();
    belief.count_ = static_cast<std::uint32_t>(std::min(count, capacity));
    return belief;
}

}  // namespace simtrail
