#include "adapters/feed/line_scan.hpp"

#include <algorithm>

#include "adapters/feed/number_field.hpp"

namespace simtrail::feed::scan {

namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr std::string_view after_spaces(std::string_view text) noexcept {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

/// True for bytes after which a key's depth or spelling is no longer plain to see.
constexpr bool blinds(char c) noexcept {
#ifdef SIMTRAIL_PLANTED_BUGS
    return c == '\\' || c == '[' || c == ']';  // nested objects overlooked
#else
    return c == '\\' || c == '[' || c == '{' || c == '}' || c == ']';
#endif
}

/// What follows the colon of the object's first such key; empty where that is not plain to see.
constexpr std::string_view json_value_of(std::string_view line, std::string_view quoted_key) noexcept {
    auto rest = after_spaces(line);
    char last = '{';  // the last byte that is no space
    if (!rest.starts_with(last)) return {};
    for (rest.remove_prefix(1); rest.size() > quoted_key.size(); rest.remove_prefix(1)) {
        const char c = rest.front();
        if (c == '"' && rest.starts_with(quoted_key)) {
            if (last != '{' && last != ',') return {};
            rest = after_spaces(rest.substr(quoted_key.size()));
            return rest.starts_with(':') ? after_spaces(rest.substr(1)) : std::string_view{};
        }
        if (blinds(c)) return {};
        if (!is_space(c)) last = c;
    }
    return {};
}

/// The field of that column; nothing where a quote comes first or the row is shorter.
std::optional<std::string_view> csv_field(std::string_view row, std::size_t column) noexcept {
    if (row.ends_with('\r')) row.remove_suffix(1);
    std::size_t start = 0;
    for (std::size_t at = 0; at < row.size(); ++at) {
        if (row[at] == '"') return std::nullopt;
        if (row[at] != ',') continue;
        if (column-- == 0) return row.substr(start, at - start);
        start = at + 1;
    }
    return column == 0 ? std::optional(row.substr(start)) : std::nullopt;
}

std::optional<std::int64_t> integer(std::string_view text) noexcept {
    const auto number = parse_number(text);
    return number.spelling == NumberField::Spelling::integer ? std::optional(number.value) : std::nullopt;
}

}  // namespace

bool is_blank(std::string_view line) noexcept {
    return std::ranges::all_of(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

std::optional<Msisdn> json_msisdn(std::string_view line) noexcept {
    auto value = json_value_of(line, R"("msisdn")");
    if (!value.starts_with('"')) return std::nullopt;
    value = value.substr(1, Msisdn::max_digits + 1);
    const auto end = value.find('"');
    return end == value.npos ? std::nullopt : Msisdn::parse(value.substr(0, end));
}

std::optional<std::int64_t> json_ts(std::string_view line) noexcept {
    const auto value = json_value_of(line, R"("ts")");
    return integer(value.substr(0, value.find_first_of(",} \t\r")));
}

bool is_json_cell(std::string_view line) noexcept {
    constexpr std::string_view key = R"("type")";
    if (json_value_of(line, key).starts_with(R"("cell")")) return true;
    return line.find(key) == line.npos && line.find('\\') == line.npos;
}

std::optional<Msisdn> csv_msisdn(std::string_view row, std::size_t column) noexcept {
    const auto field = csv_field(row, column);
    return field ? Msisdn::parse(*field) : std::nullopt;
}

std::optional<std::int64_t> csv_ts(std::string_view row, std::size_t column) noexcept {
    const auto field = csv_field(row, column);
    return field ? integer(*field) : std::nullopt;
}

}  // namespace simtrail::feed::scan
