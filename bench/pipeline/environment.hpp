#pragma once

#include <cstdint>
#include <string>

namespace simtrail::bench {

/// The file system a path is on: its type's name ("ext4", "tmpfs", …) from /proc/self/mountinfo.
std::string file_system_of(const std::string& path);

/// Median of 200 fdatasyncs after appending 4 KiB, in microseconds, in the folder of `path`.
double fdatasync_median_us(const std::string& path);

std::string processor();
/// Peak resident memory of this process, bytes (VmHWM), and a way to forget it.
std::uint64_t peak_memory_bytes();
void reset_peak_memory();

}  // namespace simtrail::bench
