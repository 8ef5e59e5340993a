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

std::optional<LastPosition> last_of(const Board::Entry& entry) {
    if (entry.last_seq == 0) return std::nullopt;
    return LastPosition{.point = entry.last.unpacked(entry.last_seq), .arrived_ms = entry.heard_ms};
}

}  // namespace

TraceReader::TraceReader(std::vector<Shard*> shards, Board& board, std::unique_ptr<TracePages> pages)
    : shards_(std::move(shards)), board_(board), pages_(std::move(pages)), thread_([this] { run(); }) {}

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
        if (!stop_ && (work_.size() < max_waiting || refused == nullptr)) {
            work_.push_back(std::move(work));
            refused = nullptr;
        }
    }
    if (refused != nullptr) return (*refused)(std::unexpected("too many traces are being read; try again"));
    filled_.notify_one();
}

void TraceReader::page(const TraceRange& range, TraceDesk::PageDone done) {
    auto shared = std::make_shared<TraceDesk::PageDone>(std::move(done));
    put(
        [this, range, shared] {
            try {
                const auto segments = [&](std::uint32_t before_seq, std::uint32_t& last_stored) {
                    TraceRange stored = range;
                    stored.before_seq = before_seq;
                    auto page = pages_->page(stored);
                    last_stored = page.last_stored_seq;
                    return TraceDesk::Page{std::move(page.points), page.more};
                };
                const auto wanted = [&](const TracePoint& p) {
                    return p.tis_ms >= range.from_ms && p.tis_ms <= range.to_ms &&
                           (!range.after || TracePlace{p.tis_ms, p.seq} > *range.after);
                };
                auto page = read(range.track, segments, wanted);
                std::ranges::sort(page.points, listed_before);
                page.more = page.more || page.points.size() > range.limit;
                page.points.resize(std::min(page.points.size(), range.limit));
                (*shared)(std::move(page));
            } catch (const std::exception& error) {
                (*shared)(std::unexpected(error.what()));
            }
        },
        shared.get());
}

void TraceReader::arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, TraceDesk::PageDone done) {
    auto shared = std::make_shared<TraceDesk::PageDone>(std::move(done));
    put(
        [this, track, seq, limit, shared] {
            try {
                const auto segments = [&](std::uint32_t before_seq, std::uint32_t& last_stored) {
                    auto page = pages_->arrived(track, seq, before_seq, limit);
                    last_stored = page.last_stored_seq;
                    return TraceDesk::Page{std::move(page.points), page.more};
                };
                auto page = read(track, segments, [&](const TracePoint& p) { return p.seq > seq; });
                std::ranges::sort(page.points, {}, &TracePoint::seq);
                page.more = page.more || page.points.size() > limit;
                page.points.resize(std::min(page.points.size(), limit));
                (*shared)(std::move(page));
            } catch (const std::exception& error) {
                (*shared)(std::unexpected(error.what()));
            }
        },
        shared.get());
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

void TraceReader::last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done) {
    if (const auto entry = board_.entry(track); entry.known) return done(last_of(entry));
    put(
        [this, track, done = std::move(done)]() mutable {
            try {
                look_up(track);
            } catch (const std::exception&) {  // the answer is then as before a first position; a page tells the error
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
