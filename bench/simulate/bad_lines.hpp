#pragma once

#include <array>
#include <string>
#include <string_view>

namespace simtrail::simulate {

/// The kinds of bad line that a decoder must tell apart, by the engine's names (adapters/feed/feed_outcome.hpp). `truncated` is
/// the end of a source and `untrusted` a matter of configuration: neither is a kind of line.
inline constexpr std::array<std::string_view, 12> bad_kinds{
    "blank",     "oversized", "notUtf8", "notJson",     "notAnObject",  "missingField",
    "wrongType", "badMsisdn", "badTime", "unknownType", "unknownRadio", "outOfRange"};

/// A good event's line spoilt in that way; one fault and no other.
std::string spoilt(std::string_view kind, std::string_view line);

}  // namespace simtrail::simulate
