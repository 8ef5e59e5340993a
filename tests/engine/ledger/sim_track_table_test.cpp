// Walks every (state, event) pair of a track's table, by what a ledger does and says.

#include <gmock/gmock.h>

#include <optional>

#include "engine/ledger/sim_track_table.hpp"
#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger {
namespace {

using enum SimTrackState;
using Names = std::vector<std::string>;

/// States, told apart by what else decides: positions, and whether it ever started.
enum class At : std::uint8_t {
    created,
    initiated,
    started,
    stopped_before_a_position,
    stopped,
    stopped_unstarted,
    expired
};
constexpr std::size_t places = 7;

void reach(LedgerStory& story, At at) {
    story.allow();
    story.create();
    if (at == At::stopped_unstarted) {
        story.revoke();
        story.pass(10 * minute);
        story.allow();
    } else if (at != At::created) {
        story.start();
    }
    if (at == At::started || at == At::stopped || at == At::expired) story.position(1);
    if (at == At::stopped || at == At::stopped_before_a_position) story.stop();
    if (at == At::expired) story.pass(2 * hour);
    story.commit();
    story.now += minute;
}

enum class Event : std::uint8_t {
    start,
    stop,
    position,
    silence,
    revoked,
    consent_ends,
    expiry,
    day_passes,
    retention_ends,
    remove
};
constexpr std::size_t events = 10;

Refusal happen(LedgerStory& story, Event event) {
    switch (event) {
        case Event::start: return story.start().refusal;
        case Event::stop: return story.stop().refusal;
        case Event::position: return story.position(1).refusal;
        case Event::silence: return story.silence(1).refusal;
        case Event::revoked: return story.revoke().refusal;
        case Event::consent_ends:  // in ten minutes: before anything else comes
            story.pass(10 * minute);
            return Refusal::none;
        case Event::expiry: story.pass(2 * hour); return Refusal::none;
        case Event::day_passes: story.pass(day); return Refusal::none;
        case Event::retention_ends: story.pass(91 * day); return Refusal::none;
        case Event::remove: return story.remove().refusal;
    }
    return Refusal::none;
}

struct Row {
    At from;
    Event event;
    std::optional<SimTrackState> to;  // nothing: removed
    Names told;                       // of the track
    Refusal refusal = Refusal::none;
    bool gate = false;
};

const Names started_event{"track.started"}, stopped_event{"track.stopped"}, expired_event{"track.expired"},
    deleted{"track.deleted"}, silent{"device.silent"}, nothing;

const std::vector<Row> rows{
    {At::created, Event::start, initiated, nothing, Refusal::none, true},
    {At::created, Event::stop, created, nothing, Refusal::not_started},
    {At::created, Event::position, created, nothing},
    {At::created, Event::silence, created, nothing},
    {At::created, Event::revoked, stopped, stopped_event},
    {At::created, Event::consent_ends, stopped, stopped_event},
    {At::created, Event::expiry, created, nothing},
    {At::created, Event::day_passes, std::nullopt, deleted, Refusal::none, true},
    {At::created, Event::retention_ends, std::nullopt, deleted, Refusal::none, true},
    {At::created, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::initiated, Event::start, initiated, nothing},
    {At::initiated, Event::stop, stopped, stopped_event, Refusal::none, true},
    {At::initiated, Event::position, started, started_event},
    {At::initiated, Event::silence, initiated, silent},
    {At::initiated, Event::revoked, stopped, stopped_event, Refusal::none, true},
    {At::initiated, Event::consent_ends, stopped, stopped_event, Refusal::none, true},
    {At::initiated, Event::expiry, expired, expired_event, Refusal::none, true},
    {At::initiated, Event::day_passes, expired, expired_event, Refusal::none, true},
    {At::initiated, Event::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::initiated, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::started, Event::start, started, nothing},
    {At::started, Event::stop, stopped, stopped_event, Refusal::none, true},
    {At::started, Event::position, started, nothing},
    {At::started, Event::silence, started, silent},
    {At::started, Event::revoked, stopped, stopped_event, Refusal::none, true},
    {At::started, Event::consent_ends, stopped, stopped_event, Refusal::none, true},
    {At::started, Event::expiry, expired, expired_event, Refusal::none, true},
    {At::started, Event::day_passes, expired, expired_event, Refusal::none, true},
    {At::started, Event::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::started, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped_before_a_position, Event::start, initiated, nothing, Refusal::none, true},
    {At::stopped_before_a_position, Event::stop, stopped, nothing},
    {At::stopped_before_a_position, Event::position, stopped, nothing},
    {At::stopped_before_a_position, Event::silence, stopped, nothing},
    {At::stopped_before_a_position, Event::revoked, stopped, nothing},
    {At::stopped_before_a_position, Event::consent_ends, stopped, nothing},
    {At::stopped_before_a_position, Event::expiry, expired, expired_event},
    {At::stopped_before_a_position, Event::day_passes, expired, expired_event},
    {At::stopped_before_a_position, Event::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::stopped_before_a_position, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped, Event::start, started, started_event, Refusal::none, true},
    {At::stopped, Event::stop, stopped, nothing},
    {At::stopped, Event::position, stopped, nothing},
    {At::stopped, Event::silence, stopped, nothing},
    {At::stopped, Event::revoked, stopped, nothing},
    {At::stopped, Event::consent_ends, stopped, nothing},
    {At::stopped, Event::expiry, expired, expired_event},
    {At::stopped, Event::day_passes, expired, expired_event},
    {At::stopped, Event::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::stopped, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped_unstarted, Event::start, initiated, nothing, Refusal::none, true},
    {At::stopped_unstarted, Event::stop, stopped, nothing},
    {At::stopped_unstarted, Event::position, stopped, nothing},
    {At::stopped_unstarted, Event::silence, stopped, nothing},
    {At::stopped_unstarted, Event::revoked, stopped, nothing},
    {At::stopped_unstarted, Event::consent_ends, stopped, nothing},
    {At::stopped_unstarted, Event::expiry, stopped, nothing},
    {At::stopped_unstarted, Event::day_passes, std::nullopt, deleted, Refusal::none, true},
    {At::stopped_unstarted, Event::retention_ends, std::nullopt, deleted, Refusal::none, true},
    {At::stopped_unstarted, Event::remove, std::nullopt, deleted, Refusal::none, true},

    {At::expired, Event::start, expired, nothing, Refusal::track_expired},
    {At::expired, Event::stop, expired, nothing},
    {At::expired, Event::position, expired, nothing},
    {At::expired, Event::silence, expired, nothing},
    {At::expired, Event::revoked, expired, nothing},
    {At::expired, Event::consent_ends, expired, nothing},
    {At::expired, Event::expiry, expired, nothing},
    {At::expired, Event::day_passes, expired, nothing},
    {At::expired, Event::retention_ends, std::nullopt, nothing, Refusal::none, true},
    {At::expired, Event::remove, std::nullopt, deleted, Refusal::none, true},
};

Names of_tracks(Names all) {
    std::erase(all, "consent.updated");
    return all;
}

/// The consent ends while the track waits in its state: ten minutes after it was reached.
LedgerRules rules_for(const Row& row) {
    LedgerRules rules;
    if (row.event != Event::consent_ends) return rules;
    rules.consent_validity_ms = (row.from == At::expired ? 2 * hour : 0) + 5 * minute;
    return rules;
}

TEST(SimTrackTable, EveryEventInEveryStateDoesWhatItsRowSays) {
    ASSERT_EQ(rows.size(), places * events);
    for (const Row& row : rows) {
        SCOPED_TRACE("row " + std::to_string(&row - rows.data()));
        LedgerStory story(rules_for(row));
        reach(story, row.from);
        EXPECT_EQ(happen(story, row.event), row.refusal);
        const SimTrack* track = story.ledger.track(1);
        ASSERT_EQ(track != nullptr, row.to.has_value());
        if (track != nullptr) {
            EXPECT_EQ(track->state, *row.to);
        }
        EXPECT_EQ(of_tracks(story.events()), row.told);
        EXPECT_EQ(story.ledger.pending().gate.size(), row.gate ? 1 : 0);
    }
}

TEST(SimTrackTable, IsWhatTheDocumentationDraws) {
    const std::vector<std::string> expected{"initiated = = initiated expired!",
                                            "initiated = = started expired!",
                                            "notyet! stopped stopped = =",
                                            "= started = = =",
                                            "= = = = =",
                                            "stopped stopped stopped = =",
                                            "stopped stopped stopped = =",
                                            "= expired expired expired =",
                                            "gone = = gone =",
                                            "= = = = gone",
                                            "gone gone gone gone gone"};
    const auto text = [](const SimTrackStep& step) -> std::string {
        switch (step.outcome) {
            case SimTrackStep::Outcome::stays: return "=";
            case SimTrackStep::Outcome::removed: return "gone";
            case SimTrackStep::Outcome::refused: return step.refusal == Refusal::not_started ? "notyet!" : "expired!";
            case SimTrackStep::Outcome::moves: break;
        }
        return std::string(sim_track_state_names[static_cast<std::size_t>(step.next)]);
    };
    for (std::size_t event = 0; event < expected.size(); ++event) {
        std::string row;
        for (const SimTrackStep& step : sim_track_table[event]) row += (row.empty() ? "" : " ") + text(step);
        EXPECT_EQ(row, expected[event]);
    }
}

}  // namespace
}  // namespace simtrail::ledger
