#include "storage/trace_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <random>

#include "engine/geojson/segment.hpp"
#include "engine/tracing/tracker.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::storage {
namespace {

constexpr std::int64_t start_ms = 1'700'000'000'000;

Segment segment_of(TrackNumber track, const std::vector<TracePoint>& points) {
    const auto [oldest, newest] = std::ranges::minmax(points, {}, &TracePoint::tis_ms);
    Segment segment{.track = track,
                    .first_seq = points.front().seq,
                    .last_seq = points.back().seq,
                    .min_tis_ms = oldest.tis_ms,
                    .max_tis_ms = newest.tis_ms};
    geojson::append_segment(segment.geojson, points);
    return segment;
}

/// A database of tracks with late points, and the same points in memory.
class MadeTraces {
   public:
    explicit MadeTraces(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    std::string file(const char* name) const { return folder_.file(name); }

    /// Segments of 1 to 64 points. Points come a second to ten minutes apart; every fifth is late, by as much as may be.
    void make(TrackNumber track, std::size_t segments, Batch& batch) {
        std::int64_t newest_ms = start_ms;
        std::uint32_t seq = 1;
        const std::uint64_t pace_ms = below(2) == 0 ? 2'000 : 600'000;
        for (; segments > 0; --segments) {
            std::vector<TracePoint> points(1 + below(64));
            for (TracePoint& p : points) {
                p = {.seq = seq++, .tis_ms = newest_ms, .lon_e5 = 7'720'000, .lat_e5 = 2'860'000, .accuracy_m = 400};
                const std::uint64_t kind = below(5);
                if (kind == 0)
                    p.tis_ms -= static_cast<std::int64_t>(below(Tracker::latest_ms + 1));
                else if (kind != 1)  // else at the same time as the one before
                    p.tis_ms += static_cast<std::int64_t>(below(pace_ms));
                newest_ms = std::max(newest_ms, p.tis_ms);
            }
            batch.segments.push_back(segment_of(track, points));
            auto& all = points_[track];
            all.insert(all.end(), points.begin(), points.end());
        }
    }

    const std::vector<TracePoint>& points(TrackNumber track) { return points_[track]; }

    TraceRange any_range(TrackNumber track) {
        const auto& all = points_[track];
        const auto any_time = [&] { return all[below(all.size())].tis_ms + static_cast<std::int64_t>(below(3)) - 1; };
        TraceRange range{.track = track, .limit = 1 + below(below(2) == 0 ? 20 : 400)};
        if (below(2) == 0) range.from_ms = any_time();
        if (below(2) == 0) range.to_ms = any_time();
        if (below(3) == 0) range.before_seq = static_cast<std::uint32_t>(1 + below(all.size() + 2));
        if (const TracePoint& p = all[below(all.size())]; below(2) == 0) range.after = {p.tis_ms, p.seq};
        return range;
    }

    /// All that a range asks for, as listed.
    std::vector<TracePoint> by_brute_force(const TraceRange& range) {
        std::vector<TracePoint> wanted;
        for (const TracePoint& p : points_[range.track])
            if (p.tis_ms >= range.from_ms && p.tis_ms <= range.to_ms && p.seq < range.before_seq &&
                (!range.after || std::pair(p.tis_ms, p.seq) > std::pair(range.after->tis_ms, range.after->seq)))
                wanted.push_back(p);
        std::ranges::sort(wanted, listed_before);
        return wanted;
    }

   private:
    std::mt19937_64 random_;
    testing::TemporaryFolder folder_;
    std::map<TrackNumber, std::vector<TracePoint>> points_;
};

class TracePages : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(TracePages, AreWhatLookingAtEveryPointGives) {
    MadeTraces made(GetParam());
    const auto store = open_trace_store({.path = made.file("t.db"), .synchronous = "OFF"});
    Batch batch;
    for (TrackNumber track = 1; track <= 4; ++track) made.make(track, 1 + made.below(track == 4 ? 300 : 40), batch);
    store->commit(batch);
    const auto pages = open_trace_pages(made.file("t.db"));
    std::size_t found = 0;
    for (int i = 0; i < 100; ++i) {
        const TraceRange range = made.any_range(static_cast<TrackNumber>(1 + made.below(4)));
        auto expected = made.by_brute_force(range);
        const bool more = expected.size() > range.limit;
        if (more) expected.resize(range.limit);
        const auto page = pages->page(range);
        ASSERT_EQ(page.points, expected) << "seed " << GetParam() << ", range " << i;
        ASSERT_EQ(page.more, more);
        ASSERT_EQ(page.last_stored_seq, made.points(range.track).back().seq);
        found += page.points.size();
    }
    EXPECT_GT(found, 300U);
}

TEST_P(TracePages, FollowOneAnotherThroughTheWholeTrace) {
    MadeTraces made(GetParam());
    const auto store = open_trace_store({.path = made.file("t.db"), .synchronous = "OFF"});
    Batch batch;
    made.make(1, 200, batch);
    store->commit(batch);
    const auto pages = open_trace_pages(made.file("t.db"));
    TraceRange range{.track = 1, .limit = 100};
    std::vector<TracePoint> listed;
    for (bool more = true; more;) {
        const auto page = pages->page(range);
        listed.insert(listed.end(), page.points.begin(), page.points.end());
        range.after = {listed.back().tis_ms, listed.back().seq};
        more = page.more;
    }
    EXPECT_EQ(listed, made.by_brute_force({.track = 1}));
}

TEST_P(TracePages, GiveWhatArrivedInOrderOfArrival) {
    MadeTraces made(GetParam());
    const auto store = open_trace_store({.path = made.file("t.db"), .synchronous = "OFF"});
    Batch batch;
    made.make(1, 30, batch);
    made.make(2, 30, batch);
    store->commit(batch);
    const auto pages = open_trace_pages(made.file("t.db"));
    const auto& all = made.points(1);
    for (int i = 0; i < 60; ++i) {
        const auto after = static_cast<std::uint32_t>(made.below(all.size() + 1));
        const auto before = static_cast<std::uint32_t>(made.below(all.size() + 3));
        const std::size_t limit = 1 + made.below(100);
        std::vector<TracePoint> expected;
        std::ranges::copy_if(all, std::back_inserter(expected),
                             [&](const TracePoint& p) { return p.seq > after && p.seq < before; });
        const bool more = expected.size() > limit;
        if (more) expected.resize(limit);
        const auto page = pages->arrived(1, after, before, limit);
        ASSERT_EQ(page.points, expected);
        ASSERT_EQ(page.more, more);
    }
}

TEST_P(TracePages, GoOnAfterRetentionTookTheBeginning) {
    MadeTraces made(GetParam());
    const auto store = open_trace_store({.path = made.file("t.db"), .synchronous = "OFF"});
    Batch batch;
    made.make(1, 100, batch);
    store->commit(batch);
    const std::int64_t cutoff = batch.segments[50].max_tis_ms + 1;
    while (store->sweep(cutoff, 0, 7)) {
    }
    std::vector<TracePoint> expected;
    std::size_t point = 0;
    for (const Segment& segment : batch.segments)
        for (std::uint32_t seq = segment.first_seq; seq <= segment.last_seq; ++seq, ++point)
            if (segment.max_tis_ms >= cutoff) expected.push_back(made.points(1)[point]);
    std::ranges::sort(expected, listed_before);
    ASSERT_LT(expected.size(), point);
    EXPECT_EQ(open_trace_pages(made.file("t.db"))->page({.track = 1, .limit = 100'000}).points, expected);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TracePages, ::testing::Range<std::uint64_t>(1, 7));

TEST(TracePagesOfNothing, AreEmpty) {
    const testing::TemporaryFolder folder;
    const auto store = open_trace_store({.path = folder.file("t.db")});
    const auto pages = open_trace_pages(folder.file("t.db"));
    EXPECT_TRUE(pages->page({.track = 9}).points.empty());
    EXPECT_FALSE(pages->page({.track = 9}).more);
    EXPECT_EQ(pages->page({.track = 9}).last_stored_seq, 0U);
    EXPECT_TRUE(pages->arrived(9, 0, 100, 10).points.empty());
}

}  // namespace
}  // namespace simtrail::storage
