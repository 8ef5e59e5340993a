#include "engine/positioning/model_learner.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "engine/positioning/locator.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint road_begin{-8.5, 51.9};
constexpr std::int64_t day_ms = 86'400'000;
constexpr double bucket_m = FingerprintLearner::bucket_m;

/// A straight road of 4 km past two sites; cells 1 and 2 hand over half-way, and their signals say how far along.
class ModelLearning : public ::testing::Test {
   protected:
    static CellEvent event_at(double east_m, std::int64_t ts_ms, const char* subscriber) {
        const bool west = east_m < 2000;
        const double from_site = west ? east_m : 4000 - east_m;
        CellEvent event{.ts_ms = ts_ms,
                        .msisdn = *Msisdn::parse(subscriber),
                        .serving = testing::MadeCells::lte(west ? 1 : 2),
                        .signal_dbm = static_cast<std::int16_t>(-60 - from_site / 50)};
        event.neighbours.push_back(
            {.cell = west ? 2U : 1U, .signal_dbm = static_cast<std::int16_t>(-140 + from_site / 50)});
        return event;
    }
    static GeoPoint place_at(double east_m) { return displaced(road_begin, {east_m, 0}); }

    /// So many days, each one drive along the road, a report every 5 s.
    static std::vector<Observation> drives(int days) {
        std::vector<Observation> all;
        for (int day = 0; day < days; ++day)
            for (int i = 0; i <= 40; ++i) {
                const std::int64_t ts_ms = 1'700'000'000'000 + day * day_ms + i * 5000;
                const double east_m = 100.0 * i + day;
                all.push_back({event_at(east_m, ts_ms, "353861"), place_at(east_m)});
            }
        return all;
    }
    static void gather(const std::vector<Observation>& observations, ModelLearner& learner) {
        for (const auto& observation : observations) EXPECT_TRUE(learner.survey(observation));
        for (const auto& observation : observations) learner.observe(observation);
    }
    static CompiledBytes model_of(const std::vector<Observation>& observations, const CellTable* onto = nullptr) {
        ModelLearner learner;
        EXPECT_TRUE(onto == nullptr || learner.start_from(*onto));
        gather(observations, learner);
        CellTableBuilder builder;
        learner.learn_into(builder, {});
        return builder.build();
    }
};

TEST_F(ModelLearning, FindsThePlaceOnTheRoadFromTheSignals) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    for (const double east_m : {450.0, 1500.0, 2550.0, 3600.0}) {
        const auto estimate = locate(event_at(east_m, 1'710'000'000'000, "353862"), cells, {});
        ASSERT_TRUE(estimate);
        EXPECT_EQ(estimate->context.basis, Basis::fingerprint);
        EXPECT_LT(distance_m(estimate->place, place_at(east_m)), 120) << east_m;
        EXPECT_LT(estimate->radius_m, 600);
    }
}

TEST_F(ModelLearning, GivesTheSameBytesAgain) { EXPECT_EQ(model_of(drives(6)), model_of(drives(6))); }

TEST_F(ModelLearning, IsNotMovedByACellSeenFarAway) {
    auto observations = drives(6);
    observations.push_back({event_at(450, 1'701'000'000'000, "353863"), displaced(road_begin, {300'000, 0})});
    ModelLearner learner;
    gather(observations, learner);
    CellTableBuilder builder;
    EXPECT_EQ(learner.learn_into(builder, {}).implausible, 1U);
    const auto bytes = builder.build();
    const auto cells = CellTable::open(bytes).value();
    EXPECT_LT(distance_m(locate(event_at(450, 1'710'000'000'000, "353862"), cells, {})->place, place_at(450)), 120);
}

TEST_F(ModelLearning, CalibratesOnNoPlaceThatCannotBe) {
    auto observations = drives(12);
    for (int i = 0; i < 41; ++i) observations[5 * 41 + i].place = displaced(road_begin, {300'000, 0});
    ModelLearner learner;
    gather(observations, learner);
    CellTableBuilder builder;
    const auto report = learner.learn_into(builder, {});
    EXPECT_EQ(report.implausible, 41U);
    EXPECT_EQ(report.calibrated_on, 11 * 41U);
    EXPECT_LT(std::ranges::max(report.live_errors_m), 5000);
    EXPECT_LT(std::ranges::max(report.hindsight_errors_m), 5000);
}

TEST_F(ModelLearning, LearnsDaysInAnyOrderAndWhatIsRepeatedOnce) {
    const auto all = drives(6);
    std::vector<Observation> backwards;
    for (int day = 5; day >= 0; --day)
        for (int i = 0; i < 41; ++i)
            for (int times = 0; times < 2; ++times) backwards.push_back(all[day * 41 + i]);
    ModelLearner learner;
    gather(backwards, learner);
    CellTableBuilder builder;
    const auto report = learner.learn_into(builder, {});
    EXPECT_EQ(report.duplicates, 6 * 41U);
    EXPECT_EQ(report.going_back, 5U);
    const auto expected = model_of(all), made = builder.build();
    const auto places = CellTable::open(made).value().fingerprints().fingerprints().size();
    EXPECT_EQ(places, CellTable::open(expected).value().fingerprints().fingerprints().size());
    EXPECT_EQ(report.places, places);
}

TEST_F(ModelLearning, SaysOfWhichCellItKnowsLittle) {
    auto observations = drives(6);
    for (int i = 0; i < 6; ++i) {  // two on cell 3, four on cell 4, without neighbours
        CellEvent event = event_at(1000, 1'705'000'000'000 + i * 60'000, "353863");
        event.neighbours = {};
        event.serving = testing::MadeCells::lte(i < 2 ? 3 : 4);
        observations.push_back({event, place_at(1000)});
    }
    for (int i = 0; i < 2; ++i) observations.push_back(observations.back());
    for (int i = 1; i < 3; ++i) (observations.end() - i)->event.ts_ms += i * 1000;
    const auto bytes = model_of(observations);
    const auto cells = CellTable::open(bytes).value();
    CellEvent event = event_at(1000, 1'710'000'000'000, "353862");
    event.neighbours = {};
    EXPECT_FALSE(locate(event, cells, {})->reasons.has(ErrorReason::sparse_cell));
    event.serving = testing::MadeCells::lte(3);
    const auto sparse = locate(event, cells, {});
    EXPECT_TRUE(sparse->reasons.has(ErrorReason::sparse_cell));
    EXPECT_GT(sparse->radius_m, 500) << "two observations at one place say nothing of how far the cell reaches";
    event.serving = testing::MadeCells::lte(4);
    EXPECT_FALSE(locate(event, cells, {})->reasons.has(ErrorReason::sparse_cell)) << "six are enough";
}

TEST_F(ModelLearning, KeepsWhatATableSaysOfACell) {
    ModelLearner learner;
    const auto observations = drives(6);
    gather(observations, learner);
    CellTableBuilder tables, builder;
    tables.add(testing::MadeCells::lte(1), {.site = road_begin, .azimuth_deg = 90});
    learner.learn_into(builder, tables);
    const auto bytes = builder.build();
    const auto cells = CellTable::open(bytes).value();
    EXPECT_FALSE(cells.find(testing::MadeCells::lte(1))->learnt);
    EXPECT_TRUE(cells.find(testing::MadeCells::lte(2))->learnt);
    EXPECT_FALSE(cells.fingerprints().empty());
}

TEST_F(ModelLearning, AddsToAModelWhatItWouldHaveLearntWithIt) {
    const auto all = drives(12);
    const std::vector<Observation> first(all.begin(), all.begin() + 6 * 41), second(all.begin() + 6 * 41, all.end());
    const auto earlier = model_of(first);
    const auto onto = CellTable::open(earlier).value();
    const auto added = model_of(second, &onto), whole = model_of(all);
    EXPECT_EQ(model_of(second, &onto), added) << "the same files give the same bytes";
    const auto cells = CellTable::open(added).value(), expected = CellTable::open(whole).value();
    ASSERT_EQ(cells.size(), expected.size());
    const auto cell = testing::MadeCells::lte(1);
    EXPECT_LT(distance_m(cells.find(cell)->site, expected.find(cell)->site), bucket_m)
        << "of places, not of observations";
    EXPECT_EQ(cells.find(cell)->samples, expected.find(cell)->samples);
    EXPECT_EQ(cells.fingerprints().fingerprints().size(), expected.fingerprints().fingerprints().size());
    for (const double east_m : {450.0, 1500.0, 2550.0, 3600.0}) {
        const CellEvent event = event_at(east_m, 1'710'000'000'000, "353862");
        EXPECT_LT(distance_m(locate(event, cells, {})->place, locate(event, expected, {})->place), 5) << east_m;
    }
}

TEST_F(ModelLearning, TellsWhatWasMeasuredOnACellAndAddsItUp) {
    const auto all = drives(12);
    const std::vector<Observation> first(all.begin(), all.begin() + 6 * 41), second(all.begin() + 6 * 41, all.end());
    const auto earlier = model_of(first);
    const auto onto = CellTable::open(earlier).value();
    const auto added = model_of(second, &onto), whole = model_of(all);
    const auto of_cell_1 = [](const CompiledBytes& model) {
        const auto map = CellTable::open(model)->fingerprints();
        return map.cells()[*map.find(Radio::lte, testing::MadeCells::lte(1).key())];
    };
    EXPECT_EQ(of_cell_1(whole).observations, 12 * 20U);
    EXPECT_NEAR(of_cell_1(whole).signal_16th_dbm / 16.0, -79, 1) << "from -60 at the site to -98 at the hand-over";
    EXPECT_NEAR(of_cell_1(whole).signal_deviation_16ths / 16.0, 11.5, 1);
    EXPECT_EQ(of_cell_1(whole).ta_8ths_and_one, PackedCellPlaces::no_ta);
    EXPECT_EQ(of_cell_1(added).observations, of_cell_1(whole).observations);
    EXPECT_NEAR(of_cell_1(added).signal_16th_dbm, of_cell_1(whole).signal_16th_dbm, 1);
    EXPECT_NEAR(of_cell_1(added).signal_deviation_16ths, of_cell_1(whole).signal_deviation_16ths, 1);
}

/// 1 km to the east at 25 m/s, then 1 km to the north, a fix each 500 m; two hours later another fix, far from all others in time.
TEST_F(ModelLearning, TakesTheMotionAtAPlaceFromTheFixesAroundIt) {
    constexpr std::array<Offset, 5> way{{{0, 0}, {500, 0}, {1000, 0}, {1000, 500}, {1000, 1000}}};
    std::vector<Observation> observations;
    for (std::size_t i = 0; i < way.size(); ++i) {
        const std::int64_t ts_ms = 1'700'000'000'000 + static_cast<std::int64_t>(i) * 20'000;
        observations.push_back({event_at(100, ts_ms, "353861"), displaced(road_begin, way[i])});
    }
    observations.push_back({event_at(100, 1'700'007'200'000, "353861"), displaced(road_begin, {-1000, 0})});
    const auto bytes = model_of(observations);
    const auto cells = CellTable::open(bytes).value();
    const auto place_near = [&](Offset at) {
        return *std::ranges::min_element(cells.fingerprints().fingerprints(), {}, [&](const PackedFingerprint& place) {
            return distance_m(to_geo(place.place), displaced(road_begin, at));
        });
    };
    const auto heading_deg = [&](Offset at) { return place_near(at).heading * 360 / 256.0; };
    EXPECT_NEAR(heading_deg(way[0]), 90, 2) << "nothing came before: the way from there";
    EXPECT_NEAR(heading_deg(way[1]), 90, 2);
    EXPECT_NEAR(heading_deg(way[2]), 45, 2) << "the corner";
    EXPECT_NEAR(heading_deg(way[4]), 0, 2) << "nothing came after: the way to there";
    EXPECT_NEAR(place_near(way[1]).speed_half_mps / 2.0, 25, 1);
    EXPECT_EQ(place_near({-1000, 0}).speed_half_mps, PackedFingerprint::not_moving);
}

TEST_F(ModelLearning, AddsToNoTableAndToNoModelOfAnotherVersion) {
    CellTableBuilder table;
    table.add(testing::MadeCells::lte(1), {.site = road_begin});
    const auto bytes = table.build();
    const auto refused = ModelLearner{}.start_from(CellTable::open(bytes).value());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("no model"), std::string::npos);
    CellTableBuilder old;
    old.add_section({{.kind = SectionKind::cell_places, .parameter = FingerprintMap::version - 1}, {}});
    const auto error = CellTable::open(old.build()).error();
    EXPECT_NE(error.find("learn it again"), std::string::npos) << error;
}

TEST_F(ModelLearning, LearnsACellThatHasMovedFromItsNewPlace) {
    auto observations = drives(6);
    for (auto& later : drives(3)) {  // cell 1 and what hears it, 20 km north
        later.event.ts_ms += 20 * day_ms;
        later.place = displaced(*later.place, {0, 20'000});
        observations.push_back(later);
    }
    ModelLearner learner;
    gather(observations, learner);
    CellTableBuilder builder;
    const auto report = learner.learn_into(builder, {});
    EXPECT_EQ(report.moved.size(), 2U);
    EXPECT_EQ(report.outdated, 6 * 41U);
    EXPECT_EQ(report.implausible, 0U);
    const auto bytes = builder.build();
    const auto cells = CellTable::open(bytes).value();
    const auto estimate = locate(event_at(450, 1'710'000'000'000, "353862"), cells, {});
    EXPECT_LT(distance_m(estimate->place, displaced(place_at(450), {0, 20'000})), 120);
}

TEST_F(ModelLearning, HoldsTheLastCandidatesOnAnUnknownCell) {
    const auto bytes = model_of(drives(6));
    const auto cells = CellTable::open(bytes).value();
    MotionFilter motion;
    const CellEvent known = event_at(1000, 1'710'000'000'000, "353862");
    const auto first = locate(known, cells, motion);
    motion.advance(known,
                   {.tis_ms = known.ts_ms,
                    .lon_e5 = static_cast<std::int32_t>(first->place.lon_deg * 1e5),
                    .lat_e5 = static_cast<std::int32_t>(first->place.lat_deg * 1e5),
                    .accuracy_m = 100},
                   first->belief);
    CellEvent unknown{
        .ts_ms = known.ts_ms + 10'000, .msisdn = known.msisdn, .serving = {Radio::lte, {272, 9}, std::nullopt, 77'777}};
    const auto held = locate(unknown, cells, motion);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->context.basis, Basis::moved_on);
    EXPECT_TRUE(held->reasons.has(ErrorReason::unknown_cell));
    EXPECT_LT(distance_m(held->place, first->place), 400);
    unknown.ts_ms += 600'000;
    EXPECT_GT(locate(unknown, cells, motion)->radius_m, held->radius_m) << "the longer, the less is known";
}

TEST_F(ModelLearning, OpensNoModelWhoseSectionsContradictEachOther) {
    auto bytes = model_of(drives(6));
    for (std::size_t at = 0; at < bytes.size(); at += 97) {
        auto hostile = bytes;
        hostile[at] ^= std::byte{0xFF};
        seal_header(hostile);
        if (const auto cells = CellTable::open(hostile))
            for (const double east_m : {450.0, 2550.0}) locate(event_at(east_m, 1, "353862"), *cells, {});
    }
}

}  // namespace
}  // namespace simtrail
