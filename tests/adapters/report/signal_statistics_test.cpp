#include "adapters/report/signal_statistics.hpp"

#include <gtest/gtest.h>

#include <span>

#include "adapters/report/model_statistics.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "tests/support/made_cells.hpp"

namespace simtrail::report {
namespace {

PackedCellPlaces cell_of(std::uint64_t number, double mean_dbm, double deviation_db,
                         std::uint32_t observations = few_observations) {
    PackedCellPlaces cell{};
    cell.key = testing::MadeCells::lte(number).key();
    cell.radio = static_cast<std::uint32_t>(Radio::lte);
    cell.own_count = 1;
    cell.observations = observations;
    cell.signal_16th_dbm = static_cast<std::int16_t>(16 * mean_dbm);
    cell.signal_deviation_16ths = static_cast<std::uint16_t>(16 * deviation_db);
    return cell;
}

std::optional<SignalStatistics> described(const std::vector<PackedCellPlaces>& cells) {
    CellTableBuilder builder;
    builder.add_section(
        section_of<PackedCellPlaces>({.kind = SectionKind::cell_places, .parameter = FingerprintMap::version}, cells));
    const auto bytes = builder.build();
    return describe_signals(CellTable::open(bytes)->fingerprints());
}

TEST(SignalStatistics, NameTheWeakestAndTheWidestCells) {
    std::vector<PackedCellPlaces> cells;
    for (std::uint64_t i = 1; i <= 9; ++i)
        cells.push_back(cell_of(i, -80.0 - static_cast<double>(i), 10.5 - static_cast<double>(i)));
    cells[4].ta_8ths_and_one = 8 * 3 + 1;
    const auto s = described(cells);
    ASSERT_TRUE(s);
    EXPECT_EQ(s->cells, 9U);
    EXPECT_DOUBLE_EQ(s->below_zero_db.p50, 85);
    EXPECT_DOUBLE_EQ(s->deviation_db.p50, 5.5);
    ASSERT_EQ(s->weakest.size(), SignalStatistics::listed);
    EXPECT_EQ(s->weakest[0].identity.cell, 9U);
    EXPECT_DOUBLE_EQ(s->weakest[0].mean_dbm, -89);
    EXPECT_FALSE(s->weakest[0].timing_advance);
    EXPECT_EQ(s->weakest[4].timing_advance, 3.0);
    EXPECT_EQ(s->widest[0].identity.cell, 1U);
    EXPECT_DOUBLE_EQ(s->widest[0].deviation_db, 9.5);
    EXPECT_EQ(s->with_timing_advance, 1U);
}

TEST(SignalStatistics, NameNoCellOfFewObservations) {
    const auto s = described({cell_of(1, -120, 20, few_observations - 1), cell_of(2, -80, 5)});
    ASSERT_TRUE(s);
    ASSERT_EQ(s->weakest.size(), 1U);
    EXPECT_EQ(s->weakest[0].identity.cell, 2U);
    EXPECT_EQ(s->cells, 2U);
}

TEST(SignalStatistics, AreNothingOfAnEarlierModelThatHasNone) {
    EXPECT_FALSE(described({cell_of(1, 0, 0)}));
    EXPECT_FALSE(described({}));
}

}  // namespace
}  // namespace simtrail::report
