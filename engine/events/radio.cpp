#include "engine/events/radio.hpp"

#include <algorithm>

namespace simtrail {

namespace {
constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
}  // namespace

std::optional<Radio> parse_radio(std::string_view text) noexcept {
    for (const auto radio : {Radio::gsm, Radio::umts, Radio::lte, Radio::nr})
        if (std::ranges::equal(text, name(radio), {}, lower)) return radio;
    return std::nullopt;
}

}  // namespace simtrail
