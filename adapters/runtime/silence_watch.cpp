#include "adapters/runtime/silence_watch.hpp"

#include <algorithm>

namespace simtrail::runtime {

void SilenceWatch::start(TrackNumber track, std::int64_t heard_ms, bool told) {
    if (silent_after_ms_ == 0) return;
    heard_[track] = {.ms = heard_ms, .told = told};
    if (!told) due_.emplace(heard_ms + silent_after_ms_, track);
}

std::optional<SilenceWatch::Silence> SilenceWatch::hear(TrackNumber track, std::int64_t ts_ms) {
    const auto found = heard_.find(track);
    if (found == heard_.end()) return std::nullopt;
    Heard& heard = found->second;
    const std::int64_t silent_ms = heard.ms + silent_after_ms_;
    const bool was_told = std::exchange(heard.told, false);
    heard.ms = std::max(heard.ms, ts_ms);
    if (was_told) due_.emplace(heard.ms + silent_after_ms_, track);
    return !was_told && ts_ms > silent_ms ? std::optional(Silence{silent_ms, track}) : std::nullopt;
}

/// True where the first of `due_` is a track's silence.
bool SilenceWatch::tidy() {
    while (!due_.empty()) {
        const auto [at_ms, track] = due_.top();
        const auto found = heard_.find(track);
        const bool known = found != heard_.end() && !found->second.told;
        if (known && found->second.ms + silent_after_ms_ == at_ms) return true;
        due_.pop();
        // It was heard since: later, then. (A stale second entry of a track that started again comes to the same.)
        if (known && found->second.ms + silent_after_ms_ > at_ms)
            due_.emplace(found->second.ms + silent_after_ms_, track);
    }
    return false;
}

std::optional<std::int64_t> SilenceWatch::next_ms() { return tidy() ? std::optional(due_.top().first) : std::nullopt; }

std::optional<SilenceWatch::Silence> SilenceWatch::next(std::int64_t ms) {
    if (!tidy() || due_.top().first > ms) return std::nullopt;
    const auto [at_ms, track] = due_.top();
    due_.pop();
    heard_[track].told = true;
    return Silence{at_ms, track};
}

}  // namespace simtrail::runtime
