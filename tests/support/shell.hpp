#pragma once

#include <unistd.h>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace simtrail::testing {

struct ShellResult {
    int exit_code;
    std::string output;  // standard output and error
};

inline ShellResult shell(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    std::string output;
    if (pipe == nullptr) return {-1, output};
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

/// A directory of this test process, removed at its end.
class ScratchDirectory {
   public:
    ScratchDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "simtrail-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() { std::filesystem::remove_all(path_); }

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(file(name), std::ios::binary) << text;
        return file(name);
    }

   private:
    std::string path_;
};

}  // namespace simtrail::testing
