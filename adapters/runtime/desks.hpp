#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/http/message.hpp"
#include "engine/ledger/command.hpp"
#include "engine/ledger/ledger_book.hpp"
#include "engine/tracing/trace_page.hpp"

// What the daemon offers to its API and its other fronts. Everything may be called from any thread; answers come from the
// threads that found them, and may come before the call returns.
namespace simtrail::runtime {

/// Why a command was not carried out, beyond what the ledger says.
enum class Failure : std::uint8_t {
    not_durable,  // the commit failed: nothing has changed (503)
    key_reused,   // the Idempotency-Key came before with another request
};

struct IdempotencyKey {
    std::string tenant;
    std::string key;
    std::string fingerprint;  // of method, target and body
};

struct ControlRequest {
    ledger::Command command;
    std::optional<IdempotencyKey> once;
    /// Makes the answer from the decision; on the writer's thread, before the commit. Must be quick.
    std::function<http::Response(const ledger::Decision&)> render;
    /// The answer: what it says is durable.
    std::move_only_function<void(std::expected<http::Response, Failure>)> done;
};

/// The ledger's front.
class ControlDesk {
   public:
    virtual ~ControlDesk() = default;

    /// False where the queue is full (503): `request` is dropped then.
    virtual bool submit(ControlRequest request) = 0;

    /// Reads what is durable, under a lock that the writer waits for: be quick.
    virtual void read(const std::function<void(const ledger::LedgerBook&)>& look) const = 0;

    /// The daemon's clock, Unix ms.
    virtual std::int64_t now_ms() const = 0;
};

/// A track's newest durable point in time, and when its newest event came.
struct LastPosition {
    TracePoint point;
    std::int64_t arrived_ms = 0;  // 0: before the daemon started
};

/// Durable points: segments, journal and ring as one.
class TraceDesk {
   public:
    virtual ~TraceDesk() = default;

    struct Page {
        std::vector<TracePoint> points;
        bool more = false;
    };
    using PageDone = std::move_only_function<void(std::expected<Page, std::string>)>;

    /// Points as they are listed (by tis, then seq). `range.before_seq` is the desk's own.
    virtual void page(TraceRange range, PageDone done) = 0;
    /// The same points with hindsight.
    virtual void smoothed_page(TraceRange range, PageDone done) = 0;
    /// Points in order of arrival, with numbers above `seq`.
    virtual void arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, PageDone done) = 0;

    /// Nothing before a first position. Mostly at once.
    virtual void last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done) = 0;

    /// Calls `on_points` with points of the track as they become durable, in order of arrival, on the writer's thread; an
    /// empty span once: the track has ceased to run or was deleted. Destroying the subscription ends it.
    class Subscription {
       public:
        virtual ~Subscription() = default;
    };
    virtual std::unique_ptr<Subscription> subscribe(TrackNumber track,
                                                    std::function<void(std::span<const TracePoint>)> on_points) = 0;
};

/// The contract's answer to `POST /v1/feed/events`.
struct UploadTotals {
    std::uint64_t accepted = 0;  // became points, are held, or were taken before
    std::uint64_t dropped = 0;   // nobody tracked
    std::uint64_t rejected = 0;  // bad lines, by the reasons of the metrics
};

/// Lines that come in one request. Destroyed before `finish`: what came is kept, nobody is told.
class FeedUpload {
   public:
    virtual ~FeedUpload() = default;
    virtual void take(std::string bytes, std::move_only_function<void()> ready) = 0;
    /// The totals once every line is durable; an error: nothing is sure, send them again.
    virtual void finish(std::move_only_function<void(std::expected<UploadTotals, std::string>)> done) = 0;
};

class FeedDesk {
   public:
    virtual ~FeedDesk() = default;
    /// `csv`: the first line is a CSV header.
    virtual std::unique_ptr<FeedUpload> open_upload(bool csv) = 0;
};

}  // namespace simtrail::runtime
