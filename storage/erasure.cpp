#include "storage/erasure.hpp"

#include <algorithm>
#include <array>

#include "engine/tracing/journal.hpp"

namespace simtrail::storage {

std::optional<std::string> journal_without(std::string_view bytes, std::span<const TrackNumber> tracks) {
    std::string kept;
    const char* begin = bytes.data();  // of the entry visited
    const bool whole = for_each_journal_entry(bytes, [&](const JournalEntry& entry) {
        const char* const end = entry.evidence.data() + entry.evidence.size();  // evidence is what an entry ends with
        if (!std::ranges::binary_search(tracks, entry.track)) kept.append(begin, end);
        begin = end;
    });
    if (!whole) throw StoreError("a journal row cannot be read: the database is damaged; restore a backup");
    if (kept.size() == bytes.size()) return std::nullopt;
    return kept;
}

Erasure::Erasure(Database& database, Subscribers& subscribers)
    : database_(&database),
      subscribers_(&subscribers),
      tracks_(database, "SELECT track FROM track WHERE subscriber = ?"),
      segments_(database, "DELETE FROM segment WHERE track = ?"),
      track_(database, "DELETE FROM track WHERE track = ?"),
      entries_(database, "SELECT entries FROM journal WHERE number = ?"),
      rewrite_(database, "UPDATE journal SET entries = ? WHERE number = ?"),
      consents_(database, "DELETE FROM consent WHERE subscriber = ?"),
      evidence_(database, "DELETE FROM evidence WHERE subscriber = ?"),
      texts_(database, "DELETE FROM text_outbox WHERE subscriber = ?"),
      callbacks_(database, "DELETE FROM callback_outbox WHERE subscriber = ?"),
      answers_of_(database, "DELETE FROM answer WHERE subscriber = ?"),
      // Clients may put a number into anything they send; a day's answers are few enough to look through.
      answers_(database,
               "DELETE FROM answer WHERE instr(body, ?1) > 0 OR instr(key, ?1) > 0 OR instr(fingerprint, ?1) > 0") {}

std::vector<TrackNumber> Erasure::tracks_of(const ledger::LedgerChanges& changes) {
    std::vector<TrackNumber> gone = changes.removed_tracks;
    for (const auto* subscribers : {&changes.erased_subscribers, &changes.purged_subscribers})
        for (const Msisdn msisdn : *subscribers) {
            const auto subscriber = subscribers_->find(msisdn);
            if (!subscriber) continue;
            for (tracks_.with(*subscriber); tracks_.step();)
                gone.push_back(static_cast<TrackNumber>(tracks_.number(0)));
            tracks_.reset();
        }
    std::ranges::sort(gone);
    return gone;
}

std::uint64_t Erasure::remove(std::span<const TrackNumber> tracks) {
    if (tracks.empty()) return 0;
    for (const TrackNumber track : tracks) {
        segments_.with(track).run();
        track_.with(track).run();
    }
    std::vector<std::int64_t> rows;  // first the numbers: no row is changed under a statement that reads them
    for (Statement s(*database_, "SELECT number FROM journal ORDER BY number"); s.step();) rows.push_back(s.number(0));
    std::uint64_t lost = 0;
    for (const std::int64_t row : rows) lost += rewrite_row(row, tracks);
    return lost;
}

std::uint64_t Erasure::rewrite_row(std::int64_t number, std::span<const TrackNumber> tracks) {
    if (!entries_.with(number).step()) return 0;
    const std::size_t before = entries_.bytes(0).size();
    const auto kept = journal_without(entries_.bytes(0), tracks);
    entries_.reset();
    if (!kept) return 0;
    rewrite_.with(Blob{*kept}, number).run();  // a row with nothing left stays, for the number's sake
    return before - kept->size();
}

void Erasure::remove_subscribers(const ledger::LedgerChanges& changes) {
    for (const Msisdn msisdn : changes.erased_subscribers) remove_subscriber(msisdn);
    for (const Msisdn msisdn : changes.purged_subscribers) remove_subscriber(msisdn);
}

void Erasure::remove_subscriber(Msisdn msisdn) {
    const std::string text = msisdn.text();
    answers_.with(text).run();
    const auto subscriber = subscribers_->find(msisdn);
    if (!subscriber) return;
    for (Statement* statement : std::array{&consents_, &evidence_, &texts_, &callbacks_, &answers_of_})
        statement->with(*subscriber).run();
    subscribers_->erase(msisdn);
}

}  // namespace simtrail::storage
