#include "adapters/feed_server/watched_directory.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>

#include "adapters/feed/recorded_feed.hpp"
#include "adapters/operations/logging.hpp"

namespace simtrail::feed_server {

namespace {

namespace fs = std::filesystem;
using feed::RecordedFeed;

/// Lines that go into one block together with the file's position: a small part of what a block holds.
constexpr std::size_t lines_at_once = 4096;

/// What the reading thread waits for: raised from other threads, which hold it as long as they need.
class Bell {
   public:
    void ring() {
        {
            const std::lock_guard lock(mutex_);
            rung_ = true;
        }
        heard_.notify_all();
    }
    /// False where it did not ring in time.
    bool wait_for(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        const bool rung = heard_.wait_for(lock, time, [&] { return rung_; });
        rung_ = false;
        return rung;
    }

   private:
    std::mutex mutex_;
    std::condition_variable heard_;
    bool rung_ = false;
};

class FileSource final : public feed::LineSource {
   public:
    FileSource(const RecordedFeed& feed, std::shared_ptr<Bell> bell)
        : LineSource(operations::masked_path(feed.name())), bell_(std::move(bell)) {
        csv_header = feed.csv_header().value_or("");
    }
    void committed(std::uint64_t lines) override {
        durable_ = lines;
        bell_->ring();
    }
    std::uint64_t durable() const { return durable_; }

   private:
    const std::shared_ptr<Bell> bell_;
    std::atomic<std::uint64_t> durable_ = 0;
};

/// A file as it was when it was read, or could not be.
struct Seen {
    std::uintmax_t bytes = 0;
    fs::file_time_type changed;
    std::optional<std::chrono::steady_clock::time_point> try_again;  // it could not be read

    bool is_same_file(const Seen& other) const { return bytes == other.bytes && changed == other.changed; }
};

class Watcher final : public WatchedDirectory {
   public:
    Watcher(runtime::Intake& intake, WatchedDirectoryOptions options) : intake_(intake), options_(std::move(options)) {
        for (const FeedPosition& position : options_.known) next_id_ = std::max(next_id_, position.id + 1);
        thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    }
    ~Watcher() override {
        thread_.request_stop();
        bell_->ring();
    }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

   private:
    void watch(const std::stop_token& stop);
    std::optional<std::string> next_file();
    bool is_due(const std::string& name, const Seen& now) const;
    void read(const std::string& name, const std::stop_token& stop);
    std::uint64_t read_lines(RecordedFeed& feed, const std::shared_ptr<FileSource>& source,
                             const std::stop_token& stop);
    bool take(const std::shared_ptr<FileSource>& source, std::span<const feed::RawLine> lines,
              const FeedPosition& position, const std::stop_token& stop);
    void remember(const FeedPosition& position);
    void put_away(const std::string& name);

    runtime::Intake& intake_;
    WatchedDirectoryOptions options_;
    std::uint32_t next_id_ = 1;
    std::map<std::string, Seen> seen_;  // by name; of files that are there
    bool directory_failed_ = false;
    const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
    std::jthread thread_;  // the last: it uses the others
};

void Watcher::watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (const auto name = next_file())
            read(*name, stop);
        else
            bell_->wait_for(options_.look_every);
    }
}

/// The first one by name that is to be read. Forgets those that are gone.
std::optional<std::string> Watcher::next_file() {
    std::map<std::string, Seen> there;
    try {
        for (const auto& entry : fs::directory_iterator(options_.path)) {
            const std::string name = entry.path().filename();
            std::error_code gone;  // it may be moved away at any time
            if (!is_feed_file(name) || !entry.is_regular_file(gone)) continue;
            const Seen now{.bytes = entry.file_size(gone), .changed = entry.last_write_time(gone)};
            if (!gone) there.emplace(name, now);
        }
    } catch (const fs::filesystem_error& error) {
        if (!std::exchange(directory_failed_, true))
            spdlog::error("feed directory {} cannot be read: {}; going on trying", options_.path,
                          error.code().message());
        return std::nullopt;
    }
    if (std::exchange(directory_failed_, false)) spdlog::info("feed directory {} can be read again", options_.path);
    std::erase_if(seen_, [&](const auto& one) { return !there.contains(one.first); });
    const auto next = std::ranges::find_if(there, [&](const auto& one) { return is_due(one.first, one.second); });
    if (next == there.end()) return std::nullopt;
    seen_[next->first] = next->second;
    return next->first;
}

bool Watcher::is_due(const std::string& name, const Seen& now) const {
    const auto seen = seen_.find(name);
    if (seen == seen_.end() || !seen->second.is_same_file(now)) return true;
    return seen->second.try_again && *seen->second.try_again <= std::chrono::steady_clock::now();
}

void Watcher::read(const std::string& name, const std::stop_token& stop) {
    try {
        auto feed = RecordedFeed::open((fs::path(options_.path) / name).string(), options_.known, next_id_);
        if (!feed) throw std::runtime_error(feed.error());
        (*feed)->make_decoder({});  // throws where the CSV header is none
        const auto source = std::make_shared<FileSource>(**feed, bell_);
        const auto last = read_lines(**feed, source, stop);
        if (stop.stop_requested()) return;
        for (const auto& remark : (*feed)->remarks()) spdlog::warn("feed file {}", operations::masked_path(remark));
        spdlog::info("feed file {}: {} lines read, {} of them before", operations::masked_path(name),
                     (*feed)->lines_popped(), (*feed)->lines_taken_before());
        if (options_.done.empty()) return;
        while (source->durable() < last && !stop.stop_requested()) bell_->wait_for(options_.look_every);
        if (!stop.stop_requested()) put_away(name);
    } catch (const std::runtime_error& error) {
        spdlog::error("feed file {} cannot be read: {}; trying again later", operations::masked_path(name),
                      operations::masked_path(error.what()));
        seen_[name].try_again = std::chrono::steady_clock::now() + options_.try_again_after;
    }
}

/// The number of the last line taken; 0: there were no more.
std::uint64_t Watcher::read_lines(RecordedFeed& feed, const std::shared_ptr<FileSource>& source,
                                  const std::stop_token& stop) {
    std::vector<feed::RawLine> lines;
    std::uint64_t last = 0;
    while (!stop.stop_requested() && feed.peek(true)) {
        lines.clear();
        while (lines.size() < lines_at_once) {
            const auto line = feed.peek(false);
            if (!line) break;
            lines.push_back(*line);
            feed.pop();
        }
        const FeedPosition position = feed.position();
        if (!take(source, lines, position, stop)) return last;
        remember(position);
        last = lines.back().number;
    }
    return last;
}

/// Waits for room. False where the daemon stops before there is any.
bool Watcher::take(const std::shared_ptr<FileSource>& source, std::span<const feed::RawLine> lines,
                   const FeedPosition& position, const std::stop_token& stop) {
    while (!intake_.take_file(source, lines, position)) {
        if (stop.stop_requested()) return false;
        intake_.when_room(source, [bell = bell_] { bell->ring(); });
        bell_->wait_for(options_.look_every);
    }
    return true;
}

/// What was taken in this life need not be durable to be known.
void Watcher::remember(const FeedPosition& position) {
    const auto known = std::ranges::find(options_.known, position.id, &FeedPosition::id);
    if (known != options_.known.end()) {
        *known = position;
        return;
    }
    options_.known.push_back(position);
    next_id_ = std::max(next_id_, position.id + 1);
}

/// Under another name where there is one of its name.
void Watcher::put_away(const std::string& name) {
    std::error_code fault;
    fs::path target = fs::path(options_.done) / name;
    for (int i = 1; fs::exists(target, fault); ++i) target = fs::path(options_.done) / (name + "." + std::to_string(i));
    fs::rename(fs::path(options_.path) / name, target, fault);
    if (fault)
        spdlog::error("feed file {} cannot be moved to {}: {}", operations::masked_path(name), options_.done,
                      fault.message());
}

}  // namespace

bool is_feed_file(const std::string& name) {
    std::string_view rest = name;
    if (rest.starts_with('.')) return false;
    if (rest.ends_with(".gz")) rest.remove_suffix(3);
    return rest.ends_with(".ndjson") || rest.ends_with(".csv");
}

std::unique_ptr<WatchedDirectory> watch_directory(runtime::Intake& intake, WatchedDirectoryOptions options) {
    return std::make_unique<Watcher>(intake, std::move(options));
}

}  // namespace simtrail::feed_server
