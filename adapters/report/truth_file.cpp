#include "adapters/report/truth_file.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "adapters/feed/byte_source.hpp"
#include "adapters/feed/csv_row.hpp"

namespace simtrail::report {

namespace {

constexpr std::size_t max_row_bytes = 64 * 1024;  // no row is longer; bounds what a hostile file takes

/// What is wrong with a row; which row is added on the way out.
struct BadRow : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The lines of a file, plain or gzip, without their line feeds.
class Lines {
   public:
    explicit Lines(const std::string& path) : buffer_(256 * 1024) {
        auto source = feed::open_bytes(path);
        if (!source) throw std::runtime_error(source.error());
        source_ = std::move(*source);
    }

    /// False at the end. Throws on a damaged or truncated file: half a truth in silence would be worse than none.
    bool next(std::string& line) {
        line.clear();
        while (!unread_.empty() || refill()) {
            const auto end = unread_.find('\n');
            line += unread_.substr(0, end);
            if (line.size() > max_row_bytes) throw BadRow("longer than 64 KiB");
            if (end != std::string_view::npos) {
                unread_.remove_prefix(end + 1);
                return true;
            }
            unread_ = {};
        }
        return !line.empty();
    }

   private:
    bool refill() {
        const auto size = source_->read(buffer_);
        if (!size) throw std::runtime_error(size.error());
        if (*size == 0)
            if (const auto damage = source_->truncated()) throw std::runtime_error(*damage);
        unread_ = {buffer_.data(), *size};
        return *size > 0;
    }

    std::unique_ptr<feed::ByteSource> source_;
    std::vector<char> buffer_;
    std::string_view unread_;  // of the buffer
};

/// The fields of a CSV row; nothing where a quote is out of place.
std::optional<std::vector<std::string>> split(std::string_view row) {
    std::string unquoted;
    unquoted.reserve(row.size());
    feed::CsvRow fields(row, unquoted);
    std::vector<std::string> texts;
    while (const auto field = fields.next()) texts.emplace_back(*field);
    if (!fields.ended_well()) return std::nullopt;
    return texts;
}

template <class Number>
std::optional<Number> number(std::string_view text) noexcept {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Which field is which.
class Columns {
   public:
    explicit Columns(std::string_view header) {
        if (header.starts_with("\xef\xbb\xbf")) header.remove_prefix(3);
        const auto names = split(header).value_or(std::vector<std::string>{});
        const auto column = [&names](std::string_view name) {
            const auto found = std::ranges::find(names, name);
            if (found == names.end()) throw BadRow("no column '" + std::string(name) + "' in the header");
            return static_cast<std::size_t>(found - names.begin());
        };
        msisdn_ = column("msisdn");
        ts_ = column("ts");
        lat_ = column("lat");
        lon_ = column("lon");
        needed_ = std::max({msisdn_, ts_, lat_, lon_}) + 1;
    }

    Truth read(std::string_view row) const {
        const auto fields = split(row);
        if (!fields || fields->size() < needed_) throw BadRow("not enough fields");
        const auto msisdn = Msisdn::parse((*fields)[msisdn_]);
        if (!msisdn) throw BadRow("msisdn is not 1 to 15 digits");
        const auto ts = number<std::int64_t>((*fields)[ts_]);
        if (!ts) throw BadRow("ts is not a number of milliseconds");
        const auto lat = number<double>((*fields)[lat_]), lon = number<double>((*fields)[lon_]);
        if (!lat || !lon || !in_range(GeoPoint{*lon, *lat})) throw BadRow("lat or lon is not on Earth");
        return {*msisdn, *ts, {*lon, *lat}};
    }

   private:
    std::size_t msisdn_, ts_, lat_, lon_, needed_;
};

std::vector<Truth> read_rows(Lines& lines, std::size_t& line_number) {
    std::string line;
    line_number = 1;
    if (!lines.next(line)) throw BadRow("empty, without a header");
    const Columns columns(line);
    std::vector<Truth> truths;
    for (++line_number; lines.next(line); ++line_number)
        if (!line.empty() && line != "\r") truths.push_back(columns.read(line));
    return truths;
}

}  // namespace

std::vector<Truth> read_truth(const std::string& path) {
    Lines lines(path);
    std::size_t line_number = 0;
    try {
        return read_rows(lines, line_number);
    } catch (const BadRow& error) {
        throw std::runtime_error(path + ":" + std::to_string(line_number) + ": " + error.what());
    }
}

}  // namespace simtrail::report
