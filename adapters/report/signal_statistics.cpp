#include "adapters/report/signal_statistics.hpp"

#include <algorithm>

#include "adapters/report/model_statistics.hpp"
#include "engine/cells/cell_layout.hpp"

namespace simtrail::report {

namespace {

std::optional<CellSignal> signal_of(const PackedCellPlaces& cell) {
    if (cell.own_count == 0 || cell.signal_16th_dbm == PackedFingerprint::no_signal) return std::nullopt;
    CellSignal signal{
        .identity = cell_layout::identity_of(static_cast<Radio>(cell.radio % radio_names.size()), cell.key),
        .observations = cell.observations,
        .mean_dbm = cell.signal_16th_dbm / 16.0,
        .deviation_db = cell.signal_deviation_16ths / 16.0};
    if (cell.ta_8ths_and_one != PackedCellPlaces::no_ta) signal.timing_advance = (cell.ta_8ths_and_one - 1) / 8.0;
    return signal;
}

template <class Of>
Quantiles quantiles_over(const std::vector<CellSignal>& cells, Of of) {
    std::vector<double> values;
    for (const CellSignal& cell : cells)
        if (const std::optional<double> value = of(cell)) values.push_back(*value);
    return quantiles_of(std::move(values));
}

/// The cells with the greatest value, greatest first; of equal ones in the order of the file.
template <class Of>
std::vector<CellSignal> most(const std::vector<CellSignal>& cells, Of of) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (cells[i].observations >= few_observations) order.push_back(i);
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return of(cells[a]) != of(cells[b]) ? of(cells[a]) > of(cells[b]) : a < b;
    });
    order.resize(std::min(order.size(), SignalStatistics::listed));
    std::vector<CellSignal> listed;
    for (const std::size_t i : order) listed.push_back(cells[i]);
    return listed;
}

}  // namespace

std::optional<SignalStatistics> describe_signals(const FingerprintMap& map) {
    std::vector<CellSignal> cells;
    for (const PackedCellPlaces& cell : map.cells())
        if (const auto signal = signal_of(cell)) cells.push_back(*signal);
    if (cells.empty()) return std::nullopt;
    const auto weakness = [](const CellSignal& cell) { return -cell.mean_dbm; };
    const auto width = [](const CellSignal& cell) { return cell.deviation_db; };
    return SignalStatistics{
        .cells = cells.size(),
        .with_timing_advance = static_cast<std::size_t>(
            std::ranges::count_if(cells, [](const CellSignal& cell) { return cell.timing_advance.has_value(); })),
        .below_zero_db = quantiles_over(cells, weakness),
        .deviation_db = quantiles_over(cells, width),
        .timing_advance = quantiles_over(cells, [](const CellSignal& cell) { return cell.timing_advance; }),
        .weakest = most(cells, weakness),
        .widest = most(cells, width)};
}

}  // namespace simtrail::report
