// Walks every (state, event) pair of a track's table, by what a ledger does and says.

#include <gmock/gmock.h>

#include <optional>

#include "engine/ledger/sim_track_table.hpp"
#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger::sim_tracks {
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

enum class TrackEvent : std::uint8_t {
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

Refusal happen_to_track(LedgerStory& story, TrackEvent event) {
    switch (event) {
        case TrackEvent::start: return story.start().refusal;
        case TrackEvent::stop: return story.stop().refusal;
        case TrackEvent::position: return story.position(1).refusal;
        case TrackEvent::silence: return story.silence(1).refusal;
        case TrackEvent::revoked: return story.revoke().refusal;
        case TrackEvent::consent_ends:  // in ten minutes: before anything else comes
            story.pass(10 * minute);
            return Refusal::none;
        case TrackEvent::expiry: story.pass(2 * hour); return Refusal::none;
        case TrackEvent::day_passes: story.pass(day); return Refusal::none;
        case TrackEvent::retention_ends: story.pass(91 * day); return Refusal::none;
        case TrackEvent::remove: return story.remove().refusal;
    }
    return Refusal::none;
}

struct TrackRow {
    At from;
    TrackEvent event;
    std::optional<SimTrackState> to;  // nothing: removed
    Names told;                       // of the track
    Refusal refusal = Refusal::none;
    bool gate = false;
};

const Names started_event{"track.started"}, stopped_event{"track.stopped"}, expired_event{"track.expired"},
    deleted{"track.deleted"}, silent{"device.silent"}, no_steps;

const std::vector<TrackRow> track_rows{
    {At::created, TrackEvent::start, initiated, no_steps, Refusal::none, true},
    {At::created, TrackEvent::stop, created, no_steps, Refusal::not_started},
    {At::created, TrackEvent::position, created, no_steps},
    {At::created, TrackEvent::silence, created, no_steps},
    {At::created, TrackEvent::revoked, stopped, stopped_event},
    {At::created, TrackEvent::consent_ends, stopped, stopped_event},
    {At::created, TrackEvent::expiry, created, no_steps},
    {At::created, TrackEvent::day_passes, std::nullopt, deleted, Refusal::none, true},
    {At::created, TrackEvent::retention_ends, std::nullopt, deleted, Refusal::none, true},
    {At::created, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::initiated, TrackEvent::start, initiated, no_steps},
    {At::initiated, TrackEvent::stop, stopped, stopped_event, Refusal::none, true},
    {At::initiated, TrackEvent::position, started, started_event},
    {At::initiated, TrackEvent::silence, initiated, silent},
    {At::initiated, TrackEvent::revoked, stopped, stopped_event, Refusal::none, true},
    {At::initiated, TrackEvent::consent_ends, stopped, stopped_event, Refusal::none, true},
    {At::initiated, TrackEvent::expiry, expired, expired_event, Refusal::none, true},
    {At::initiated, TrackEvent::day_passes, expired, expired_event, Refusal::none, true},
    {At::initiated, TrackEvent::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::initiated, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::started, TrackEvent::start, started, no_steps},
    {At::started, TrackEvent::stop, stopped, stopped_event, Refusal::none, true},
    {At::started, TrackEvent::position, started, no_steps},
    {At::started, TrackEvent::silence, started, silent},
    {At::started, TrackEvent::revoked, stopped, stopped_event, Refusal::none, true},
    {At::started, TrackEvent::consent_ends, stopped, stopped_event, Refusal::none, true},
    {At::started, TrackEvent::expiry, expired, expired_event, Refusal::none, true},
    {At::started, TrackEvent::day_passes, expired, expired_event, Refusal::none, true},
    {At::started, TrackEvent::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::started, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped_before_a_position, TrackEvent::start, initiated, no_steps, Refusal::none, true},
    {At::stopped_before_a_position, TrackEvent::stop, stopped, no_steps},
    {At::stopped_before_a_position, TrackEvent::position, stopped, no_steps},
    {At::stopped_before_a_position, TrackEvent::silence, stopped, no_steps},
    {At::stopped_before_a_position, TrackEvent::revoked, stopped, no_steps},
    {At::stopped_before_a_position, TrackEvent::consent_ends, stopped, no_steps},
    {At::stopped_before_a_position, TrackEvent::expiry, expired, expired_event},
    {At::stopped_before_a_position, TrackEvent::day_passes, expired, expired_event},
    {At::stopped_before_a_position, TrackEvent::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::stopped_before_a_position, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped, TrackEvent::start, started, started_event, Refusal::none, true},
    {At::stopped, TrackEvent::stop, stopped, no_steps},
    {At::stopped, TrackEvent::position, stopped, no_steps},
    {At::stopped, TrackEvent::silence, stopped, no_steps},
    {At::stopped, TrackEvent::revoked, stopped, no_steps},
    {At::stopped, TrackEvent::consent_ends, stopped, no_steps},
    {At::stopped, TrackEvent::expiry, expired, expired_event},
    {At::stopped, TrackEvent::day_passes, expired, expired_event},
    {At::stopped, TrackEvent::retention_ends, std::nullopt, expired_event, Refusal::none, true},
    {At::stopped, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::stopped_unstarted, TrackEvent::start, initiated, no_steps, Refusal::none, true},
    {At::stopped_unstarted, TrackEvent::stop, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::position, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::silence, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::revoked, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::consent_ends, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::expiry, stopped, no_steps},
    {At::stopped_unstarted, TrackEvent::day_passes, std::nullopt, deleted, Refusal::none, true},
    {At::stopped_unstarted, TrackEvent::retention_ends, std::nullopt, deleted, Refusal::none, true},
    {At::stopped_unstarted, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},

    {At::expired, TrackEvent::start, expired, no_steps, Refusal::track_expired},
    {At::expired, TrackEvent::stop, expired, no_steps},
    {At::expired, TrackEvent::position, expired, no_steps},
    {At::expired, TrackEvent::silence, expired, no_steps},
    {At::expired, TrackEvent::revoked, expired, no_steps},
    {At::expired, TrackEvent::consent_ends, expired, no_steps},
    {At::expired, TrackEvent::expiry, expired, no_steps},
    {At::expired, TrackEvent::day_passes, expired, no_steps},
    {At::expired, TrackEvent::retention_ends, std::nullopt, no_steps, Refusal::none, true},
    {At::expired, TrackEvent::remove, std::nullopt, deleted, Refusal::none, true},
};

Names of_tracks(Names all) {
    std::erase(all, "consent.updated");
    return all;
}

/// The consent ends while the track waits in its state: ten minutes after it was reached.
LedgerRules rules_for(const TrackRow& row) {
    LedgerRules rules;
    if (row.event != TrackEvent::consent_ends) return rules;
    rules.consent_validity_ms = (row.from == At::expired ? 2 * hour : 0) + 5 * minute;
    return rules;
}

TEST(SimTrackTable, EveryEventInEveryStateDoesWhatItsRowSays) {
    ASSERT_EQ(track_rows.size(), places * events);
    for (const TrackRow& row : track_rows) {
        SCOPED_TRACE("row " + std::to_string(&row - track_rows.data()));
        LedgerStory story(rules_for(row));
        reach(story, row.from);
        EXPECT_EQ(happen_to_track(story, row.event), row.refusal);
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
}  // namespace simtrail::ledger::sim_tracks
