#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/tracing/journal.hpp"

namespace simtrail::runtime {

/// When running tracks fall silent, by the times of their events (Unix ms). 40 bytes a running track. One thread.
class SilenceWatch {
   public:
    struct Silence {
        std::int64_t at_ms = 0;
        TrackNumber track = 0;
    };

    /// 0: nobody wants to know.
    explicit SilenceWatch(std::int64_t silent_after_ms) : silent_after_ms_(silent_after_ms) {}

    /// It runs, and was heard then. `told`: it has been silent since, and that is known.
    void start(TrackNumber track, std::int64_t heard_ms, bool told = false);
    void stop(TrackNumber track) { heard_.erase(track); }

    /// An event of a running track. The silence before it, where it was one and has not been told.
    std::optional<Silence> hear(TrackNumber track, std::int64_t ts_ms);

    /// The earliest silence up to `ms` that has not been told; it counts as told.
    std::optional<Silence> next(std::int64_t ms);
    /// When the earliest may be; never before it is.
    std::optional<std::int64_t> next_ms();

   private:
    struct Heard {
        std::int64_t ms = 0;
        bool told = false;
    };
    using Due = std::pair<std::int64_t, TrackNumber>;

    bool tidy();

    std::int64_t silent_after_ms_;
    std::unordered_map<TrackNumber, Heard> heard_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;  // some are stale: see `tidy`
};

}  // namespace simtrail::runtime
