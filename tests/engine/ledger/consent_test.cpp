#include <gmock/gmock.h>

#include "tests/engine/ledger/made_ledger.hpp"

namespace simtrail::ledger {
namespace {

TEST(Consent, IsAskedGrantedAndWithdrawnByTexts) {
    LedgerStory story;
    EXPECT_TRUE(story.request().text_sent);
    EXPECT_EQ(story.state(), ConsentState::pending);
    story.text("yes.");
    EXPECT_EQ(story.state(), ConsentState::allowed);
    EXPECT_EQ(story.create().refusal, Refusal::none);
    story.start();
    story.commit();
    story.position(1);
    EXPECT_EQ(story.track().state, SimTrackState::started);
    story.now += minute;
    story.text("STOP");
    EXPECT_EQ(story.state(), ConsentState::revoked);
    EXPECT_EQ(story.track().state, SimTrackState::stopped);
    EXPECT_EQ(story.track().tracked_ms(story.now), minute);
    EXPECT_THAT(story.events(), testing::ElementsAre("track.started", "consent.updated", "track.stopped"));
}

}  // namespace
}  // namespace simtrail::ledger
