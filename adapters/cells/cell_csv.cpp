#include "adapters/cells/cell_csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace simtrail::cells {

namespace {

using Column = CellCsv::Column;

constexpr std::array<std::pair<std::string_view, Column>, 24> column_names{{
    {"radio", Column::radio},     {"mcc", Column::mcc},
    {"mnc", Column::mnc},         {"net", Column::mnc},
    {"area", Column::area},       {"lac", Column::area},
    {"tac", Column::area},        {"cell", Column::cell},
    {"cellid", Column::cell},     {"cid", Column::cell},
    {"pci", Column::pci},         {"psc", Column::pci},
    {"unit", Column::unit},       {"lon", Column::lon},
    {"longitude", Column::lon},   {"lat", Column::lat},
    {"latitude", Column::lat},    {"range", Column::range},
    {"samples", Column::samples}, {"changeable", Column::changeable},
    {"azimuth", Column::azimuth}, {"beamwidth", Column::beamwidth},
    {"height", Column::height},   {"eirp", Column::eirp},
}};

constexpr std::array needed{Column::radio, Column::mcc, Column::mnc, Column::cell, Column::lon, Column::lat};
constexpr std::size_t open_cell_id_columns = 14;

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// The end of the quoted field that opens at `line[at]`: the place after its closing quote. Nothing where it never closes.
std::optional<std::size_t> quoted_end(std::string_view line, std::size_t at) noexcept {
    for (++at;; ++at) {
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that cell_csv_fuzzer must find
        if (at >= line.size()) return std::nullopt;
#endif
        if (line[at] != '"') continue;
        if (at + 1 >= line.size() || line[at + 1] != '"') return at + 1;
        ++at;
    }
}

/// Fields with their quotes taken off; doubled quotes within stay doubled (no column that is read can hold one).
bool split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    for (std::size_t begin = 0;;) {
        std::size_t end = line.find(',', begin);
        if (begin < line.size() && line[begin] == '"') {
            const auto closed = quoted_end(line, begin);
            if (!closed || (*closed < line.size() && line[*closed] != ',' && line[*closed] != '\r')) return false;
            fields.push_back(trimmed(line.substr(begin + 1, *closed - begin - 2)));
            end = line.find(',', *closed);
        } else {
            fields.push_back(trimmed(line.substr(begin, end == std::string_view::npos ? end : end - begin)));
        }
        if (end == std::string_view::npos) return true;
        begin = end + 1;
    }
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) noexcept {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view without_bom(std::string_view line) noexcept {
    constexpr std::string_view bom = "\xEF\xBB\xBF";
    return line.starts_with(bom) ? line.substr(bom.size()) : line;
}

std::string_view canonical_name(Column column) {
    return std::ranges::find(column_names, column, &std::pair<std::string_view, Column>::second)->first;
}

constexpr std::size_t index(Column column) noexcept { return static_cast<std::size_t>(column); }

template <class Integer>
std::optional<Integer> rounded(std::optional<double> value) noexcept {
    if (!value) return std::nullopt;
    return static_cast<Integer>(std::lround(*value));
}

}  // namespace

CellCsv CellCsv::open_cell_id(bool headerless) {
    Positions positions{};
    std::size_t next = 0;
    for (const auto column : {Column::radio, Column::mcc, Column::mnc, Column::area, Column::cell, Column::unit,
                              Column::lon, Column::lat, Column::range, Column::samples, Column::changeable})
        positions[index(column)] = next++;
    return {positions, headerless};
}

std::expected<CellCsv, std::string> CellCsv::open(std::string_view first_line) {
    std::vector<std::string_view> titles;
    const auto no_header = std::string(
        "its first line is no header of a cell table; one reads, for example, "
        "radio,mcc,mnc,area,cell,pci,lon,lat");
    if (!split(without_bom(first_line), titles)) return std::unexpected(no_header);
    if (parse_radio(titles.front()) || same_word(titles.front(), "CDMA")) {
        if (titles.size() == open_cell_id_columns) return open_cell_id(true);
        return std::unexpected(no_header);
    }
    Positions positions{};
    for (std::size_t i = 0; i < titles.size(); ++i)
        for (const auto& [title, column] : column_names) {
            if (!same_word(titles[i], title)) continue;
            auto& position = positions[index(column)];
            if (position) return std::unexpected("its header names the column " + std::string(title) + " twice");
            position = i;
        }
    if (!std::ranges::any_of(positions, [](const auto& position) { return position.has_value(); }))
        return std::unexpected(no_header);
    for (const auto column : needed)
        if (!positions[index(column)])
            return std::unexpected("its header lacks the column " + std::string(canonical_name(column)) +
                                   "; needed are radio, mcc, mnc (or net), cell, lon and lat");
    return CellCsv{positions, false};
}

std::string_view CellCsv::field(Column column) const noexcept {
    const auto position = positions_[index(column)];
    return position && *position < fields_.size() ? fields_[*position] : std::string_view{};
}

template <class Number>
std::expected<Number, RowOutcome> CellCsv::required(Column column) const noexcept {
    const auto text = field(column);
    if (text.empty()) return std::unexpected(RowOutcome::missing_field);
    const auto value = parse_number<Number>(text);
    if (!value) return std::unexpected(RowOutcome::not_a_number);
    return *value;
}

std::expected<CellIdentity, RowOutcome> CellCsv::identity() const noexcept {
    if (field(Column::radio).empty()) return std::unexpected(RowOutcome::missing_field);
    const auto radio = parse_radio(field(Column::radio));
    if (!radio) return std::unexpected(RowOutcome::unknown_radio);
    const auto mcc = required<std::int64_t>(Column::mcc);
    const auto mnc = required<std::int64_t>(Column::mnc);
    const auto cell = required<std::int64_t>(Column::cell);
    for (const auto& number : {mcc, mnc, cell})
        if (!number) return std::unexpected(number.error());
    const bool area_needed = *radio == Radio::gsm || *radio == Radio::umts;
    std::optional<std::int64_t> area;
    if (area_needed || !field(Column::area).empty()) {
        const auto number = required<std::int64_t>(Column::area);
        if (!number) return std::unexpected(number.error());
        area = *number;
    }
    if (*mcc < 0 || *mcc > max_mcc || *mnc < 0 || *mnc > max_mnc || *cell < 0 || area.value_or(0) < 0 ||
        area.value_or(0) > max_area(*radio))
        return std::unexpected(RowOutcome::out_of_range);
    CellIdentity identity{*radio,
                          {static_cast<std::uint16_t>(*mcc), static_cast<std::uint16_t>(*mnc)},
                          std::nullopt,
                          static_cast<std::uint64_t>(*cell)};
    if (area) identity.area = static_cast<std::uint32_t>(*area);
    return identity;
}

std::optional<double> CellCsv::optional(Column column, double min, double max, CellRow& row) const noexcept {
    const auto text = field(column);
    if (text.empty()) return std::nullopt;
    const auto value = parse_number<double>(text);
    if (value && *value >= min && *value <= max) return value;
    ++row.dropped_fields;
    return std::nullopt;
}

void CellCsv::read_optionals(CellRow& row) const noexcept {
    constexpr double any = 4e9;  // below 2^32
    const double most_pci = max_pci(row.identity.radio);
    auto& record = row.record;
    record.pci = rounded<std::uint16_t>(optional(Column::pci, 0, most_pci, row));
    // OpenCellID writes 0 or -1 in `unit` where it does not know, which is nearly everywhere.
    if (const auto unit = optional(Column::unit, -1, most_pci, row); unit && *unit >= 1)
        record.pci = rounded<std::uint16_t>(unit);
    record.beamwidth_deg = rounded<std::uint16_t>(optional(Column::beamwidth, 1, 360, row));
    record.height_m = rounded<std::uint16_t>(optional(Column::height, 0, 254, row));
    const auto azimuth = rounded<std::uint16_t>(optional(Column::azimuth, 0, 360, row));
    const bool points_nowhere = record.beamwidth_deg == 360 || (azimuth == 360 && record.height_m == 0);
    if (azimuth && !points_nowhere) record.azimuth_deg = static_cast<std::uint16_t>(*azimuth % 360);
    record.eirp_dbm = rounded<std::int16_t>(optional(Column::eirp, -60, 126, row));
    record.range_m = std::min(rounded<std::uint32_t>(optional(Column::range, 0, any, row)).value_or(0), 65'535U);
    record.samples = rounded<std::uint32_t>(optional(Column::samples, 0, any, row)).value_or(0);
    record.learnt = field(Column::changeable) == "1";  // OpenCellID: the place is computed from measurements
}

std::expected<CellRow, RowOutcome> CellCsv::read(std::string_view line) {
    if (trimmed(line).empty()) return std::unexpected(RowOutcome::blank);
    if (line.size() > max_row_bytes || !split(line, fields_)) return std::unexpected(RowOutcome::unreadable);
    const auto cell = identity();
    if (!cell) return std::unexpected(cell.error());
    const auto lon = required<double>(Column::lon);
    const auto lat = required<double>(Column::lat);
    if (!lon) return std::unexpected(lon.error());
    if (!lat) return std::unexpected(lat.error());
    CellRow row{.identity = *cell, .record = {.site = {*lon, *lat}}};
    read_optionals(row);
    return row;
}

}  // namespace simtrail::cells
