#pragma once

#include <filesystem>
#include <string>

/// Where things are, found from the executable in build/PRESET/bin: a path in the compiler's command line would keep ccache
/// from knowing an object of another clone again.
namespace simtrail::places {

inline std::string bin_dir() { return std::filesystem::read_symlink("/proc/self/exe").parent_path().string(); }
inline std::string source_dir() {
    return std::filesystem::path(bin_dir()).parent_path().parent_path().parent_path().string();
}
/// Beside the project; absent on other people's machines.
inline std::string shared_dir() { return source_dir() + "/../shared"; }

}  // namespace simtrail::places
