#include "engine/tracing/tracker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "engine/geojson/segment.hpp"
#include "tests/support/made_cells.hpp"
#include "tests/support/made_events.hpp"

namespace simtrail {
namespace {

constexpr std::int64_t begin_ms = 1'700'000'000'000;
constexpr std::int64_t hold_ms = 60'000;

class TrackerTest : public ::testing::Test {
   protected:
    TrackerTest() {
        for (std::uint64_t cell = 1; cell <= 20; ++cell)
            cells_.add(testing::MadeCells::lte(cell),
                       {.site = {77.0 + 0.01 * static_cast<double>(cell), 28.6}, .range_m = 900});
    }

    CellEvent event(std::int64_t after_ms, std::uint64_t cell = 1) const {
        return {.ts_ms = begin_ms + after_ms, .msisdn = track_.msisdn, .serving = testing::MadeCells::lte(cell)};
    }

    Tracker::Taken take(std::int64_t after_ms, std::uint64_t cell = 1) {
        return tracker_.take(track_, event(after_ms, cell), ++block_, out_);
    }

    /// The points published so far, from the journal.
    std::vector<TracePoint> points() const {
        std::vector<TracePoint> points;
        for_each_journal_entry(out_.journal, [&](const JournalEntry& entry) {
            if (entry.kind == JournalEntry::Kind::point) points.push_back(entry.point.unpacked(entry.seq));
        });
        return points;
    }
    std::vector<std::int64_t> times() const {
        std::vector<std::int64_t> times;
        for (const TracePoint& p : points()) times.push_back(p.tis_ms - begin_ms);
        return times;
    }

    testing::MadeCells cells_;
    Tracker tracker_{cells_.table(), hold_ms};
    Track track_{1, *Msisdn::parse("919876543210")};
    TrackOutput out_;
    std::uint64_t block_ = 0;
};

using Times = std::vector<std::int64_t>;

TEST_F(TrackerTest, PutsEventsInOrderWithinTheHold) {
    for (const std::int64_t t : {0, 30'000, 10'000, 50'000, 20'000}) EXPECT_EQ(take(t), Tracker::Taken::taken);
    EXPECT_EQ(times(), Times{}) << "all may still be overtaken";
    take(75'000);
    EXPECT_EQ(times(), (Times{0, 10'000}));
    tracker_.release(track_, ++block_, out_);
    EXPECT_EQ(times(), (Times{0, 10'000, 20'000, 30'000, 50'000, 75'000}));
    for (std::uint32_t seq = 1; const TracePoint& p : points()) EXPECT_EQ(p.seq, seq++);
}

TEST_F(TrackerTest, WithoutAHoldPublishesAtOnce) {
    tracker_ = Tracker(cells_.table(), 0);
    take(0);
    take(0, 2);
    take(30'000);
    EXPECT_EQ(times(), (Times{0, 0, 30'000}));
}

TEST_F(TrackerTest, MarksWhatComesLateAndLeavesTheStateAlone) {
    take(0);
    take(100'000);
    take(200'000);
    const MotionFilter before = track_.motion;
    EXPECT_EQ(take(-30'000, 5), Tracker::Taken::taken);
    EXPECT_EQ(track_.motion, before);
    ASSERT_EQ(points().size(), 3U);
    EXPECT_TRUE(points().back().reasons.has(ErrorReason::stale_event));
    EXPECT_EQ(points().back().seq, 3U);
}

TEST_F(TrackerTest, DropsWhatComesMoreThanAnHourLate) {
    for (const std::int64_t t : {0, 100'000, 200'000}) take(t);
    ASSERT_EQ(track_.published_ms, begin_ms + 100'000);
    EXPECT_EQ(take(100'000 - Tracker::latest_ms - 1), Tracker::Taken::late);
    EXPECT_EQ(take(100'000 - Tracker::latest_ms), Tracker::Taken::taken);
}

TEST_F(TrackerTest, KnowsADuplicateHeldOrPublished) {
    take(0);
    EXPECT_EQ(take(0), Tracker::Taken::duplicate) << "held";
    EXPECT_EQ(take(0, 2), Tracker::Taken::taken) << "another cell";
    take(100'000);
    EXPECT_EQ(take(0), Tracker::Taken::duplicate) << "published";
    take(-5'000);
    EXPECT_EQ(take(-5'000), Tracker::Taken::duplicate) << "published late";
}

TEST_F(TrackerTest, KnowsADuplicateThatTheRingHasLetGo) {
    Tracker unheld{cells_.table(), 0};
    constexpr int sent = 300;  // several rings
    const auto send_again = [&](Track& track) {
        std::size_t known = 0;
        for (int i = 0; i < sent; ++i)
            known += unheld.take(track, event(i), ++block_, out_) == Tracker::Taken::duplicate ? 1 : 0;
        return known;
    };
    for (int i = 0; i < sent; ++i) ASSERT_EQ(unheld.take(track_, event(i), ++block_, out_), Tracker::Taken::taken);
    EXPECT_EQ(send_again(track_), sent);
    EXPECT_EQ(unheld.take(track_, event(50, 2), ++block_, out_), Tracker::Taken::taken) << "another cell";

    std::vector<Tracker::Journalled> entries;
    for_each_journal_entry(out_.journal, [&](const JournalEntry& entry) { entries.push_back({1, entry}); });
    Track rebuilt{1, track_.msisdn};
    unheld.restore(rebuilt, out_.segments, entries);
    EXPECT_EQ(send_again(rebuilt), sent);
    EXPECT_EQ(unheld.take(rebuilt, event(50, 2), ++block_, out_), Tracker::Taken::duplicate);

    out_.segments.front().evidence = "damaged";
    Track without_the_oldest{1, track_.msisdn};
    unheld.restore(without_the_oldest, out_.segments, entries);
    const std::size_t known = send_again(without_the_oldest);
    EXPECT_LT(known, sent);
    EXPECT_GT(known, sent / 2);
}

TEST_F(TrackerTest, ForgetsWhatComesTooLateToBeTakenAgain) {
    Tracker unheld{cells_.table(), 0};
    constexpr int a_day_of_points = 8640;
    for (int i = 0; i < a_day_of_points; ++i) unheld.take(track_, event(i * 10'000), ++block_, out_);
    EXPECT_EQ(unheld.take(track_, event((a_day_of_points - 1) * 10'000 - 3'500'000), ++block_, out_),
              Tracker::Taken::duplicate);
    EXPECT_EQ(unheld.take(track_, event(0), ++block_, out_), Tracker::Taken::late);
}

TEST(EarlierPoints, AreBoundedInNumber) {
    EarlierPoints points;
    for (std::int64_t ts_ms = 0; ts_ms < 100'000; ++ts_ms) points.add(ts_ms, 7U << 20, 0);
    EXPECT_TRUE(points.has(99'999, 7U << 20));
    EXPECT_FALSE(points.has(99'999, 8U << 20));
    EXPECT_TRUE(points.has(100'000 - EarlierPoints::max_points / 2, 7U << 20));
    EXPECT_FALSE(points.has(99'999 - EarlierPoints::max_points, 7U << 20));
}

TEST_F(TrackerTest, RejectsALeapIntoTheFutureThatNothingBears) {
    constexpr std::int64_t day = 86'400'000;
    for (const std::int64_t t :
         {std::int64_t{0}, std::int64_t{30'000}, day, std::int64_t{60'000}, day, std::int64_t{90'000}})
        take(t);
    tracker_.release(track_, ++block_, out_);
    EXPECT_EQ(out_.future, 2U);
    EXPECT_EQ(times(), (Times{0, 30'000, 60'000, 90'000}));
}

TEST_F(TrackerTest, TakesTheDayAfterASilentNight) {
    constexpr std::int64_t morning = 30'000'000;
    for (const std::int64_t t : {std::int64_t{0}, morning, morning + 20'000, std::int64_t{10'000}, morning + 40'000})
        take(t);
    tracker_.release(track_, ++block_, out_);
    EXPECT_EQ(out_.future, 0U);
    EXPECT_EQ(times().back(), morning + 40'000);
}

TEST_F(TrackerTest, CountsWhatCannotBeLocated) {
    CellEvent unknown = event(0, 4711);
    unknown.serving.area.reset();
    EXPECT_EQ(tracker_.take(track_, unknown, ++block_, out_), Tracker::Taken::taken);
    tracker_.release(track_, ++block_, out_);
    EXPECT_EQ(out_.unlocatable, 1U);
    EXPECT_EQ(points().size(), 0U);
    EXPECT_EQ(track_.published_ms, never_ms);
}

TEST_F(TrackerTest, NamesOscillationAndImpossibleSpeed) {
    for (const std::uint64_t cell : {1, 2, 1, 2})
        take(block_ == 0 ? 0 : static_cast<std::int64_t>(block_) * 5'000, cell);
    take(25'000, 20);
    tracker_.release(track_, ++block_, out_);
    const auto found = points();
    ASSERT_EQ(found.size(), 5U);
    EXPECT_FALSE(found[1].reasons.has(ErrorReason::handover_oscillation));
    EXPECT_TRUE(found[2].reasons.has(ErrorReason::handover_oscillation));
    EXPECT_TRUE(found[4].reasons.has(ErrorReason::implausible_speed)) << "17 km in 5 s";
}

TEST_F(TrackerTest, CutsAFullRingIntoASegmentOfTheSamePoints) {
    for (int i = 0; i < 100; ++i) take(i * 30'000, 1 + static_cast<std::uint64_t>(i) / 10);
    ASSERT_EQ(out_.segments.size(), 1U);
    const auto segment = geojson::parse_segment(out_.segments[0].geojson);
    ASSERT_TRUE(segment);
    const auto published = points();
    EXPECT_EQ(*segment, std::vector(published.begin(), published.begin() + Track::ring_capacity));
    EXPECT_EQ(out_.segments[0].min_tis_ms, begin_ms);
}

TEST_F(TrackerTest, PinsTheJournalUntilACutCoversIt) {
    std::map<std::uint64_t, int> pins;
    for (int i = 0; i < 200; ++i) take(i * 30'000);
    tracker_.release(track_, ++block_, out_);
    tracker_.cut(track_, block_, out_);
    for (const auto& [block, change] : out_.pins) pins[block] += change;
    for (const auto& [block, sum] : pins) EXPECT_EQ(sum, 0) << "block " << block;
    EXPECT_EQ(track_.oldest_block, 0U);
}

TEST_F(TrackerTest, JournalsHeldEventsAgainWhenItCuts) {
    take(0);
    take(30'000);
    tracker_.cut(track_, ++block_, out_);
    EXPECT_EQ(track_.oldest_block, block_) << "older rows may go";
    EXPECT_EQ(track_.held.size(), 2U);
}

/// Everything the next event can depend on.
void expect_same_state(const Track& a, const Track& b) {
    EXPECT_EQ(a.next_seq, b.next_seq);
    EXPECT_EQ(a.segmented_seq, b.segmented_seq);
    EXPECT_EQ(a.newest_ms, b.newest_ms);
    EXPECT_EQ(a.published_ms, b.published_ms);
    EXPECT_EQ(a.motion, b.motion);
    ASSERT_EQ(a.held.size(), b.held.size());
    for (std::size_t i = 0; i < a.held.size(); ++i) {
        EXPECT_EQ(a.held[i].ts_ms, b.held[i].ts_ms);
        EXPECT_EQ(a.held[i].evidence, b.held[i].evidence);
    }
    EXPECT_EQ(std::string_view(a.evidence.data(), a.evidence_size),
              std::string_view(b.evidence.data(), b.evidence_size));
    constexpr auto capacity = static_cast<std::uint32_t>(Track::ring_capacity);
    const std::uint32_t oldest = a.next_seq > capacity ? a.next_seq - capacity : 1;
    for (std::uint32_t seq = oldest; seq < a.next_seq; ++seq) {
        EXPECT_EQ(a.ring[Track::slot(seq)].unpacked(seq), b.ring[Track::slot(seq)].unpacked(seq));
        EXPECT_EQ(a.cell_hashes[Track::slot(seq)], b.cell_hashes[Track::slot(seq)]);
    }
}

TEST_F(TrackerTest, IsRebuiltFromSegmentsAndJournalAtAnyMoment) {
    testing::MadeEvents made(5);
    for (int i = 0; i < 400; ++i) {
        const std::int64_t leap = made.number(0, 9) == 0 ? 10'000'000 : 0;
        CellEvent next =
            event(i * 20'000 - made.number(0, 90'000) + leap, 1 + static_cast<std::uint64_t>(made.number(0, 25)));
        for (auto count = made.number(-2, 6); count > 0; --count)
            next.neighbours.push_back(
                {.cell = static_cast<std::uint64_t>(made.number(0, 200'000'000)), .signal_dbm = -100});
        tracker_.take(track_, next, ++block_, out_);
        if (i % 7 != 0) continue;
        std::vector<Tracker::Journalled> entries;
        for_each_journal_entry(out_.journal, [&](const JournalEntry& entry) { entries.push_back({1, entry}); });
        Track rebuilt{1, track_.msisdn};
        tracker_.restore(rebuilt, out_.segments, entries);
        expect_same_state(rebuilt, track_);
    }
    EXPECT_GT(out_.segments.size(), 5U);
}

TEST_F(TrackerTest, RefusesASegmentThatContradictsItself) {
    for (int i = 0; i < 90; ++i) {
        take(i * 30'000);
        if (i % 30 == 29) tracker_.cut(track_, ++block_, out_);
    }
    ASSERT_EQ(out_.segments.size(), 3U);
    const auto restored = [&](std::vector<Segment> segments) {
        Track track{1, track_.msisdn};
        tracker_.restore(track, segments, {});
    };
    EXPECT_NO_THROW(restored(out_.segments));
    auto wrong = out_.segments;
    wrong.back().last_seq += 6;
    EXPECT_THROW(restored(wrong), std::runtime_error);
    wrong = {out_.segments[0], out_.segments[2]};
    EXPECT_THROW(restored(wrong), std::runtime_error) << "one is missing between";
    wrong = out_.segments;
    wrong.back().evidence.resize(wrong.back().evidence.size() - 1);
    EXPECT_THROW(restored(wrong), std::runtime_error);
}

TEST_F(TrackerTest, MarksAndKeepsASlightlyLateEventBehindALeap) {
    for (const std::int64_t t : {0, 100'000, 200'000, 8'000'000}) take(t);
    EXPECT_EQ(take(150'000), Tracker::Taken::taken);
}

TEST_F(TrackerTest, GivesTheCleanRunsTraceWithDuplicatesAndDisorder) {
    std::vector<std::int64_t> clean;
    for (int i = 0; i < 300; ++i) clean.push_back(i * 15'000);
    for (const std::int64_t t : clean) take(t, 1 + static_cast<std::uint64_t>(t / 60'000) % 20);
    tracker_.release(track_, ++block_, out_);
    const auto expected = points();

    std::mt19937_64 random(6);
    std::vector<std::pair<std::int64_t, std::int64_t>> dirty;  // arrival, observation
    for (const std::int64_t t : clean) {
        dirty.emplace_back(random() % 5 == 0 ? t + static_cast<std::int64_t>(random() % 60'000) : t, t);
        if (random() % 10 < 3) dirty.emplace_back(dirty.back().first + 100, t);
    }
    std::ranges::sort(dirty);
    Track track{1, track_.msisdn};
    out_.clear();
    for (const auto& [arrival, t] : dirty)
        tracker_.take(track, event(t, 1 + static_cast<std::uint64_t>(t / 60'000) % 20), ++block_, out_);
    tracker_.release(track, ++block_, out_);
    EXPECT_EQ(points(), expected);
}

}  // namespace
}  // namespace simtrail
