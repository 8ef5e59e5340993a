#include "adapters/report/model_statistics.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "adapters/report/model_drawing.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail::report {
namespace {

using testing::MadeCells;

TEST(CellStatistics, TellSurveyedFromLearntCellsByRadio) {
    MadeCells cells;
    cells.add(MadeCells::lte(1), {.site = {13, 47}, .azimuth_deg = 120});
    cells.add(MadeCells::lte(2), {.site = {13.5, 48}, .learnt = true});
    cells.add({Radio::gsm, {1, 1}, 7, 3}, {.site = {12, 47.5}});
    const auto s = describe_cells(cells.table());
    EXPECT_EQ(s.cells, 3U);
    EXPECT_EQ(s.radios[static_cast<std::size_t>(Radio::lte)].surveyed, 1U);
    EXPECT_EQ(s.radios[static_cast<std::size_t>(Radio::lte)].learnt, 1U);
    EXPECT_EQ(s.radios[static_cast<std::size_t>(Radio::gsm)].surveyed, 1U);
    EXPECT_EQ(s.with_azimuth, 1U);
    EXPECT_NEAR(s.box.south_west.lon_deg, 12, 1e-6);
    EXPECT_NEAR(s.box.north_east.lat_deg, 48, 1e-6);
    EXPECT_FALSE(describe_learnt(cells.table().fingerprints()));
}

TEST(CellStatistics, CallACellThinThatFewObservationsOrOneDayStandBehind) {
    PackedCellPlaces cell{};
    cell.observations = few_observations;
    cell.days = few_days;
    EXPECT_FALSE(is_thin(cell));
    cell.days = 1;
    EXPECT_TRUE(is_thin(cell));
    cell.days = few_days;
    cell.observations = few_observations - 1;
    EXPECT_TRUE(is_thin(cell));
}

TEST(CellStatistics, FindNoContextCalibratedWithoutAModel) {
    const auto ranges = describe_calibration(Calibration{});
    EXPECT_EQ(ranges.size(), static_cast<std::size_t>(Basis::count_));
    for (const FactorRange& range : ranges) {
        EXPECT_EQ(range.calibrated, 0U);
        EXPECT_LE(range.least, range.greatest);
        EXPECT_GT(range.least, 0);
    }
}

TEST(ModelDrawing, OfATableShowsItsSites) {
    MadeCells cells;
    cells.add(MadeCells::lte(1), {.site = {13, 47}});
    EXPECT_NE(model_drawing(cells.table()).find("l4 7h-8z"), std::string::npos)
        << "one site fills no map, but is drawn";
    cells.add(MadeCells::lte(2), {.site = {13.1, 47.1}, .learnt = true});
    const std::string svg = model_drawing(cells.table());
    EXPECT_NE(svg.find(R"(class="site")"), std::string::npos);
    EXPECT_NE(svg.find(R"(class="learnt")"), std::string::npos);
    EXPECT_NE(svg.find("nothing was learnt"), std::string::npos);
    EXPECT_EQ(svg, model_drawing(cells.table()));
}

}  // namespace
}  // namespace simtrail::report
