#include "adapters/sms/kannel/send_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace simtrail::sms::kannel {

void SendQueue::put(std::vector<OutboxText> texts) {
    for (auto& text : texts) waiting_.push_back({.text = std::move(text)});
}

OutboxText* SendQueue::next() {
    const std::size_t most = flow_ == Flow::open ? limits_.window : flow_ == Flow::trial ? 1 : 0;
    if (waiting_.empty() || under_way_.size() >= most) return nullptr;
    const std::int64_t number = waiting_.front().text.number;
    const auto [at, _] = under_way_.insert_or_assign(number, std::move(waiting_.front()));
    waiting_.pop_front();
    return &at->second.text;
}

std::optional<TextResult> SendQueue::finish(std::int64_t number, const Verdict& verdict) {
    using Kind = Verdict::Kind;
    auto node = under_way_.extract(number);
    if (node.empty()) return std::nullopt;
    Entry entry = std::move(node.mapped());
    const bool told = !entry.forgotten;
    switch (verdict.kind) {
        case Kind::accepted:
            all_is_well();
            if (!told) return std::nullopt;
            return TextResult{.number = number, .accepted = true, .message_id = message_id(number), .error = {}};
        case Kind::refused:
            all_is_well();
            if (!told) return std::nullopt;
            return TextResult{.number = number, .message_id = {}, .error = verdict.reason};
        case Kind::timed_out:
        case Kind::cut: return lost(std::move(entry), verdict.kind);
        case Kind::busy:
        case Kind::unreachable: break;
    }
    try_again(std::move(entry), verdict.kind);
    return std::nullopt;
}

std::optional<TextResult> SendQueue::lost(Entry entry, Verdict::Kind kind) {
    suspect_ = true;
    flow_ = Flow::closed;
    const std::int64_t number = entry.text.number;
    const bool timed_out = kind == Verdict::Kind::timed_out;
    const bool last = timed_out ? ++entry.timeouts == max_timeouts : ++entry.cuts == max_cuts;
    if (last && !entry.forgotten)
        return TextResult{.number = number,
                          .message_id = {},
                          .error = timed_out ? "not answered in time, twice; it may have been sent"
                                             : "the connection broke each time; it may have been sent"};
    try_again(std::move(entry), kind);
    return std::nullopt;
}

/// An answer that was under way when trouble came says nothing of what came after: the pause is kept.
void SendQueue::all_is_well() {
    if (closed()) return;
    flow_ = Flow::open;
    pause_ = limits_.first_pause;
}

void SendQueue::try_again(Entry entry, Verdict::Kind kind) {
    flow_ = Flow::closed;
    if (entry.forgotten) return;
    // One that Kannel does not want now must not hold up the others; one that did not get there keeps its place.
    if (kind == Verdict::Kind::busy) return waiting_.push_back(std::move(entry));
    const auto later = [&](const Entry& other) { return other.text.number > entry.text.number; };
    waiting_.insert(std::ranges::find_if(waiting_, later), std::move(entry));
}

std::chrono::milliseconds SendQueue::take_pause() {
    const auto pause = pause_;
    pause_ = std::min(2 * pause_, limits_.longest_pause);
    return pause;
}

void SendQueue::reopen() {
    flow_ = Flow::trial;
    suspect_ = false;
}

void SendQueue::forget(Msisdn msisdn) {
    std::erase_if(waiting_, [&](const Entry& entry) { return entry.text.to == msisdn; });
    for (auto& [_, entry] : under_way_) entry.forgotten |= entry.text.to == msisdn;
}

std::string message_id(std::int64_t number) { return "kannel-" + std::to_string(number); }

}  // namespace simtrail::sms::kannel
