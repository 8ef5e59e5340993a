#pragma once

#include <memory>
#include <string>

#include "engine/tracing/trace_source.hpp"

namespace simtrail::storage {

/// Opens a database to read its traces: segments, and what the journal has beyond them. Beside a writer: the
/// journal as it was when opened, segments as they are when read. Throws StoreError where the file is missing or is not a simtrail database.
std::unique_ptr<TraceSource> open_traces(const std::string& path, const char* vfs = nullptr);

}  // namespace simtrail::storage
