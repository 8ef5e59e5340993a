#include "adapters/feed_server/hello.hpp"

#include <nlohmann/json.hpp>

#include "adapters/feed/line_scan.hpp"

namespace simtrail::feed_server {

namespace {

using nlohmann::json;

/// Takes `token` off the front, and the blanks before it.
bool take(std::string_view& text, std::string_view token) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    if (!text.starts_with(token)) return false;
    text.remove_prefix(token.size());
    return true;
}

std::string_view without_mark(std::string_view line) noexcept {
    take(line, feed::byte_order_mark);
    return line;
}

constexpr bool continues(unsigned char byte) noexcept { return (byte & 0xC0) == 0x80; }

/// Counts valid UTF-8.
std::size_t characters(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text) count += continues(static_cast<unsigned char>(c)) ? 0 : 1;
    return count;
}

/// C0, DEL, and C1 (U+0080 to U+009F: C2 80 to C2 9F).
bool has_control_character(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

}  // namespace

bool means_hello(std::string_view first_line) noexcept {
    auto rest = without_mark(first_line);
    return take(rest, "{") && take(rest, "\"hello\"") && take(rest, ":");
}

std::expected<std::string, std::string> parse_hello(std::string_view line) {
    const json whole = json::parse(without_mark(line), nullptr, false);
    if (whole.is_discarded()) return std::unexpected("the hello is not JSON");
    const auto hello = whole.find("hello");
    if (hello == whole.end() || !hello->is_object()) return std::unexpected("hello is not an object");
    const auto source = hello->find("source");
    if (source == hello->end() || !source->is_string()) return std::unexpected("hello needs source, a string");
    auto name = source->get<std::string>();
    if (name.empty()) return std::unexpected("source is empty");
    if (characters(name) > max_source_name) return std::unexpected("source is longer than 128 characters");
    if (has_control_character(name)) return std::unexpected("source holds a control character");
    return name;
}

std::string resume_line(std::uint64_t lines) { return "{\"resume\":" + std::to_string(lines) + "}\n"; }

std::string ack_line(std::uint64_t lines) { return "{\"ack\":" + std::to_string(lines) + "}\n"; }

std::string error_line(std::string_view error) {
    return json{{"error", error}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace simtrail::feed_server
