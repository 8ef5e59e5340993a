#include "adapters/runtime/group_commit.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

namespace simtrail::runtime {

feed::OutcomeCounts settled_outcomes(const feed::Block& block) {
    feed::OutcomeCounts counts = block.tally.outcomes;
    for (const auto& part : block.parts) {
        counts += part.tally.outcomes;
        counts[feed::Outcome::point] -= part.output.unlocatable + part.output.future;
        counts[feed::Outcome::future] += part.output.future;
        counts[feed::Outcome::unlocatable] += part.output.unlocatable;
    }
    return counts;
}

GroupCommit::GroupCommit(TraceStore& store, const RecoveredTracks& recovered) : store_(store) { pin(recovered); }

/// Recovered rows stand for the first blocks; each is needed by the tracks whose oldest entry it has.
void GroupCommit::pin(const RecoveredTracks& recovered) {
    std::uint64_t block = 0;
    for (const Recovery::Row& row : recovered.recovery().journal) {
        keeper_.begin_row(++block);
        keeper_.committed(row.number, row.bytes.size());
    }
    for (const TrackNumber track : recovered.journalled())
        keeper_.apply(std::array{TrackOutput::Pin{recovered.journal(track).front().block, +1}});
}

Batch GroupCommit::gather(std::span<feed::Block* const> blocks, std::uint64_t last_block) {
    Batch batch;
    std::map<std::uint32_t, FeedPosition> positions;
    keeper_.begin_row(last_block);
    journalled_ = 0;
    for (feed::Block* block : blocks) {
        for (auto& part : block->parts) {
            if (!part.output.journal.empty()) batch.journal.emplace_back(part.output.journal);
            journalled_ += part.output.journal.size();
            std::ranges::move(part.output.segments, std::back_inserter(batch.segments));
            std::ranges::move(part.new_tracks, std::back_inserter(batch.tracks));
            keeper_.apply(part.output.pins);
        }
        for (const FeedPosition& position : block->positions) positions[position.id] = position;
    }
    for (auto& [id, position] : positions) batch.positions.push_back(std::move(position));
    batch.retire_journal_up_to = keeper_.retire();
    return batch;
}

void GroupCommit::commit(const Batch& batch) { keeper_.committed(store_.commit(batch), journalled_); }

}  // namespace simtrail::runtime
