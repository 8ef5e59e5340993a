#include <simdjson.h>

#include <algorithm>
#include <array>
#include <vector>

#include "adapters/feed/csv_row.hpp"
#include "adapters/feed/event_fields.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/line_scan.hpp"

namespace simtrail::feed {

namespace {

constexpr std::array required_columns{Field::ts, Field::msisdn, Field::radio, Field::mcc, Field::mnc, Field::cell};

/// A number of a spreadsheet: as in JSON, with leading zeros allowed (mnc `01`).
NumberField csv_number(std::string_view text) noexcept {
    if (text.empty()) return {};
    while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') text.remove_prefix(1);
    return parse_number(text);
}

/// `pci:signal` or `area-cell:signal`.
void read_neighbour(std::string_view item, EventFields& fields) noexcept {
    const auto colon = item.find(':');
    if (colon == item.npos) return fields.drop_neighbour();
    auto* const neighbour = fields.add_neighbour();
    if (!neighbour) return;
    const auto identity = item.substr(0, colon);
    const auto dash = identity.find('-');
    neighbour->signal = csv_number(item.substr(colon + 1));
    if (dash == identity.npos) {
        neighbour->pci = csv_number(identity);
    } else {
        neighbour->area = csv_number(identity.substr(0, dash));
        neighbour->cell = csv_number(identity.substr(dash + 1));
    }
}

void read_neighbours(std::string_view list, EventFields& fields) noexcept {
    while (!list.empty()) {
        const auto end = std::min(list.find('|'), list.size());
        read_neighbour(list.substr(0, end), fields);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

void read_field(Field field, std::string_view text, EventFields& fields) noexcept {
    if (is_number(field)) fields.number(field) = csv_number(text);
    if (is_text(field) && !text.empty()) fields.text(field) = {text, TextField::Spelling::text};
    if (field == Field::neighbours) read_neighbours(text, fields);
}

/// What each column of a header holds.
class Columns {
   public:
    /// The error names the column that is missing or there twice.
    static std::expected<Columns, std::string> of(std::string_view header) {
        Columns columns;
        std::string unquoted;
        CsvRow row(without_mark(header), unquoted);
        while (const auto title = row.next()) {
            const auto field = field_named(*title);
            if (field != Field::unknown && columns.position(field))
                return std::unexpected("the CSV header has the column '" + std::string(*title) + "' twice");
            columns.fields_.push_back(field);
        }
        if (!row.ended_well()) return std::unexpected("the CSV header's quotes do not match");
        for (const auto field : required_columns)
            if (!columns.position(field))
                return std::unexpected("the CSV header has no column '" + std::string(name(field)) + "'");
        return columns;
    }

    std::optional<std::size_t> position(Field field) const noexcept {
        const auto found = std::ranges::find(fields_, field);
        if (found == fields_.end()) return std::nullopt;
        return static_cast<std::size_t>(found - fields_.begin());
    }

    /// Fills `fields` from a row of exactly these columns; false for any other row.
    bool read(CsvRow& row, EventFields& fields) const noexcept {
        fields.clear();
        for (const auto field : fields_) {
            const auto text = row.next();
            if (!text) return false;
            read_field(field, *text, fields);
        }
        return !row.next() && row.ended_well();
    }

   private:
    std::vector<Field> fields_;
};

class CsvDecoder final : public LineDecoder {
   public:
    CsvDecoder(Columns columns, Trust trust)
        : columns_(std::move(columns)),
          msisdn_column_(columns_.position(Field::msisdn).value()),
          ts_column_(columns_.position(Field::ts).value()),
          trust_(trust) {
        unquoted_.reserve(max_line_bytes);
    }

    std::expected<void, Outcome> decode(std::string_view line, CellEvent& event, OutcomeCounts& drops) override {
        if (line.size() > max_line_bytes) return std::unexpected(Outcome::oversized);
        if (scan::is_blank(line)) return std::unexpected(Outcome::blank);
        if (!simdjson::validate_utf8(line)) return std::unexpected(Outcome::not_utf8);
        CsvRow row(line, unquoted_);
        if (!columns_.read(row, fields_)) return std::unexpected(Outcome::not_json);
        const auto built = build_event(fields_, trust_, event, drops);
        const bool converses = !built && (built.error() == Outcome::sms || built.error() == Outcome::control);
        return converses ? std::unexpected(Outcome::unsupported) : built;
    }

    std::expected<ConversationLine, Outcome> decode_conversation(std::string_view, Outcome) override {
        return std::unexpected(Outcome::unsupported);
    }

    std::optional<Msisdn> scan_msisdn(std::string_view line) const noexcept override {
        return scan::csv_msisdn(line, msisdn_column_);
    }
    std::optional<std::int64_t> scan_ts(std::string_view line) const noexcept override {
        return scan::csv_ts(line, ts_column_);
    }

   private:
    Columns columns_;
    std::size_t msisdn_column_;
    std::size_t ts_column_;
    Trust trust_;
    EventFields fields_;
    std::string unquoted_;
};

}  // namespace

std::expected<std::unique_ptr<LineDecoder>, std::string> make_csv_decoder(std::string_view header, Trust trust) {
    auto columns = Columns::of(header);
    if (!columns) return std::unexpected(std::move(columns.error()));
    return std::make_unique<CsvDecoder>(std::move(*columns), trust);
}

/// A column that every feed must have tells a header from a line that was cut off in front.
bool looks_like_csv_header(std::string_view first_line) noexcept {
    std::string_view rest = without_mark(first_line);
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        std::string_view column = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        constexpr std::string_view around = " \t\r\"";
        column.remove_prefix(std::min(column.find_first_not_of(around), column.size()));
        column = column.substr(0, column.find_last_not_of(around) + 1);
        if (column == "ts" || column == "msisdn") return true;
    }
    return false;
}

}  // namespace simtrail::feed
