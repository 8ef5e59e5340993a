// From observations with timing advance to candidates on the ring round the fitted mast.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/positioning/locator.hpp"
#include "engine/positioning/model_learner.hpp"
#include "engine/positioning/snapshot.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint town{-75.7, 45.4};
constexpr Offset mast{300, 200};
constexpr double ta_step_m = 78.12;
constexpr std::int64_t first_day_ms = 1'700'000'000'000, one_day_ms = 86'400'000;

CellEvent event_at(Offset at, std::int64_t ts_ms, const char* subscriber) {
    return {.ts_ms = ts_ms,
            .msisdn = *Msisdn::parse(subscriber),
            .serving = testing::MadeCells::lte(0x501),
            .pci = std::uint16_t{9},
            .signal_dbm = std::int16_t{-90},
            .timing_advance = static_cast<std::uint16_t>(length_m(at - mast) / ta_step_m)};
}

/// One drive a day, west to east through the town and back along another street.
std::vector<Observation> drives(int days) {
    std::vector<Observation> all;
    for (int day = 0; day < days; ++day) {
        std::int64_t ts_ms = first_day_ms + day * one_day_ms;
        const auto pass = [&](Offset at) {
            all.push_back({event_at(at, ts_ms += 5000, "353861"), displaced(town, at)});
        };
        for (int east = -600; east <= 600; east += 60) pass({1.0 * east + day, 0});
        for (int north = 0; north <= 700; north += 60) pass({600, 1.0 * north + day});
    }
    return all;
}

CompiledBytes model_of(const std::vector<Observation>& observations, const CellTableBuilder& tables = {},
                       const CellTable* onto = nullptr) {
    ModelLearner learner;
    EXPECT_TRUE(onto == nullptr || learner.start_from(*onto));
    for (const auto& observation : observations) EXPECT_TRUE(learner.survey(observation));
    for (const auto& observation : observations) learner.observe(observation);
    CellTableBuilder builder;
    learner.learn_into(builder, tables);
    return builder.build();
}

double off_site_m(const CellTable& cells, std::uint64_t cell) {
    const auto found = cells.fitted_sites().find(Radio::lte, testing::MadeCells::lte(cell).key());
    return found ? distance_m(*found, displaced(town, mast)) : 1e9;
}

/// The candidates that lie on the ring, and where no learnt place does.
std::size_t far_side_points(const Snapshot& snapshot, double radius_m) {
    return static_cast<std::size_t>(std::ranges::count_if(snapshot.candidates.view(), [&](const Candidate& candidate) {
        const Offset at = offset_between(town, snapshot.plane.to_geo(candidate.at));
        return at.north_m > 300 && at.east_m < 300 && std::fabs(length_m(at - mast) - radius_m) < 40;
    }));
}

TEST(TimingAdvanceRing, TheSiteIsFittedWhereNoTableSays) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    EXPECT_LT(off_site_m(cells, 0x501), 40);
    EXPECT_LT(off_site_m(cells, 0x5AA), 40) << "a cell of the mast that nobody saw";
    CellTableBuilder tables;
    tables.add(testing::MadeCells::lte(0x502), {.site = town});
    const auto surveyed = model_of(drives(6), tables);
    EXPECT_TRUE(CellTable::open(surveyed)->fitted_sites().all().empty()) << "the table knows a cell of the mast";
}

TEST(TimingAdvanceRing, TheSameObservationsGiveTheSameSiteInAnyOrderOfDrives) {
    auto observations = drives(6);
    for (auto& observation : observations)  // a subscriber each day: their order is free
        observation.event.msisdn =
            *Msisdn::parse("35386" + std::to_string((observation.event.ts_ms - first_day_ms) / one_day_ms));
    const auto once = model_of(observations);
    std::vector<Observation> odd_days_first;
    for (const int odd : {1, 0})
        for (const auto& observation : observations)
            if ((observation.event.ts_ms - first_day_ms) / one_day_ms % 2 == odd) odd_days_first.push_back(observation);
    EXPECT_EQ(model_of(odd_days_first), once);
}

TEST(TimingAdvanceRing, IsLookedAtBesideLearntPlaces) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    CellEvent event = event_at({-600, 0}, first_day_ms + 20 * one_day_ms, "353862");
    const double radius_m = ta_step_m * (*event.timing_advance + 0.5);
    const auto snapshot = snapshot_of(event, cells, {});
    ASSERT_TRUE(snapshot && snapshot->has_ring);
    EXPECT_GE(far_side_points(*snapshot, radius_m), 4U);
    EXPECT_LT(distance_m(locate(event, cells, {})->place, displaced(town, {-600, 0})), 100)
        << "and the learnt places outweigh it";
    event.timing_advance.reset();
    EXPECT_FALSE(snapshot_of(event, cells, {})->has_ring);
    EXPECT_EQ(far_side_points(*snapshot_of(event, cells, {}), radius_m), 0U);
}

TEST(TimingAdvanceRing, WeighsMoreWhereNoLearntPlaceIsOnIt) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    const auto share_of_ring = [&](Offset at) {
        const auto snapshot = snapshot_of(event_at(at, first_day_ms + 20 * one_day_ms, "353862"), cells, {});
        double ring = 0, all = 0;
        for (const Candidate& candidate : snapshot->candidates.view()) {
            all += std::exp(candidate.log_weight);
            ring += candidate.moving ? 0 : std::exp(candidate.log_weight);
        }
        return ring / all;
    };
    EXPECT_LT(share_of_ring({0, 0}), 0.25);
    EXPECT_GT(share_of_ring({300, 2200}), 0.45) << "a kilometre farther than anyone was";
}

TEST(TimingAdvanceRing, OfASurveyedSiteIsLookedAtOnlyWhereNoLearntPlaceIsOnIt) {
    CellTableBuilder tables;
    tables.add(testing::MadeCells::lte(0x501), {.site = displaced(town, mast)});
    const auto bytes = model_of(drives(6), tables);
    const auto cells = CellTable::open(bytes).value();
    EXPECT_FALSE(snapshot_of(event_at({0, 0}, first_day_ms + 20 * one_day_ms, "353862"), cells, {})->has_ring);
    EXPECT_TRUE(snapshot_of(event_at({300, 2200}, first_day_ms + 20 * one_day_ms, "353862"), cells, {})->has_ring);
}

TEST(TimingAdvanceRing, IsAllThereIsOfAnUnknownCellWithUnknownNeighbours) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    CellEvent event = event_at({0, 0}, first_day_ms + 20 * one_day_ms, "353862");
    event.serving = testing::MadeCells::lte(0x509);
    event.neighbours.push_back({.cell = 0x999, .signal_dbm = -100});
    const auto estimate = locate(event, cells, {});
    ASSERT_TRUE(estimate);
    EXPECT_EQ(estimate->context.basis, Basis::learnt_site);
    EXPECT_TRUE(estimate->reasons.has(ErrorReason::unknown_cell));
    EXPECT_GE(estimate->radius_m, distance_m(estimate->place, town));
    event.timing_advance.reset();
    EXPECT_FALSE(snapshot_of(event, cells, {}));
}

TEST(TimingAdvanceRing, AModelThatIsAddedToFitsItsSitesFromAllItsPlaces) {
    const auto all = drives(12);
    const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    const auto earlier = model_of({all.begin(), half});
    const auto onto = CellTable::open(earlier).value();
    const auto added = model_of({half, all.end()}, {}, &onto), whole = model_of(all);
    const auto cells = CellTable::open(added).value(), expected = CellTable::open(whole).value();
    EXPECT_LT(off_site_m(cells, 0x501), 40);
    ASSERT_EQ(cells.fitted_sites().all().size(), 1U);
    EXPECT_EQ(cells.fitted_sites().all()[0].places, expected.fitted_sites().all()[0].places);
    const std::vector<Observation> elsewhere{{event_at({0, 0}, first_day_ms + 40 * one_day_ms, "353863"), town}};
    const auto kept = model_of(elsewhere, {}, &onto);
    EXPECT_LT(off_site_m(CellTable::open(kept).value(), 0x501), 40) << "what was known stays";
}

TEST(TimingAdvanceRing, SurvivesADamagedFile) {
    const auto bytes = model_of(drives(6));
    const auto whole = CellTable::open(bytes).value();
    const auto section = whole.file().find(SectionKind::fitted_sites, 0);
    ASSERT_TRUE(section);
    const auto first = section->body.data() - bytes.data();
    for (std::size_t at = 0; at < section->body.size(); ++at)
        for (const int value : {0x00, 0x7F, 0x80, 0xFF}) {
            auto hostile = bytes;
            hostile[static_cast<std::size_t>(first) + at] = std::byte(value);
            const auto cells = CellTable::open(hostile).value();
            const auto estimate = locate(event_at({0, 0}, first_day_ms, "353862"), cells, {});
            ASSERT_TRUE(estimate);
            EXPECT_TRUE(in_range(estimate->place));
        }
}

}  // namespace
}  // namespace simtrail
