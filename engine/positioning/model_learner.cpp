#include "engine/positioning/model_learner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/hindsight_walk.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/tracing/evidence.hpp"

namespace simtrail {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// Fewer days than this make no folds: then subscribers do.
constexpr std::size_t least_days = 5;
constexpr std::size_t most_days_counted = 1000;

std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ value >> 33) * 0xFF51AFD7ED558CCDULL;
    value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53ULL;
    return value ^ value >> 33;
}

std::uint64_t drive_hash(Msisdn msisdn, std::int64_t ts_ms) noexcept {
    return mixed(msisdn.packed() ^ mixed(static_cast<std::uint64_t>(ts_ms / day_ms)));
}

std::uint8_t fold_by_day(const CellEvent& event) noexcept {
    return static_cast<std::uint8_t>(static_cast<std::uint64_t>(event.ts_ms / day_ms) % ModelLearner::folds);
}

std::uint8_t fold_by_subscriber(const CellEvent& event) noexcept {
    return static_cast<std::uint8_t>(mixed(event.msisdn.packed()) % ModelLearner::folds);
}

void note(CalibrationLearner& calibration, std::uint8_t part, const Estimate& estimate,
          const Observation& observation) {
    if (observation.place)
        calibration.note(estimate.context, part, distance_m(estimate.place, *observation.place), estimate.spread_m);
}

void note_live(std::span<const Observation> drive, std::uint8_t part, const CellTable& cells,
               CalibrationLearner& calibration) {
    MotionFilter motion;
    for (const Observation& observation : drive) {
        const auto estimate = locate(observation.event, cells, motion);
        if (!estimate) continue;
        motion.advance(observation.event, point_of(*estimate, observation.event, 0), estimate->belief);
        note(calibration, part, *estimate, observation);
    }
}

void note_hindsight(std::span<const Observation> drive, std::uint8_t part, const CellTable& cells,
                    CalibrationLearner& calibration) {
    std::size_t read = 0, given = 0;
    HindsightWalk walk(
        [&]() -> std::optional<TracedEvent> {
            if (read == drive.size()) return std::nullopt;
            const CellEvent& event = drive[read++].event;
            return TracedEvent{.point = {.tis_ms = event.ts_ms}, .event = event};
        },
        cells);
    walk.run(std::numeric_limits<std::int64_t>::min(),
             [&](const TracedEvent&, const std::optional<Estimate>& estimate) {
                 const Observation& observation = drive[given++];
                 if (estimate) note(calibration, part, *estimate, observation);
             });
}

}  // namespace

bool ModelLearner::survey(const Observation& observation) {
    if (!in_range(observation.event.serving)) return false;
    if (days_.size() < most_days_counted) days_.insert(observation.event.ts_ms / day_ms);
    if (!observation.place) return true;
    const auto part =
        static_cast<std::uint8_t>(fold_by_day(observation.event) << 4 | fold_by_subscriber(observation.event));
    return cells_.observe(observation.event.serving, observation.event.pci, *observation.place, part);
}

bool ModelLearner::by_days() const noexcept { return days_.size() >= least_days; }

std::uint8_t ModelLearner::fold_of(const CellEvent& event) const noexcept {
    return by_days() ? fold_by_day(event) : fold_by_subscriber(event);
}

void ModelLearner::observe(const Observation& observation) {
    const CellEvent& event = observation.event;
    if (!in_range(event.serving)) return;
    Subscriber& subscriber = subscribers_[event.msisdn];
    if (event.ts_ms < subscriber.newest_ms) return;
    subscriber.newest_ms = event.ts_ms;
    if (observation.place && in_range(*observation.place) && *observation.place != GeoPoint{}) {
        if (cells_.is_plausible(event.serving, *observation.place)) {
            fingerprints_.observe(scene_of(event, subscriber.history), *observation.place,
                                  motion_to(subscriber, observation), fold_of(event));
            subscriber.fix = observation.place;
            subscriber.fix_ms = event.ts_ms;
        } else {
            ++implausible_;
        }
    }
    subscriber.history.advance(event);
    keep(observation);
}

std::optional<FingerprintLearner::Motion> ModelLearner::motion_to(const Subscriber& subscriber,
                                                                  const Observation& observation) {
    constexpr double least_s = 0.5, most_s = 60;      // of the straight line between two fixes
    constexpr double least_mps = 1.5, most_mps = 90;  // below it is the noise of the fixes
    const double seconds = static_cast<double>(observation.event.ts_ms - subscriber.fix_ms) / 1000;
    if (!subscriber.fix || seconds < least_s || seconds > most_s) return std::nullopt;
    const Offset way = offset_between(*subscriber.fix, *observation.place);
    const double speed_mps = length_m(way) / seconds;
    if (speed_mps < least_mps || speed_mps > most_mps) return std::nullopt;
    const double degrees = maths::degrees(maths::arctangent(way.east_m, way.north_m));
    return FingerprintLearner::Motion{degrees < 0 ? degrees + 360 : degrees, speed_mps};
}

/// Whole drives, by their hash; where there are too many, half of them are let go.
void ModelLearner::keep(const Observation& observation) {
    const CellEvent& event = observation.event;
    if (drive_hash(event.msisdn, event.ts_ms) > keep_below_) return;
    Kept kept{event.ts_ms, {}, observation.place};
    ByteWriter writer{kept.evidence};
    append_evidence(writer, event, nullptr);
    kept_[event.msisdn].push_back(std::move(kept));
    if (++kept_count_ <= max_kept) return;
    keep_below_ /= 2;
    for (auto& [msisdn, events] : kept_)
        kept_count_ -= std::erase_if(
            events, [&, number = msisdn](const Kept& old) { return drive_hash(number, old.ts_ms) > keep_below_; });
}

void ModelLearner::learn_into(CellTableBuilder& builder, const CellTableBuilder& tables,
                              const std::function<void(int)>& progress) const {
    CalibrationLearner live, hindsight;
    for (std::uint8_t fold = 0; fold < folds; ++fold) {
        calibrate_on(fold, tables, live, hindsight);
        if (progress) progress(fold + 1);
    }
    cells_.learn_into(builder);
    builder.add_all(tables);
    for (auto& section : fingerprints_.make_sections()) builder.add_section(std::move(section));
    builder.add_section(live.section(Calibration::Of::live));
    builder.add_section(hindsight.section(Calibration::Of::hindsight));
}

void ModelLearner::calibrate_on(std::uint8_t fold, const CellTableBuilder& tables, CalibrationLearner& live,
                                CalibrationLearner& hindsight) const {
    CellTableBuilder builder;
    cells_.learn_into(builder, [&](std::uint8_t part) { return (by_days() ? part >> 4 : part & 15) != fold; });
    builder.add_all(tables);
    for (auto& section : fingerprints_.make_sections(fold)) builder.add_section(std::move(section));
    const auto bytes = builder.build();
    const auto cells = CellTable::open(bytes).value();
    for (const auto& [msisdn, kept] : kept_) {
        const auto drive = observations_of(msisdn, kept, fold);
        note_live(drive, fold, cells, live);
        note_hindsight(drive, fold, cells, hindsight);
    }
}

/// The kept ones of a fold, decoded.
std::vector<Observation> ModelLearner::observations_of(Msisdn msisdn, const std::vector<Kept>& kept,
                                                       std::uint8_t fold) const {
    std::vector<Observation> observations;
    for (const Kept& one : kept) {
        Observation observation{.event = {.ts_ms = one.ts_ms, .msisdn = msisdn}, .place = one.place};
        ByteReader reader{one.evidence};
        if (read_evidence(reader, nullptr, observation.event) && fold_of(observation.event) == fold)
            observations.push_back(observation);
    }
    return observations;
}

}  // namespace simtrail
