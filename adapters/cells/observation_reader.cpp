#include "adapters/cells/observation_reader.hpp"

#include <memory>
#include <optional>

#include <simdjson.h>

#include "adapters/feed/line_decoder.hpp"

namespace simtrail::cells {

namespace {

using simdjson::SUCCESS;
using simdjson::ondemand::object;

constexpr std::uint64_t lines_between_progress = 4096;

std::optional<double> coordinate(object& event, std::string_view key) {
    double value = 0;
    if (event.find_field_unordered(key).get(value) != SUCCESS) return std::nullopt;
    return value;
}

/// What the feed's decoder leaves out of an observation.
struct Place {
    bool is_event = true;  // not an SMS or a control line
    std::optional<double> lon, lat;
};

class ObservationLines {
   public:
    explicit ObservationLines(const TakeObservation& take) : take_(take) {}

    void take(std::string_view line) {
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            ++counts_.other;
            return;
        }
        const auto place = place_of(line);
        if (place && !place->is_event)
            ++counts_.other;
        else if (!place || line.size() > feed::max_line_bytes || !decoder_->decode(line, observation_.event, drops_))
            ++counts_.rejected;
        else
            take(*place);
    }

    const ObservationCounts& counts() const noexcept { return counts_; }

   private:
    void take(const Place& place) {
        observation_.place.reset();
        const bool half = place.lon.has_value() != place.lat.has_value();
        if (place.lon && place.lat) observation_.place = GeoPoint{*place.lon, *place.lat};
        if (half || !take_(observation_))
            ++counts_.rejected;
        else
            ++(observation_.place ? counts_.learnt : counts_.without_place);
    }

    std::optional<Place> place_of(std::string_view line) {
        simdjson::ondemand::document document;
        object event;
        const simdjson::padded_string_view padded(line, line.size() + LineSource::line_padding);
        if (parser_.iterate(padded).get(document) != SUCCESS || document.get_object().get(event) != SUCCESS)
            return std::nullopt;
        std::string_view type;
        const bool is_event = event.find_field_unordered("type").get(type) != SUCCESS || type == "cell";
        return Place{is_event, coordinate(event, "lon"), coordinate(event, "lat")};
    }

    const TakeObservation& take_;
    std::unique_ptr<feed::LineDecoder> decoder_ = feed::make_json_decoder({});
    simdjson::ondemand::parser parser_;
    Observation observation_{{.msisdn = *Msisdn::parse("0")}, {}};
    feed::OutcomeCounts drops_{};
    ObservationCounts counts_;
};

}  // namespace

ObservationCounts read_observations(std::span<const std::filesystem::path> files, const TakeObservation& take,
                                    const ReadProgress& progress) {
    ObservationLines observations(take);
    for (const auto& path : files) {
        LineSource lines(path);
        while (const auto line = lines.next()) {
            observations.take(*line);
            if (progress && lines.line_number() % lines_between_progress == 0)
                progress(lines.bytes_read(), lines.bytes_total());
        }
    }
    return observations.counts();
}

}  // namespace simtrail::cells
