#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/runtime/core.hpp"
#include "engine/ledger/command.hpp"
#include "storage/operator_desk.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_pages.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail::testing {

/// Waits, with a bound, for what another thread is about to do.
template <class Condition>
bool eventually(const Condition& condition) {
    for (int i = 0; i < 10'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return condition();
}

/// Ids and codes that count up.
class CountingIdentities final : public ledger::Identities {
   public:
    std::array<std::uint8_t, 16> uuid() override {
        std::array<std::uint8_t, 16> bytes{};
        const std::uint32_t n = ++given_;
        for (int i = 0; i < 4; ++i) bytes[15 - i] = static_cast<std::uint8_t>(n >> 8 * i);
        return bytes;
    }
    std::uint16_t code() override { return ++last_code; }

    std::atomic<std::uint16_t> last_code = 4820;

   private:
    std::uint32_t given_ = 0;
};

/// Lines of a made source; remembers what was acknowledged.
class MadeSource final : public feed::LineSource {
   public:
    explicit MadeSource(std::string position = {}) : LineSource("made") { position_name = std::move(position); }
    void committed(std::uint64_t lines) override { acknowledged = lines; }
    std::atomic<std::uint64_t> acknowledged = 0;
};

/// A store whose commits fail while it is told so.
class FlakyStore final : public TraceStore {
   public:
    explicit FlakyStore(TraceStore& store) : store_(store) {}
    Recovery recover() override { return store_.recover(); }
    std::int64_t commit(const Batch& batch) override {
        if (fails) throw std::runtime_error("the disk is full");
        return store_.commit(batch);
    }
    std::atomic<bool> fails = false;

   private:
    TraceStore& store_;
};

/// Pages that tell before events are read.
class HookedPages final : public TracePages {
   public:
    HookedPages(const storage::StoreOptions& options, const std::function<void()>& before_traced)
        : pages_(storage::open_trace_pages(options.path, options.vfs)), before_traced_(before_traced) {}
    Page page(const TraceRange& range) override { return pages_->page(range); }
    TracedPage traced(const TraceRange& range) override {
        before_traced_();
        return pages_->traced(range);
    }
    Page arrived(std::uint32_t track, std::uint32_t after_seq, std::uint32_t before_seq, std::size_t limit) override {
        return pages_->arrived(track, after_seq, before_seq, limit);
    }

   private:
    std::unique_ptr<TracePages> pages_;
    const std::function<void()>& before_traced_;
};

/// The core over a real database, with one known cell and a manual clock. Everything is asked and waited for.
class MadeCore {
   public:
    explicit MadeCore(std::string database, std::uint32_t shards = 1, const char* vfs = nullptr)
        : options_{.path = std::move(database), .vfs = vfs}, shards_(shards) {
        cells_.add(MadeCells::lte(42), {.site = {8.5, 47.4}, .range_m = 1000, .samples = 100});
        open();
    }
    ~MadeCore() { close(); }

    void open() {
        store_ = storage::open_trace_store(options_);
        flaky_ = std::make_unique<FlakyStore>(*store_);
        core_ = std::make_unique<runtime::Core>(runtime::CoreSetup{
            .store = *flaky_,
            .ledger_store = *store_,
            .open_segments = [this] { return storage::open_segment_reader(options_); },
            .open_pages = [this] { return std::make_unique<HookedPages>(options_, before_traced); },
            .cells = std::shared_ptr<const CellTable>(&cells_.table(), [](const CellTable*) {}),
            .identities = identities_,
            .rules = {},
            .shards = shards_,
            .candidates = candidates,
            .limits = {.commit_wait = std::chrono::milliseconds(1),
                       .early_receipt = early_receipt,
                       .silent_after_ms = 600'000},
            .hooks = hooks(),
            .on_few_candidates = [this](std::uint64_t points) { points_of_few_candidates += points; },
            .on_damaged_evidence = [this](TrackNumber track,
                                          const std::vector<SeqRange>& points) { damaged.emplace_back(track, points); },
            .on_fatal = [](const std::string& what) { throw std::runtime_error(what); }});
        core_->inbox().want_texts(1'000'000);
        core_->start();
    }
    /// As after a drain and a good end.
    void close() {
        if (!core_) return;
        core_->drain();
        core_.reset();
        store_.reset();
    }

    /// Called before events are read for hindsight, on the reader's thread.
    std::function<void()> before_traced = [] {};
    /// Called when a commit has succeeded after some that failed, on the writer's thread.
    std::function<void()> on_recovery = [] {};
    /// From the next `open` on.
    std::chrono::seconds early_receipt{0};
    runtime::CandidateChoice candidates = runtime::CandidateChoice::full;
    std::atomic<std::uint64_t> points_of_few_candidates = 0;
    std::vector<std::pair<TrackNumber, std::vector<SeqRange>>> damaged;  // told on a reader's thread, before the answer

    runtime::Core& core() { return *core_; }
    std::int64_t now() const { return now_ms_; }
    void pass(std::int64_t ms) { now_ms_ += ms; }

    /// The decision, once durable; nothing where the commit failed.
    std::optional<ledger::Decision> ask(ledger::Command command) {
        auto decision = std::make_shared<ledger::Decision>();
        std::promise<bool> answered;
        auto answer = answered.get_future();
        const bool queued =
            core_->submit({.command = std::move(command),
                           .once = std::nullopt,
                           .render =
                               [decision](const ledger::Decision& d) {
                                   *decision = d;
                                   return http::Response{};
                               },
                           .done = [answered = std::move(answered)](
                                       auto response) mutable { answered.set_value(response.has_value()); }});
        return queued && answer.get() ? std::optional(*decision) : std::nullopt;
    }

    /// Consent asked and given, a track created and started: its number.
    TrackNumber start_tracking(Msisdn msisdn, const std::string& tenant = "acme") {
        const ledger::Caller caller{tenant, tenant, "key"};
        ask(ledger::RequestConsent{caller, msisdn, {}});
        ask(ledger::ReceiveText{msisdn, "YES " + std::to_string(identities_.last_code), "console", now()});
        const auto created =
            ask(ledger::CreateSimTrack{.caller = caller, .msisdn = msisdn, .start = true, .expiry_ms = 86'400'000});
        return created->track->number;
    }

    static std::string line(Msisdn msisdn, std::int64_t ts_ms) {
        return R"({"ts":)" + std::to_string(ts_ms) + R"(,"msisdn":")" + msisdn.text() +
               R"(","radio":"lte","mcc":1,"mnc":1,"area":7,"cell":42,"signal":-90})";
    }

    /// Gives lines to the intake, numbered from `first`, waiting for room as a source does.
    void feed(const std::shared_ptr<feed::LineSource>& source, const std::vector<std::string>& lines,
              std::uint64_t first = 1) {
        std::string bytes;
        for (const auto& text : lines) bytes += text + '\n';
        bytes.append(feed::line_padding, '\n');
        std::vector<feed::RawLine> raw;
        std::size_t offset = 0;
        for (const auto& text : lines) {
            raw.push_back({.text = std::string_view(bytes).substr(offset, text.size()), .number = first++});
            offset += text.size() + 1;
        }
        for (std::span<const feed::RawLine> rest = raw; !rest.empty();) {
            rest = rest.subspan(core_->intake().take(source, rest));
            if (rest.empty()) return;
            std::promise<void> room;
            core_->intake().when_room(source, [&] { room.set_value(); });
            room.get_future().wait();
        }
    }

    std::vector<TracePoint> trace(TrackNumber track, std::size_t limit = 10'000) {
        std::promise<void> answered;
        std::vector<TracePoint> points;
        core_->page({.track = track, .limit = limit},
                    [&](const std::expected<runtime::TraceDesk::Page, std::string>& page) {
                        if (page.has_value()) points = page->points;
                        answered.set_value();
                    });
        answered.get_future().wait();
        return points;
    }

    /// The same with hindsight, a page.
    std::vector<TracePoint> smoothed(const TraceRange& range) {
        std::promise<std::vector<TracePoint>> answered;
        core_->smoothed_page(range, [&](const std::expected<runtime::TraceDesk::Page, std::string>& page) {
            answered.set_value(page.has_value() ? page->points : std::vector<TracePoint>());
        });
        return answered.get_future().get();
    }

    /// The gateway took a text.
    void accept(const ledger::OutgoingText& text, const std::string& message_id) {
        runtime::WriterInbox::TextNews news;
        news.outcome.number = text.number;
        news.outcome.message_id = message_id;
        core_->inbox().put(std::move(news));
    }
    /// A receipt came: whether that was made durable.
    std::future<bool> start_receiving(std::vector<std::string> message_ids, ledger::TextFate fate) {
        auto answered = std::make_shared<std::promise<bool>>();
        runtime::WriterInbox::TextNews news;
        news.outcome.fate = fate;
        news.message_ids = std::move(message_ids);
        news.done = [answered](bool durable) { answered->set_value(durable); };
        core_->inbox().put(std::move(news));
        return answered->get_future();
    }
    bool receive(std::vector<std::string> message_ids, ledger::TextFate fate) {
        return start_receiving(std::move(message_ids), fate).get();
    }
    std::vector<Msisdn> erased() {
        const std::lock_guard lock(mutex_);
        return erased_;
    }
    /// Of the evidence that is durable.
    std::vector<std::string> steps(Msisdn msisdn) const {
        std::vector<std::string> steps;
        storage::for_each_evidence(options_.path, [&](const ledger::Evidence& evidence) {
            if (evidence.msisdn == msisdn) steps.push_back(evidence.step);
        });
        return steps;
    }

    std::vector<ledger::OutgoingText> texts() {
        const std::lock_guard lock(mutex_);
        return texts_;
    }
    std::vector<ledger::StoredCallback> callbacks() {
        const std::lock_guard lock(mutex_);
        return callbacks_;
    }
    int failures() const { return failures_; }
    void fail_commits(bool fail) { flaky_->fails = fail; }

   private:
    runtime::WriterHooks hooks() {
        return {.now_ms = [this] { return now_ms_.load(); },
                .make_callback =
                    [](const ledger::OutgoingCallback& c, ledger::ConsentState, const runtime::Board&) {
                        return ledger::StoredCallback{
                            .number = c.number,
                            .event_id = c.event_id,
                            .event_type = std::string(ledger::event_type_names[static_cast<std::size_t>(c.type)]),
                            .msisdn = std::visit([](const auto& s) { return s.msisdn; }, c.subject),
                            .lane = 1,
                            .target = c.target,
                            .body = "{}",
                            .created_ms = c.at_ms,
                            .next_ms = c.at_ms};
                    },
                .on_texts =
                    [this](std::vector<ledger::OutgoingText> texts) {
                        const std::lock_guard lock(mutex_);
                        texts_.insert(texts_.end(), texts.begin(), texts.end());
                    },
                .on_erased =
                    [this](std::vector<Msisdn> erased) {
                        const std::lock_guard lock(mutex_);
                        erased_ = std::move(erased);
                    },
                .on_callbacks =
                    [this](std::vector<ledger::StoredCallback> callbacks) {
                        const std::lock_guard lock(mutex_);
                        callbacks_.insert(callbacks_.end(), callbacks.begin(), callbacks.end());
                    },
                .on_callbacks_persisted = [](const std::vector<std::int64_t>&) {},
                .on_lines = [](const feed::OutcomeCounts&) {},
                .on_commit = [](std::chrono::nanoseconds, std::uint64_t) {},
                .on_failure = [this](const std::string&) { ++failures_; },
                .on_recovery = [this] { on_recovery(); }};
    }

    storage::StoreOptions options_;
    std::uint32_t shards_;
    MadeCells cells_;
    CountingIdentities identities_;
    std::atomic<std::int64_t> now_ms_ = 1'700'000'000'000;
    std::atomic<int> failures_ = 0;
    std::mutex mutex_;
    std::vector<ledger::OutgoingText> texts_;
    std::vector<ledger::StoredCallback> callbacks_;
    std::vector<Msisdn> erased_;
    std::unique_ptr<storage::SqliteTraceStore> store_;
    std::unique_ptr<FlakyStore> flaky_;
    std::unique_ptr<runtime::Core> core_;
};

}  // namespace simtrail::testing
