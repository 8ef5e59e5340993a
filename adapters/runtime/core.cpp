#include "adapters/runtime/core.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <thread>
#include <utility>

#include "adapters/runtime/bounded_queue.hpp"
#include "adapters/runtime/shard.hpp"
#include "adapters/runtime/trace_reader.hpp"

namespace simtrail::runtime {

namespace {

/// Blocks in flight: some 12 MB of lines, and as much again of what became of them. Full: sources are not read.
constexpr std::size_t live_blocks = 64;

/// A page takes up to seconds: whoever were behind more of them had better come again.
constexpr std::size_t most_smoothed_waiting = 32;

}  // namespace

struct Core::Threads {
    explicit Threads(CoreSetup&& s);
    ~Threads() { stop(); }
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    void start();
    void stop();
    void admit_running();
    bool has_points(TrackNumber track, SegmentReader& segments);
    void run_shard(std::size_t index);
    /// What is older has reached the end of retention, swept or not.
    std::int64_t oldest_told_ms() const { return setup.hooks.now_ms() - setup.limits.retention_ms; }
    template <class Body>
    void guarded(const char* who, const Body& body) noexcept;

    CoreSetup setup;
    RecoveredTracks recovered;
    std::vector<FeedPosition> file_positions;
    SharedBook book;
    Board board;
    PointWatchers watchers;
    WriterInbox inbox;
    std::vector<std::unique_ptr<BoundedQueue<feed::Block*>>> queues;
    Intake intake;
    std::vector<std::unique_ptr<Shard>> shards;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<Writer> writer;
    std::unique_ptr<TraceReader> reader;
    std::unique_ptr<TraceReader> hindsight_reader;  // of its own: a smoothed page takes ten times as long as a live one
    std::vector<std::jthread> shard_threads;
    std::jthread writer_thread;
};

Core::Threads::Threads(CoreSetup&& s)
    : setup(std::move(s)),
      recovered(setup.store.recover()),
      file_positions(recovered.recovery().positions),
      intake(
          setup.shards, live_blocks, recovered.blocks() + 1,
          [this](feed::Block& block) {
              for (auto& queue : queues) queue->push(&block);
          },
          setup.hooks.now_ms) {
    auto recovery = setup.ledger_store.recover_ledger();
    book.book.load(std::move(recovery.consents), std::move(recovery.tracks), recovery.counters);
    ledger = std::make_unique<ledger::Ledger>(book.book, setup.rules, setup.identities);
    writer = std::make_unique<Writer>(
        Writer::Parts{setup.store, setup.ledger_store, recovered, book, *ledger, intake, inbox, board, watchers},
        setup.limits, setup.hooks);
    writer->resume(recovery);
    for (std::uint32_t i = 0; i < setup.shards; ++i) {
        // No bound is met: there are no more blocks than the intake makes.
        queues.push_back(std::make_unique<BoundedQueue<feed::Block*>>(std::numeric_limits<std::size_t>::max()));
        shards.push_back(std::make_unique<Shard>(ShardSetup{
            .index = i,
            .shards = setup.shards,
            .cells = setup.cells.get(),
            .hold_ms = setup.hold_ms,
            .breadth = setup.candidates == CandidateChoice::few ? few_candidates : full_breadth,
            .recovered = &recovered,
            .segments = setup.open_segments(),
            .gated = true,
            .records = static_cast<bool>(setup.hooks.on_record),
            .on_restored = [this](const Track& track) { board.stored(track.number, track.newest_points()); }}));
    }
    admit_running();
    std::vector<Shard*> plain;
    for (const auto& shard : shards) plain.push_back(shard.get());
    reader = std::make_unique<TraceReader>(plain, board, setup.open_pages());
    hindsight_reader = std::make_unique<TraceReader>(std::move(plain), board, setup.open_pages(), most_smoothed_waiting,
                                                     setup.on_damaged_evidence);
    hindsight_reader->use_cells(setup.cells);
}

void Core::Threads::start() {
    for (std::size_t i = 0; i < shards.size(); ++i)
        shard_threads.emplace_back([this, i] { guarded("shard", [&] { run_shard(i); }); });
    writer_thread = std::jthread([this] { guarded("writer", [&] { writer->run(); }); });
}

/// Whoever was tracked before the stop is tracked again.
void Core::Threads::admit_running() {
    const auto segments = setup.open_segments();
    book.book.for_each_running([&](const ledger::SimTrack& track) {
        shards[track.number % shards.size()]->admit(
            ledger::gate_of(track, book.book.consent(track.tenant, track.msisdn)));
        intake.open(track.msisdn, track.number);
        board.watch(track.number, setup.hooks.now_ms());
        if (!track.has_position && has_points(track.number, *segments)) writer->note_position(track.number);
    });
}

/// Its first point was durable, and the process ended before the ledger knew.
bool Core::Threads::has_points(TrackNumber track, SegmentReader& segments) {
    const auto is_point = [](const Tracker::Journalled& each) { return each.entry.kind == JournalEntry::Kind::point; };
    return std::ranges::any_of(recovered.journal(track), is_point) ||
           !segments.newest(track, {.points = 1, .reach_ms = 0, .most = 1}).empty();
}

void Core::Threads::run_shard(std::size_t index) {
    CandidateSwitch candidates(setup.candidates, live_blocks);
    while (const auto block = queues[index]->pop()) {
        if (candidates.changes(queues[index]->size(), std::chrono::steady_clock::now())) {
            shards[index]->use_breadth(candidates.few() ? few_candidates : full_breadth);
            setup.on_candidates_changed(static_cast<std::uint32_t>(index), candidates.few());
        }
        shards[index]->process(**block, (*block)->arrived_ms);
        if (candidates.few()) setup.on_few_candidates((*block)->parts[index].output.points);
        if ((*block)->unfinished_parts.fetch_sub(1, std::memory_order_acq_rel) == 1) inbox.put(**block);
    }
}

template <class Body>
void Core::Threads::guarded(const char* who, const Body& body) noexcept {
    try {
        body();
    } catch (const std::exception& error) {
        setup.on_fatal(std::string(who) + ": " + error.what());
    }
}

void Core::Threads::stop() {
    inbox.stop();
    if (writer_thread.joinable()) writer_thread.join();
    for (auto& queue : queues) queue->close();
    shard_threads.clear();
    if (reader) reader->stop();
    if (hindsight_reader) hindsight_reader->stop();
}

Core::Core(CoreSetup setup) : threads_(std::make_unique<Threads>(std::move(setup))) {}
Core::~Core() = default;

void Core::start() { threads_->start(); }

void Core::drain() { threads_->stop(); }

bool Core::submit(ControlRequest request) { return threads_->inbox.put(std::move(request)); }

void Core::read(const std::function<void(const ledger::LedgerBook&)>& look) const { threads_->book.read(look); }

std::int64_t Core::now_ms() const { return threads_->setup.hooks.now_ms(); }

void Core::page(TraceRange range, PageDone done) {
    range.from_ms = std::max(range.from_ms, threads_->oldest_told_ms());
    threads_->reader->page(range, std::move(done));
}

void Core::smoothed_page(TraceRange range, PageDone done) {
    const std::int64_t oldest_ms = threads_->oldest_told_ms();
    range.from_ms = std::max(range.from_ms, oldest_ms);
    threads_->hindsight_reader->smoothed_page(range, oldest_ms, std::move(done));
}

void Core::arrived_after(TrackNumber track, std::uint32_t seq, std::size_t limit, PageDone done) {
    threads_->reader->arrived_after(track, seq, limit, std::move(done));
}

void Core::last_position(TrackNumber track, std::move_only_function<void(std::optional<LastPosition>)> done) {
    threads_->reader->last_position(track, std::move(done));
}

std::unique_ptr<TraceDesk::Subscription> Core::subscribe(TrackNumber track,
                                                         std::function<void(std::span<const TracePoint>)> on_points) {
    return threads_->watchers.subscribe(track, std::move(on_points));
}

std::uint64_t Core::lines_of(const std::string& source) const { return threads_->writer->lines_of(source); }

const std::vector<FeedPosition>& Core::file_positions() const { return threads_->file_positions; }

void Core::use_cells(std::shared_ptr<const CellTable> cells) {
    for (auto& shard : threads_->shards) shard->use_cells(*cells);
    threads_->hindsight_reader->use_cells(cells);
    threads_->setup.cells = std::move(cells);  // the old one may go now
}

Intake& Core::intake() { return threads_->intake; }
WriterInbox& Core::inbox() { return threads_->inbox; }
const Board& Core::board() const { return threads_->board; }

}  // namespace simtrail::runtime
