// The writer's outbox of texts: offered as the gateway has room, settled as it says what became of them.
#include <algorithm>
#include <utility>

#include "adapters/runtime/writer.hpp"

namespace simtrail::runtime {

namespace {

constexpr std::size_t most_early_receipts = 1000;  // a window's worth

}  // namespace

void Writer::take_text_news(std::int64_t now_ms) {
    for (WriterInbox::TextNews& news : std::exchange(text_news_, {})) take_text_news(news, IfEarly::hold, now_ms);
    take_early_receipts(now_ms);
}

/// Evidence and outbox change together. News of a text that nobody remembers is settled with that.
void Writer::take_text_news(WriterInbox::TextNews& news, IfEarly early, std::int64_t now_ms) {
    std::optional<ledger::OutgoingText> text;
    try {
        text = text_of(news);
    } catch (const std::exception& error) {
        hooks_.on_failure(error.what());
        if (news.done) news.done(false);  // it comes again
        return;
    }
    if (!text && early == IfEarly::hold && hold(news)) return;
    if (news.done) receipts_.push_back(std::move(news.done));
    if (!text) return;
    news.outcome.number = text->number;
    if (news.outcome.fate == ledger::TextFate::accepted && !news.outcome.message_id.empty())
        accepted_not_durable_.insert_or_assign(news.outcome.message_id, *text);
    note(ledger::NoteText{text->to, text->tenant, news.outcome.fate, std::move(news.detail)}, now_ms);
    text_outcomes_.push_back(std::move(news.outcome));
}

/// A receipt may overtake the answer that names its text: while texts are under way it waits for that.
bool Writer::hold(WriterInbox::TextNews& news) {
    if (!news.done || sending_.empty() || early_receipts_.size() >= most_early_receipts) return false;
    early_receipts_.push_back({std::move(news), Clock::now() + limits_.early_receipt});
    return true;
}

/// Their texts' answers are among the latest news, or have not come in time.
void Writer::take_early_receipts(std::int64_t now_ms) {
    const auto now = Clock::now();
    for (EarlyReceipt& early : std::exchange(early_receipts_, {})) {
        const bool is_named = std::ranges::any_of(
            early.news.message_ids, [&](const std::string& id) { return accepted_not_durable_.contains(id); });
        if (is_named || now >= early.until || sending_.empty())
            take_text_news(early.news, IfEarly::settle, now_ms);
        else
            early_receipts_.push_back(std::move(early));
    }
}

/// A gateway spells ids in one way: once that is known, a receipt that comes twice is not taken for another text's.
std::optional<ledger::OutgoingText> Writer::text_of(const WriterInbox::TextNews& news) {
    if (news.outcome.number != 0) {
        auto node = sending_.extract(news.outcome.number);
        return node.empty() ? std::nullopt : std::optional(std::move(node.mapped()));
    }
    for (std::size_t spelling = 0; spelling < news.message_ids.size(); ++spelling) {
        const bool another = id_spelling_ && *id_spelling_ != spelling;
        if (another && news.message_ids.size() > 1) continue;  // a small number has one spelling
        auto found = accepted_text(news.message_ids[spelling]);
        if (found) id_spelling_ = spelling;
        if (found) return found;
    }
    return std::nullopt;
}

std::optional<ledger::OutgoingText> Writer::accepted_text(const std::string& message_id) const {
    const auto found = accepted_not_durable_.find(message_id);
    return found == accepted_not_durable_.end() ? parts_.ledger_store.accepted_text(message_id)
                                                : std::optional(found->second);
}

/// While commits fail they come again and again: none is held. Results, which come once, are as many as the gateway has texts.
void Writer::refuse_receipts() {
    std::erase_if(text_news_, [](WriterInbox::TextNews& news) {
        if (news.done) news.done(false);
        return news.outcome.number == 0;
    });
    refuse_early_receipts();
}

void Writer::refuse_early_receipts() {
    for (EarlyReceipt& early : std::exchange(early_receipts_, {})) early.news.done(false);
}

/// A batch that stays for later still holds their outcomes: a receipt that comes again finds nothing left to do.
void Writer::tell_text_senders(bool durable) {
    for (auto& done : std::exchange(receipts_, {})) done(durable);
}

void Writer::offer_texts() {
    if (text_room_ == 0 || !texts_wait_) return;
    std::vector<ledger::OutgoingText> texts;
    try {
        texts = parts_.ledger_store.waiting_texts(texts_offered_up_to_, text_room_);
    } catch (const std::exception& error) {
        return hooks_.on_failure(error.what());
    }
    texts_wait_ = texts.size() == text_room_;
    if (texts.empty()) return;
    text_room_ -= texts.size();
    texts_offered_up_to_ = texts.back().number;
    for (ledger::OutgoingText& text : texts) {
        text.attempted = text.number <= attempted_up_to_;
        sending_.insert_or_assign(
            text.number,
            ledger::OutgoingText{
                .number = text.number, .to = text.to, .text = {}, .at_ms = text.at_ms, .tenant = text.tenant});
    }
    hooks_.on_texts(std::move(texts));
}

/// Subscribers of whom nothing is left in the store are not in memory either.
void Writer::forget_gone(const ledger::LedgerChanges& changes) {
    std::vector<Msisdn> gone = changes.erased_subscribers;
    std::ranges::copy(changes.purged_subscribers, std::back_inserter(gone));
    if (gone.empty()) return;
    for (const Msisdn msisdn : changes.erased_subscribers) answers_.forget(msisdn);
    std::erase_if(sending_, [&](const auto& each) { return std::ranges::find(gone, each.second.to) != gone.end(); });
    hooks_.on_erased(std::move(gone));
}

}  // namespace simtrail::runtime
