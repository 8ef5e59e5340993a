#pragma once

#include <cstdint>
#include <span>

#include "adapters/feed/block.hpp"
#include "adapters/runtime/journal_keeper.hpp"
#include "adapters/runtime/recovered_tracks.hpp"
#include "engine/tracing/trace_store.hpp"

namespace simtrail::runtime {

/// What became of a block's lines, now that its shards are done with it.
feed::OutcomeCounts settled_outcomes(const feed::Block& block);

/// Makes one batch of several blocks, and knows which journal rows are needed. The writer's thread.
class GroupCommit {
   public:
    GroupCommit(TraceStore& store, const RecoveredTracks& recovered);

    /// A batch of these blocks' points, segments, tracks and positions. The blocks must stay as they are until `commit`. A
    /// batch that was gathered has to be committed, however often it takes, before the next is gathered.
    Batch gather(std::span<feed::Block* const> blocks, std::uint64_t last_block);

    /// Durable when it returns; throws what the store throws, and may then be tried again.
    void commit(const Batch& batch);

    const JournalKeeper& journal() const noexcept { return keeper_; }

   private:
    void pin(const RecoveredTracks& recovered);

    TraceStore& store_;
    JournalKeeper keeper_;
    std::uint64_t journalled_ = 0;  // bytes of the gathered batch
};

}  // namespace simtrail::runtime
