#include "engine/tracing/smoothed_trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "engine/positioning/hindsight_walk.hpp"
#include "engine/tracing/evidence.hpp"
#include "engine/tracing/tracker.hpp"
#include "tests/support/made_road.hpp"

namespace simtrail {
namespace {

using testing::MadeRoad;

class SmoothedTrace : public ::testing::Test {
   protected:
    /// What tracking the events without a hold makes of them, in order of arrival.
    std::vector<TracedEvent> tracked(const std::vector<CellEvent>& arriving) const {
        const Tracker tracker(cells_, 0);
        Track track{1, *Msisdn::parse("353861")};
        TrackOutput out;
        for (const CellEvent& event : arriving) tracker.take(track, event, 1, out);
        std::vector<TracedEvent> all;
        for_each_journal_entry(out.journal, [&](const JournalEntry& entry) {
            const TracePoint point = entry.point.unpacked(entry.seq);
            EXPECT_TRUE(append_traced(all, {&point, 1}, entry.evidence));
        });
        return all;
    }
    std::vector<CellEvent> drive(int reports) {
        std::vector<CellEvent> events;
        for (const Observation& one : road_.drive(MadeRoad::start_ms, reports)) events.push_back(one.event);
        return events;
    }
    static std::vector<TracePoint> listed(const std::vector<TracedEvent>& traced) {
        std::vector<TracePoint> points;
        for (const TracedEvent& one : traced) points.push_back(one.point);
        std::ranges::sort(points, listed_before);
        return points;
    }
    std::vector<TracePoint> smoothed(std::vector<TracePoint> points, const std::vector<TracedEvent>& traced) const {
        smooth(points, 1, testing::reader_of(traced), cells_);
        return points;
    }

    MadeRoad road_{3};
    CompiledBytes model_ = road_.model(6);
    CellTable cells_ = CellTable::open(model_).value();
};

/// Reports that came late, twice, or both, within a minute.
std::vector<CellEvent> unruly(const std::vector<CellEvent>& events, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::multimap<std::int64_t, CellEvent> arriving;
    for (const CellEvent& event : events) {
        arriving.emplace(event.ts_ms + (random() % 5 == 0 ? static_cast<std::int64_t>(random() % 60'000) : 0), event);
        if (random() % 10 < 3) arriving.emplace(event.ts_ms + static_cast<std::int64_t>(random() % 60'000), event);
    }
    std::vector<CellEvent> all;
    for (const auto& [at_ms, event] : arriving) all.push_back(event);
    return all;
}

TEST_F(SmoothedTrace, DoesNotDependOnTheOrderOfArrival) {
    const auto events = drive(400);
    const auto clean = tracked(events);
    const auto expected = smoothed(listed(clean), clean);
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const auto mixed = tracked(unruly(events, seed));
        auto points = smoothed(listed(mixed), mixed);
        ASSERT_EQ(points.size(), expected.size());
        EXPECT_NE(listed(mixed), listed(clean)) << "some came late";
        for (std::size_t i = 0; i < points.size(); ++i) {
            EXPECT_FALSE(points[i].reasons.has(ErrorReason::stale_event));
            points[i].seq = expected[i].seq;  // the order of arrival, which differs
            ASSERT_EQ(points[i], expected[i]) << "seed " << seed << ", point " << i;
        }
    }
}

TEST_F(SmoothedTrace, IsTheSamePageByPage) {
    const auto traced = tracked(drive(1500));
    const auto live = listed(traced);
    const auto whole = smoothed(live, traced);
    EXPECT_NE(whole, live);
    for (const std::size_t size : {1U, 7U, 64U, 333U}) {
        const std::size_t step = size == 1 ? 97 : size;
        for (std::size_t first = 0; first < live.size(); first += step) {
            const auto from = static_cast<std::ptrdiff_t>(first);
            const auto to = static_cast<std::ptrdiff_t>(std::min(first + size, live.size()));
            const auto page = smoothed({live.begin() + from, live.begin() + to}, traced);
            ASSERT_TRUE(std::ranges::equal(page, std::span(whole).subspan(first, page.size()))) << size << ' ' << first;
        }
    }
}

TEST_F(SmoothedTrace, IsTheSamePageByPageWhereEventsAreDense) {
    auto events = drive(1500);
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].ts_ms = MadeRoad::start_ms + static_cast<std::int64_t>(i) * 100;
    for (const CellEvent& event : drive(1500)) {
        events.push_back(event);
        events.back().ts_ms = MadeRoad::start_ms + static_cast<std::int64_t>(events.size() - 1) * 100;
    }
    ASSERT_GT(events.size(), HindsightWalk::most_at_once);
    const auto traced = tracked(events);
    const auto live = listed(traced);
    const auto whole = smoothed(live, traced);
    for (std::size_t first = 0; first < live.size(); first += 500) {
        const auto from = live.begin() + static_cast<std::ptrdiff_t>(first);
        const auto page = smoothed({from, std::min(from + 50, live.end())}, traced);
        ASSERT_TRUE(std::ranges::equal(page, std::span(whole).subspan(first, page.size()))) << first;
    }
}

TEST_F(SmoothedTrace, KeepsWhatIsNoEstimate) {
    const auto traced = tracked(drive(50));
    const auto live = listed(traced);
    const auto points = smoothed(live, traced);
    for (std::size_t i = 0; i < live.size(); ++i) {
        EXPECT_EQ(points[i].seq, live[i].seq);
        EXPECT_EQ(points[i].tis_ms, live[i].tis_ms);
        EXPECT_EQ(points[i].radio, live[i].radio);
    }
}

TEST_F(SmoothedTrace, NeverSaysThatAnEventCameLate) {
    auto live = listed(tracked(drive(5)));
    const auto timely = live;
    for (TracePoint& point : live) point.reasons.add(ErrorReason::stale_event);
    EXPECT_EQ(smoothed(live, {}), timely) << "nor where nothing is estimated";
}

TEST_F(SmoothedTrace, OfNothingIsNothing) { EXPECT_TRUE(smoothed({}, {}).empty()); }

TEST_F(SmoothedTrace, LeavesPointsWithoutEventsAsTheyWere) {
    const auto live = listed(tracked(drive(5)));
    EXPECT_EQ(smoothed(live, {}), live);
}

TEST(TracedEvents, OfMalformedEvidenceAreNone) {
    std::vector<TracedEvent> traced;
    const TracePoint point{.seq = 1};
    EXPECT_FALSE(append_traced(traced, {&point, 1}, "\xff\xff"));
    EXPECT_TRUE(traced.empty());
}

}  // namespace
}  // namespace simtrail
