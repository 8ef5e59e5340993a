#include "engine/cells/cell_learner.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/cells/cell_layout.hpp"
#include "engine/maths/geodesy.hpp"

namespace simtrail {

namespace {

using Places = std::vector<WeightedPlace>;

/// Farther than a cell reaches (GSM's timing advance ends at 63 x 553.5 m), and than ten times what is usual for this one.
constexpr double macro_cell_reach_m = 35'000, unusual = 10;

/// A cell has moved where its later places lie so far from its earlier ones: in metres, and in usual distances of either.
constexpr double least_move_m = 1000, move_by_usual = 3;
/// And where both are borne out: a day's mislabelled observations move nothing.
constexpr std::uint64_t least_move_observations = 20;
constexpr std::size_t least_move_days = 2;
/// And where hardly any lies on the other's side: a cell between two roads has a median that leaps, and has not moved.
constexpr std::uint64_t most_astray_percent = 10;
/// Days at which a move is looked for at first; around one that shows, all are.
constexpr std::size_t first_looks = 8;

std::uint64_t weight_of(const Places& places) noexcept {
    std::uint64_t sum = 0;
    for (const auto& place : places) sum += place.weight;
    return sum;
}

struct Cluster {
    FixedPoint centre;
    double usual_m = 0;  // half of the observations are that near
};

/// Precondition: not empty.
Cluster cluster_of(Places& places) {
    const auto centre = median_centre(places);
    return {centre, percentile_distance_m(centre, places, 50)};
}

/// By how much the distance exceeds that of a move; 1 and more: moved.
double moved_by(const Cluster& before, const Cluster& after) {
    const double apart_m = distance_m(to_geo(before.centre), to_geo(after.centre));
    return apart_m / std::max(least_move_m, move_by_usual * std::max(before.usual_m, after.usual_m));
}

bool keeps_to(const Places& places, const Cluster& own, const Cluster& other) {
    std::uint64_t astray = 0;
    for (const auto& [place, weight] : places) {
        const GeoPoint at = to_geo(place);
        if (distance_m(at, to_geo(other.centre)) < distance_m(at, to_geo(own.centre))) astray += weight;
    }
    return 100 * astray <= most_astray_percent * weight_of(places);
}

/// None where the observations are of no one cell: two of them, far apart.
double limit_of(const Cluster& cluster) noexcept {
    return cluster.usual_m > macro_cell_reach_m ? 0 : std::max(macro_cell_reach_m, unusual * cluster.usual_m);
}

bool is_within(FixedPoint place, FixedPoint centre, double limit_m) {
    return distance_m(to_geo(centre), to_geo(place)) <= limit_m;
}

}  // namespace

void CellLearner::Agreed::note(std::optional<std::uint32_t> seen) noexcept {
    if (!seen) return;
    contradicted = contradicted || (value && *value != *seen);
    value = seen;
}

std::optional<std::uint32_t> CellLearner::Agreed::get() const noexcept { return contradicted ? std::nullopt : value; }

void CellLearner::Observed::take(const Sample& taken) {
    ++count;
    if (sample.size() < max_sample) {
        sample.push_back(taken);
        if (sample.size() == max_sample) std::ranges::make_heap(sample);
        return;
    }
    if (taken >= sample.front()) return;
    std::ranges::pop_heap(sample);
    sample.back() = taken;
    std::ranges::push_heap(sample);
}

std::uint64_t CellLearner::Observed::scale() const noexcept { return std::max<std::uint64_t>(sample.size(), 1); }

Places CellLearner::Observed::places(const Includes& includes, bool with_earlier, std::uint16_t since_day) const {
    Places all;
    for (const Sample& one : sample)
        if (one.day >= since_day && (!includes || includes({one.hash, one.drive, one.day, one.part})))
            all.push_back({one.place, count});
    if (with_earlier)
        for (const auto& place : earlier) all.push_back({place.place, place.weight * scale()});
    return all;
}

Places CellLearner::Observed::places_before(std::uint16_t day) const {
    Places all = places({}, true, 0);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < sample.size(); ++i)
        if (sample[i].day < day) all[kept++] = all[i];
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(kept),
              all.begin() + static_cast<std::ptrdiff_t>(sample.size()));
    return all;
}

const CellLearner::Use& CellLearner::Observed::used() const {
    if (!use) use = use_of(*this);
    return *use;
}

bool CellLearner::observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place,
                          const Origin& origin) {
    if (!simtrail::in_range(identity) || !simtrail::in_range(place) || place == GeoPoint{}) return false;
    auto& observed = radios_[static_cast<std::size_t>(identity.radio)][identity.key()];
    observed.identity = identity;
    observed.area.note(identity.area);
    observed.pci.note(pci);
    const auto hash = static_cast<std::uint32_t>(cell_layout::mixed(origin.hash) >> 32);
    observed.take({hash, to_fixed(place), origin.drive, origin.day, origin.part});
    ++observations_;
    return true;
}

void CellLearner::add_earlier(const CellIdentity& identity, const CellRecord& record, Places places,
                              std::uint16_t days) {
    auto& observed = radios_[static_cast<std::size_t>(identity.radio)][identity.key()];
    observed.identity = identity;
    observed.area.note(record.area ? record.area : identity.area);
    observed.pci.note(record.pci);
    observed.earlier = std::move(places);
    observed.earlier_days = days;
}

/// How plainly the day parts places of before from those since; 0 where too few bear either out.
double CellLearner::parted_on(const Observed& observed, std::uint16_t day) {
    auto before = observed.places_before(day), after = observed.places({}, false, day);
    const std::uint64_t least = least_move_observations * observed.scale();
    if (weight_of(before) < least || weight_of(after) < least) return 0;
    if (distance_m(to_geo(median_centre(before)), to_geo(median_centre(after))) < least_move_m) return 0;
    const Cluster earlier = cluster_of(before), later = cluster_of(after);
    if (!keeps_to(before, earlier, later) || !keeps_to(after, later, earlier)) return 0;
    return moved_by(earlier, later);
}

std::optional<std::uint16_t> CellLearner::day_of_move(const Observed& observed) {
    std::set<std::uint16_t> seen;
    for (const Sample& one : observed.sample) seen.insert(one.day);
    const std::vector<std::uint16_t> days(seen.begin(), seen.end());
    const std::size_t first = observed.earlier_days < least_move_days ? least_move_days - observed.earlier_days : 0;
    const std::size_t end = days.size() < least_move_days ? 0 : days.size() - least_move_days + 1;
    double best_by = 1;
    std::size_t best = end;
    const auto look = [&](std::size_t from, std::size_t to, std::size_t step) {
        for (std::size_t i = from; i < to; i += step)
            if (const double by = parted_on(observed, days[i]); by > best_by) best_by = by, best = i;
    };
    const std::size_t step = std::max<std::size_t>(end / first_looks, 1);
    look(first, end, step);
    if (best == end) return std::nullopt;
    const std::size_t around = best;
    look(std::max(first + step, around) - step, std::min(end, around + step), 1);
    return days[best];
}

CellLearner::Use CellLearner::use_of(const Observed& observed) {
    auto all = observed.places({}, true, 0);
    const Cluster whole = cluster_of(all);
    const auto moved_on = day_of_move(observed);
    if (!moved_on) return {.centre = whole.centre, .centre_before = whole.centre, .limit_m = limit_of(whole)};
    auto before = observed.places_before(*moved_on), after = observed.places({}, false, *moved_on);
    const Cluster now = cluster_of(after);
    return {
        .centre = now.centre, .centre_before = median_centre(before), .limit_m = limit_of(now), .moved_on = moved_on};
}

const CellLearner::Observed* CellLearner::find(Radio radio, std::uint64_t key) const {
    const auto& cells = radios_[static_cast<std::size_t>(radio)];
    const auto found = cells.find(key);
    return found == cells.end() ? nullptr : &found->second;
}

CellLearner::Verdict CellLearner::judge(const CellIdentity& identity, GeoPoint place, std::uint16_t day) const {
    const auto* observed = find(identity.radio, identity.key());
    if (observed == nullptr) return Verdict::implausible;
    const Use& use = observed->used();
    if (use.moved_on && day < *use.moved_on) return Verdict::outdated;
    return is_within(to_fixed(place), use.centre, use.limit_m) ? Verdict::plausible : Verdict::implausible;
}

bool CellLearner::is_outdated(Radio radio, std::uint64_t key, std::uint16_t day) const {
    const auto* observed = find(radio, key);
    return observed != nullptr && observed->used().moved_on && day < *observed->used().moved_on;
}

bool CellLearner::is_earlier_outdated(Radio radio, std::uint64_t key) const {
    const auto* observed = find(radio, key);
    return observed != nullptr && observed->used().moved_on.has_value();
}

std::vector<CellLearner::Moved> CellLearner::moved() const {
    std::vector<Moved> all;
    for (const auto& cells : radios_)
        for (const auto& [key, observed] : cells)
            if (const Use& use = observed.used(); use.moved_on)
                all.push_back({observed.identity, to_geo(use.centre_before), to_geo(use.centre), *use.moved_on});
    std::ranges::sort(all, {}, [](const Moved& one) { return std::pair(one.identity.radio, one.identity.key()); });
    return all;
}

std::optional<CellRecord> CellLearner::learn(const Observed& observed, const Includes& includes) {
    const auto moved_on = observed.used().moved_on;
    auto places = observed.places(includes, !moved_on, moved_on.value_or(0));
    if (places.empty()) return std::nullopt;
    const Cluster whole = cluster_of(places);
    std::erase_if(places, [&](const auto& one) { return !is_within(one.place, whole.centre, limit_of(whole)); });
    if (places.empty()) return std::nullopt;
    const auto centre = median_centre(places);
    CellRecord record{.site = to_geo(centre), .area = observed.area.get(), .learnt = true};
    if (const auto pci = observed.pci.get()) record.pci = static_cast<std::uint16_t>(*pci);
    record.range_m = static_cast<std::uint32_t>(std::ceil(percentile_distance_m(centre, places, 95)));
    record.samples = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(weight_of(places) / observed.scale(), std::numeric_limits<std::uint32_t>::max()));
    return record;
}

void CellLearner::learn_into(CellTableBuilder& builder, const Includes& includes) const {
    for (const auto& cells : radios_)
        for (const auto& [key, observed] : cells) {
            const auto record = learn(observed, includes);
            if (!record) continue;
            auto identity = observed.identity;
            identity.area = observed.area.get();  // mandatory ones are in the key, so they agree
            builder.add(identity, *record);
        }
}

}  // namespace simtrail
