#pragma once

#include <memory>
#include <string>

#include "engine/tracing/trace_page.hpp"

namespace simtrail::storage {

/// Pages of stored traces, from segments alone: what the journal has beyond them is in its owner's memory. Throws StoreError.
/// A page costs its own segments, however long the trace: no point is further behind than Tracker lets it be.
std::unique_ptr<TracePages> open_trace_pages(const std::string& path, const char* vfs = nullptr);

}  // namespace simtrail::storage
