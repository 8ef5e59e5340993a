#include "adapters/sms/smpp/outbound_queue.hpp"

#include <algorithm>
#include <cassert>

#include "adapters/sms/smpp/receipt.hpp"

namespace simtrail::sms::smpp {

namespace {

constexpr int part_bits = 8;  // a long text has at most 255 parts
constexpr std::uint64_t part_mask = (1U << part_bits) - 1;
constexpr std::int64_t at_once = 0;

constexpr std::uint64_t key_of(std::uint64_t token) { return token >> part_bits; }
constexpr std::size_t part_of(std::uint64_t token) { return token & part_mask; }

}  // namespace

Verdict verdict(Status status) noexcept {
    switch (status) {
        case Status::ESME_ROK: return Verdict::accepted;
        case Status::ESME_RTHROTTLED:
        case Status::ESME_RMSGQFUL: return Verdict::throttled;
        case Status::ESME_RSYSERR:
        case Status::ESME_RX_T_APPN:
        case Status::ESME_RINVBNDSTS: return Verdict::temporary;
        default: return Verdict::permanent;
    }
}

OutboundQueue::OutboundQueue(QueueOptions options, QueueHooks hooks)
    : options_(options), hooks_(std::move(hooks)), rate_(options.rate) {}

void OutboundQueue::add(OutboxText text) {
    assert(room() > 0);
    auto parts = hooks_.split(text);
    if (!parts)
        return hooks_.on_result(
            {.number = text.number, .accepted = false, .message_id = {}, .error = std::move(parts.error())});
    assert(!parts->empty() && parts->size() <= part_mask);
    const auto key = next_key_++;
    Text held{.info = std::move(text), .parts = *std::move(parts), .states = {}, .message_id = {}};
    held.states.resize(held.parts.size(), {.cuts = held.info.attempted ? 1 : 0});
    texts_.emplace(key, std::move(held));
    fresh_.push_back(key);
}

void OutboundQueue::forget(Msisdn msisdn) {
    std::vector<std::uint64_t> tokens;
    for (const auto& [key, text] : texts_)
        if (text.info.to == msisdn) tokens.push_back(key << part_bits);
    for (const auto token : tokens) erase(token);
}

std::optional<OutboundQueue::Part> OutboundQueue::next(std::int64_t now_ms) {
    if (!rate_.allows(now_ms)) return std::nullopt;
    const bool in_doubt = next_is_in_doubt();
    std::optional<std::uint64_t> token;
    if (in_doubt)
        token = doubtful_.extract(doubtful_.begin()).value();
    else if (token = pick_retry(now_ms); !token)
        token = pick_fresh();
    if (!token) return std::nullopt;
    rate_.spend();
    return hand_out(*token, in_doubt);
}

std::optional<std::uint64_t> OutboundQueue::pick_retry(std::int64_t now_ms) {
    while (!retries_.empty() && retries_.begin()->first <= now_ms) {
        const auto token = retries_.extract(retries_.begin()).value().second;
        if (find(token)) return token;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> OutboundQueue::pick_fresh() {
    while (!fresh_.empty()) {
        const auto key = fresh_.front();
        const auto text = texts_.find(key);
        if (text == texts_.end()) {  // forgotten, or refused for an earlier part
            fresh_.pop_front();
            continue;
        }
        const auto part = text->second.given;
        if (part == 0 && begun_only_) return std::nullopt;
        if (part + 1 == text->second.parts.size()) fresh_.pop_front();
        return key << part_bits | part;
    }
    return std::nullopt;
}

OutboundQueue::Part OutboundQueue::hand_out(std::uint64_t token, bool in_doubt) {
    Text& text = texts_.at(key_of(token));
    const auto part = part_of(token);
    const bool first_time = part == text.given;
    if (first_time && text.given++ == 0) ++begun_;
    if (in_doubt || (first_time && part == 0 && text.info.attempted)) hooks_.on_possible_duplicate(text.info);
    return {.token = token, .in_doubt = in_doubt, .message = text.parts[part]};
}

std::optional<std::int64_t> OutboundQueue::next_ms(std::int64_t now_ms) const {
    if (!anything_waits()) return std::nullopt;
    if (const auto wait = rate_.wait_ms(); wait > 0) return now_ms + wait;
    if (retries_.empty()) return std::nullopt;
    return std::max(retries_.begin()->first, now_ms + 1);
}

void OutboundQueue::answered(std::uint64_t token, Status status, const std::string& message_id, std::int64_t now_ms) {
    Text* text = find(token);
    if (!text) return;
    switch (verdict(status)) {
        case Verdict::accepted: return accept(token, *text, message_id);
        case Verdict::throttled: retries_.emplace(at_once, token); return;
        case Verdict::temporary: return retry_later(token, *text, status, now_ms);
        case Verdict::permanent: return refuse(token, status_name(status));
    }
}

void OutboundQueue::accept(std::uint64_t token, Text& text, const std::string& message_id) {
    if (part_of(token) + 1 == text.parts.size()) text.message_id = normal_id(message_id);
    if (++text.accepted < text.parts.size()) return;
    TextResult result{
        .number = text.info.number, .accepted = true, .message_id = std::move(text.message_id), .error = {}};
    erase(token);
    hooks_.on_result(std::move(result));
}

void OutboundQueue::retry_later(std::uint64_t token, Text& text, Status status, std::int64_t now_ms) {
    PartState& state = text.states[part_of(token)];
    if (state.retry_ms == 0) state.first_fault_ms = now_ms;
    if (now_ms - state.first_fault_ms >= retry_for_ms) return refuse(token, "a day of " + status_name(status));
    state.retry_ms = state.retry_ms == 0 ? first_retry_ms : std::min(state.retry_ms * 2, longest_retry_ms);
    retries_.emplace(now_ms + state.retry_ms, token);
}

void OutboundQueue::lost(std::uint64_t token, Lost how) {
    Text* text = find(token);
    if (!text) return;
    PartState& state = text->states[part_of(token)];
    if (how == Lost::unsent) {
        retries_.emplace(at_once, token);
        return;
    }
    int& count = how == Lost::cut ? state.cuts : state.timeouts;
    if (++count >= (how == Lost::cut ? max_cuts : max_timeouts))
        return refuse(token, how == Lost::cut ? "the link broke each time; it may have been sent"
                                              : "not answered in time, twice; it may have been sent");
    doubtful_.insert(token);
}

OutboundQueue::Text* OutboundQueue::find(std::uint64_t token) {
    const auto text = texts_.find(key_of(token));
    return text == texts_.end() ? nullptr : &text->second;
}

void OutboundQueue::refuse(std::uint64_t token, std::string error) {
    const auto number = find(token)->info.number;
    erase(token);
    hooks_.on_result({.number = number, .accepted = false, .message_id = {}, .error = std::move(error)});
}

/// Its entries in `fresh_` and `retries_` are skipped when their turn comes.
void OutboundQueue::erase(std::uint64_t token) {
    const auto text = texts_.find(key_of(token));
    if (text->second.given > 0) --begun_;
    for (std::size_t part = 0; part < text->second.parts.size(); ++part)
        doubtful_.erase(key_of(token) << part_bits | part);
    texts_.erase(text);
}

}  // namespace simtrail::sms::smpp
