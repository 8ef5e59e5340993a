#pragma once

#include <cstdio>
#include <string>

namespace simtrail::exports {

/// Text on its way to a file: appended to `text`, written in large pieces. A write that fails (disk full, closed pipe)
/// throws std::system_error. Nothing is written by the destructor: `finish`, which can fail, must be called.
class TextSink {
   public:
    explicit TextSink(std::FILE* file) noexcept : file_(file) {}

    std::string& text() noexcept { return text_; }
    /// To be called now and then: writes the text where enough has gathered.
    void settle();
    /// Writes the rest, down to the operating system.
    void finish();

   private:
    static constexpr std::size_t piece_bytes = 256 * 1024;  // beyond this, larger writes gain nothing

    void write_out();

    std::FILE* file_;
    std::string text_;
};

}  // namespace simtrail::exports
