#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/positioning/hindsight.hpp"
#include "engine/tracing/traced_event.hpp"

namespace simtrail {

/// Goes along a trace of any length, giving each event its position with hindsight, in bounded memory: quarters of an hour of
/// Unix time are looked back at one by one (in parts, where one has more than `most_at_once` events), each with some events
/// before and after it in mind. What an event is given thus depends on the trace alone, not on where a walk began: a page
/// says what the whole trace says. At one event a second a walk looks at each event 1.6 times.
class HindsightWalk {
   public:
    static constexpr std::int64_t block_ms = 900'000;
    static constexpr std::int64_t reach_ms =
        1'800'000;  // of what is in mind beyond a block; beyond it ways are parted anyway
    static constexpr std::size_t most_at_once = 2048;
    /// Of one time; of more, whoever sends them, the first by radio and cell are looked back at, and the rest is passed over.
    static constexpr std::size_t most_of_a_moment = 8192;
    /// In mind beyond a block: so many events that have candidates, and no more than `most_beside` in all.
    static constexpr std::size_t telling_beside = 256, most_beside = 2048;

    /// The next event of the trace by time; nothing at its end. Called when it is needed.
    using Next = std::function<std::optional<TracedEvent>()>;
    using Give = std::function<void(const TracedEvent&, const std::optional<Estimate>&)>;

    /// Both outlive the walk.
    HindsightWalk(Next next, const CellTable& cells) : next_(std::move(next)), cells_(cells) {}

    /// Where the events must begin, and how far they must go, that points of these times are right.
    static std::int64_t first_needed_ms(std::int64_t tis_ms) noexcept;
    static std::int64_t last_needed_ms(std::int64_t tis_ms) noexcept;

    /// Gives the events from `first_ms` to `last_ms` in order, and others of the parts that hold these. The events begin no
    /// later than first_needed_ms(first_ms).
    void run(std::int64_t first_ms, std::int64_t last_ms, const Give& give);

   private:
    bool look_ahead(std::size_t count);
    void read_moment();
    void look_back_at_block(const Give& give);
    void take_block();
    std::size_t beyond(std::int64_t until_ms);
    void remember();

    Next next_;
    const CellTable& cells_;
    bool ended_ = false;
    std::optional<TracedEvent> later_;  // read, the first of the next moment
    std::deque<TracedEvent> ahead_;     // of whole moments, not taken yet
    std::vector<TracedEvent> block_;    // being looked back at
    std::deque<TracedEvent> behind_;    // taken before
};

}  // namespace simtrail
