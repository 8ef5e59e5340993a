#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "engine/geojson/segment.hpp"
#include "engine/geojson/segment_grammar.hpp"

namespace simtrail::geojson {

namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes a segment's text from the front. Every step returns false where the text is not what the writer writes, and
/// the parse ends there.
class SegmentParser {
   public:
    explicit SegmentParser(std::string_view text) noexcept : begin_(text.data()), rest_(text) {}

    bool parse() {
        return geometry() && sequence() && times() && accuracies() && confidences() && reasons() && radios() &&
               take(grammar::end) && rest_.empty();
    }
    std::vector<TracePoint>& points() noexcept { return points_; }
    std::size_t offset() const noexcept { return static_cast<std::size_t>(rest_.data() - begin_); }

   private:
    bool take(std::string_view expected) noexcept {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    /// An integer in its one shortest form ("-0" and "007" are damage), from min to max.
    template <class Integer>
    bool integer(Integer& value, Integer min = std::numeric_limits<Integer>::min(),
                 Integer max = std::numeric_limits<Integer>::max()) noexcept {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{} || value < min || value > max) return false;
        const auto length = static_cast<std::size_t>(end - rest_.data());
        const bool starts_with_zero = rest_.starts_with('0') || rest_.starts_with("-0");
        if (starts_with_zero && length > 1) return false;
        rest_.remove_prefix(length);
        return true;
    }

    /// Up to five decimals, as hundred-thousandths; the last one is not a zero.
    bool decimals(std::int32_t& fraction_e5) noexcept {
        std::size_t digits = 0;
        fraction_e5 = 0;
        for (std::int32_t place = 10'000; place > 0 && digits < rest_.size() && is_digit(rest_[digits]); place /= 10)
            fraction_e5 += (rest_[digits++] - '0') * place;
        if (digits == 0 || rest_[digits - 1] == '0') return false;
        rest_.remove_prefix(digits);
        return true;
    }

    bool degrees(std::int32_t& value_e5, std::int32_t max_e5) noexcept {
        const bool negative = take("-");
        std::int32_t whole = 0, fraction_e5 = 0;
        if (!integer(whole, 0, max_e5 / 100'000)) return false;
        if (take(".") && !decimals(fraction_e5)) return false;
        const std::int32_t magnitude = whole * 100'000 + fraction_e5;
        value_e5 = negative ? -magnitude : magnitude;
        return magnitude <= max_e5 && !(negative && magnitude == 0);
    }

    bool position() {
        TracePoint& point = points_.emplace_back();
        return degrees(point.lon_e5, grammar::max_lon_e5) && take(",") && degrees(point.lat_e5, grammar::max_lat_e5);
    }

    bool geometry() {
        if (take(grammar::point_opening)) return position() && take(grammar::point_end);
        if (!take(grammar::line_opening)) return false;
        do {
            if (points_.size() == max_segment_points || !position()) return false;
        } while (take(grammar::between_coordinates));
        return points_.size() > 1 && take(grammar::line_end);
    }

    bool sequence() noexcept {
        const auto following = static_cast<std::uint32_t>(points_.size() - 1);
        std::uint32_t seq = 0;
        if (!take(grammar::seq) || !integer(seq, 0U, std::numeric_limits<std::uint32_t>::max() - following))
            return false;
        for (TracePoint& point : points_) point.seq = seq++;
        return true;
    }

    bool times() noexcept {
        std::int64_t now = 0;
        bool first = true;
        for (TracePoint& point : points_) {
            std::int64_t step = 0;
            if (!take(first ? grammar::tis : ",") || !integer(step) || __builtin_add_overflow(now, step, &now))
                return false;
            point.tis_ms = now;
            first = false;
        }
        return true;
    }

    bool accuracies() noexcept {
        bool first = true;
        for (TracePoint& point : points_) {
            if (!take(first ? grammar::accuracy : ",") || !integer(point.accuracy_m)) return false;
            first = false;
        }
        return true;
    }

    bool confidences() noexcept {
        if (!take(grammar::confidence) || rest_.size() < points_.size()) return false;
        for (TracePoint& point : points_) {
            const std::size_t level = grammar::confidence_letters.find(rest_.front());
            if (level == std::string_view::npos) return false;
            point.confidence = static_cast<Confidence>(level);
            rest_.remove_prefix(1);
        }
        return true;
    }

    /// Ascending indices of the points that have `reason`, and the closing bracket.
    bool indices_having(ErrorReason reason) noexcept {
        std::size_t least = 0;
        do {
            std::size_t index = 0;
#ifdef SIMTRAIL_PLANTED_BUGS
            const std::size_t last = points_.size();  // one too far
#else
            const std::size_t last = points_.size() - 1;
#endif
            if (!integer(index, least, last)) return false;
            points_[index].reasons.add(reason);
            least = index + 1;
        } while (take(","));
        return take("]");
    }

    bool reasons() noexcept {
        if (take(grammar::no_error_reason)) return true;
        if (!take(grammar::error_reason)) return false;
        std::size_t reason = 0;
        do {
            while (reason < error_reason_names.size() && !take(error_reason_names[reason])) ++reason;
            if (reason == error_reason_names.size()) return false;
            if (!take(R"(":[)") || !indices_having(static_cast<ErrorReason>(reason++))) return false;
        } while (take(R"(,")"));
        return take(grammar::error_reason_end);
    }

    std::optional<Radio> radio_name() noexcept {
        if (!take("\"")) return std::nullopt;
        for (std::size_t radio = 0; radio < radio_names.size(); ++radio)
            if (take(radio_names[radio])) return take("\"") ? std::optional{static_cast<Radio>(radio)} : std::nullopt;
        return std::nullopt;
    }

    bool mixed_radios() noexcept {
        bool first = true, mixed = false;
        for (TracePoint& point : points_) {
            if (!first && !take(",")) return false;
            const auto radio = radio_name();
            if (!radio) return false;
            point.radio = *radio;
            mixed |= point.radio != points_.front().radio;
            first = false;
        }
        return mixed && take("]");
    }

    bool radios() noexcept {
        if (take("[")) return mixed_radios();
        const auto radio = radio_name();
        if (!radio) return false;
        for (TracePoint& point : points_) point.radio = *radio;
        return true;
    }

    const char* begin_;
    std::string_view rest_;
    std::vector<TracePoint> points_;
};

}  // namespace

std::expected<std::vector<TracePoint>, std::string> parse_segment(std::string_view text) {
    SegmentParser parser(text);
    if (!parser.parse()) return std::unexpected("segment damaged at byte " + std::to_string(parser.offset()));
    return std::move(parser.points());
}

}  // namespace simtrail::geojson
