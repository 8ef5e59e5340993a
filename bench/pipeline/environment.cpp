#include "bench/pipeline/environment.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace simtrail::bench {

namespace {

std::filesystem::path folder_of(const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path)).parent_path();
}

std::string value_in(const char* file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(key)) return line.substr(line.find(':') + 1);
    return "";
}

}  // namespace

std::string file_system_of(const std::string& path) {
    const std::string folder = folder_of(path).string();
    std::string best_mount, type = "unknown";
    std::ifstream in("/proc/self/mountinfo");
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        std::string id, parent, device, root, mount, word;
        fields >> id >> parent >> device >> root >> mount;
        while (fields >> word && word != "-") {
        }
        fields >> word;
        const bool holds =
            folder.starts_with(mount) && (mount == "/" || folder.size() == mount.size() || folder[mount.size()] == '/');
        if (holds && mount.size() >= best_mount.size()) {
            best_mount = mount;
            type = word;
        }
    }
    return type;
}

double fdatasync_median_us(const std::string& path) {
    const std::string probe = (folder_of(path) / ".fdatasync-probe").string();
    const int file = ::open(probe.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return -1;
    const std::array<char, 4096> page{};
    std::vector<double> times;
    for (int i = 0; i < 200; ++i) {
        if (::write(file, page.data(), page.size()) != std::ssize(page)) break;
        const auto started = std::chrono::steady_clock::now();
        ::fdatasync(file);
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count());
    }
    ::close(file);
    std::filesystem::remove(probe);
    std::ranges::sort(times);
    return times.empty() ? -1 : times[times.size() / 2];
}

std::string processor() { return value_in("/proc/cpuinfo", "model name"); }

std::uint64_t peak_memory_bytes() {
    return std::strtoull(value_in("/proc/self/status", "VmHWM").c_str(), nullptr, 10) * 1024;
}

void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace simtrail::bench
