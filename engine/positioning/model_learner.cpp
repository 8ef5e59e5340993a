#include "engine/positioning/model_learner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/cells/cell_layout.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/hindsight_walk.hpp"
#include "engine/positioning/locator.hpp"
#include "engine/positioning/tuning.hpp"
#include "engine/tracing/evidence.hpp"

namespace simtrail {

namespace {

using cell_layout::mixed;

constexpr std::int64_t day_ms = CellLearner::day_ms;

/// Fewer days than this make no folds: then subscribers do.
constexpr std::size_t least_days = 5;
constexpr std::size_t most_days_counted = 1000;

std::uint64_t drive_hash(Msisdn msisdn, std::int64_t ts_ms) noexcept {
    return mixed(msisdn.packed() ^ mixed(static_cast<std::uint64_t>(ts_ms / day_ms)));
}

std::uint16_t day_number(std::int64_t ts_ms) noexcept {
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(ts_ms / day_ms, 0, 65'535));
}

/// A drive is known by half of its hash where there are many observations.
std::uint32_t short_hash(std::uint64_t drive) noexcept { return static_cast<std::uint32_t>(drive >> 32); }

std::uint8_t part_by_day(const CellEvent& event) noexcept {
    return static_cast<std::uint8_t>(static_cast<std::uint64_t>(event.ts_ms / day_ms) % ModelLearner::parts);
}

std::uint8_t part_by_subscriber(const CellEvent& event) noexcept {
    return static_cast<std::uint8_t>(mixed(event.msisdn.packed()) % ModelLearner::parts);
}

/// The day and the subscriber's part at once: which of them counts is known when all observations were seen.
std::uint8_t both_parts(const CellEvent& event) noexcept {
    return static_cast<std::uint8_t>(part_by_day(event) << 4 | part_by_subscriber(event));
}

CellLearner::Origin origin_of(const Observation& observation) noexcept {
    const CellEvent& event = observation.event;
    const std::uint64_t drive = drive_hash(event.msisdn, event.ts_ms);
    return {.hash = mixed(drive ^ static_cast<std::uint64_t>(event.ts_ms)),
            .drive = short_hash(drive),
            .day = day_number(event.ts_ms),
            .part = both_parts(event)};
}

using TakeAnswer = std::function<void(const Estimate&, const Observation&)>;

/// Each event of a drive located as it comes.
void answer_live(std::span<const Observation> drive, const CellTable& cells, const TakeAnswer& take) {
    MotionFilter motion;
    for (const Observation& observation : drive) {
        const auto estimate = locate(observation.event, cells, motion);
        if (!estimate) continue;
        motion.advance(observation.event, point_of(*estimate, observation.event, 0), estimate->belief);
        take(*estimate, observation);
    }
}

/// The same with the whole drive in mind.
void answer_with_hindsight(std::span<const Observation> drive, const CellTable& cells, const TakeAnswer& take) {
    std::size_t read = 0;
    HindsightWalk walk(
        [&]() -> std::optional<TracedEvent> {
            if (read == drive.size()) return std::nullopt;
            const CellEvent& event = drive[read++].event;
            return TracedEvent{.point = {.seq = static_cast<std::uint32_t>(read - 1), .tis_ms = event.ts_ms},
                               .event = event};
        },
        cells);
    walk.run(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
             [&](const TracedEvent& traced, const std::optional<Estimate>& estimate) {
                 if (estimate) take(*estimate, drive[traced.point.seq]);
             });
}

/// The sites that a table tells of.
IsKnownSite known_by(const CellTableBuilder& tables) {
    return [&tables](Radio radio, std::uint64_t site_key) {
        const auto [first, last] = site_keys(radio, site_key);
        return tables.knows_site(radio, first, last);
    };
}

}  // namespace

std::expected<void, std::string> ModelLearner::start_from(const CellTable& model) {
    const FingerprintMap& map = model.fingerprints();
    if (map.empty()) return std::unexpected("nothing was learnt in it: a cell table, no model");
    if (const auto taken = earlier_live_.add_earlier(model.file(), Calibration::Of::live); !taken) return taken;
    if (const auto taken = earlier_hindsight_.add_earlier(model.file(), Calibration::Of::hindsight); !taken)
        return taken;
    for (const PackedCellPlaces& cell : map.cells()) {
        const auto own = map.own(cell);
        const auto identity = cell_layout::identity_of(static_cast<Radio>(cell.radio % radio_names.size()), cell.key);
        if (own.empty() || !in_range(identity)) continue;
        std::vector<WeightedPlace> places;
        for (const auto& place : own) places.push_back({place.place, std::max<std::uint64_t>(place.observations, 1)});
        const auto record = model.find(identity);
        cells_.add_earlier(identity, record && record->learnt ? *record : CellRecord{}, std::move(places), cell.days);
    }
    earlier_ = model;
    return {};
}

bool ModelLearner::survey(const Observation& observation) {
    const CellEvent& event = observation.event;
    if (!in_range(event.serving)) return false;
    if (observation.place && !cells_.observe(event.serving, event.pci, *observation.place, origin_of(observation)))
        return false;
    ++events_;
    if (days_.size() < most_days_counted) days_.insert(event.ts_ms / day_ms);
    return true;
}

/// Now it is known how many there are: so many drives are kept that they stay within bounds.
void ModelLearner::begin_second_pass() {
    constexpr double most = 0.9 * max_kept;  // drives differ in length
    second_pass_ = true;
    if (events_ > max_kept) {
        keep_below_ = static_cast<std::uint64_t>(std::ldexp(most / static_cast<double>(events_), 64));
        left_out_below_ = keep_below_;
    }
    if (earlier_)
        fingerprints_.add_earlier(earlier_->fingerprints(), [&](Radio radio, std::uint64_t key) {
            return cells_.is_earlier_outdated(radio, key);
        });
}

bool ModelLearner::by_days() const noexcept { return days_.size() >= least_days; }

bool ModelLearner::keeps_all() const noexcept { return left_out_below_ == ~std::uint64_t{0}; }

std::uint8_t ModelLearner::folds() const noexcept {
    if (keeps_all()) return parts;
    const double share = std::ldexp(static_cast<double>(left_out_below_), -64);
    return static_cast<std::uint8_t>(std::ceil(share * parts));
}

std::uint8_t ModelLearner::part_of(const CellEvent& event) const noexcept {
    return by_days() ? part_by_day(event) : part_by_subscriber(event);
}

std::uint8_t ModelLearner::fold_of(const CellEvent& event) const noexcept {
    return fold_of(origin_of({event, std::nullopt}));
}

std::uint8_t ModelLearner::fold_of(const CellLearner::Origin& origin) const noexcept {
    if (keeps_all()) return by_days() ? origin.part >> 4 : origin.part & 15;
    if (origin.drive > short_hash(left_out_below_)) return FingerprintLearner::always_kept;
    return static_cast<std::uint8_t>(mixed(origin.drive) % folds());
}

void ModelLearner::observe(const Observation& observation) {
    const CellEvent& event = observation.event;
    if (!in_range(event.serving)) return;
    if (!second_pass_) begin_second_pass();
    Subscriber& subscriber = subscribers_[event.msisdn];
    if (event.ts_ms == subscriber.newest_ms && event.serving == subscriber.newest_cell &&
        observation.place == subscriber.newest_place) {
        ++duplicates_;
        return;
    }
    if (event.ts_ms < subscriber.newest_ms) {
        ++going_back_;
        learn_passed(subscriber, std::nullopt);
        subscriber = {};
    }
    subscriber.newest_ms = event.ts_ms;
    subscriber.newest_cell = event.serving;
    subscriber.newest_place = observation.place;
    const bool says_where = observation.place && pass(observation, subscriber);
    subscriber.history.advance(event);
    keep(event, says_where ? observation.place : std::nullopt);
}

/// False where the place cannot be the event's: it is not learnt, and nothing is measured by it.
bool ModelLearner::pass(const Observation& observation, Subscriber& subscriber) {
    const CellEvent& event = observation.event;
    if (!in_range(*observation.place) || *observation.place == GeoPoint{}) return false;
    switch (cells_.judge(event.serving, *observation.place, day_number(event.ts_ms))) {
        case CellLearner::Verdict::implausible: ++implausible_; return false;
        case CellLearner::Verdict::outdated: ++outdated_; return false;
        case CellLearner::Verdict::plausible: break;
    }
    const Fix fix{event.ts_ms, *observation.place};
    learn_passed(subscriber, fix);
    subscriber.passed = {.fix = fix,
                         .scene = scene_without_outdated(event, subscriber.history),
                         .share = {fold_of(event), part_of(event)}};
    return true;
}

void ModelLearner::learn_passed(Subscriber& subscriber, const std::optional<Fix>& after) {
    if (!subscriber.passed) return;
    const auto& [fix, scene, share] = *subscriber.passed;
    fingerprints_.observe(scene, fix.place, motion_at(subscriber.before, fix, after), share);
    subscriber.before = fix;
    subscriber.passed.reset();
}

/// Which way and how fast a place was passed: the straight line between the fixes around it, as far as they are near in time.
std::optional<FingerprintLearner::Motion> ModelLearner::motion_at(const std::optional<Fix>& before, const Fix& here,
                                                                  const std::optional<Fix>& after) {
    constexpr double least_s = 0.5;
    constexpr double least_mps = 1.5, most_mps = 90;  // below it is the noise of the fixes
    const auto most_ms = static_cast<std::int64_t>(1000 * tuning.motion_s);
    const Fix& from = before && here.ts_ms - before->ts_ms <= most_ms ? *before : here;
    const Fix& to = after && after->ts_ms - here.ts_ms <= most_ms ? *after : here;
    const double seconds = static_cast<double>(to.ts_ms - from.ts_ms) / 1000;
    if (seconds < least_s) return std::nullopt;
    const Offset way = offset_between(from.place, to.place);
    const double speed_mps = length_m(way) / seconds;
    if (speed_mps < least_mps || speed_mps > most_mps) return std::nullopt;
    const double degrees = maths::degrees(maths::arctangent(way.east_m, way.north_m));
    return FingerprintLearner::Motion{degrees < 0 ? degrees + 360 : degrees, speed_mps};
}

/// Nothing came after them.
void ModelLearner::learn_last_places() {
    std::vector<std::pair<Msisdn, Subscriber*>> in_order;  // for the same bytes everywhere
    for (auto& [msisdn, subscriber] : subscribers_)
        if (subscriber.passed) in_order.emplace_back(msisdn, &subscriber);
    std::ranges::sort(in_order);
    for (const auto& [msisdn, subscriber] : in_order) learn_passed(*subscriber, std::nullopt);
}

/// A neighbour that stands elsewhere today would tempt events of its new place here.
RadioScene ModelLearner::scene_without_outdated(const CellEvent& event, const CellHistory& history) const {
    RadioScene scene = scene_of(event, history);
    const auto heard = std::span(scene.heard).first(scene.heard_count);
    const auto left = std::ranges::remove_if(heard, [&](const RadioScene::Heard& one) {
        return cells_.is_outdated(one.cell.radio, one.cell.key, day_number(event.ts_ms));
    });
    scene.heard_count -= left.size();
    return scene;
}

/// Whole drives, by their hash; where there are too many, half of them are let go.
void ModelLearner::keep(const CellEvent& event, const std::optional<GeoPoint>& place) {
    if (drive_hash(event.msisdn, event.ts_ms) > keep_below_) return;
    Kept kept{event.ts_ms, {}, place};
    ByteWriter writer{kept.evidence};
    append_evidence(writer, event, nullptr);
    kept_[event.msisdn].push_back(std::move(kept));
    if (++kept_count_ <= max_kept) return;
    keep_below_ /= 2;
    for (auto& [msisdn, events] : kept_)
        kept_count_ -= std::erase_if(
            events, [&, number = msisdn](const Kept& old) { return drive_hash(number, old.ts_ms) > keep_below_; });
}

/// What the earlier model learnt of cells that it has no places of: scattered beyond sense.
void ModelLearner::add_earlier_cells(CellTableBuilder& builder) const {
    if (!earlier_) return;
    earlier_->for_each([&](const CellIdentity& identity, const CellRecord& record) {
        if (record.learnt) builder.add(identity, record);
    });
}

LearningReport ModelLearner::learn_into(CellTableBuilder& builder, const CellTableBuilder& tables,
                                        const std::function<void(int)>& progress) {
    learn_last_places();
    KeptOut live{earlier_live_}, hindsight{earlier_hindsight_};
    for (std::uint8_t fold = 0; fold < folds(); ++fold) {
        calibrate_on(fold, tables, live, hindsight);
        if (progress) progress(fold + 1);
    }
    add_earlier_cells(builder);
    cells_.learn_into(builder);
    builder.add_all(tables);
    std::size_t places = 0;
    for (auto& section : fingerprints_.make_sections(known_by(tables))) {
        if (section.plan.kind == SectionKind::fingerprints) places = section.plan.count;
        builder.add_section(std::move(section));
    }
    builder.add_section(live.calibration.section(Calibration::Of::live));
    builder.add_section(hindsight.calibration.section(Calibration::Of::hindsight));
    builder.add_section(live.calibration.samples_section(Calibration::Of::live));
    builder.add_section(hindsight.calibration.samples_section(Calibration::Of::hindsight));
    return {.observations = cells_.observations(),
            .implausible = implausible_,
            .outdated = outdated_,
            .duplicates = duplicates_,
            .going_back = going_back_,
            .moved = cells_.moved(),
            .places = places,
            .calibrated_on = live.calibration.samples(),
            .live_errors_m = std::move(live.errors_m),
            .hindsight_errors_m = std::move(hindsight.errors_m)};
}

void ModelLearner::calibrate_on(std::uint8_t fold, const CellTableBuilder& tables, KeptOut& live,
                                KeptOut& hindsight) const {
    CellTableBuilder builder;
    add_earlier_cells(builder);
    cells_.learn_into(builder, [&](const CellLearner::Origin& origin) { return fold_of(origin) != fold; });
    builder.add_all(tables);
    for (auto& section : fingerprints_.make_sections(known_by(tables), fold)) builder.add_section(std::move(section));
    const auto bytes = builder.build();
    const auto cells = CellTable::open(bytes).value();
    const auto noted_in = [fold](KeptOut& kept_out) {
        return [&kept_out, fold](const Estimate& estimate, const Observation& observation) {
            if (!observation.place) return;
            const double error_m = distance_m(estimate.place, *observation.place);
            kept_out.calibration.note(estimate.context, fold, error_m, estimate.spread_m);
            kept_out.errors_m.push_back(error_m);
        };
    };
    for (const auto& [msisdn, kept] : kept_) {
        const auto drive = observations_of(msisdn, kept, fold);
        answer_live(drive, cells, noted_in(live));
        answer_with_hindsight(drive, cells, noted_in(hindsight));
    }
}

/// The kept ones of a fold, decoded, in order of time.
std::vector<Observation> ModelLearner::observations_of(Msisdn msisdn, const std::vector<Kept>& kept,
                                                       std::uint8_t fold) const {
    std::vector<const Kept*> in_time;
    for (const Kept& one : kept) in_time.push_back(&one);
    std::ranges::sort(in_time, {}, [](const Kept* one) { return std::pair(one->ts_ms, one); });
    std::vector<Observation> observations;
    for (const Kept* one : in_time) {
        Observation observation{.event = {.ts_ms = one->ts_ms, .msisdn = msisdn}, .place = one->place};
        ByteReader reader{one->evidence};
        if (read_evidence(reader, nullptr, observation.event) && fold_of(observation.event) == fold)
            observations.push_back(observation);
    }
    return observations;
}

}  // namespace simtrail
