#include "engine/positioning/motion_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "engine/maths/geodesy.hpp"
#include "engine/tracing/tracker.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail {
namespace {

using testing::MadeCells;

constexpr std::int64_t noon_ms = 1'700'000'000'000;
constexpr double degrees_a_km = 1 / 111.195;  // of latitude

/// A trace that is told where each event was found, kilometres north of the equator.
class ToldTrace {
   public:
    ErrorReasons at(std::uint64_t cell, double seconds, double north_km, ErrorReasons said = {}) {
        const CellEvent event{.ts_ms = noon_ms + std::llround(seconds * 1000),
                              .msisdn = *Msisdn::parse("91"),
                              .serving = MadeCells::lte(cell)};
        const GeoPoint place{0, north_km * degrees_a_km};
        const ErrorReasons found = filter_.judge(event, {event.ts_ms, place, 100});
        const TracePoint point{.tis_ms = event.ts_ms,
                               .lat_e5 = static_cast<std::int32_t>(std::lround(place.lat_deg * 1e5)),
                               .accuracy_m = 100,
                               .reasons = said.add(found)};
        filter_.advance(event, point, {});
        return found;
    }
    bool oscillates(std::uint64_t cell, double seconds) {
        return at(cell, seconds, 0).has(ErrorReason::handover_oscillation);
    }
    bool jumps(std::uint64_t cell, double seconds, double north_km, ErrorReasons said = {}) {
        return at(cell, seconds, north_km, said).has(ErrorReason::implausible_speed);
    }
    MotionFilter& filter() { return filter_; }

   private:
    MotionFilter filter_;
};

TEST(HandoverOscillation, IsNamedWhereTwoCellsPlayPingPong) {
    ToldTrace trace;
    EXPECT_FALSE(trace.oscillates(1, 0));
    EXPECT_FALSE(trace.oscillates(2, 10));
    EXPECT_TRUE(trace.oscillates(1, 20));
    EXPECT_TRUE(trace.oscillates(2, 30));
    EXPECT_FALSE(trace.oscillates(2, 40)) << "it stays";
    EXPECT_FALSE(trace.oscillates(1, 140)) << "left two minutes ago";
}

TEST(HandoverOscillation, IsNamedWhereTheCycleHasThreeOrFourCells) {
    ToldTrace trace;
    for (const std::uint64_t cell : {1, 2, 3, 4}) EXPECT_FALSE(trace.oscillates(cell, static_cast<double>(cell)));
    EXPECT_TRUE(trace.oscillates(1, 5));
    EXPECT_FALSE(trace.oscillates(5, 6));
    EXPECT_FALSE(trace.oscillates(6, 7));
    EXPECT_TRUE(trace.oscillates(1, 8));
    EXPECT_FALSE(trace.oscillates(7, 9));
    EXPECT_FALSE(trace.oscillates(6, 69)) << "more than a minute";
}

TEST(HandoverOscillation, GrantsTwoMinutesToACellThatServedLong) {
    ToldTrace trace;
    for (int minute = 0; minute <= 10; ++minute) trace.oscillates(1, minute * 60);
    trace.oscillates(2, 610);
    EXPECT_TRUE(trace.oscillates(1, 719));
    trace.oscillates(2, 725);
    EXPECT_FALSE(trace.oscillates(1, 800)) << "its last stay was short";
}

TEST(HandoverOscillation, IsNotADriveFromCellToCell) {
    ToldTrace trace;
    for (std::uint64_t cell = 1; cell < 200; ++cell)
        EXPECT_FALSE(trace.oscillates(cell, static_cast<double>(cell) * 3));
}

TEST(ImplausibleSpeed, NamesTheJumpToAFarCellAndNotTheWayBack) {
    ToldTrace trace;
    EXPECT_FALSE(trace.jumps(1, 0, 0));
    EXPECT_TRUE(trace.jumps(99, 10, 300));
    EXPECT_TRUE(trace.jumps(99, 20, 300)) << "the same cell bears nothing out";
    EXPECT_FALSE(trace.jumps(2, 30, 0.5));
    EXPECT_FALSE(trace.jumps(3, 40, 1));
}

TEST(ImplausibleSpeed, BelievesAJumpThatAnotherCellBearsOut) {
    ToldTrace trace;
    trace.jumps(1, 0, 300);
    EXPECT_TRUE(trace.jumps(2, 10, 0)) << "who is right?";
    EXPECT_FALSE(trace.jumps(3, 20, 0.3)) << "two against one";
    EXPECT_TRUE(trace.jumps(1, 30, 300));
    EXPECT_FALSE(trace.jumps(2, 40, 0.5));
}

TEST(ImplausibleSpeed, TakesAPointOfAnUnknownCellForNoWitness) {
    ToldTrace trace;
    trace.jumps(1, 0, 0);
    EXPECT_TRUE(trace.jumps(99, 10, 300));
    EXPECT_FALSE(trace.jumps(77, 20, 300, ErrorReasons{}.add(ErrorReason::unknown_cell))) << "held where it was";
    EXPECT_FALSE(trace.jumps(2, 30, 0.5));
}

TEST(ImplausibleSpeed, GrantsTheRadiiAndTheTimeBetween) {
    ToldTrace trace;
    trace.jumps(1, 0, 0);
    EXPECT_FALSE(trace.jumps(2, 10, 1.99)) << "100 m/s for 10 s and five times twice 100 m";
    EXPECT_TRUE(trace.jumps(3, 20, 4.01));
    EXPECT_FALSE(trace.jumps(3, 20 + 3600, 300)) << "an hour unseen";
}

TEST(MotionFilter, ReadsBackWhatItWroteAmidAJump) {
    ToldTrace trace;
    for (const std::uint64_t cell : {1, 2, 3, 4}) trace.jumps(cell, static_cast<double>(cell), 0);
    trace.jumps(99, 10, 300);
    std::string bytes;
    ByteWriter writer{bytes};
    trace.filter().append_to(writer);
    ByteReader reader{bytes};
    EXPECT_EQ(MotionFilter::read_from(reader), trace.filter());
    EXPECT_TRUE(reader.ok() && reader.at_end());
    EXPECT_TRUE(trace.filter().is_plausible());
}

TEST(MotionFilter, ReadsTheStateOfAnEarlierVersion) {
    std::string bytes;
    ByteWriter writer{bytes};
    writer.u8(1);
    writer.zigzag(noon_ms);
    writer.raw(GeoPoint{121.47371, 31.23039});
    writer.raw(250.0);
    CellHistory{}.append_to(writer);
    Belief{}.append_to(writer);
    ByteReader reader{bytes};
    const auto filter = MotionFilter::read_from(reader);
    EXPECT_TRUE(reader.ok() && reader.at_end());
    EXPECT_EQ(filter.last(), (MotionFilter::Position{noon_ms, {121.47371, 31.23039}, 250}));
}

TEST(MotionFilter, TakesNonsenseForImplausible) {
    for (const auto& [place, accuracy_m] :
         {std::pair(GeoPoint{500, 0}, 10.0), std::pair(GeoPoint{0, std::nan("")}, 10.0),
          std::pair(GeoPoint{0, 0}, -1.0), std::pair(GeoPoint{0, 0}, 1e300), std::pair(GeoPoint{0, 0}, std::nan(""))}) {
        std::string bytes;
        ByteWriter writer{bytes};
        writer.u8(1);
        writer.zigzag(0);
        writer.raw(place);
        writer.raw(accuracy_m);
        CellHistory{}.append_to(writer);
        Belief{}.append_to(writer);
        ByteReader reader{bytes};
        EXPECT_FALSE(MotionFilter::read_from(reader).is_plausible()) << accuracy_m;
    }
}

/// Masts on both sides of a line to the east, three sectors each, as dense as along a motorway or a railway.
class MadeLine {
   public:
    static constexpr double length_m = 120'000;

    explicit MadeLine(std::mt19937_64& random) {
        const auto below = [&random](std::uint64_t bound) { return static_cast<double>(random() % bound); };
        CellTableBuilder builder;
        double east_m = 0;
        while (east_m < length_m) {
            masts_.push_back({east_m, (random() % 2 == 0 ? 1 : -1) * (100 + below(900))});
            for (std::uint64_t sector = 0; sector < 3; ++sector)
                builder.add(identity(masts_.size(), sector), {.site = place(masts_.back()),
                                                              .azimuth_deg = static_cast<std::uint16_t>(sector * 120),
                                                              .height_m = 30});
            east_m += 800 + below(2400);
        }
        bytes_ = builder.build();
        table_ = *CellTable::open(bytes_);
    }
    const CellTable& table() const noexcept { return table_; }

    /// What a phone on the line reports: the strongest sector, with 6 dB of fading, and up to four more.
    CellEvent heard(double east_m, std::int64_t ts_ms, std::mt19937_64& random) const {
        std::normal_distribution<double> fading(0, 6);
        std::vector<std::pair<double, CellIdentity>> sectors;
        for (std::size_t mast = 1; mast <= masts_.size(); ++mast) {
            const Offset from = Offset{east_m, 0} - masts_[mast - 1];
            if (length_of(from) > 10'000) continue;
            const double bearing = std::atan2(from.east_m, from.north_m) * 180 / 3.14159265358979;
            const auto sector = static_cast<std::uint64_t>(std::lround((bearing + 360) / 120)) % 3;
            const double dbm = -50 - 35 * std::log10(length_of(from) / 100) + fading(random);
            sectors.emplace_back(dbm, identity(mast, sector));
        }
        std::ranges::sort(sectors, std::ranges::greater{}, &std::pair<double, CellIdentity>::first);
        CellEvent event{.ts_ms = ts_ms, .msisdn = *Msisdn::parse("91"), .serving = sectors[0].second};
        event.signal_dbm = dbm_of(sectors[0].first);
        for (std::size_t i = 1; i < std::min<std::size_t>(sectors.size(), 5); ++i)
            event.neighbours.push_back({.cell = sectors[i].second.cell, .signal_dbm = dbm_of(sectors[i].first)});
        return event;
    }

   private:
    static CellIdentity identity(std::size_t mast, std::uint64_t sector) { return MadeCells::lte(mast * 256 + sector); }
    static GeoPoint place(Offset at) { return {13 + at.east_m / 74'692, 47.8 + at.north_m / 111'195}; }
    static double length_of(Offset offset) { return std::hypot(offset.east_m, offset.north_m); }
    static std::int16_t dbm_of(double dbm) { return static_cast<std::int16_t>(std::lround(std::max(-130.0, dbm))); }

    std::vector<Offset> masts_;
    CompiledBytes bytes_;
    CellTable table_;
};

struct Journey {
    std::size_t events = 0, points = 0, implausible = 0, oscillating = 0;
};

Journey journey(double speed_mps, std::uint64_t seed, bool with_neighbours) {
    std::mt19937_64 random(seed);
    const MadeLine line(random);
    const Tracker tracker{line.table(), 0};
    Track track{1, *Msisdn::parse("91")};
    TrackOutput out;
    Journey journey;
    double seconds = 0;
    while (speed_mps * seconds < MadeLine::length_m) {
        CellEvent event = line.heard(speed_mps * seconds, noon_ms + std::llround(1000 * seconds), random);
        if (!with_neighbours) event.neighbours.clear();
        tracker.take(track, event, ++journey.events, out);
        seconds += 1 + static_cast<double>(random() % 20);
    }
    journey.points = out.points;
    journey.implausible = out.by_reason[static_cast<std::size_t>(ErrorReason::implausible_speed)];
    journey.oscillating = out.by_reason[static_cast<std::size_t>(ErrorReason::handover_oscillation)];
    return journey;
}

TEST(ImplausibleSpeed, IsNeverARealFastJourney) {
    constexpr double motorway_mps = 150 / 3.6, train_mps = 300 / 3.6;
    std::size_t points = 0, oscillating = 0;
    for (const double speed_mps : {motorway_mps, train_mps})
        for (std::uint64_t seed = 1; seed <= 40; ++seed)
            for (const bool with_neighbours : {false, true}) {
                const Journey found = journey(speed_mps, seed, with_neighbours);
                EXPECT_EQ(found.points, found.events) << speed_mps << ", seed " << seed;
                EXPECT_EQ(found.implausible, 0U) << speed_mps << ", seed " << seed << ", " << with_neighbours;
                points += found.points;
                oscillating += found.oscillating;
            }
    EXPECT_GT(points, 20'000U);
    EXPECT_GT(oscillating, points / 100) << "fading plays ping-pong";
}

}  // namespace
}  // namespace simtrail
