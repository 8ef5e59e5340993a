#include "adapters/feed/csv_row.hpp"

namespace simtrail::feed {

CsvRow::CsvRow(std::string_view line, std::string& unquoted) : rest_(line), unquoted_(unquoted) {
    if (rest_.ends_with('\r')) rest_.remove_suffix(1);
    unquoted_.clear();
    unquoted_.reserve(rest_.size());  // fields point into it: it must not move
}

std::optional<std::string_view> CsvRow::next() {
    if (at_end_) return std::nullopt;
    if (rest_.starts_with('"')) return next_quoted();
    std::size_t size = 0;
    for (; size < rest_.size() && rest_[size] != ','; ++size)
        if (rest_[size] == '"') return fail();
    const auto field = rest_.substr(0, size);
    pass(size);
    return field;
}

std::optional<std::string_view> CsvRow::next_quoted() {
    const auto start = unquoted_.size();
    auto at = std::size_t{1};
    for (;; ++at) {
        const auto quote = rest_.find('"', at);
        if (quote == rest_.npos) return fail();
        unquoted_.append(rest_, at, quote - at);
        at = quote + 1;
        if (at == rest_.size() || rest_[at] != '"') break;
        unquoted_ += '"';
    }
    if (at < rest_.size() && rest_[at] != ',') return fail();
    pass(at);
    return std::string_view(unquoted_).substr(start);
}

std::optional<std::string_view> CsvRow::fail() noexcept {
    broken_ = at_end_ = true;
    return std::nullopt;
}

void CsvRow::pass(std::size_t size) noexcept {
    at_end_ = size == rest_.size();
    rest_.remove_prefix(at_end_ ? size : size + 1);
}

}  // namespace simtrail::feed
