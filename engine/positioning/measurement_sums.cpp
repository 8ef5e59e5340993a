#include "engine/positioning/measurement_sums.hpp"

#include <algorithm>
#include <cmath>

namespace simtrail {

namespace {

constexpr std::int64_t signal_parts = 16, advance_parts = 8;

}  // namespace

void MeasurementSums::Sum::add(std::int64_t value, std::uint64_t deviation, std::uint64_t times) noexcept {
    total += value * static_cast<std::int64_t>(times);
    squares += (static_cast<std::uint64_t>(value * value) + deviation * deviation) * times;
    count += times;
}

std::int64_t MeasurementSums::Sum::mean() const noexcept {
    return count == 0 ? 0 : std::llround(static_cast<double>(total) / static_cast<double>(count));
}

std::uint16_t MeasurementSums::Sum::deviation() const noexcept {
    if (count == 0) return 0;
    const double n = static_cast<double>(count), centre = static_cast<double>(total) / n;
    const double variance = std::max(static_cast<double>(squares) / n - centre * centre, 0.0);
    return static_cast<std::uint16_t>(std::min(std::round(std::sqrt(variance)), 65'535.0));
}

void MeasurementSums::note(std::optional<std::int16_t> signal_dbm,
                           std::optional<std::uint16_t> timing_advance) noexcept {
    if (signal_dbm) signal_16ths_.add(signal_parts * *signal_dbm, 0, 1);
    if (timing_advance) advance_8ths_.add(advance_parts * *timing_advance, 0, 1);
}

void MeasurementSums::add_earlier(const PackedCellPlaces& cell) noexcept {
    if (cell.signal_16th_dbm != PackedFingerprint::no_signal)
        signal_16ths_.add(cell.signal_16th_dbm, cell.signal_deviation_16ths, cell.observations);
    if (cell.ta_8ths_and_one != PackedCellPlaces::no_ta)
        advance_8ths_.add(cell.ta_8ths_and_one - 1, cell.ta_deviation_8ths, cell.observations);
}

void MeasurementSums::pack_into(PackedCellPlaces& cell) const noexcept {
    cell.signal_16th_dbm = static_cast<std::int16_t>(signal_16ths_.mean());
    cell.signal_deviation_16ths = signal_16ths_.deviation();
    if (advance_8ths_.count == 0) return;
    cell.ta_8ths_and_one = static_cast<std::uint16_t>(std::clamp<std::int64_t>(advance_8ths_.mean() + 1, 1, 65'535));
    cell.ta_deviation_8ths = advance_8ths_.deviation();
}

}  // namespace simtrail
