#include "adapters/record/day_recorder.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "adapters/record/recordings.hpp"

namespace simtrail::record {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds look_for_old{3600}, between_tries{10};

std::int64_t wall_clock_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string last_error() { return std::generic_category().message(errno); }

std::string gap_line(std::int64_t now_ms) {
    return R"({"type":"control","ts":)" + std::to_string(now_ms) + R"(,"tenant":"simtrail","op":"recordingGap"})" +
           "\n";
}

/// True where the file ends within a line, as after a crash.
bool is_torn(int file, std::uint64_t size) {
    char last = '\n';
    return size > 0 && ::pread(file, &last, 1, static_cast<off_t>(size - 1)) == 1 && last != '\n';
}

}  // namespace

DayRecorder::DayRecorder(Options options) : options_(std::move(options)) {
    std::error_code error;
    if (fs::create_directories(options_.folder, error)) fs::permissions(options_.folder, fs::perms::owner_all);
    if (error) throw std::runtime_error(options_.folder.string() + ": " + error.message());
    erasing_.emplace(options_.folder);
    not_erased_ = erasing_->subscribers();
    thread_ = std::thread([this] { run(); });
}

DayRecorder::~DayRecorder() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    filled_.notify_one();
    thread_.join();
    close();
}

void DayRecorder::note_erasure(const std::vector<Msisdn>& subscribers) {
    try {
        erasing_->add(subscribers);
    } catch (const std::exception& error) {
        spdlog::error("recording: an erasure is not noted; repeat it if this process is killed: {}", error.what());
    }
}

void DayRecorder::put(Recorded recorded) {
    const std::uint64_t noted = erasing_->last_note();
    {
        const std::lock_guard lock(mutex_);
        if (queued_bytes_ + recorded.lines.size() > options_.max_queue_bytes) {
            lost_ += static_cast<std::uint64_t>(std::ranges::count(recorded.lines, '\n'));
            recorded.lines.clear();
            recorded.lost = true;
        }
        queued_bytes_ += recorded.lines.size();
        recorded.noted = noted;
        queue_.push_back(std::move(recorded));
    }
    filled_.notify_one();
}

std::uint64_t DayRecorder::lost_lines() const {
    const std::lock_guard lock(mutex_);
    return lost_;
}

void DayRecorder::run() {
    finish_earlier_erasures();
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto look = not_erased_.empty() ? look_for_old : between_tries;
        if (!filled_.wait_for(lock, look, [&] { return !queue_.empty() || stopping_; })) {
            lock.unlock();
            drop_old(wall_clock_ms());  // though nothing is recorded, time goes by
            if (!not_erased_.empty()) erase();
            lock.lock();
            continue;
        }
        if (queue_.empty()) return;
        Recorded recorded = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= recorded.lines.size();
        lock.unlock();
        take(std::move(recorded));
        lock.lock();
    }
}

void DayRecorder::take(Recorded recorded) {
    gap_ = gap_ || recorded.lost;
    if (!recorded.lines.empty()) write(recorded);
    if (!recorded.erased.empty()) {
        last_note_ = recorded.noted;
        erase_again_at_ = {};
    }
    std::ranges::move(recorded.erased, std::back_inserter(not_erased_));
    if (!not_erased_.empty() && Clock::now() >= erase_again_at_) erase();
}

void DayRecorder::finish_earlier_erasures() {
    try {
        remove_unfinished_erasures(options_.folder);
    } catch (const std::exception& error) {  // tried again with every erasure
        spdlog::error("recording: what an erasure left is still there: {}", error.what());
    }
    if (!not_erased_.empty()) erase();
}

void DayRecorder::erase() {
    try {
        close();
        erase_from_recordings(options_.folder, not_erased_);
        spdlog::info("recording: {} erased subscribers are out of it", not_erased_.size());
        erasing_->remove(std::exchange(not_erased_, {}), last_note_);
    } catch (const std::exception& error) {  // each try reads all recordings: not with every commit
        erase_again_at_ = Clock::now() + options_.pause;
        spdlog::error("recording: an erased subscriber may still be in it: {}", error.what());
    }
}

void DayRecorder::write(const Recorded& recorded) {
    if (Clock::now() < paused_until_) return lose(recorded.lines, {});
    if (!open_day(recorded.now_ms)) return lose(recorded.lines, day_.string() + ": " + last_error());
    const std::string gap = gap_ ? gap_line(recorded.now_ms) : std::string();
    if (day_bytes_ + gap.size() + recorded.lines.size() > options_.max_day_bytes)
        return lose(recorded.lines, "the day has its most bytes");
    if (!append(gap) || !append(recorded.lines)) {
        const std::string why = last_error();
        if (::ftruncate(file_, static_cast<off_t>(day_bytes_)) != 0)
            close();  // then the torn line is ended by the next
        return lose(recorded.lines, why);
    }
    day_bytes_ += gap.size() + recorded.lines.size();
    gap_ = false;
    told_.clear();
}

bool DayRecorder::open_day(std::int64_t now_ms) {
    const fs::path day = file_of_day(options_.folder, now_ms);
    if (file_ >= 0 && day == day_) return true;
    if (day != day_) drop_old(now_ms);
    close();
    day_ = day;
    file_ = ::open(day.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    struct stat told{};
    if (file_ < 0 || ::fstat(file_, &told) != 0) return false;
    day_bytes_ = static_cast<std::uint64_t>(told.st_size);
    if (!is_torn(file_, day_bytes_)) return true;
    ++day_bytes_;
    return append("\n");
}

bool DayRecorder::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

void DayRecorder::close() {
    if (file_ < 0) return;
    ::fdatasync(file_);
    ::close(std::exchange(file_, -1));
}

void DayRecorder::drop_old(std::int64_t now_ms) {
    const fs::path oldest = file_of_day(options_.folder, now_ms - options_.keep_ms);
    std::error_code error;  // one that cannot go is tried again the next day
    for (const fs::path& path : recordings_in(options_.folder))
        if (path < oldest) fs::remove(path, error);
}

/// Told when it begins and when its reason changes, not with every try.
void DayRecorder::lose(const std::string& lines, const std::string& why) {
    std::uint64_t lost = 0;
    {
        const std::lock_guard lock(mutex_);
        lost = lost_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    }
    gap_ = true;
    if (why.empty()) return;
    paused_until_ = Clock::now() + options_.pause;
    if (std::exchange(told_, why) != why) spdlog::error("recording pauses: {}; {} lines are lost so far", why, lost);
}

}  // namespace simtrail::record
