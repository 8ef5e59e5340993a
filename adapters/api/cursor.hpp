#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/tracing/journal.hpp"
#include "engine/tracing/trace_page.hpp"

// Cursors: where a listing goes on, as opaque text for URLs (RFC 4648, section 5, without padding). A cursor names a place, so
// that what is added before or behind it moves nothing; it is bound to its listing and refused by any other. It bears a
// checksum against accidents; it is no secret and opens nothing.
namespace simtrail::api {

/// After this point of this track's trace.
std::string trace_cursor(TrackNumber track, const TracePlace& after);
std::optional<TracePlace> parse_trace_cursor(TrackNumber track, std::string_view text);

/// After this track in the tenant's list.
std::string list_cursor(std::string_view tenant, TrackNumber after);
std::optional<TrackNumber> parse_list_cursor(std::string_view tenant, std::string_view text);

}  // namespace simtrail::api
