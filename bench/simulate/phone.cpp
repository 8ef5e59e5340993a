#include "bench/simulate/phone.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/events/cell_event.hpp"

namespace simtrail::simulate {

namespace {
constexpr double hysteresis_db = 3, measurement_noise_db = 1.5, neighbour_window_db = 25;
constexpr double ranging_noise_m = 25;

int timing_advance(Radio radio, double distance_m, Random& random) noexcept {
    if (radio == Radio::umts) return -1;
    const double heard_m = std::max(0.0, distance_m + ranging_noise_m * random.normal());
    return static_cast<int>(heard_m / timing_advance_step_m(radio));
}
}  // namespace

void Phone::measure(const RadioNetwork& network, Offset place, std::size_t neighbours, Random& random,
                    Measurement& report, HandOvers& hand_overs) {
    HeardCells heard;
    network.listen(radio_, place, heard);
    const auto all = std::span{heard.items}.first(heard.size);
    for (auto& cell : all) cell.signal_dbm += measurement_noise_db * random.normal();
    auto best = std::ranges::max_element(all, {}, &Heard::signal_dbm);
    const auto current = std::ranges::find(all, serving_, &Heard::sector);
    ++reports_since_;
    if (current != all.end() && current->signal_dbm + hysteresis_db >= best->signal_dbm) {
        best = current;
    } else if (serving_ != nowhere) {
        ++hand_overs.all;
        if (best->sector == previous_ && reports_since_ <= 2) ++hand_overs.ping_pongs;
    }
    if (best->sector != serving_) {
        previous_ = serving_;
        serving_ = best->sector;
        reports_since_ = 0;
    }
    report.serving = *best;
    report.timing_advance = timing_advance(radio_, network.distance_m(serving_, place), random);
    report.neighbour_count = 0;
    if (neighbours == 0) return;
    std::ranges::sort(all, std::greater{}, &Heard::signal_dbm);
    for (const auto& cell : all) {
        if (report.neighbour_count == neighbours || cell.signal_dbm < all.front().signal_dbm - neighbour_window_db)
            break;
        if (cell.sector != serving_) report.neighbours[report.neighbour_count++] = cell;
    }
}

}  // namespace simtrail::simulate
