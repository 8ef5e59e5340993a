#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/events/msisdn.hpp"

// The files of recorded days: one a UTC day, `2026-11-23.ndjson`.
namespace simtrail::record {

/// Throws std::runtime_error: the file, and what the system says of `error`, an errno.
[[noreturn]] void fail(const std::filesystem::path& path, int error);

/// Unix ms.
std::filesystem::path file_of_day(const std::filesystem::path& folder, std::int64_t now_ms);

/// The folder's recordings, oldest first; none where it cannot be read.
std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& folder);

/// Removes what an erasure that was cut off left behind: copies of recordings, `2026-11-23.ndjson.erasing`. Throws
/// std::runtime_error.
void remove_unfinished_erasures(const std::filesystem::path& folder);

/// The folder's names are as they are after a power cut too. Throws std::runtime_error.
void make_names_durable(const std::filesystem::path& folder);

/// Rewrites the recordings without the lines of these subscribers: their events, their texts, the calls that name them and
/// the calls about tracks of theirs; and without lines that cannot be read. Durable when it returns. Nobody may append
/// meanwhile. Throws std::runtime_error; a recording that could not be rewritten is as it was then.
void erase_from_recordings(const std::filesystem::path& folder, const std::vector<Msisdn>& subscribers);

}  // namespace simtrail::record
