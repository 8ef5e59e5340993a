#include "engine/positioning/hindsight_walk.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace simtrail {

namespace {

std::int64_t block_of(std::int64_t tis_ms) noexcept {
    const std::int64_t down = tis_ms - (HindsightWalk::block_ms - 1);
    return (tis_ms >= 0 ? tis_ms : down) / HindsightWalk::block_ms;
}

std::int64_t begin_of(std::int64_t block) noexcept { return block * HindsightWalk::block_ms; }

/// Which they are does not depend on the order of arrival, in which they stay.
void keep_first(std::vector<TracedEvent>& moment, std::size_t count) {
    const auto end = moment.begin() + static_cast<std::ptrdiff_t>(count);
    std::ranges::nth_element(moment, end, {}, [](const TracedEvent& e) {
        return std::tuple(e.event.serving.radio, e.event.serving.key(), e.point.seq);
    });
    moment.erase(end, moment.end());
    std::ranges::sort(moment, {}, [](const TracedEvent& e) { return e.point.seq; });
}

}  // namespace

std::int64_t HindsightWalk::first_needed_ms(std::int64_t tis_ms) noexcept {
    return begin_of(block_of(tis_ms)) - reach_ms;
}

std::int64_t HindsightWalk::last_needed_ms(std::int64_t tis_ms) noexcept {
    return begin_of(block_of(tis_ms) + 1) + reach_ms - 1;
}

void HindsightWalk::run(std::int64_t first_ms, std::int64_t last_ms, const Give& give) {
    while (look_ahead(0) && ahead_.front().point.tis_ms <= last_ms) {
        take_block();
        const std::int64_t mind_ms = begin_of(block_of(block_.front().point.tis_ms)) - reach_ms;
        std::erase_if(behind_, [&](const TracedEvent& e) { return e.point.tis_ms < mind_ms; });
        if (block_.back().point.tis_ms >= first_ms) look_back_at_block(give);
        remember();
    }
}

void HindsightWalk::look_back_at_block(const Give& give) {
    std::vector<CellEvent> events;
    for (const TracedEvent& e : behind_) events.push_back(e.event);
    for (const TracedEvent& e : block_) events.push_back(e.event);
    const std::int64_t block = block_of(block_.front().point.tis_ms);
    const std::size_t after = beyond(begin_of(block + 1) + reach_ms);
    for (std::size_t i = 0; i < after; ++i) events.push_back(ahead_[i].event);
    const auto estimates = look_back(events, cells_);
    for (std::size_t i = 0; i < block_.size(); ++i) give(block_[i], estimates[behind_.size() + i]);
}

/// Reads until `ahead_[count]` is there.
bool HindsightWalk::look_ahead(std::size_t count) {
    while (!ended_ && ahead_.size() <= count) read_moment();
    return ahead_.size() > count;
}

/// All events of one time.
void HindsightWalk::read_moment() {
    if (!later_) later_ = next_();
    ended_ = !later_;
    if (ended_) return;
    std::vector<TracedEvent> moment;
    const std::int64_t tis_ms = later_->point.tis_ms;
    for (; later_ && later_->point.tis_ms == tis_ms; later_ = next_()) {
        moment.push_back(*later_);
        if (moment.size() == 2 * most_of_a_moment) keep_first(moment, most_of_a_moment);
    }
    if (moment.size() > most_of_a_moment) keep_first(moment, most_of_a_moment);
    std::ranges::copy(moment, std::back_inserter(ahead_));
}

/// The next block, or a part of it; events of one time stay together, because their order says nothing.
void HindsightWalk::take_block() {
    block_.clear();
    while (look_ahead(0)) {
        const std::int64_t tis_ms = ahead_.front().point.tis_ms;
        if (!block_.empty() && block_of(tis_ms) != block_of(block_.back().point.tis_ms)) return;
        if (block_.size() >= most_at_once && tis_ms != block_.back().point.tis_ms) return;
        block_.push_back(ahead_.front());
        ahead_.pop_front();
    }
}

/// How many of the events ahead are in mind.
std::size_t HindsightWalk::beyond(std::int64_t until_ms) {
    std::size_t count = 0, telling = 0;
    for (; look_ahead(count) && ahead_[count].point.tis_ms < until_ms; ++count) {
        const bool enough = telling >= telling_beside || count >= most_beside;
        if (enough && ahead_[count].point.tis_ms != ahead_[count - 1].point.tis_ms) break;
        telling += has_candidates(ahead_[count].event, cells_) ? 1 : 0;
    }
    return count;
}

/// The block lies behind; of what does, only as much is kept as is in mind later.
void HindsightWalk::remember() {
    std::ranges::copy(block_, std::back_inserter(behind_));
    std::size_t count = 0, telling = 0;
    for (auto e = behind_.rbegin(); e != behind_.rend(); ++e, ++count) {
        const bool enough = telling >= telling_beside || count >= most_beside;
        if (enough && e->point.tis_ms != std::prev(e)->point.tis_ms) break;
        telling += has_candidates(e->event, cells_) ? 1 : 0;
    }
    behind_.erase(behind_.begin(), behind_.end() - static_cast<std::ptrdiff_t>(count));
}

}  // namespace simtrail
