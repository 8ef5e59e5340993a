#pragma once

#include <cstddef>
#include <memory>

#include "adapters/http/message.hpp"
#include "adapters/runtime/desks.hpp"

namespace simtrail::api {

/// The points of a range as a GeoJSON text sequence (RFC 8142), in the order of a listing, at most `most`: a page is read when
/// the one before it is sent. A page that cannot be read breaks the answer off, so that nobody takes it for whole.
std::unique_ptr<http::BodySource> make_trace_sequence(runtime::TraceDesk& traces, TraceRange range, bool smoothed,
                                                      std::size_t most);

}  // namespace simtrail::api
