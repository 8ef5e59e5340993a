#include "bench/simulate/output.hpp"

#include <zlib.h>

#include <cstdio>
#include <stdexcept>
#include <utility>

namespace simtrail::simulate {

namespace {

constexpr std::size_t buffer_bytes = 1 << 20;  // large enough that a write's own cost vanishes

class FileOutput final : public Output {
   public:
    explicit FileOutput(const std::string& path)
        : path_(path), file_(path == "-" ? stdout : std::fopen(path.c_str(), "wb")) {
        if (!file_) throw std::runtime_error("cannot write " + path);
        std::setvbuf(file_, nullptr, _IOFBF, buffer_bytes);
    }
    ~FileOutput() override {
        if (file_) std::fclose(file_);
    }
    FileOutput(const FileOutput&) = delete;
    FileOutput& operator=(const FileOutput&) = delete;
    void write(std::string_view text) override {
        if (std::fwrite(text.data(), 1, text.size(), file_) != text.size())
            throw std::runtime_error("cannot write " + path_);
    }
    void close() override {
        if (std::fclose(std::exchange(file_, nullptr)) != 0) throw std::runtime_error("cannot write " + path_);
    }

   private:
    std::string path_;
    std::FILE* file_;
};

class GzipOutput final : public Output {
   public:
    explicit GzipOutput(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "wb6")) {
        if (!file_) throw std::runtime_error("cannot write " + path);
        gzbuffer(file_, buffer_bytes);
    }
    ~GzipOutput() override {
        if (file_) gzclose(file_);
    }
    GzipOutput(const GzipOutput&) = delete;
    GzipOutput& operator=(const GzipOutput&) = delete;
    void write(std::string_view text) override {
        if (!text.empty() && gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) <= 0)
            throw std::runtime_error("cannot write " + path_);
    }
    void close() override {
        if (gzclose(std::exchange(file_, nullptr)) != Z_OK) throw std::runtime_error("cannot write " + path_);
    }

   private:
    std::string path_;
    gzFile file_;
};

}  // namespace

std::unique_ptr<Output> open_output(const std::string& path, bool gzip) {
    if (gzip) return std::make_unique<GzipOutput>(path);
    return std::make_unique<FileOutput>(path);
}

}  // namespace simtrail::simulate
