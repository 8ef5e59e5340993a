#include "adapters/cells/observation_reader.hpp"

#include <charconv>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include <simdjson.h>

#include "adapters/feed/csv_row.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/line_scan.hpp"

namespace simtrail::cells {

namespace {

using feed::Outcome;
using simdjson::SUCCESS;
using simdjson::ondemand::object;

constexpr std::uint64_t lines_between_progress = 4096;

/// What the feed's decoder leaves out of an observation.
struct Place {
    bool is_event = true;  // not an SMS or a control line
    std::optional<double> lon, lat;
};

/// Reads an observation's line in one format.
class ObservationFormat {
   public:
    virtual ~ObservationFormat() = default;
    virtual std::expected<Place, Outcome> place_of(std::string_view line) = 0;
    virtual feed::LineDecoder& decoder() = 0;
};

class JsonObservations final : public ObservationFormat {
   public:
    std::expected<Place, Outcome> place_of(std::string_view line) override {
        simdjson::ondemand::document document;
        object event;
        const simdjson::padded_string_view padded(line, line.size() + LineSource::line_padding);
        if (parser_.iterate(padded).get(document) != SUCCESS) return std::unexpected(Outcome::not_json);
        if (document.get_object().get(event) != SUCCESS) return std::unexpected(Outcome::not_an_object);
        std::string_view type;
        Place place;
        place.is_event = event.find_field_unordered("type").get(type) != SUCCESS || type == "cell";
        if (!read(event, "lon", place.lon) || !read(event, "lat", place.lat))
            return std::unexpected(Outcome::wrong_type);
        return place;
    }
    feed::LineDecoder& decoder() override { return *decoder_; }

   private:
    /// False where it is there and no number.
    static bool read(object& event, std::string_view key, std::optional<double>& coordinate) {
        simdjson::ondemand::value value;
        if (event.find_field_unordered(key).get(value) != SUCCESS) return true;
        bool is_null = false;
        if (value.is_null().get(is_null) == SUCCESS && is_null) return true;
        double number = 0;
        if (value.get_double().get(number) != SUCCESS) return false;
        coordinate = number;
        return true;
    }

    std::unique_ptr<feed::LineDecoder> decoder_ = feed::make_json_decoder({});
    simdjson::ondemand::parser parser_;
};

class CsvObservations final : public ObservationFormat {
   public:
    /// The error names what is wrong with the header.
    static std::expected<std::unique_ptr<CsvObservations>, std::string> under(std::string_view header) {
        auto decoder = feed::make_csv_decoder(header, {});
        if (!decoder) return std::unexpected(decoder.error());
        auto format = std::unique_ptr<CsvObservations>(new CsvObservations(*std::move(decoder)));
        feed::CsvRow row(feed::without_mark(header), format->unquoted_);
        while (const auto name = row.next()) format->columns_.push_back(coordinate_named(*name));
        return format;
    }
    std::expected<Place, Outcome> place_of(std::string_view line) override {
        Place place;
        feed::CsvRow row(line, unquoted_);
        for (const auto column : columns_) {
            const auto field = row.next();
            if (!field) break;
            if (column == nullptr || field->empty()) continue;
            double number = 0;
            const auto read = std::from_chars(field->data(), field->data() + field->size(), number);
            if (read.ec != std::errc() || read.ptr != field->data() + field->size())
                return std::unexpected(Outcome::wrong_type);
            place.*column = number;
        }
        return place;
    }
    feed::LineDecoder& decoder() override { return *decoder_; }

   private:
    using Coordinate = std::optional<double> Place::*;
    explicit CsvObservations(std::unique_ptr<feed::LineDecoder> decoder) : decoder_(std::move(decoder)) {
        unquoted_.reserve(feed::max_line_bytes);
    }
    static Coordinate coordinate_named(std::string_view name) {
        if (name == "lon") return &Place::lon;
        return name == "lat" ? &Place::lat : nullptr;
    }

    std::unique_ptr<feed::LineDecoder> decoder_;
    std::vector<Coordinate> columns_;  // null: another
    std::string unquoted_;
};

class ObservationLines {
   public:
    ObservationLines(const TakeObservation& take, const TellRejection& tell) : take_(take), tell_(tell) {}

    void read(const std::filesystem::path& path, const ReadProgress& progress) {
        LineSource lines(path);
        std::unique_ptr<ObservationFormat> format;
        while (const auto line = lines.next()) {
            if (feed::scan::is_blank(*line)) {
                ++counts_.other;
            } else if (format) {
                take(*line, *format, path, lines.line_number());
            } else if (feed::looks_like_csv_header(*line)) {
                format = under_header(*line, path);
                ++counts_.other;
            } else {
                format = std::make_unique<JsonObservations>();
                take(*line, *format, path, lines.line_number());
            }
            if (progress && lines.line_number() % lines_between_progress == 0)
                progress(lines.bytes_read(), lines.bytes_total());
        }
    }

    const ObservationCounts& counts() const noexcept { return counts_; }

   private:
    static std::unique_ptr<ObservationFormat> under_header(std::string_view header, const std::filesystem::path& path) {
        auto format = CsvObservations::under(header);
        if (!format) throw CellFileError(path.string() + ": " + format.error());
        return *std::move(format);
    }

    void take(std::string_view line, ObservationFormat& format, const std::filesystem::path& path,
              std::uint64_t number) {
        const auto taken = take(line, format);
        if (taken) return;
        ++counts_.rejected;
        ++counts_.reasons[taken.error()];
        if (tell_) tell_(path, number, taken.error());
    }

    std::expected<void, Outcome> take(std::string_view line, ObservationFormat& format) {
        if (line.size() > feed::max_line_bytes) return std::unexpected(Outcome::oversized);
        const auto place = format.place_of(line);
        if (!place) return std::unexpected(place.error());
        if (!place->is_event) {
            ++counts_.other;
            return {};
        }
        if (const auto decoded = format.decoder().decode(line, observation_.event, counts_.reasons); !decoded)
            return decoded;
        if (place->lon.has_value() != place->lat.has_value()) return std::unexpected(Outcome::missing_field);
        observation_.place.reset();
        if (place->lon) observation_.place = GeoPoint{*place->lon, *place->lat};
        if (!take_(observation_)) return std::unexpected(Outcome::out_of_range);
        ++(observation_.place ? counts_.learnt : counts_.without_place);
        return {};
    }

    const TakeObservation& take_;
    const TellRejection& tell_;
    Observation observation_{{.msisdn = *Msisdn::parse("0")}, {}};
    ObservationCounts counts_;
};

}  // namespace

ObservationCounts read_observations(std::span<const std::filesystem::path> files, const TakeObservation& take,
                                    const ReadProgress& progress, const TellRejection& tell) {
    ObservationLines observations(take, tell);
    for (const auto& path : files) observations.read(path, progress);
    return observations.counts();
}

}  // namespace simtrail::cells
