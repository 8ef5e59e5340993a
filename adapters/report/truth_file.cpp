#include "adapters/report/truth_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace simtrail::report {

namespace {

/// The lines of a file, plain or gzip, without their ends.
class Lines {
   public:
    explicit Lines(const std::string& path) : file_(gzopen(path.c_str(), "rb"), gzclose) {
        if (!file_) throw std::runtime_error(path + ": " + std::strerror(errno));
    }

    /// False at the end. Throws on a damaged or truncated file.
    bool next(std::string& line) {
        line.clear();
        std::array<char, 4096> piece;
        while (gzgets(file_.get(), piece.data(), static_cast<int>(piece.size())) != nullptr) {
            line += piece.data();
            if (line.ends_with('\n')) break;
        }
        int error = Z_OK;
        const char* message = gzerror(file_.get(), &error);
        if (error != Z_OK && error != Z_STREAM_END) throw std::runtime_error(message);
        const bool something = !line.empty();
        while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
        return something;
    }

   private:
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

/// The fields of a CSV row (RFC 4180); nothing where a quote stays open.
std::optional<std::vector<std::string>> split(std::string_view row) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '"' && quoted && row.substr(i + 1).starts_with('"')) {
            fields.back() += row[i++];
        } else if (row[i] == '"') {
            quoted = !quoted;
        } else if (row[i] == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += row[i];
        }
    }
    if (quoted) return std::nullopt;
    return fields;
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
            if (found == names.end()) throw std::runtime_error("no column '" + std::string(name) + "' in the header");
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
        if (!fields || fields->size() < needed_) throw std::runtime_error("not enough fields");
        const auto msisdn = Msisdn::parse((*fields)[msisdn_]);
        if (!msisdn) throw std::runtime_error("msisdn is not 1 to 15 digits");
        const auto ts = number<std::int64_t>((*fields)[ts_]);
        if (!ts) throw std::runtime_error("ts is not a number of milliseconds");
        const auto lat = number<double>((*fields)[lat_]), lon = number<double>((*fields)[lon_]);
        if (!lat || !lon || !in_range(GeoPoint{*lon, *lat})) throw std::runtime_error("lat or lon is not on Earth");
        return {*msisdn, *ts, {*lon, *lat}};
    }

   private:
    std::size_t msisdn_, ts_, lat_, lon_, needed_;
};

std::vector<Truth> read_rows(Lines& lines, std::size_t& line_number) {
    std::string line;
    line_number = 1;
    if (!lines.next(line)) throw std::runtime_error("empty, without a header");
    const Columns columns(line);
    std::vector<Truth> truths;
    for (++line_number; lines.next(line); ++line_number)
        if (!line.empty()) truths.push_back(columns.read(line));
    return truths;
}

}  // namespace

std::vector<Truth> read_truth(const std::string& path) {
    Lines lines(path);
    std::size_t line_number = 0;
    try {
        return read_rows(lines, line_number);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(path + ":" + std::to_string(line_number) + ": " + error.what());
    }
}

}  // namespace simtrail::report
