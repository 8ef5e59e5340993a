#include "adapters/runtime/pipeline.hpp"

#include <ctime>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace simtrail::runtime {

namespace {

/// Blocks in flight: enough that no thread waits for another's rhythm; about 16 MB of lines, and as much again of what they became.
constexpr std::size_t blocks_in_flight = 64;

std::int64_t thread_cpu_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

Pipeline::Pipeline(feed::FeedReader& reader, std::vector<ShardSetup> shards, TraceStore& store,
                   const RecoveredTracks& recovered, PipelineOptions options)
    : reader_(reader),
      options_(std::move(options)),
      free_(blocks_in_flight),
      done_(blocks_in_flight),
      decisions_(1),
      commit_(store, recovered) {
    for (ShardSetup& setup : shards) {
        shards_.push_back(std::make_unique<Shard>(std::move(setup)));
        if (options_.ledger != nullptr)
            for (const auto& gate : options_.ledger->running())
                if (gate.track % shards.size() == shards_.size() - 1) shards_.back()->admit(gate);
        shard_queues_.push_back(std::make_unique<BlockQueue>(blocks_in_flight));
    }
    for (std::size_t i = 0; i < blocks_in_flight; ++i) {
        auto& block = blocks_.emplace_back(std::make_unique<feed::Block>());
        block->parts.resize(shards_.size());
        free_.push(block.get());
    }
    totals_.shard_cpu_ns.resize(shards_.size());
    running_shards_ = shards_.size();
    next_block_ = recovered.blocks() + 1;
    known_tracks_ = recovered.subscribers().size();
}

Pipeline::~Pipeline() = default;

RunTotals Pipeline::run() {
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < shards_.size(); ++i)
            threads.emplace_back([this, i] { guarded([&] { run_shard(i); }); });
        threads.emplace_back([this] { guarded([&] { run_writer(); }); });
        guarded([&] { read_feeds(); });
    }
    if (failure_) std::rethrow_exception(failure_);
    return totals_;
}

void Pipeline::guarded(const std::function<void()>& body) noexcept {
    try {
        body();
    } catch (...) {
        {
            const std::lock_guard lock(failure_mutex_);
            if (!failure_) failure_ = std::current_exception();
        }
        stop();
    }
}

bool Pipeline::failed() {
    const std::lock_guard lock(failure_mutex_);
    return failure_ != nullptr;
}

void Pipeline::stop() noexcept {
    free_.close();
    done_.close();
    decisions_.close();
    for (auto& queue : shard_queues_) queue->close();
}

void Pipeline::read_feeds() {
    const std::int64_t started = thread_cpu_ns();
    bool more = true;
    std::vector<ledger::GateChange> gate_changes;
    while (more || !std::ranges::all_of(shards_, &Shard::drained)) {
        const auto block = free_.pop();
        if (!block) return;
        (*block)->clear();
        (*block)->gate_changes = std::exchange(gate_changes, {});
        if (more) more = reader_.fill(**block);
        (*block)->drain = !more;
        const bool asks = !(*block)->conversation.empty();
        if (!pass_on(**block)) return;
        if (asks) {
            auto decided = decisions_.pop();
            if (!decided) return;
            gate_changes = *std::move(decided);
            reader_.change(gate_changes);
        }
        options_.on_progress(reader_.source_bytes_consumed());
    }
    totals_.reader_cpu_ns = thread_cpu_ns() - started;
    for (auto& queue : shard_queues_) queue->close();
}

bool Pipeline::pass_on(feed::Block& block) {
    block.number = next_block_++;
    block.cut_up_to = cut_up_to_.load(std::memory_order_relaxed);
    block.committed_up_to = committed_up_to_.load(std::memory_order_relaxed);
    block.unfinished_parts.store(static_cast<std::uint32_t>(shards_.size()), std::memory_order_relaxed);
    return std::ranges::all_of(shard_queues_, [&](auto& queue) { return queue->push(&block); });
}

void Pipeline::run_shard(std::size_t index) {
    const std::int64_t started = thread_cpu_ns();
    while (const auto block = shard_queues_[index]->pop()) {
        shards_[index]->process(**block, options_.now_ms());
        if ((*block)->unfinished_parts.fetch_sub(1, std::memory_order_acq_rel) == 1) done_.push(*block);
    }
    totals_.shard_cpu_ns[index] = thread_cpu_ns() - started;
    if (running_shards_.fetch_sub(1) == 1) done_.close();
}

void Pipeline::run_writer() {
    const std::int64_t started = thread_cpu_ns();
    std::vector<feed::Block*> blocks;
    while (const auto first = done_.pop()) {
        blocks.assign(1, *first);
        decide(**first);
        while (take_more(blocks)) {
        }
        write(blocks);
    }
    blocks.clear();
    if (!failed()) finish();
    totals_.writer_cpu_ns = thread_cpu_ns() - started;
}

/// Adds another block to a commit; false where it is to be written as it is.
bool Pipeline::take_more(std::vector<feed::Block*>& blocks) {
    if (blocks.size() == 1) commit_deadline_ = std::chrono::steady_clock::now() + options_.limits.commit_wait;
    std::uint64_t points = 0;
    for (const feed::Block* block : blocks)
        for (const auto& part : block->parts) points += part.output.points;
    const bool enough = points >= options_.limits.commit_points || blocks.size() >= blocks_in_flight / 2;
    if (enough && !needs_next_block_) return false;
    const auto next = needs_next_block_ ? done_.pop() : done_.pop_until(commit_deadline_);
    if (!next) return false;
    blocks.push_back(*next);
    decide(**next);
    return true;
}

/// What a block's points and its sms and control lines come to. The reader waits for it.
void Pipeline::decide(feed::Block& block) {
    needs_next_block_ = false;
    if (options_.ledger == nullptr) return;
    options_.ledger->take(block);
    if (block.conversation.empty()) return;
    auto changes = options_.ledger->gate_changes();
    needs_next_block_ = !std::ranges::all_of(changes, &ledger::is_open);
    decisions_.push(std::move(changes));
}

/// The feeds' last deadlines; and the last rows are covered by segments now.
void Pipeline::finish() {
    if (options_.ledger != nullptr) options_.ledger->finish();
    std::vector<feed::Block*> none;
    write(none);
    if (options_.ledger != nullptr) totals_.tracks = options_.ledger->tracks_made();
}

/// One transaction for these blocks; they are free again after it.
void Pipeline::write(std::vector<feed::Block*>& blocks) {
    Batch batch = commit_.gather(blocks, blocks.empty() ? next_block_ : blocks.back()->number);
    totals_.tracks += batch.tracks.size();
    totals_.segments += batch.segments.size();
    if (options_.ledger != nullptr) options_.ledger->add_to(batch);
    if (!batch.empty()) {
        commit_.commit(batch);
        ++totals_.commits;
        if (options_.ledger != nullptr) options_.ledger->committed();
    }
    if (!blocks.empty()) committed_up_to_ = blocks.back()->number;
    const std::uint64_t journal_bytes = commit_.journal().bytes();
    totals_.journal_peak_bytes = std::max(totals_.journal_peak_bytes, journal_bytes);
    const auto& limits = options_.limits;
    const std::uint64_t tracks = known_tracks_ + totals_.tracks;
    if (journal_bytes > std::max(limits.journal_bytes, tracks * limits.journal_bytes_a_track))
        cut_up_to_ = commit_.journal().middle_block();
    for (feed::Block* block : blocks) {
        count(*block);
        free_.push(block);
    }
}

void Pipeline::count(const feed::Block& block) {
    totals_.lines += block.lines;
    totals_.outcomes += settled_outcomes(block);
    const auto tell = [&](const feed::Tally& tally) {
        for (const feed::Rejection& rejection : tally.rejections) options_.on_rejection(rejection);
    };
    tell(block.tally);
    for (const auto& part : block.parts) {
        tell(part.tally);
        const TrackOutput& output = part.output;
        totals_.points += output.points;
        for (std::size_t i = 0; i < output.by_confidence.size(); ++i)
            totals_.by_confidence[i] += output.by_confidence[i];
        for (std::size_t i = 0; i < output.by_reason.size(); ++i) totals_.by_reason[i] += output.by_reason[i];
    }
}

}  // namespace simtrail::runtime
