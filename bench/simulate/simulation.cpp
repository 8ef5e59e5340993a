#include "bench/simulate/simulation.hpp"

#include <algorithm>

#include "bench/simulate/bad_lines.hpp"

namespace simtrail::simulate {

namespace {
constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms;
constexpr std::int64_t tomorrow_ms = 24 * hour_ms;

std::int64_t ms_between(double low, double high, Random& random) noexcept {
    return static_cast<std::int64_t>(random.between(low, high));
}
}  // namespace

Simulation::Simulation(const Settings& settings, const RoadNetwork& roads, const RadioNetwork& network)
    : settings_(settings), roads_(roads), network_(network) {
    subscribers_.reserve(settings.vehicles);
    for (std::uint32_t i = 0; i < settings.vehicles; ++i) {
        Random random{mixed(settings.seed * 0x9E3779B97F4A7C15ULL + i + 1)};
        const Vehicle vehicle{roads, random};
        // The first radio is the common one: two phones in three.
        const auto& radio = random.chance(2.0 / 3)
                                ? settings.radios.front()
                                : settings.radios[random.below(static_cast<std::uint32_t>(settings.radios.size()))];
        const bool tracked = random.uniform() < settings.tracked;
        subscribers_.push_back(
            {random, vehicle, Phone{radio, i}, settings.start_ms, 0, 0, settings.first_msisdn + i, tracked});
    }
}

/// Rounds of reports: within a round each vehicle has its slot, so that times rise without sorting.
void Simulation::run(Output& feed, Output& truth) {
    const auto vehicles = static_cast<std::int64_t>(subscribers_.size());
    Random jitter{mixed(settings_.seed ^ 0x6A6974746572ULL)};
    for (std::int64_t round = 0; summary_.clean < settings_.events; ++round) {
        for (std::int64_t i = 0; i < vehicles && summary_.clean < settings_.events; ++i) {
            const auto slot_ms = settings_.interval_ms * i / vehicles,
                       next_ms = settings_.interval_ms * (i + 1) / vehicles;
            const auto within_ms =
                jitter.below(static_cast<std::uint32_t>(std::max<std::int64_t>(next_ms - slot_ms, 1)));
            const auto ts_ms = settings_.start_ms + round * settings_.interval_ms + slot_ms + within_ms;
            deliver(ts_ms, feed);
            report(subscribers_[static_cast<std::size_t>(i)], ts_ms, feed, truth);
        }
    }
    deliver(INT64_MAX, feed);
}

void Simulation::report(Subscriber& subscriber, std::int64_t ts_ms, Output& feed, Output& truth) {
    auto& random = subscriber.random;
    subscriber.vehicle.drive(roads_, static_cast<double>(ts_ms - subscriber.moved_ms) / 1000, random);
    subscriber.moved_ms = ts_ms;
    if (subscriber.tracked && random.chance(settings_.dirt.silence))
        subscriber.silent_until_ms = ts_ms + ms_between(10 * minute_ms, 40 * minute_ms, random);
    if (ts_ms < subscriber.silent_until_ms) {
        ++summary_.silent_reports;
        return;
    }
    const Offset place = subscriber.vehicle.place(roads_);
    subscriber.phone.measure(network_, place, settings_.neighbours, random, measurement_, summary_.hand_overs);
    ++summary_.clean;
    const bool odd_signal = subscriber.tracked && random.chance(settings_.dirt.odd_signal);
    write_event(subscriber, ts_ms, place, odd_signal);
    if (!network_.sites()[network_.sectors()[measurement_.serving.sector].site].listed) ++summary_.unlisted_serving;
    if (!subscriber.tracked) {
        ++summary_.lines;
        ++summary_.outcomes["untracked"];
        feed.write(line_.text());
        return;
    }
    write_truth(subscriber, ts_ms, place, truth);
    send_dirty(subscriber, ts_ms, odd_signal, feed);
}

void Simulation::write_event(const Subscriber& subscriber, std::int64_t ts_ms, Offset place, bool odd_signal) {
    const auto& serving = network_.sectors()[measurement_.serving.sector];
    line_.clear();
    line_ << R"({"ts":)" << ts_ms << R"(,"msisdn":")" << static_cast<std::int64_t>(subscriber.msisdn)
          << R"(","radio":")" << name(serving.radio) << R"(","mcc":1,"mnc":1,"area":)" << serving.area << R"(,"cell":)"
          << static_cast<std::int64_t>(serving.cell);
    if (serving.radio != Radio::gsm) line_ << R"(,"pci":)" << serving.pci;
    line_ << R"(,"signal":)" << (odd_signal ? -200 : static_cast<std::int64_t>(measurement_.serving.signal_dbm));
    if (measurement_.timing_advance >= 0) line_ << R"(,"ta":)" << measurement_.timing_advance;
    for (std::size_t i = 0; i < measurement_.neighbour_count; ++i) {
        const auto& neighbour = network_.sectors()[measurement_.neighbours[i].sector];
        line_ << (i == 0 ? R"(,"neighbours":[{)" : ",{");
        if (subscriber.phone.names_by_pci())
            line_ << R"("pci":)" << neighbour.pci;
        else
            line_ << R"("cell":)" << static_cast<std::int64_t>(neighbour.cell) << R"(,"area":)" << neighbour.area;
        line_ << R"(,"signal":)" << static_cast<std::int64_t>(measurement_.neighbours[i].signal_dbm) << "}";
    }
    if (measurement_.neighbour_count > 0) line_ << "]";
    if (settings_.geotagged) {
        const auto at = displaced(city_centre, place);
        line_ << R"(,"lat":)";
        line_.degrees(at.lat_deg) << R"(,"lon":)";
        line_.degrees(at.lon_deg);
    }
    line_ << "}\n";
}

void Simulation::write_truth(const Subscriber& subscriber, std::int64_t ts_ms, Offset place, Output& truth) {
    const auto at = displaced(city_centre, place);
    truth_line_.clear();
    truth_line_ << static_cast<std::int64_t>(subscriber.msisdn) << "," << ts_ms << ",";
    truth_line_.degrees(at.lat_deg) << ",";
    truth_line_.degrees(at.lon_deg) << "\n";
    truth.write(truth_line_.text());
    ++summary_.truths;
}

/// The event, and what else goes wrong with it. At most one fault an event keeps the counts independent of one another.
void Simulation::send_dirty(Subscriber& subscriber, std::int64_t ts_ms, bool odd_signal, Output& feed) {
    const auto& dirt = settings_.dirt;
    auto& random = subscriber.random;
    const auto number = static_cast<std::uint32_t>(&subscriber - subscribers_.data());
    const Arrival now{ts_ms, 0, number, ts_ms, Delivery::event, {}};
    const auto later = [&](Delivery delivery, double low_ms, double high_ms) {
        under_way_.push({ts_ms + ms_between(low_ms, high_ms, random), 0, number, ts_ms, delivery, line_.text()});
    };
    double draw = random.uniform();
    const auto falls_on = [&draw](double share) { return (draw -= share) < 0; };
    const bool delayable = !under_way_.full() && !odd_signal;
    if (delayable && falls_on(dirt.reordered)) {
        ++summary_.reordered;
        return later(Delivery::event, 1000, 45'000);
    }
    if (delayable && falls_on(dirt.late)) {
        ++summary_.delayed;
        return later(Delivery::event, 2 * minute_ms, 20 * minute_ms);
    }
    if (delayable && falls_on(dirt.very_late)) {
        ++summary_.delayed;
        return later(Delivery::event, 65 * minute_ms, 110 * minute_ms);
    }
    Arrival event = now;
    event.line = line_.text();
    arrive(event, feed);
    if (odd_signal) ++summary_.odd_signals;
    if (delayable && falls_on(dirt.duplicates)) return later(Delivery::duplicate, 0, 20'000);
    if (falls_on(dirt.bad)) {
        const auto kind = bad_kinds[summary_.bad_lines++ % bad_kinds.size()];
        ++summary_.lines;
        ++summary_.outcomes[std::string{kind}];
        feed.write(spoilt(kind, std::string_view{line_.text()}.substr(0, line_.text().size() - 1)) + "\n");
    } else if (falls_on(dirt.future)) {
        ++summary_.lines;
        ++summary_.outcomes["future"];
        const auto tail = line_.text().find(',');
        feed.write("{\"ts\":" + std::to_string(ts_ms + tomorrow_ms) + line_.text().substr(tail));
    }
}

void Simulation::deliver(std::int64_t until_ms, Output& feed) {
    while (under_way_.due(until_ms)) arrive(under_way_.pop(), feed);
}

void Simulation::arrive(const Arrival& arrival, Output& feed) {
    auto& newest_ms = subscribers_[arrival.subscriber].newest_arrived_ms;
    ++summary_.lines;
    const bool stale = newest_ms - arrival.ts_ms > hour_ms;
    ++summary_.outcomes[arrival.delivery == Delivery::duplicate ? "duplicate" : stale ? "late" : "point"];
    newest_ms = std::max(newest_ms, arrival.ts_ms);
    feed.write(arrival.line);
}

void Simulation::write_tracked(Output& output) const {
    for (const auto& subscriber : subscribers_)
        if (subscriber.tracked) output.write(std::to_string(subscriber.msisdn) + "\n");
}

void write_towers(const RadioNetwork& network, const std::vector<Radio>& radios, Output& output) {
    output.write("radio,mcc,mnc,area,cell,pci,lon,lat,azimuth,beamwidth,height,eirp\n");
    TextLine row;
    for (const auto& sector : network.sectors()) {
        const auto& site = network.sites()[sector.site];
        if (!site.listed || std::ranges::find(radios, sector.radio) == radios.end()) continue;
        const auto at = displaced(city_centre, site.place);
        row.clear();
        row << name(sector.radio) << ",1,1," << sector.area << "," << static_cast<std::int64_t>(sector.cell) << ",";
        if (sector.radio != Radio::gsm) row << sector.pci;
        row << ",";
        row.degrees(at.lon_deg) << ",";
        row.degrees(at.lat_deg) << ",";
        if (sector.omni)
            row << ",360";
        else
            row << sector.azimuth_deg << ",70";
        row << "," << static_cast<std::int64_t>(site.height_m) << ","
            << static_cast<std::int64_t>(eirp_dbm(sector.radio)) << "\n";
        output.write(row.text());
    }
}

}  // namespace simtrail::simulate
