#include "engine/positioning/belief.hpp"

#include <gtest/gtest.h>

#include "engine/positioning/centre.hpp"
#include "engine/positioning/sequence.hpp"

namespace simtrail {
namespace {

const LocalPlane plane({-8.5, 51.9});

Candidate placed_at(double east_m, double north_m, double log_weight = 0) {
    return {.at = {east_m, north_m}, .velocity = {}, .log_weight = log_weight};
}

TEST(Belief, KeepsTheLikeliestPlacesToAMetre) {
    Candidates candidates;
    for (int i = 0; i < 100; ++i) candidates.add(placed_at(10.0 * i, -5.0 * i, -0.05 * i));
    const auto kept = Belief::of(5, plane, candidates).on(plane);
    ASSERT_EQ(kept.size(), Belief::capacity);
    double sum = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        EXPECT_NEAR(kept.view()[i].at.east_m, 10.0 * static_cast<double>(i), 1);
        sum += std::exp(kept.view()[i].log_weight);
    }
    EXPECT_NEAR(sum, 1, 1e-9);
}

TEST(Belief, KeepsWhereItsTravellersWent) {
    Candidates candidates;
    candidates.add({.at = {}, .velocity = {20, 0}, .log_weight = 0, .moving = true});
    const auto kept = Belief::of(5, plane, candidates).on(plane);
    EXPECT_TRUE(kept.view()[0].moving);
    EXPECT_NEAR(kept.view()[0].velocity.east_m, 20, 0.5);
    EXPECT_NEAR(kept.view()[0].velocity.north_m, 0, 0.5);
}

TEST(Belief, ReadsBackWhatItWrote) {
    Candidates candidates;
    candidates.add(placed_at(100, 200));
    candidates.add(placed_at(-31'000, 31'000, -3));
    const auto belief = Belief::of(1'700'000'000'000, plane, candidates);
    std::string bytes;
    ByteWriter writer{bytes};
    belief.append_to(writer);
    ByteReader reader{bytes};
    EXPECT_EQ(Belief::read_from(reader), belief);
    EXPECT_TRUE(belief.is_plausible());
}

TEST(Belief, TakesAtMost512BytesATrack) { EXPECT_LE(sizeof(Belief), 512U); }

TEST(Sequence, PrefersThePlaceThatCanBeReached) {
    Candidates before, now;
    before.add(placed_at(0, 0));
    now.add(placed_at(100, 0));
    now.add(placed_at(5000, 0));
    weigh_by_motion(now, before, 10);
    EXPECT_GT(now.view()[0].log_weight, now.view()[1].log_weight + 2);
}

TEST(Sequence, FollowsTheDirectionOfTravel) {
    Candidates before, now;
    before.add({.at = {}, .velocity = {30, 0}, .log_weight = 0, .moving = true});
    now.add({.at = {900, 0}, .velocity = {30, 0}, .log_weight = 0, .moving = true});
    now.add({.at = {-900, 0}, .velocity = {30, 0}, .log_weight = 0, .moving = true});
    weigh_by_motion(now, before, 30);
    EXPECT_GT(now.view()[0].log_weight, now.view()[1].log_weight + 2);
}

TEST(Centre, IsTheGeometricMedianThatOneOutlierDoesNotMove) {
    Candidates candidates;
    for (const double east : {-20.0, 0.0, 20.0}) candidates.add(placed_at(east, 0));
    candidates.add(placed_at(10'000, 0));
    const auto centre = centre_of(candidates);
    EXPECT_LT(length_m(centre.at), 25);
    EXPECT_GT(centre.radius95_m, 9'000);
}

TEST(Centre, RadiiHoldTheirShareOfTheWeight) {
    Candidates candidates;
    candidates.add(placed_at(0, 0, 0));
    candidates.add(placed_at(1000, 0, -6));
    EXPECT_LT(centre_of(candidates).radius95_m, 20);
}

}  // namespace
}  // namespace simtrail
