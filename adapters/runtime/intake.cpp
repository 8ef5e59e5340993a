#include "adapters/runtime/intake.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "adapters/feed/decoder_cache.hpp"
#include "adapters/feed/open_tracks.hpp"

namespace simtrail::runtime {

namespace {

using feed::Block;
using feed::LineSource;
using feed::OpenTracks;
using feed::Outcome;
using feed::RawLine;

/// Lines whose gate slots are fetched together: enough to hide a cache miss behind the others' scans.
constexpr std::size_t gather_lines = 32;
constexpr std::size_t block_bytes = 192 * 1024;
/// A block leaves after this many lines even where nobody is tracked: positions must move.
constexpr std::uint64_t block_lines = 16 * 1024;
/// And after this many sms and control lines, of up to 8 KiB each.
constexpr std::size_t block_conversation = 256;

/// An upload: its lines go into blocks of its own, whose outcomes add up to its answer.
struct Upload {
    Block* block = nullptr;
    feed::OutcomeCounts totals;
    std::size_t under_way = 0;
    bool finished = false;
    std::function<void(const feed::OutcomeCounts&)> done;
};

}  // namespace

struct Intake::State {
    State(std::uint32_t shard_count, std::uint64_t first_block, std::function<void(Block&)> pass,
          std::function<std::int64_t()> now)
        : shards(shard_count), pass_on(std::move(pass)), now_ms(std::move(now)), next_block(first_block) {}

    std::size_t take(const std::shared_ptr<LineSource>& source, std::span<const RawLine> lines);
    std::size_t take_some(const std::shared_ptr<LineSource>& source, std::span<const RawLine> batch, Block& block);
    bool gate(const RawLine& line, std::optional<Msisdn> msisdn, std::uint32_t mark, Block& block);
    void hear(const RawLine& line, Outcome kind, std::uint32_t mark, Block& block);
    void forget_conversation(const Block& block);
    std::optional<Msisdn> decoded_msisdn(const RawLine& line, std::uint32_t mark, Block& block);
    Block* block_for(const std::shared_ptr<LineSource>& source);
    Block* free_block();
    Block& new_block();
    Block& any_block() { return free.empty() ? new_block() : *free_block(); }
    void submit(Block& block);
    void submit_open();
    void submit_upload(const std::shared_ptr<LineSource>& source, Upload& upload);
    void submit_uploads();
    void submit_all() {
        submit_open();
        submit_uploads();
    }
    void settle(LineSource* source, const feed::OutcomeCounts& counts);

    mutable std::mutex mutex;
    const std::uint32_t shards;
    const std::function<void(Block&)> pass_on;
    const std::function<std::int64_t()> now_ms;
    OpenTracks tracks;
    feed::DecoderCache decoders;
    CellEvent scratch{.ts_ms = 0, .msisdn = *Msisdn::parse("0")};

    std::vector<std::unique_ptr<Block>> blocks;
    std::vector<Block*> free;
    Block* open = nullptr;
    std::unordered_map<LineSource*, Upload> uploads;
    std::unordered_map<const LineSource*, std::size_t>
        in_conversation;  // blocks under way with lines that change something
    std::vector<std::function<void()>> waiting;
    std::uint64_t next_block;
    std::size_t in_shards = 0, under_way = 0;
    std::uint64_t committed_up_to = 0;
    bool closed = false;
};

Intake::Intake(std::uint32_t shards, std::size_t blocks, std::uint64_t first_block, std::function<void(Block&)> pass_on,
               std::function<std::int64_t()> now_ms)
    : state_(std::make_unique<State>(shards, first_block, std::move(pass_on), std::move(now_ms))) {
    for (std::size_t i = 0; i < blocks; ++i) state_->free.push_back(&state_->new_block());
}

Intake::~Intake() = default;

std::size_t Intake::take(const std::shared_ptr<LineSource>& source, std::span<const RawLine> lines) {
    const std::lock_guard lock(state_->mutex);
    const std::size_t taken = state_->take(source, lines);
    if (state_->in_shards == 0) state_->submit_all();
    return taken;
}

std::size_t Intake::State::take(const std::shared_ptr<LineSource>& source, std::span<const RawLine> lines) {
    std::size_t taken = 0;
    while (taken < lines.size()) {
        Block* block = closed ? nullptr : block_for(source);
        if (block == nullptr) break;
        const auto batch = lines.subspan(taken, std::min(gather_lines, lines.size() - taken));
        const std::size_t some = take_some(source, batch, *block);
        taken += some;
        if (some < batch.size()) break;
    }
    return taken;
}

/// Up to `gather_lines` of them; fewer than given where the next is an event that waits for what was said before it.
std::size_t Intake::State::take_some(const std::shared_ptr<LineSource>& source, std::span<const RawLine> batch,
                                     Block& block) {
    const feed::LineDecoder& decoder = decoders.of(*source);
    std::array<std::optional<Msisdn>, gather_lines> msisdns;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        msisdns[i] = batch[i].oversized ? std::nullopt : decoder.scan_msisdn(batch[i].text);
        if (msisdns[i]) tracks.prefetch(*msisdns[i]);
    }
    auto mark = std::ranges::find(block.marks, source, &Block::Mark::source);
    if (mark == block.marks.end()) mark = block.marks.insert(mark, {source, 0});
    const auto index = static_cast<std::uint32_t>(mark - block.marks.begin());
    std::size_t taken = 0;
    while (taken < batch.size() && gate(batch[taken], msisdns[taken], index, block)) ++taken;
    if (taken > 0)
        mark->lines = batch[taken - 1].number;
    else if (mark->lines == 0)
        block.marks.pop_back();
    block.lines += taken;
    return taken;
}

/// False, and the line not taken, where it is an event that has to wait.
bool Intake::State::gate(const RawLine& line, std::optional<Msisdn> msisdn, std::uint32_t mark, Block& block) {
    if (line.oversized) {
        block.tally.reject(mark, line.number, Outcome::oversized);
        return true;
    }
    if (!msisdn) msisdn = decoded_msisdn(line, mark, block);
    if (!msisdn) return true;
    if (!in_conversation.empty() && in_conversation.contains(block.marks[mark].source.get())) return false;
    const auto offset = static_cast<std::uint32_t>(block.bytes.size());
    bool again = false;
    tracks.for_each(*msisdn, [&](TrackNumber track) {
        block.parts[track % shards].lines.push_back({.offset = offset,
                                                     .length = static_cast<std::uint32_t>(line.text.size()),
                                                     .track = track,
                                                     .feed = mark,
                                                     .number = line.number,
                                                     .unterminated = line.unterminated,
                                                     .again = std::exchange(again, true)});
    });
    if (!again) {
        ++block.tally.outcomes[Outcome::untracked];
        return true;
    }
    block.bytes.append(line.text);
    block.bytes.push_back('\n');
    return true;
}

/// The scan was not sure: the full decoder says whose line it is, or why it is bad.
std::optional<Msisdn> Intake::State::decoded_msisdn(const RawLine& line, std::uint32_t mark, Block& block) {
    feed::OutcomeCounts field_drops;  // counted by the shard, which decodes the line again
    const auto decoded = decoders.of(*block.marks[mark].source).decode(line.text, scratch, field_drops);
    if (decoded) return scratch.msisdn;
    const Outcome fault = decoded.error();
    if (fault == Outcome::sms || fault == Outcome::control)
        hear(line, fault, mark, block);
    else
        block.tally.settle(mark, line.number, ending_of(fault, line.unterminated));
    return std::nullopt;
}

/// An sms or control line of a trusted source.
void Intake::State::hear(const RawLine& line, Outcome kind, std::uint32_t mark, Block& block) {
    const LineSource& source = *block.marks[mark].source;
    auto said = decoders.of(source).decode_conversation(line.text, kind);
    if (!said) return block.tally.settle(mark, line.number, said.error());
    if (std::ranges::none_of(block.conversation, [&](const auto& other) { return other.feed == mark; }))
        ++in_conversation[&source];
    block.conversation.push_back({mark, line.number, *std::move(said)});
}

/// What was said in it is durable.
void Intake::State::forget_conversation(const Block& block) {
    std::vector<std::uint32_t> marks;
    for (const auto& said : block.conversation)
        if (std::ranges::find(marks, said.feed) == marks.end()) marks.push_back(said.feed);
    for (const std::uint32_t mark : marks) {
        const auto found = in_conversation.find(block.marks[mark].source.get());
        if (--found->second == 0) in_conversation.erase(found);
    }
}

/// A block with room for more lines; nothing where all are under way.
Block* Intake::State::block_for(const std::shared_ptr<LineSource>& source) {
    Upload* upload = source->wants_totals ? &uploads[source.get()] : nullptr;
    Block*& block = upload == nullptr ? open : upload->block;
    if (block != nullptr && (block->bytes.size() >= block_bytes || block->lines >= block_lines ||
                             block->conversation.size() >= block_conversation)) {
        if (upload != nullptr)
            submit_upload(source, *upload);
        else
            submit_open();
    }
    if (block == nullptr) block = free_block();
    return block;
}

Block* Intake::State::free_block() {
    if (free.empty()) return nullptr;
    Block* block = free.back();
    free.pop_back();
    return block;
}

Block& Intake::State::new_block() {
    auto& block = *blocks.emplace_back(std::make_unique<Block>());
    block.parts.resize(shards);
    return block;
}

void Intake::State::submit(Block& block) {
    block.number = next_block++;
    block.arrived_ms = now_ms();
    block.committed_up_to = committed_up_to;
    block.bytes.append(feed::line_padding, '\n');
    block.unfinished_parts.store(shards, std::memory_order_relaxed);
    ++in_shards;
    ++under_way;
    pass_on(block);
}

void Intake::State::submit_open() {
    if (open == nullptr || (open->lines == 0 && open->positions.empty())) return;
    submit(*std::exchange(open, nullptr));
}

void Intake::State::submit_upload(const std::shared_ptr<LineSource>& source, Upload& upload) {
    Block* block = std::exchange(upload.block, nullptr);
    if (block == nullptr) return;
    ++upload.under_way;
    block->on_committed = [this, source](const feed::OutcomeCounts& counts) { settle(source.get(), counts); };
    submit(*block);
}

void Intake::State::submit_uploads() {
    for (auto& [source, upload] : uploads)
        if (upload.block != nullptr && !upload.block->marks.empty())
            submit_upload(std::shared_ptr(upload.block->marks.front().source), upload);
}

/// A block of an upload is durable. On the writer's thread.
void Intake::State::settle(LineSource* source, const feed::OutcomeCounts& counts) {
    std::unique_lock lock(mutex);
    const auto upload = uploads.find(source);
    upload->second.totals += counts;
    if (--upload->second.under_way > 0 || !upload->second.finished) return;
    const auto node = uploads.extract(upload);
    lock.unlock();
    if (node.mapped().done) node.mapped().done(node.mapped().totals);
}

void Intake::finish(const std::shared_ptr<LineSource>& source, std::function<void(const feed::OutcomeCounts&)> done) {
    assert(source->wants_totals);
    std::unique_lock lock(state_->mutex);
    Upload& upload = state_->uploads[source.get()];
    upload.finished = true;
    upload.done = std::move(done);
    state_->submit_upload(source, upload);
    if (upload.under_way > 0) return;
    const auto node = state_->uploads.extract(source.get());
    lock.unlock();
    if (node.mapped().done) node.mapped().done(node.mapped().totals);
}

void Intake::when_room(const std::shared_ptr<LineSource>& source, std::function<void()> ready) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->closed) return;
        if (state_->free.empty() || state_->in_conversation.contains(source.get()))
            return state_->waiting.push_back(std::move(ready));
    }
    ready();
}

void Intake::open(Msisdn msisdn, TrackNumber track) {
    const std::lock_guard lock(state_->mutex);
    state_->tracks.open(msisdn, track);
}

bool Intake::take_file(const std::shared_ptr<LineSource>& source, std::span<const RawLine> lines,
                       FeedPosition position) {
    const std::lock_guard lock(state_->mutex);
    Block* const block = state_->closed ? nullptr : state_->block_for(source);
    if (block == nullptr) return false;
    for (; !lines.empty(); lines = lines.subspan(std::min(gather_lines, lines.size())))
        state_->take_some(source, lines.first(std::min(gather_lines, lines.size())), *block);
    const auto before = std::ranges::find(block->positions, position.id, &FeedPosition::id);
    if (before == block->positions.end())
        block->positions.push_back(std::move(position));
    else
        *before = std::move(position);
    if (state_->in_shards == 0) state_->submit_open();
    return true;
}

std::uint64_t Intake::change(std::vector<ledger::GateChange> changes, std::uint64_t cut_up_to) {
    const std::lock_guard lock(state_->mutex);
    for (const ledger::GateChange& change : changes) {
        if (is_open(change))
            state_->tracks.open(change.msisdn, change.track);
        else
            state_->tracks.shut(change.msisdn, change.track);
    }
    // What the gate let through so far has to be on its way before.
    state_->submit_uploads();
    Block& block = state_->open != nullptr ? *std::exchange(state_->open, nullptr) : state_->any_block();
    block.gate_changes = std::move(changes);
    block.cut_up_to = cut_up_to;
    state_->submit(block);
    return block.number;
}

void Intake::returned() {
    const std::lock_guard lock(state_->mutex);
    if (--state_->in_shards == 0) state_->submit_all();
}

void Intake::release(Block& block) {
    std::vector<std::function<void()>> ready;
    {
        const std::lock_guard lock(state_->mutex);
        state_->committed_up_to = std::max(state_->committed_up_to, block.number);
        --state_->under_way;
        state_->forget_conversation(block);
        block.clear();
        state_->free.push_back(&block);
        ready.swap(state_->waiting);
    }
    for (auto& call : ready) call();
}

std::uint64_t Intake::close() {
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    state_->submit_all();
    state_->waiting.clear();
    return state_->next_block - 1;
}

std::size_t Intake::tracked() const {
    const std::lock_guard lock(state_->mutex);
    return state_->tracks.subscribers();
}

std::size_t Intake::blocks_under_way() const {
    const std::lock_guard lock(state_->mutex);
    return state_->under_way;
}

}  // namespace simtrail::runtime
