#include "storage/retention.hpp"

#include <vector>

namespace simtrail::storage {

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t receipt_wait_ms = 7 * day_ms;  // SMS centres try for some days at most

/// The rows deleted. `sql` has the limit in time, then the number of rows.
std::size_t remove_oldest(Database& database, const char* sql, std::int64_t before_ms, std::size_t most) {
    Statement statement(database, sql);
    std::size_t removed = 0;
    for (statement.with(before_ms, most); statement.step();) ++removed;
    return removed;
}

std::size_t remove_dead_letters(Database& database, Subscribers& subscribers, std::int64_t before_ms,
                                std::size_t most) {
    Statement dead(database,
                   "DELETE FROM callback_outbox WHERE created < ?1 AND number IN (SELECT number FROM callback_outbox "
                   "WHERE dead = 1 ORDER BY number LIMIT ?2) RETURNING subscriber");
    std::vector<std::int64_t> of;
    for (dead.with(before_ms, most); dead.step();) of.push_back(dead.number(0));
    for (const std::int64_t subscriber : of) subscribers.erase_if_unused(subscriber);
    return of.size();
}

/// What changed of the subscribers is kept where the transaction is committed.
class SubscriberChanges {
   public:
    explicit SubscriberChanges(Subscribers& subscribers) : subscribers_(subscribers) {}
    ~SubscriberChanges() { kept_ ? subscribers_.keep() : subscribers_.undo(); }
    SubscriberChanges(const SubscriberChanges&) = delete;
    SubscriberChanges& operator=(const SubscriberChanges&) = delete;
    void keep() { kept_ = true; }

   private:
    Subscribers& subscribers_;
    bool kept_ = false;
};

}  // namespace

bool sweep_once(Database& database, Subscribers& subscribers, const SweepLimits& limits, std::size_t most) {
    SubscriberChanges changes(subscribers);
    Transaction transaction(database);
    const std::size_t segments = remove_oldest(
        database,
        // A track's newest segment stays: it holds the state and the seq that the track goes on from.
        "DELETE FROM segment WHERE segment IN (SELECT segment FROM segment s WHERE max_tis < ? AND first_seq < "
        "(SELECT max(first_seq) FROM segment n WHERE n.track = s.track) ORDER BY max_tis LIMIT ?) RETURNING 1",
        limits.before_ms, most);
    const std::size_t dead = remove_dead_letters(database, subscribers, limits.before_ms, most);
    // Answers are numbered in order of time: only the first ones can be old, and no index is needed.
    const std::size_t answers = remove_oldest(database,
                                              "DELETE FROM answer WHERE at < ?1 AND answer IN (SELECT answer FROM "
                                              "answer ORDER BY answer LIMIT ?2) RETURNING 1",
                                              limits.now_ms - day_ms, most);
    const std::size_t texts =
        remove_oldest(database,
                      "DELETE FROM text_outbox WHERE number IN (SELECT number FROM text_outbox WHERE accepted != 0 AND "
                      "accepted < ? LIMIT ?) RETURNING 1",
                      limits.now_ms - receipt_wait_ms, most);
    const std::size_t requests = remove_oldest(
        database,
        "DELETE FROM operator_request WHERE number IN (SELECT number FROM operator_request WHERE at < ? LIMIT ?) "
        "RETURNING 1",
        limits.now_ms - day_ms, most);
    if (segments + dead + answers + texts + requests == 0) return false;  // nothing to commit
    transaction.commit();
    changes.keep();
    return segments == most || dead == most || answers == most || texts == most || requests == most;
}

}  // namespace simtrail::storage
