#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/record/recorded.hpp"

namespace simtrail::record {

/// Appends what is recorded to a file a UTC day, mode 0600, on a thread of its own: nobody ever waits for it. Where the disk
/// fails or is full, where the day has its most bytes, or where the queue is full, lines are lost: counted, logged, and a line
/// of operation `recordingGap` stands in their place once it goes on.
class DayRecorder {
   public:
    struct Options {
        std::filesystem::path folder;  // made where it is missing, mode 0700
        std::int64_t keep_ms = 7LL * 86'400'000;
        std::uint64_t max_day_bytes = 1ULL << 30;
        std::uint64_t max_queue_bytes = 64ULL << 20;  // some seconds of a busy disk
        std::chrono::milliseconds pause{10'000};      // after a failure
    };

    /// Throws std::runtime_error where the folder cannot be made.
    explicit DayRecorder(Options options);
    /// What was put is written.
    ~DayRecorder();

    /// Any thread; never waits for the disk.
    void put(Recorded recorded);

    /// Lines that are not in the recording. Any thread.
    std::uint64_t lost_lines() const;

   private:
    void run();
    void take(Recorded recorded);
    void write(const Recorded& recorded);
    bool open_day(std::int64_t now_ms);
    bool append(std::string_view bytes);
    void close();
    void drop_old(std::int64_t now_ms);
    void lose(const std::string& lines, const std::string& why);

    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<Recorded> queue_;
    std::uint64_t queued_bytes_ = 0, lost_ = 0;
    bool stopping_ = false;
    // The thread's:
    std::filesystem::path day_;  // of `file_`
    int file_ = -1;
    std::uint64_t day_bytes_ = 0;
    bool gap_ = false;  // something is lost since the last line written
    std::vector<Msisdn> not_erased_;
    std::chrono::steady_clock::time_point paused_until_{};
    std::thread thread_;
};

}  // namespace simtrail::record
