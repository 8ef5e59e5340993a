#include "bench/simulate/bad_lines.hpp"

#include <algorithm>

namespace simtrail::simulate {

namespace {

/// `line` with the value of `key` (a number or a string, not the last member) replaced.
std::string with(std::string_view line, std::string_view key, std::string_view value) {
    const std::string member = "\"" + std::string{key} + "\":";
    const auto from = line.find(member) + member.size();
    return std::string{line.substr(0, from)}.append(value).append(line.substr(line.find_first_of(",}", from)));
}

std::string with_first_member(std::string_view line, std::string_view member) {
    return "{" + std::string{member} + "," + std::string{line.substr(1)};
}

}  // namespace

std::string spoilt(std::string_view kind, std::string_view line) {
    if (kind == "blank") return {};
    if (kind == "oversized") return with_first_member(line, "\"note\":\"" + std::string(8192, 'x') + "\"");
    if (kind == "notUtf8") return with_first_member(line, "\"note\":\"\xFF\xFE\"");
    if (kind == "notJson") return std::string{line.substr(0, line.size() / 2)};
    if (kind == "notAnObject") return "[" + std::string{line} + "]";
    if (kind == "missingField") return "{" + std::string{line.substr(line.find(',') + 1)};  // the first: ts
    if (kind == "wrongType") return with(line, "mcc", "\"001\"");
    if (kind == "badMsisdn") return with(line, "msisdn", "\"+91-9900\"");
    if (kind == "badTime") return with(line, "ts", "-5");
    if (kind == "unknownType") return with_first_member(line, "\"type\":\"weather\"");
    if (kind == "unknownRadio") return with(line, "radio", "\"wimax\"");
    return with(line, "mcc", "1000");  // outOfRange
}

}  // namespace simtrail::simulate
