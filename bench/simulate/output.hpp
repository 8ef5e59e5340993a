#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace simtrail::simulate {

/// Where text goes: a file, a gzip file, standard output, memory or nowhere. Errors are thrown as std::runtime_error.
class Output {
   public:
    virtual ~Output() = default;
    virtual void write(std::string_view text) = 0;
    virtual void close() {}
};

/// A buffered file at `path`; "-" is standard output; compressed where `gzip`.
std::unique_ptr<Output> open_output(const std::string& path, bool gzip = false);

class NoOutput final : public Output {
   public:
    void write(std::string_view) override {}
};

class TextOutput final : public Output {
   public:
    void write(std::string_view text) override { text_ += text; }
    const std::string& text() const noexcept { return text_; }

   private:
    std::string text_;
};

}  // namespace simtrail::simulate
