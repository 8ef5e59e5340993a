#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "adapters/runtime/intake.hpp"
#include "engine/tracing/trace_store.hpp"

namespace simtrail::feed_server {

struct WatchedDirectoryOptions {
    std::string path;
    std::string done;                 // files that were read and are durable are moved there; empty: they stay
    std::vector<FeedPosition> known;  // of the store
    std::chrono::milliseconds look_every{1000};
    std::chrono::milliseconds try_again_after{30'000};  // a file that could not be read
};

/// True for the files that are read: `*.ndjson` and `*.csv`, or `.gz` of them, but those that begin with a dot.
bool is_feed_file(const std::string& name);

/// Reads files that are moved into a directory, once each, in the order of their names, on a thread of its own. A file is
/// known by its content, and what was read of it is stored with its lines: after a restart it goes on where it was, and one
/// that was read is not read again, whatever its name. A file or a directory that cannot be read is logged and tried again.
class WatchedDirectory {
   public:
    virtual ~WatchedDirectory() = default;  // stops; what is not taken yet is read next time
};

/// `intake` outlives it, and is closed after it.
std::unique_ptr<WatchedDirectory> watch_directory(runtime::Intake& intake, WatchedDirectoryOptions options);

}  // namespace simtrail::feed_server
