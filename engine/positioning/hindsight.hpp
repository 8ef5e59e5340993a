#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/cells/cell_table.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/locator.hpp"

namespace simtrail {

/// Positions with hindsight: of a stretch of one subscriber's events, each with all the others of the stretch in mind. The
/// candidates of an event are the causal ones; the weight that each has is its share in all ways through the candidates of
/// the stretch (L. Rabiner, "A tutorial on hidden Markov models", 1989: the forward-backward algorithm). An event that has no
/// candidates lies on the ways between those before and after it. Half an hour without candidates parts the ways.
///
/// The answer follows the events' order in time, whatever theirs here; of several of one time and cell the first counts.
/// Nothing for an event of which neither itself nor another of the stretch says where. Reasons as the live ones, but for
/// `staleEvent`: with hindsight nothing is late. Memory: 3 KB an event, 10 KB by the site table alone; docs/positioning.md tells
/// the cost.
std::vector<std::optional<Estimate>> look_back(std::span<const CellEvent> events, const CellTable& cells);

/// Whether `look_back` finds candidates for such an event, whatever came before it; cheap.
bool has_candidates(const CellEvent& event, const CellTable& cells) noexcept;

}  // namespace simtrail
