#include "adapters/runtime/trace_reader.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace simtrail::runtime {

namespace {

constexpr auto no_seq = std::numeric_limits<std::uint32_t>::max();
/// A track whose points come so fast that its ring is full of uncommitted ones: its segments are durable a commit later.
constexpr int tries = 100;
constexpr std::chrono::milliseconds pause{10};

bool is_within(const TracePoint& point, const TraceRange& range) noexcept {
    return point.tis_ms >= range.from_ms && point.tis_ms <= range.to_ms &&
           (!range.after || TracePlace{point.tis_ms, point.seq} > *range.after);
}

std::optional<LastPosition> last_of(const Board::Entry& entry) {
    if (entry.last_seq == 0) return std::nullopt;
    return LastPosition{.point = entry.last.unpacked(entry.last_seq), .arrived_ms = entry.heard_ms};
}

}  // namespace

TraceReader::TraceReader(std::vector<Shard*> shards, Board& board, std::unique_ptr<TracePages> pages,
                         std::size_t most_waiting, OnDamaged on_damaged)
    : shards_(std::move(shards)),
      board_(board),
      pages_(std::move(pages)),
      most_waiting_(most_waiting),
      on_damaged_(std::move(on_damaged)),
      thread_([this] { run(); }) {}

TraceReader::~TraceReader() { stop(); }

void TraceReader::stop() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    filled_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void TraceReader::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return stop_ || !work_.empty(); });
        if (stop_) return;
        auto work = std::move(work_.front());
        work_.pop_front();
        lock.unlock();
        work();
    }
}

void TraceReader::put(std::move_only_function<void()> work, TraceDesk::PageDone* refused) {
    {
        const std::lock_guard lock(mutex_);
        if (!stop_ && (work_.size() < most_waiting_ || refused == nullptr)) {
            work_.push_back(std::move(work));
            refused = nullptr;
        }
    }
    if (refused != nullptr) return (*refused)(std::unexpected("too many traces are being read; try again"));
    filled_.notify_one();
}

void TraceReader::use_cells(std::shared_ptr<const CellTable> cells) {
    const std::lock_guard lock(mutex_);
    cells_ = std::move(cells);
}

void TraceReader::answer(std::function<TraceDesk::Page()> made, TraceDesk::PageDone done) {
    auto shared = std::make_shared<TraceDesk::PageDone>(std::move(done));
    put(
        [made = std::move(made), shared] {
            try {
                (*shared)(made());
            } catch (const std::exception& error) {
                (*shared)(std::unexpected(error.what()));
            }
        },
        shared.get());
}

void TraceReader::page(const TraceRange& range, TraceDesk::PageDone done) {
    answer([this, range] { return listed(range); }, std::move(done));
}

void TraceReader::smoothed_page(const TraceRange& range, std::int64_t oldest_ms, TraceDesk::PageDone done) {
    answer([this, range, oldest_ms] { return smoothed(range, oldest_ms); }, std::move(done));
}

TraceDesk::Page TraceReader::smoothed(const TraceRange& range, std::int64_t oldest_ms) {
    std::unique_lock lock(mutex_);
    const auto cells = cells_;
    lock.unlock();
    auto page = listed(range);
    if (page.points.empty()) return page;
    const TracePoint last = page.points.back();  // retention takes the first
    const auto read = [&](TraceRange wider) {
        go_on();
        wider.from_ms = std::max(wider.from_ms, oldest_ms);
        return traced(wider);
    };
    const auto damaged = smooth(page.points, range.track, read, *cells);
    if (!damaged.empty() && told_damaged_.insert(range.track).second) on_damaged_(range.track, damaged);
    // Whoever had the trace erased meanwhile was told that it is gone.
    const bool erased =
        listed({.track = range.track, .from_ms = last.tis_ms, .to_ms = last.tis_ms, .limit = 1}).points.empty();
    return erased ? TraceDesk::Page{} : std::move(page);
}

/// Smoothing takes seconds, and the end of the daemon does not wait for it.
void TraceReader::go_on() {
    const std::lock_guard lock(mutex_);
    if (stop_) throw std::runtime_error("the daemon is ending");
}

TraceDesk::Page TraceReader::listed(const TraceRange& range) {
    const auto segments = [&](std::uint32_t before_seq, std::uint32_t& last_stored) {
        TraceRange stored = range;
        stored.before_seq = before_seq;
        auto page = pages_->page(stored);
        last_stored = page.last_stored_seq;
        return TraceDesk::Page{std::move(page.points), page.more};
    };
    auto page = read(range.track, segments, [&](const TracePoint& p) { return is_within(p, range); });
    std::ranges::sort(page.points, listed_before);
    page.more = page.more || page.points.size() > range.limit;
    page.points.resize(std::min(page.points.size(), range.limit));
    return page;
}

void TraceReader::arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, TraceDesk::PageDone done) {
    answer([this, track, seq, limit] { return arrived(track, seq, limit); }, std::move(done));
}

TraceDesk::Page TraceReader::arrived(TrackNumber track, std::uint32_t seq, std::size_t limit) {
    const auto segments = [&](std::uint32_t before_seq, std::uint32_t& last_stored) {
        auto page = pages_->arrived(track, seq, before_seq, limit);
        last_stored = page.last_stored_seq;
        return TraceDesk::Page{std::move(page.points), page.more};
    };
    auto page = read(track, segments, [&](const TracePoint& p) { return p.seq > seq; });
    std::ranges::sort(page.points, {}, &TracePoint::seq);
    page.more = page.more || page.points.size() > limit;
    page.points.resize(std::min(page.points.size(), limit));
    return page;
}

/// Stored points and durable ones of the ring, unsorted. Points between them, cut and not committed yet, are waited for.
TraceDesk::Page TraceReader::read(TrackNumber track, const Read& segments,
                                  const std::function<bool(const TracePoint&)>& wanted) {
    for (int i = 0; i < tries; ++i) {
        const auto ring = shards_[track % shards_.size()]->newest_points(track);
        const Board::Entry entry = board_.entry(track);
        const std::uint32_t first = ring.empty() ? no_seq : ring.front().seq;
        std::uint32_t last_stored = 0;
        auto page = segments(first, last_stored);
        const std::uint32_t needed = ring.empty() ? 0 : std::min(entry.durable_seq, first - 1);
        if (last_stored < needed) {
            std::this_thread::sleep_for(pause);
            continue;
        }
        for (const TracePoint& point : ring)
            if (point.seq <= entry.durable_seq && wanted(point)) page.points.push_back(point);
        return page;
    }
    throw std::runtime_error("the trace's newest points are not durable yet; try again");
}

/// Durable points with the events behind them, as listed. Of those that are cut and never become durable the events are missing.
std::vector<TracedEvent> TraceReader::traced(const TraceRange& range) {
    for (int i = 1;; ++i) {
        auto ring = shards_[range.track % shards_.size()]->newest_traced(range.track);
        const std::uint32_t durable = board_.entry(range.track).durable_seq;
        TraceRange stored = range;
        stored.before_seq = ring.empty() ? no_seq : ring.front().point.seq;
        auto page = pages_->traced(stored);
        if (i < tries && page.last_stored_seq < std::min(durable, stored.before_seq - 1)) {
            std::this_thread::sleep_for(pause);
            continue;
        }
        for (const TracedEvent& traced : ring)
            if (traced.point.seq <= durable && is_within(traced.point, range)) page.points.push_back(traced);
        std::ranges::sort(page.points, listed_before, &TracedEvent::point);
        if (page.points.size() > range.limit)
            page.points.erase(page.points.begin() + static_cast<std::ptrdiff_t>(range.limit), page.points.end());
        return std::move(page.points);
    }
}

void TraceReader::last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done) {
    if (const auto entry = board_.entry(track); entry.known) return done(last_of(entry));
    put(
        [this, track, done = std::move(done)]() mutable {
            try {
                look_up(track);
            } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
                // The answer is then as before a first position; a page tells the error.
            }
            done(last_of(board_.entry(track)));
        },
        nullptr);
}

/// A track that nothing has touched since the start: what the store has of it goes to the board.
void TraceReader::look_up(TrackNumber track) {
    if (!shards_[track % shards_.size()]->newest_points(track).empty()) return;  // restored: the board knows it now
    constexpr std::uint32_t newest = Track::ring_capacity;
    const auto page = pages_->arrived(track, 0, no_seq, 1);
    const std::uint32_t last = page.last_stored_seq;
    board_.stored(track, pages_->arrived(track, last > newest ? last - newest : 0, no_seq, newest).points);
}

}  // namespace simtrail::runtime
