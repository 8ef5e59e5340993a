#include "adapters/feed/reject_log.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace simtrail::feed {

namespace {

bool is_power_of_ten(std::uint64_t count) noexcept {
    while (count >= 10 && count % 10 == 0) count /= 10;
    return count == 1;
}

}  // namespace

RejectLog::RejectLog(std::string source, Write write) : source_(std::move(source)), write_(std::move(write)) {
    if (!write_) write_ = [](std::string_view message) { spdlog::warn("{}", message); };
}

void RejectLog::add(std::uint64_t line_number, Outcome reason) {
    const auto count = ++counts_[static_cast<std::size_t>(reason)];
    if (count <= told_in_full)
        write_(fmt::format("{}:{}: {}", source_, line_number, name(reason)));
    else if (is_power_of_ten(count))
        write_(fmt::format("{}:{}: {}, {} lines so far", source_, line_number, name(reason), count));
}

void RejectLog::summarize() const {
    for (std::size_t i = 0; i < counts_.size(); ++i)
        if (counts_[i] > 0) write_(fmt::format("{}: {} lines {}", source_, counts_[i], outcome_names[i]));
}

}  // namespace simtrail::feed
