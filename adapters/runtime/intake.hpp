#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/feed/line_framer.hpp"
#include "adapters/feed/line_source.hpp"
#include "engine/tracing/gate.hpp"

namespace simtrail::runtime {

/// Where live lines become blocks: gates each line by its subscriber and passes blocks on to the shards. Bounded: without a
/// free block nothing is taken, and the source is not read any further. Any thread; a call holds the lock for one chunk of
/// lines.
class Intake {
   public:
    /// `pass_on` hands a block to the shards and must not wait.
    Intake(std::uint32_t shards, std::size_t blocks, std::uint64_t first_block,
           std::function<void(feed::Block&)> pass_on, std::function<std::int64_t()> now_ms);
    ~Intake();

    /// Takes lines of a source, in order, as long as there is room: how many it took. Their numbers say how many lines of the source
    /// stand before them (RawLine::number, from 1). Behind an sms or control line of a trusted source there is no room for its
    /// events until that line is durable: they count by what it changed.
    std::size_t take(const std::shared_ptr<feed::LineSource>& source, std::span<const feed::RawLine> lines);

    /// Calls `ready` once, when there is room for the source again: at once, or from the writer's thread; never after `close`.
    void when_room(const std::shared_ptr<feed::LineSource>& source, std::function<void()> ready);

    /// For a source that `wants_totals`, once: its lines leave at once, and `done` (which may be empty) gets what became of all
    /// of them when they are durable.
    void finish(const std::shared_ptr<feed::LineSource>& source, std::function<void(const feed::OutcomeCounts&)> done);

    /// Takes lines of a recorded file, all or none, that stands at `position` after them: both become durable as one. False:
    /// there is no room.
    bool take_file(const std::shared_ptr<feed::LineSource>& source, std::span<const feed::RawLine> lines,
                   FeedPosition position);

    /// Opens the gate of a running track; before the first line, without telling the shards.
    void open(Msisdn msisdn, TrackNumber track);

    // What follows is the writer's.

    /// Opens or shuts the gate of tracks at once. The number of the block that tells the shards: when it and all before it are
    /// back, no line that the gate let through earlier is under way. `cut_up_to`: see Block.
    std::uint64_t change(std::vector<ledger::GateChange> changes, std::uint64_t cut_up_to = 0);

    /// A block came back from the shards.
    void returned();
    /// A block is durable and may be filled again.
    void release(feed::Block& block);

    /// No more lines are taken. The number of the last block.
    std::uint64_t close();

    std::size_t tracked() const;  // subscribers whose gate is open
    std::size_t blocks_under_way() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace simtrail::runtime
