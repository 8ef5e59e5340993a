#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simtrail::feed {

/// Splits one row by RFC 4180: commas, and quotes around whole fields with `""` for a quote. A line is a row: a quoted
/// field cannot hold a line end. One CR at the end is not part of the row.
class CsvRow {
   public:
    /// Fields with `""` are unquoted into `unquoted`, which keeps what it has room for: reserve once, and nothing is
    /// allocated from row to row. Fields point into it or into the line.
    CsvRow(std::string_view line, std::string& unquoted);

    /// The next field; nothing after the last one and after a quote out of place.
    std::optional<std::string_view> next();

    /// True when every field was read and each quote had its place.
    bool ended_well() const noexcept { return at_end_ && !broken_; }

   private:
    std::optional<std::string_view> next_quoted();
    std::optional<std::string_view> fail() noexcept;
    /// Moves behind the field of `size` bytes, and the comma after it.
    void pass(std::size_t size) noexcept;

    std::string_view rest_;
    std::string& unquoted_;
    bool at_end_ = false;
    bool broken_ = false;
};

}  // namespace simtrail::feed
