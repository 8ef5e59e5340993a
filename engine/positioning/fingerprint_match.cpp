#include "engine/positioning/fingerprint_match.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/cells/signal_feature.hpp"
#include "engine/maths/quick.hpp"
#include "engine/maths/trigonometry.hpp"
#include "engine/positioning/tuning.hpp"

namespace simtrail {

namespace {

using Row = std::uint32_t;
constexpr double feature_square = feature_scale * feature_scale;

/// Keeps the `limit` greatest weights, ties by row.
class Best {
   public:
    explicit Best(std::size_t limit) : limit_(std::min(limit, items_.size())) {}
    void offer(std::uint32_t fingerprint, double log_weight) noexcept {
        if (log_weight <= least_) return;
        std::size_t at = count_ < limit_ ? count_++ : limit_ - 1;
        for (; at > 0 && items_[at - 1].log_weight < log_weight; --at) items_[at] = items_[at - 1];
        items_[at] = {fingerprint, log_weight};
        if (count_ == limit_) least_ = items_[count_ - 1].log_weight;
    }
    /// Only what weighs more is worth offering.
    double least() const noexcept { return least_; }
    std::span<Match> view() noexcept { return {items_.data(), count_}; }

   private:
    std::array<Match, Matches::capacity> items_{};
    std::size_t limit_, count_ = 0;
    double least_ = -std::numeric_limits<double>::max();
};

double capped(double difference, double scale, double most) noexcept {
    return std::min(std::fabs(difference) / scale, most);
}

/// What the cell before, the time since and the smoothed signals add: nothing, or less. Where that is below `least`, the
/// answer may be anything below.
double context_weight(const RadioScene& scene, const PackedFingerprint& place, double least) noexcept {
    double sum = 0;
    if (scene.previous_hash != 0) {
        const bool same = place.previous_hash == scene.previous_hash;
        if (!same) sum -= tuning.other_previous_cell;
        if (scene.previous_pci != CellHistory::no_pci && place.previous_pci != scene.previous_pci)
            sum -= tuning.other_previous_pci;
        if (scene.previous_16th_dbm && place.previous_16th_dbm != 0)
            sum -= tuning.previous_signal *
                   capped((*scene.previous_16th_dbm - place.previous_16th_dbm) / 16.0, tuning.previous_scale_db, 2);
        constexpr double rounding = 1e-9;
        if (sum < least - rounding) return sum;  // spares the logarithm
        const double ratio = (scene.stay_s + tuning.stay_blur_s) / (place.stay_ds / 10.0 + tuning.stay_blur_s);
        const double lapse = ratio > 7.4 || ratio < 0.135 ? 2 : std::fabs(maths::logarithm(ratio));
        sum -= tuning.stay * std::min(lapse, 2.0) * (same ? 1 : tuning.stay_after_another);
    }
    if (scene.slow_16th_dbm && place.slow_16th_dbm != 0)
        sum -= tuning.trend * capped((*scene.slow_16th_dbm - place.slow_16th_dbm) / 16.0, tuning.trend_scale_db, 2);
    return sum;
}

/// Many observations are many stays, or slow ones.
double density_weight(const PackedFingerprint& place) noexcept {
    constexpr double ln2 = 0.69314718;
    return tuning.density * ln2 * double{maths::quick_log2(std::max<float>(place.observations, 1))};
}

double ta_weight(const RadioScene& scene, const PackedFingerprint& place) noexcept {
    if (!scene.timing_advance || place.ta_8ths == PackedFingerprint::no_ta) return 0;
    const double step = timing_advance_step_m(scene.serving.radio);
    const double difference = *scene.timing_advance - place.ta_8ths / 8.0;
    return -tuning.timing_advance * std::min(step * std::fabs(difference) / (60 + 4.0 * *scene.timing_advance), 6.0);
}

double serving_signal_weight(const RadioScene& scene, const PackedFingerprint& place) noexcept {
    if (!scene.fast_16th_dbm || place.fast_16th_dbm == 0) return 0;
    return -tuning.serving_signal *
           capped((*scene.fast_16th_dbm - place.fast_16th_dbm) / 16.0, tuning.serving_scale_db, 2);
}

const PackedColumn* column_of(const RadioScene::Heard& heard, const FingerprintMap& map,
                              std::span<const PackedColumn> columns) noexcept {
    const auto cell = map.find(heard.cell.radio, heard.cell.key);
    if (!cell) return nullptr;
    const auto found = std::ranges::lower_bound(columns, *cell, {}, &PackedColumn::cell);
    return found != columns.end() && found->cell == *cell ? &*found : nullptr;
}

/// Squared distances of the features of all rows of a list.
std::size_t distances(const RadioScene& scene, const FingerprintMap& map, const PackedCellPlaces& list,
                      std::span<std::uint32_t> out) noexcept {
    const auto rows = map.rows(list);
    const auto fingerprints = map.fingerprints();
    const std::size_t n = std::min(rows.size(), out.size());
    // Unsigned: sums that only a damaged file could make overflow wrap.
    std::uint32_t query = 0;
    for (const auto& heard : scene.all_heard()) query += static_cast<std::uint32_t>(heard.feature * heard.feature);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = query + (rows[i] < fingerprints.size() ? static_cast<std::uint32_t>(fingerprints[rows[i]].norm) : 0);
    const auto columns = map.columns(list);
    for (const auto& heard : scene.all_heard()) {
        const auto* column = column_of(heard, map, columns);
        if (column == nullptr) continue;
        const auto features = map.features(list, *column);
        if (features.size() < n) continue;
        const std::int32_t twice = 2 * heard.feature;
        for (std::size_t i = 0; i < n; ++i) out[i] -= static_cast<std::uint32_t>(twice * features[i]);
    }
    return n;
}

/// The greatest square of distance whose weight is worth offering, and a little more.
std::int32_t square_of(double least_weight) noexcept {
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::min(1 - least_weight * feature_square, most));
}

void match_signals(const RadioScene& scene, const FingerprintMap& map, const PackedCellPlaces& list, std::size_t most,
                   Matches& matches) noexcept {
    std::array<std::uint32_t, 4096> squares;
    const std::size_t n = distances(scene, map, list, squares);
    const auto rows = map.rows(list);
    const bool at_serving = list.key == scene.serving.key;
    Best best(most);
    std::int32_t farthest = std::numeric_limits<std::int32_t>::max();  // that may still be among the best
    for (std::size_t i = 0; i < n; ++i) {
        const auto square = static_cast<std::int32_t>(squares[i]);
        if (square > farthest || rows[i] >= map.fingerprints().size()) continue;
        const double other = i < list.own_count && at_serving ? 0 : tuning.serving_differs;
        best.offer(rows[i], -(square / feature_square + other));
        farthest = square_of(best.least());
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(4, best.view().size()); ++i)
        matches.best_distance -= best.view()[i].log_weight / 4;
    for (const Match& match : best.view()) {
        const auto& place = map.fingerprints()[match.fingerprint];
        matches.items[matches.count++] = {match.fingerprint,
                                          match.log_weight / tuning.signal_temperature + ta_weight(scene, place)};
    }
}

/// The cells of an LTE cell's eNodeB: the last byte numbers them (TS 36.300, 8.2).
std::pair<std::uint64_t, std::uint64_t> site_keys(const CellKey& cell) noexcept {
    return {cell.key & ~std::uint64_t{255}, cell.key | 255};
}

void match_context(const RadioScene& scene, const FingerprintMap& map, std::size_t most, Matches& matches) noexcept {
    Best best(most);
    const auto [first, last] = site_keys(scene.serving);
    const auto own = map.find(scene.serving.radio, scene.serving.key);
    const bool numbered_by_site = scene.serving.radio == Radio::lte;
    const bool whole_site = numbered_by_site && (scene.timing_advance.has_value() || !own);
    const auto lists = whole_site ? map.between(scene.serving.radio, first, last)
                                  : map.between(scene.serving.radio, scene.serving.key, scene.serving.key);
    for (const PackedCellPlaces& list : lists) {
        const double penalty = list.key == scene.serving.key ? 0 : tuning.other_cell;
        std::uint32_t index = list.own_first;
        matches.days = std::max<std::uint32_t>(matches.days, list.days);
        for (const PackedFingerprint& place : map.own(list)) {
            const double signals =
                density_weight(place) + ta_weight(scene, place) + serving_signal_weight(scene, place);
            // What is left to add is never a gain, and the dearest to know.
            if (signals - penalty > best.least())
                best.offer(index, signals + context_weight(scene, place, best.least() - signals + penalty) - penalty);
            ++index;
        }
    }
    for (const Match& match : best.view()) matches.items[matches.count++] = match;
}

}  // namespace

Matches match(const RadioScene& scene, const FingerprintMap& map, const Breadth& breadth) noexcept {
    Matches matches;
    if (map.empty()) return matches;
    const auto serving = map.find(scene.serving.radio, scene.serving.key);
    matches.at_serving_cell = serving && map.cells()[*serving].own_count > 0;
    if (serving) matches.observations = map.cells()[*serving].observations;
    if (!scene.has_neighbours) {
        const bool has_just_come = scene.stay_s == 0;
        match_context(scene, map, has_just_come ? breadth.at_hand_over : breadth.by_context, matches);
        return matches;
    }
    if (serving) {
        match_signals(scene, map, map.cells()[*serving], breadth.by_signals, matches);
        return matches;
    }
    for (const auto& heard : scene.all_heard()) {
        const auto cell = map.find(heard.cell.radio, heard.cell.key);
        if (!cell || map.cells()[*cell].row_count == 0) continue;
        match_signals(scene, map, map.cells()[*cell], breadth.by_signals, matches);
        break;
    }
    return matches;
}

}  // namespace simtrail
