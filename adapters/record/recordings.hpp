#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/events/msisdn.hpp"

// The files of recorded days: one a UTC day, `2026-11-23.ndjson`.
namespace simtrail::record {

/// Unix ms.
std::filesystem::path file_of_day(const std::filesystem::path& folder, std::int64_t now_ms);

/// The folder's recordings, oldest first; none where it cannot be read.
std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& folder);

/// Rewrites the recordings without the lines of these subscribers: their events, their texts, the calls that name them and
/// the calls that name tracks of theirs. Nobody may append meanwhile. Throws std::runtime_error; what was not rewritten yet
/// is as it was then.
void erase_from_recordings(const std::filesystem::path& folder, const std::vector<Msisdn>& subscribers);

}  // namespace simtrail::record
