// Walks every (state, event) pair of a consent's table, by what a ledger does and says.

#include <gmock/gmock.h>

#include "engine/ledger/consent_table.hpp"
#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger::consents {
namespace {

using enum ConsentState;
using Names = std::vector<std::string>;

void reach(LedgerStory& story, ConsentState state) {
    if (state == none) return;
    story.request();
    if (state == allowed || state == revoked) story.text("YES");
    if (state == denied) story.text("NO");
    if (state == revoked) story.revoke();
    if (state == expired) story.pass(day);
    ASSERT_EQ(story.state(), state);
    story.commit();
    story.now += 10 * minute;  // the next text may go out
}

enum class Event : std::uint8_t { request, yes, no, stop, revoke, due, trip_over };

Refusal happen(LedgerStory& story, Event event) {
    switch (event) {
        case Event::request: return story.request().refusal;
        case Event::yes: return story.text("YES").refusal;
        case Event::no: return story.text("NO").refusal;
        case Event::stop: return story.text("STOP").refusal;
        case Event::revoke: return story.revoke().refusal;
        case Event::due: story.pass(400 * day); return Refusal::none;
        case Event::trip_over:
            story.create();
            story.start();
            story.commit();
            return story.stop().refusal;
    }
    return Refusal::none;
}

constexpr std::size_t consent_events_told = 7;  // a withdrawal comes by two ways

struct Row {
    ConsentState from;
    Event event;
    ConsentState to;
    Names steps;  // evidence
    std::size_t texts = 0;
    bool told = false;  // consent.updated
    Refusal refusal = Refusal::none;
};

const Names asked{"requested", "textSent"}, heard{"textReceived"}, nothing;

const std::vector<Row> rows{
    {none, Event::request, pending, asked, 1, true},
    {none, Event::yes, none, nothing, 0, false, Refusal::not_found},
    {none, Event::no, none, nothing, 0, false, Refusal::not_found},
    {none, Event::stop, none, nothing, 0, false, Refusal::not_found},
    {none, Event::revoke, none, nothing, 0, false, Refusal::not_found},
    {none, Event::due, none, nothing},
    {none, Event::trip_over, none, nothing, 0, false, Refusal::not_found},

    {pending, Event::request, pending, asked, 1, false},
    {pending, Event::yes, allowed, {"textReceived", "allowed", "textSent"}, 1, true},
    {pending, Event::no, denied, {"textReceived", "denied", "textSent"}, 1, true},
    {pending, Event::stop, revoked, {"textReceived", "revoked", "textSent"}, 1, true},
    {pending, Event::revoke, revoked, {"revoked"}, 0, true},
    {pending, Event::due, none, nothing, 0, true},  // lapsed, then purged
    {pending, Event::trip_over, pending, nothing, 0, false, Refusal::not_found},

    {allowed, Event::request, allowed, nothing},
    {allowed, Event::yes, allowed, heard},
    {allowed, Event::no, revoked, {"textReceived", "revoked", "textSent"}, 1, true},
    {allowed, Event::stop, revoked, {"textReceived", "revoked", "textSent"}, 1, true},
    {allowed, Event::revoke, revoked, {"revoked"}, 0, true},
    {allowed, Event::due, expired, {"expired"}, 0, true},
    {allowed, Event::trip_over, expired, {"tripOver"}, 0, true},

    {denied, Event::request, pending, asked, 1, true},
    {denied, Event::yes, denied, heard},
    {denied, Event::no, denied, heard},
    {denied, Event::stop, denied, heard},
    {denied, Event::revoke, denied, nothing},
    {denied, Event::due, none, nothing},
    {denied, Event::trip_over, denied, nothing, 0, false, Refusal::not_found},

    {revoked, Event::request, pending, asked, 1, true},
    {revoked, Event::yes, revoked, heard},
    {revoked, Event::no, revoked, heard},
    {revoked, Event::stop, revoked, heard},
    {revoked, Event::revoke, revoked, nothing},
    {revoked, Event::due, none, nothing},
    {revoked, Event::trip_over, revoked, nothing, 0, false, Refusal::not_found},

    {expired, Event::request, pending, asked, 1, true},
    {expired, Event::yes, expired, heard},
    {expired, Event::no, expired, heard},
    {expired, Event::stop, expired, heard},
    {expired, Event::revoke, expired, nothing},
    {expired, Event::due, none, nothing},
    {expired, Event::trip_over, expired, nothing, 0, false, Refusal::not_found},
};

Names events_of(const Row& row) {
    if (!row.told) return nothing;
    if (row.event == Event::trip_over) return {"track.stopped", "consent.updated"};
    return {"consent.updated"};
}

TEST(ConsentTable, EveryEventInEveryStateDoesWhatItsRowSays) {
    ASSERT_EQ(rows.size(), consent_state_names.size() * consent_events_told);
    for (const Row& row : rows) {
        SCOPED_TRACE(std::string(consent_state_names[static_cast<std::size_t>(row.from)]) + ", event " +
                     std::to_string(static_cast<int>(row.event)));
        LedgerRules rules;
        rules.consent_per_trip = row.event == Event::trip_over;
        LedgerStory story(rules);
        reach(story, row.from);
        EXPECT_EQ(happen(story, row.event), row.refusal);
        EXPECT_EQ(story.state(), row.to);
        EXPECT_EQ(story.steps(), row.steps);
        EXPECT_EQ(story.texts().size(), row.texts);

        EXPECT_EQ(story.events(), events_of(row));
    }
}

TEST(ConsentTable, IsWhatTheDocumentationDraws) {
    const std::vector<std::string> expected{"pending none none none! none none",
                                            "pending allowed denied revoked expired pending",
                                            "allowed allowed revoked revoked expired expired",
                                            "pending denied denied denied none denied",
                                            "pending revoked revoked revoked none revoked",
                                            "pending expired expired expired none expired"};
    for (std::size_t state = 0; state < expected.size(); ++state) {
        std::string row;
        for (const ConsentStep& step : consent_table[state]) {
            row += row.empty() ? "" : " ";
            row += consent_state_names[static_cast<std::size_t>(step.next)];
            if (step.refusal == Refusal::not_found) row += '!';
        }
        EXPECT_EQ(row, expected[state]);
    }
}

}  // namespace
}  // namespace simtrail::ledger::consents
