// What a request's head says, as the API reads it: percent signs, paths, queries, cursors, keys, media types. Hostile bytes
// are refused, or mean what they would mean written in the plain way.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/api/cursor.hpp"
#include "adapters/api/media_type.hpp"
#include "adapters/api/routes.hpp"
#include "adapters/api/target.hpp"

namespace {

using namespace simtrail;

void require(bool holds) {
    if (!holds) std::abort();
}

void decoded_is_encoded_again(std::string_view text) {
    const auto bytes = api::percent_decoded(text);
    if (!bytes) return;
    require(bytes->size() <= text.size());
    require(api::percent_decoded(api::percent_encoded(*bytes)) == *bytes);
}

void query_is_read_the_same_without_a_parameter(std::string_view text) {
    constexpr std::array<std::string_view, 3> known{"from", "limit", "cursor"};
    const auto query = api::Query::parse(text, known);
    const std::string others = api::query_without(text, "cursor");
    require(others.find_first_of("<>\"\\ \r\n\t") == std::string::npos);
    const auto again = api::Query::parse(others, known);
    if (!query) return;
    require(again.has_value() && again->find("cursor") == nullptr);
    for (const std::string_view name : {"from", "limit"}) {
        const std::string *before = query->find(name), *after = again->find(name);
        require((before == nullptr) == (after == nullptr));
        require(before == nullptr || *before == *after);
    }
}

void cursor_has_one_text(std::string_view text) {
    if (const auto place = api::parse_trace_cursor(7, text)) require(api::trace_cursor(7, *place) == text);
    if (const auto after = api::parse_list_cursor("acme", text)) require(api::list_cursor("acme", *after) == text);
}

void key_is_a_token(std::string_view header) {
    const auto key = api::bearer_key(header);
    if (!key) return;
    require(!key->empty() && header.ends_with(*key));
    require(std::ranges::all_of(*key, [](char c) { return c > ' ' && c < 0x7f && c != ',' && c != '"'; }));
}

void path_leads_to_one_operation(std::string_view target) {
    const auto route = api::find_route("GET", api::split_target(target).path);
    require(route.operation == nullptr || !route.arguments.empty() ||
            route.operation->pattern.find('{') == std::string::npos);
    for (const std::string_view argument : route.arguments)
        require(route.operation == nullptr || (!argument.empty() && argument.find('/') == std::string_view::npos));
}

void type_is_one_of_the_offered(std::string_view accept) {
    constexpr std::array<std::string_view, 2> offered{"application/geo+json", "text/event-stream"};
    const auto preferred = api::preferred_type(accept, offered);
    require(!preferred || *preferred < offered.size());
    require(api::bare_media_type(accept).size() <= accept.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    decoded_is_encoded_again(text);
    query_is_read_the_same_without_a_parameter(text);
    cursor_has_one_text(text);
    key_is_a_token(text);
    path_leads_to_one_operation(text);
    type_is_one_of_the_offered(text);
    return 0;
}
