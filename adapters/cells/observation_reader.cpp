#include "adapters/cells/observation_reader.hpp"

#include <optional>

#include <simdjson.h>

namespace simtrail::cells {

namespace {

using simdjson::ondemand::object;

constexpr std::uint64_t lines_between_progress = 4096;

std::optional<std::uint64_t> number(object& event, std::string_view key) {
    std::uint64_t value = 0;
    if (event.find_field_unordered(key).get(value)) return std::nullopt;
    return value;
}

std::optional<double> coordinate(object& event, std::string_view key) {
    double value = 0;
    if (event.find_field_unordered(key).get(value)) return std::nullopt;
    return value;
}

std::optional<CellIdentity> serving_cell(object& event) {
    std::string_view radio_name;
    if (event.find_field_unordered("radio").get(radio_name)) return std::nullopt;
    const auto radio = parse_radio(radio_name);
    const auto mcc = number(event, "mcc"), mnc = number(event, "mnc"), cell = number(event, "cell");
    if (!radio || !mcc || !mnc || !cell || *mcc > max_mcc || *mnc > max_mnc) return std::nullopt;
    CellIdentity identity{*radio, {static_cast<std::uint16_t>(*mcc), static_cast<std::uint16_t>(*mnc)}, {}, *cell};
    if (const auto area = number(event, "area"); area && *area <= max_area(*radio))
        identity.area = static_cast<std::uint32_t>(*area);
    return identity;
}

void take_event(object& event, CellLearner& learner, ObservationCounts& counts) {
    std::string_view type;
    if (!event.find_field_unordered("type").get(type) && type != "cell") {
        ++counts.other;
        return;
    }
    const auto lon = coordinate(event, "lon"), lat = coordinate(event, "lat");
    const auto identity = serving_cell(event);
    std::optional<std::uint16_t> pci;
    if (const auto value = number(event, "pci"); value && identity && *value <= max_pci(identity->radio))
        pci = static_cast<std::uint16_t>(*value);
    if (identity && !lon && !lat)
        ++counts.without_place;
    else if (identity && lon && lat && learner.observe(*identity, pci, {*lon, *lat}))
        ++counts.learnt;
    else
        ++counts.rejected;
}

void take_line(simdjson::ondemand::parser& parser, std::string_view line, CellLearner& learner,
               ObservationCounts& counts) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
        ++counts.other;
        return;
    }
    simdjson::ondemand::document document;
    object event;
    const simdjson::padded_string_view padded(line, line.size() + LineSource::line_padding);
    if (parser.iterate(padded).get(document) || document.get_object().get(event))
        ++counts.rejected;
    else
        take_event(event, learner, counts);
}

}  // namespace

ObservationCounts read_observations(std::span<const std::filesystem::path> files, CellLearner& learner,
                                    const ReadProgress& progress) {
    ObservationCounts counts;
    simdjson::ondemand::parser parser;
    for (const auto& path : files) {
        LineSource lines(path);
        while (const auto line = lines.next()) {
            take_line(parser, *line, learner, counts);
            if (progress && lines.line_number() % lines_between_progress == 0)
                progress(lines.bytes_read(), lines.bytes_total());
        }
    }
    return counts;
}

}  // namespace simtrail::cells
