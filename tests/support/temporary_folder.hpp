#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace simtrail::testing {

/// A folder of its own that goes with its owner.
class TemporaryFolder {
   public:
    TemporaryFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "simtrail-XXXXXX").string();
        if (::mkdtemp(path.data()) == nullptr) std::abort();
        path_ = path;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(file(name), std::ios::binary) << content;
        return file(name);
    }

   private:
    std::filesystem::path path_;
};

}  // namespace simtrail::testing
