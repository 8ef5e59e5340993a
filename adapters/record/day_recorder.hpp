#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/record/erasing_list.hpp"
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

    /// What an earlier process had still to erase is erased first. Throws std::runtime_error where the folder cannot be made,
    /// or the list of those erasures not be read.
    explicit DayRecorder(Options options);
    /// What was put is written.
    ~DayRecorder();
    DayRecorder(const DayRecorder&) = delete;
    DayRecorder& operator=(const DayRecorder&) = delete;

    /// Any thread; never waits for the disk.
    void put(Recorded recorded);

    /// Before the erasure of these subscribers is durable elsewhere: once it returns, no end of the process forgets it. Waits for
    /// the disk. Where that fails it is logged, and only this process knows of it until the disk works again. Any thread.
    void note_erasure(const std::vector<Msisdn>& subscribers);

    /// Lines that are not in the recording. Any thread.
    std::uint64_t lost_lines() const;

   private:
    void run();
    void take(Recorded recorded);
    void finish_earlier_erasures();
    void erase();
    void write(const Recorded& recorded);
    bool open_day(std::int64_t now_ms);
    bool append(std::string_view bytes);
    void close();
    void drop_old(std::int64_t now_ms);
    void lose(const std::string& lines, const std::string& why);

    const Options options_;
    std::optional<ErasingList> erasing_;  // from the constructor on
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
    std::uint64_t last_note_ = 0;  // of `not_erased_`
    std::chrono::steady_clock::time_point erase_again_at_{};
    std::chrono::steady_clock::time_point paused_until_{};
    std::string told_;  // why it pauses
    std::thread thread_;
};

}  // namespace simtrail::record
