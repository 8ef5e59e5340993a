#pragma once

#include <memory>
#include <string>

#include "engine/tracing/trace_source.hpp"

namespace simtrail::storage {

/// Opens a database to read its traces: segments, and what the journal has beyond them. Beside a writer it sees what was
/// durable when it was opened. Throws StoreError where the file is missing or is not a simtrail database.
std::unique_ptr<TraceSource> open_traces(const std::string& path, const char* vfs = nullptr);

}  // namespace simtrail::storage
