#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/runtime/desks.hpp"
#include "engine/ledger/ledger.hpp"

namespace simtrail::testing {

/// Ids and codes that count.
class CountedIdentities : public ledger::Identities {
   public:
    std::array<std::uint8_t, 16> uuid() override {
        std::array<std::uint8_t, 16> bytes{};
        bytes[14] = static_cast<std::uint8_t>(++uuids_ >> 8);
        bytes[15] = static_cast<std::uint8_t>(uuids_);
        return bytes;
    }
    std::uint16_t code() override { return ++codes_; }

   private:
    unsigned uuids_ = 0;
    std::uint16_t codes_ = 0;
};

/// The real ledger, durable at once, on a manual clock.
class ControlInMemory : public runtime::ControlDesk {
   public:
    std::int64_t now = 1'700'000'000'000;
    bool full = false;    // the queue
    bool durable = true;  // else commits fail
    std::vector<ledger::OutgoingText> texts;
    std::vector<ledger::OutgoingCallback> callbacks;

    bool submit(runtime::ControlRequest request) override {
        if (full) return false;
        if (request.once) {
            const auto before = answers_.find({request.once->tenant, request.once->key});
            if (before != answers_.end()) return repeat(before->second, request);
        }
        http::Response answer = request.render(ledger_.apply(request.command, now));
        if (!commit()) {
            request.done(std::unexpected(runtime::Failure::not_durable));
            return true;
        }
        if (request.once)
            answers_[{request.once->tenant, request.once->key}] = {request.once->fingerprint, answer.status,
                                                                   answer.body};
        request.done(std::move(answer));
        return true;
    }
    void read(const std::function<void(const ledger::LedgerBook&)>& look) const override { look(book_); }
    std::int64_t now_ms() const override { return now; }

    /// What happens beside the API: texts, first positions, silence.
    ledger::Decision tell(const ledger::Command& command) {
        auto decision = ledger_.apply(command, now);
        commit();
        return decision;
    }
    void pass(std::int64_t ms) {
        now += ms;
        ledger_.fire_due(now, 1000);
        commit();
    }

   private:
    struct Answer {
        std::string fingerprint;
        int status = 0;
        std::string body;
    };

    bool repeat(const Answer& answer, runtime::ControlRequest& request) {
        if (answer.fingerprint != request.once->fingerprint)
            request.done(std::unexpected(runtime::Failure::key_reused));
        else
            request.done(http::Response{.status = answer.status, .body = answer.body});
        return true;
    }
    bool commit() {
        if (!durable) {
            ledger_.rolled_back();
            return false;
        }
        const auto& changes = ledger_.pending();
        texts.insert(texts.end(), changes.texts.begin(), changes.texts.end());
        callbacks.insert(callbacks.end(), changes.callbacks.begin(), changes.callbacks.end());
        book_.apply(changes);
        ledger_.committed();
        return true;
    }

    CountedIdentities identities_;
    ledger::LedgerRules rules_;
    ledger::LedgerBook book_;
    ledger::Ledger ledger_{book_, rules_, identities_};
    std::map<std::pair<std::string, std::string>, Answer> answers_;
};

/// Traces as they arrived. Answers at once, or when `run` is called.
class TracesOnDesk : public runtime::TraceDesk {
   public:
    bool later = false;   // answers wait for `run`
    bool broken = false;  // nothing can be read
    std::size_t subscriptions = 0;

    /// A point becomes durable, and is told.
    void arrive(TrackNumber track, TracePoint point) {
        traces_[track].push_back(point);
        tell(track, {&point, 1});
    }
    void cease(TrackNumber track) { tell(track, {}); }
    void run() {
        for (auto due = std::exchange(waiting_, {}); auto& each : due) each();
    }
    std::size_t waiting() const { return waiting_.size(); }

    void page(TraceRange range, PageDone done) override { answer_page(range, 0, std::move(done)); }
    /// With hindsight every place is a hundredth of a degree further north.
    void smoothed_page(TraceRange range, PageDone done) override { answer_page(range, 1000, std::move(done)); }
    void answer_page(const TraceRange& range, std::int32_t north_e5, PageDone done) {
        auto points = traces_[range.track];
        std::erase_if(points, [&](const TracePoint& point) {
            const TracePlace place{point.tis_ms, point.seq};
            return point.tis_ms < range.from_ms || point.tis_ms > range.to_ms || (range.after && place <= *range.after);
        });
        std::ranges::sort(points, listed_before);
        for (TracePoint& point : points) point.lat_e5 += north_e5;
        answer(std::move(points), range.limit, std::move(done));
    }
    void arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, PageDone done) override {
        auto points = traces_[track];
        std::erase_if(points, [&](const TracePoint& point) { return point.seq <= seq; });
        answer(std::move(points), limit, std::move(done));
    }
    void last_position(TrackNumber track,
                       std::move_only_function<void(std::optional<runtime::LastPosition>)> done) override {
        std::optional<runtime::LastPosition> last;
        for (const TracePoint& point : traces_[track])
            if (!last || listed_before(last->point, point)) last = runtime::LastPosition{point, point.tis_ms};
        when_due([last, done = std::move(done)]() mutable { done(last); });
    }
    std::unique_ptr<Subscription> subscribe(TrackNumber track,
                                            std::function<void(std::span<const TracePoint>)> on_points) override {
        return std::make_unique<Entry>(*this, track, std::move(on_points));
    }

   private:
    struct Entry : Subscription {
        Entry(TracesOnDesk& owner, TrackNumber number, std::function<void(std::span<const TracePoint>)> call)
            : desk(owner), track(number), on_points(std::move(call)) {
            desk.readers_.push_back(this);
            ++desk.subscriptions;
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() override {
            std::erase(desk.readers_, this);
            --desk.subscriptions;
        }
        TracesOnDesk& desk;
        TrackNumber track;
        std::function<void(std::span<const TracePoint>)> on_points;
    };

    void tell(TrackNumber track, std::span<const TracePoint> points) {
        for (const auto readers = readers_; Entry * each : readers)
            if (each->track == track) each->on_points(points);
    }
    void answer(std::vector<TracePoint> points, std::size_t limit, PageDone done) {
        if (broken) return when_due([done = std::move(done)]() mutable { done(std::unexpected("a broken disk")); });
        Page page{.points = std::move(points)};
        page.more = page.points.size() > limit;
        if (page.more) page.points.resize(limit);
        when_due([page = std::move(page), done = std::move(done)]() mutable { done(std::move(page)); });
    }
    void when_due(std::move_only_function<void()> call) {
        if (later)
            waiting_.push_back(std::move(call));
        else
            call();
    }

    std::map<TrackNumber, std::vector<TracePoint>> traces_;
    std::vector<Entry*> readers_;
    std::deque<std::move_only_function<void()>> waiting_;
};

/// Counts lines: those with "bad" are rejected, those with "other" dropped.
class FeedInMemory : public runtime::FeedDesk {
   public:
    bool fails = false;
    bool csv = false;  // what was opened last
    std::string taken;

    std::unique_ptr<runtime::FeedUpload> open_upload(bool is_csv) override {
        csv = is_csv;
        taken.clear();
        return std::make_unique<Upload>(*this);
    }

   private:
    struct Upload : runtime::FeedUpload {
        explicit Upload(FeedInMemory& owner) : desk(owner) {}
        void take(std::string bytes, std::move_only_function<void()> ready) override {
            desk.taken += bytes;
            ready();
        }
        void finish(std::move_only_function<void(std::expected<runtime::UploadTotals, std::string>)> done) override {
            if (desk.fails) return done(std::unexpected("no disk"));
            runtime::UploadTotals totals;
            for (std::size_t from = 0; from < desk.taken.size();) {
                const auto line = desk.taken.substr(from, desk.taken.find('\n', from) - from);
                from += line.size() + 1;
                ++(line.contains("bad") ? totals.rejected : line.contains("other") ? totals.dropped : totals.accepted);
            }
            done(totals);
        }
        FeedInMemory& desk;
    };
};

}  // namespace simtrail::testing
