#include "adapters/exports/text_sink.hpp"

#include <cerrno>
#include <system_error>

namespace simtrail::exports {

namespace {

[[noreturn]] void throw_write_error() {
    throw std::system_error(errno, std::generic_category(), "cannot write the export");
}

}  // namespace

void TextSink::settle() {
    if (text_.size() >= piece_bytes) write_out();
}

void TextSink::finish() {
    write_out();
    if (std::fflush(file_) != 0) throw_write_error();
}

void TextSink::write_out() {
    if (std::fwrite(text_.data(), 1, text_.size(), file_) != text_.size()) throw_write_error();
    text_.clear();
}

}  // namespace simtrail::exports
