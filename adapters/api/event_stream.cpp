#include "adapters/api/event_stream.hpp"

#include <algorithm>
#include <mutex>
#include <span>
#include <utility>

#include "engine/geojson/feature.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::api {

using runtime::TraceDesk;
using Points = std::span<const TracePoint>;

namespace {

constexpr std::size_t missed_page_points = 500;  // of what a reader has missed, at once: about 100 KB
constexpr int heartbeat_ticks = 15;              // proxies let go of what is silent for 30 s or more
constexpr std::string_view opening = "retry: 2000\n\n";
constexpr std::string_view heartbeat = ":\n\n";
constexpr std::string_view end_event = "event: end\ndata: {}\n\n";

std::string text_of(Points points) {
    std::string text;
    for (const TracePoint& point : points) {
        text += "id: ";
        geojson::append_integer(text, point.seq);
        text += "\nevent: point\ndata: ";
        geojson::append_point_feature(text, point);
        text += "\n\n";
    }
    return text;
}

}  // namespace

/// Called by the server (next, heartbeat, cut, close), the writer (on_points) and whoever reads points (on_page). The mutex
/// guards the state; no desk and no reader is called under it.
class EventStream : public std::enable_shared_from_this<EventStream> {
   public:
    EventStream(TraceDesk& traces, TrackNumber track, std::optional<std::uint32_t> after)
        : traces_(traces), track_(track), sent_(after), missed_(after.has_value()) {}

    void subscribe() {
        auto subscription = traces_.subscribe(track_, [weak = weak_from_this()](Points points) {
            if (const auto stream = weak.lock()) stream->on_points(points);
        });
        const std::lock_guard lock(mutex_);
        subscription_ = std::move(subscription);
    }

    /// The track does not run: what was missed, and the end.
    void track_ended() { on_points({}); }

    void next(http::BodySource::Piece give) {
        std::unique_lock lock(mutex_);
        waiting_ = std::move(give);
        if (!opened_) {
            opened_ = true;
            return hand_over(std::move(lock), std::string(opening));
        }
        go_on(std::move(lock));
    }

    void tick() {
        std::unique_lock lock(mutex_);
        if (!waiting_ || reading_) return;
        missed_ = missed_ || (sent_ && newest_ > *sent_);  // told, but not yet to be read when it was asked for
        if (missed_ || ++quiet_ticks_ < heartbeat_ticks) return go_on(std::move(lock));
        hand_over(std::move(lock), std::string(heartbeat));
    }

    /// Breaks off without `end`: the reader may come back.
    void cut() {
        std::unique_lock lock(mutex_);
        over_ = true;
        go_on(std::move(lock));
    }

    /// The reader has gone.
    void close() {
        std::unique_lock lock(mutex_);
        const auto subscription = std::move(subscription_);  // ended without the lock: its points may be on their way
        waiting_ = nullptr;
        over_ = true;
        lock.unlock();
    }

   private:
    void on_points(Points points) {
        std::unique_lock lock(mutex_);
        if (points.empty()) {
            ended_ = true;
            return go_on(std::move(lock));
        }
        newest_ = points.back().seq;
        if (!sent_) sent_ = points.front().seq - 1;
        const bool follows = !missed_ && !reading_ && points.front().seq <= *sent_ + 1;
        if (waiting_ && !over_ && follows) return send(std::move(lock), points);
        missed_ = missed_ || newest_ > *sent_;
        go_on(std::move(lock));
    }

    void on_page(const std::expected<TraceDesk::Page, std::string>& page, std::uint32_t newest_then) {
        std::unique_lock lock(mutex_);
        reading_ = false;
        if (!page) {
            over_ = true;
            return go_on(std::move(lock));
        }
        // What came while the page was read may not be in it; what came before is.
        missed_ = page->more || newest_ > newest_then;
        if (!page->points.empty() && waiting_) return send(std::move(lock), page->points);
        go_on(std::move(lock));
    }

    /// Does the next thing that there is to do for a reader who waits.
    void go_on(std::unique_lock<std::mutex> lock) {
        if (!waiting_ || reading_) return;
        if (over_) return hand_over(std::move(lock), std::nullopt);
        if (missed_) return read_missed(std::move(lock));
        if (!ended_) return;
        over_ = true;
        hand_over(std::move(lock), std::string(end_event));
    }

    void read_missed(std::unique_lock<std::mutex> lock) {
        reading_ = true;
        const std::uint32_t after = *sent_, newest = newest_;
        lock.unlock();
        traces_.arrived_after(
            track_, after, missed_page_points,
            [self = shared_from_this(), newest](const std::expected<TraceDesk::Page, std::string>& page) {
                self->on_page(page, newest);
            });
    }

    /// Those of `points` that the reader does not have. Precondition: it waits, and misses none before them.
    void send(std::unique_lock<std::mutex> lock, Points points) {
        const auto fresh = std::ranges::upper_bound(points, *sent_, {}, &TracePoint::seq);
        const Points news(fresh, points.end());
        if (news.empty()) return go_on(std::move(lock));
        sent_ = news.back().seq;
        hand_over(std::move(lock), text_of(news));
    }

    void hand_over(std::unique_lock<std::mutex> lock, std::optional<std::string> piece) {
        auto give = std::exchange(waiting_, nullptr);
        quiet_ticks_ = 0;
        lock.unlock();
        give(std::move(piece));
    }

    TraceDesk& traces_;
    const TrackNumber track_;
    std::mutex mutex_;
    http::BodySource::Piece waiting_;    // the reader wants more
    std::optional<std::uint32_t> sent_;  // seq of the last point sent; nothing: the next one that comes is the first
    std::uint32_t newest_ = 0;           // seq of the newest point that was told
    bool missed_;                        // there may be points behind `sent_` that are not told again
    bool reading_ = false;               // them
    bool opened_ = false;
    bool ended_ = false;  // the track has ceased to run
    bool over_ = false;   // nothing follows
    int quiet_ticks_ = 0;
    std::unique_ptr<TraceDesk::Subscription> subscription_;
};

namespace {

class EventStreamBody : public http::BodySource {
   public:
    explicit EventStreamBody(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {}
    EventStreamBody(const EventStreamBody&) = delete;
    EventStreamBody& operator=(const EventStreamBody&) = delete;
    ~EventStreamBody() override { stream_->close(); }

    void next(Piece give) override { stream_->next(std::move(give)); }

   private:
    std::shared_ptr<EventStream> stream_;
};

bool may_get_points(const Desks& desks, TrackNumber number) {
    bool may = false;
    desks.control.read([&](const ledger::LedgerBook& book) {
        const ledger::SimTrack* track = book.track(number);
        may = track != nullptr && (track->runs() || track->state == ledger::SimTrackState::created);
    });
    return may;
}

}  // namespace

void EventStreams::add(std::string key_id, std::weak_ptr<EventStream> stream) {
    open_.push_back({std::move(key_id), std::move(stream)});
}

void EventStreams::tick(const std::function<bool(std::string_view)>& is_valid) {
    std::erase_if(open_, [](const Open& open) { return open.stream.expired(); });
    for (const Open& open : open_) {
        const auto stream = open.stream.lock();
        if (!stream) continue;
        if (is_valid(open.key_id))
            stream->tick();
        else
            stream->cut();
    }
}

std::unique_ptr<http::BodySource> open_event_stream(const Desks& desks, const std::string& key_id, TrackNumber track,
                                                    std::optional<std::uint32_t> after) {
    auto stream = std::make_shared<EventStream>(desks.traces, track, after);
    stream->subscribe();
    // Asked after the subscription: a track that ceases to run in between has told it.
    if (!may_get_points(desks, track)) stream->track_ended();
    desks.streams.add(key_id, stream);
    return std::make_unique<EventStreamBody>(std::move(stream));
}

}  // namespace simtrail::api
