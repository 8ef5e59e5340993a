#include "adapters/cli/commit_failures.hpp"

#include <spdlog/spdlog.h>

namespace simtrail::cli {

void CommitFailures::failed(const std::string& error) {
    constexpr std::chrono::minutes tell_every{1};
    const auto now = std::chrono::steady_clock::now();
    ++untold_;
    if (failing_.exchange(true) && now - told_ < tell_every) return;
    spdlog::error("commits fail, are tried again, and nothing of them is acknowledged: {} failures={}", error, untold_);
    untold_ = 0;
    told_ = now;
}

void CommitFailures::recovered() {
    failing_ = false;
    untold_ = 0;
    spdlog::info("commits succeed again");
}

}  // namespace simtrail::cli
