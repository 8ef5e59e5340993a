// Segments: hostile text is refused or is, to the byte, what the writer would write; and what the writer writes comes
// back. The input is taken as text; and as made points, whose text is then damaged where the input's tail says.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "engine/geojson/segment.hpp"

namespace {

using simtrail::TracePoint;
using simtrail::geojson::append_segment;
using simtrail::geojson::parse_segment;

void require(bool holds) {
    if (!holds) std::abort();
}

void refused_or_canonical(std::string_view text) {
    const auto points = parse_segment(text);
    if (!points) return;
    std::string again;
    append_segment(again, *points);
    require(again == text);
}

/// Input bytes, zeros when they run out.
class Bytes {
   public:
    explicit Bytes(std::string_view bytes) : rest_(bytes) {}
    bool empty() const { return rest_.empty(); }

    template <class Integer>
    Integer take() {
        Integer value{};
        const std::size_t size = std::min(sizeof value, rest_.size());
        std::memcpy(&value, rest_.data(), size);
        rest_.remove_prefix(size);
        return value;
    }

   private:
    std::string_view rest_;
};

std::vector<TracePoint> made_points(Bytes& bytes) {
    std::vector<TracePoint> points(1U + bytes.take<std::uint8_t>() % 5);
    auto seq = bytes.take<std::uint32_t>() % 1'000'000;
    for (TracePoint& point : points) {
        point.seq = seq++;
        point.tis_ms = bytes.take<std::int64_t>() / 4;
        point.lon_e5 = bytes.take<std::int32_t>() % 18'000'001;
        point.lat_e5 = bytes.take<std::int32_t>() % 9'000'001;
        point.accuracy_m = bytes.take<std::uint32_t>();
        point.confidence = static_cast<simtrail::Confidence>(bytes.take<std::uint8_t>() % 4);
        point.reasons = simtrail::ErrorReasons::from_bits(bytes.take<std::uint16_t>());
        point.radio = static_cast<simtrail::Radio>(bytes.take<std::uint8_t>() % 4);
    }
    return points;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    refused_or_canonical(input);

    Bytes bytes(input);
    const auto points = made_points(bytes);
    std::string text;
    append_segment(text, points);
    require(parse_segment(text) == points);

    while (!bytes.empty()) text[bytes.take<std::uint16_t>() % text.size()] = bytes.take<char>();
    refused_or_canonical(text);
    return 0;
}
