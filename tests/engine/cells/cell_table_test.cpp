#include "engine/cells/cell_table.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "engine/cells/cell_layout.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "tests/engine/cells/random_cells.hpp"

namespace simtrail {
namespace {

constexpr CellIdentity lte(std::uint64_t cell) { return {Radio::lte, {404, 45}, 1234, cell}; }

CellRecord at(double lon_deg, double lat_deg) { return {.site = {lon_deg, lat_deg}}; }

CompiledBytes compiled(const CellMap& cells) {
    CellTableBuilder builder;
    for (const auto& [identity, record] : cells) builder.add(identity, record);
    return builder.build();
}

TEST(CellTable, FindsWhatABruteForceMapFindsAndNothingElse) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 72U, 1000U, 20'000U}) {
        const auto cells = random_cells(random, size);
        const auto bytes = compiled(cells);
        const auto table = CellTable::open(bytes).value();
        EXPECT_EQ(table.size(), size);
        for (const auto& [identity, record] : cells) ASSERT_EQ(table.find(identity), record);
        for (int i = 0; i < 2000; ++i) {
            const auto stranger = random_identity(random);
            table.prefetch(stranger);
            ASSERT_EQ(table.find(stranger).has_value(), cells.contains(stranger));
        }
        EXPECT_TRUE(table.verify());
    }
}

/// Cells whose home is the last of `home_buckets` buckets.
std::vector<CellIdentity> crowd(std::size_t size, std::uint64_t home_buckets) {
    std::vector<CellIdentity> cells;
    for (std::uint64_t cell = 0; cells.size() < size; ++cell)
        if (cell_layout::home_bucket(lte(cell).key(), home_buckets) == home_buckets - 1) cells.push_back(lte(cell));
    return cells;
}

TEST(CellTable, OverflowsFullBucketsPastTheLastOne) {
    for (const std::size_t size : {8U, 9U, 16U, 17U, 64U}) {
        const auto cells = crowd(size + 1, cell_layout::home_buckets_for(size));
        CellTableBuilder builder;
        for (std::size_t i = 0; i < size; ++i) builder.add(cells[i], at(1 + static_cast<double>(i), 2));
        const auto bytes = builder.build();
        const auto table = CellTable::open(bytes).value();
        for (std::size_t i = 0; i < size; ++i)
            EXPECT_EQ(table.find(cells[i]).value().site.lon_deg, 1 + static_cast<double>(i));
        EXPECT_FALSE(table.find(cells[size])) << "a search ends at the end of the file";
    }
}

TEST(CellTable, VisitsEveryCellOnce) {
    std::mt19937_64 random(1);
    const auto cells = random_cells(random, 5000);
    const auto bytes = compiled(cells);
    CellMap seen;
    std::size_t visits = 0;
    CellTable::open(bytes)->for_each([&](const CellIdentity& identity, const CellRecord& record) {
        seen[identity] = record;
        ++visits;
    });
    EXPECT_EQ(visits, cells.size());
    EXPECT_EQ(seen, cells);
}

TEST(CellTable, FindsTheCellWithTheSmallestKey) {
    const CellIdentity smallest{Radio::lte, {0, 0}, std::nullopt, 0};
    const auto bytes = compiled({{smallest, at(1, 2)}});
    EXPECT_TRUE(CellTable::open(bytes)->find(smallest));
}

TEST(CellTable, IgnoresTheAreaOfAnLteCellAndNeedsThatOfAGsmCell) {
    CellTableBuilder builder;
    builder.add(lte(7), at(1, 2));
    builder.add({Radio::gsm, {404, 45}, 5, 7}, at(1, 2));
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes).value();
    EXPECT_EQ(table.find({Radio::lte, {404, 45}, std::nullopt, 7}).value().area, 1234U);
    EXPECT_TRUE(table.find({Radio::lte, {404, 45}, 99, 7}));
    EXPECT_TRUE(table.find({Radio::gsm, {404, 45}, 5, 7}));
    EXPECT_FALSE(table.find({Radio::gsm, {404, 45}, 6, 7}));
    EXPECT_FALSE(table.find({Radio::gsm, {404, 45}, std::nullopt, 7}));
}

TEST(CellTable, DoesNotConfuseANumberBeyondItsFieldWithAnotherCell) {
    const CellIdentity honest{Radio::lte, {404, 45}, std::nullopt, 0};
    const auto bytes = compiled({{honest, at(1, 2)}});
    const CellIdentity overlapping{Radio::lte, {404, 44}, std::nullopt, std::uint64_t{1} << 44};
    ASSERT_EQ(CellTable::open(bytes)->find(overlapping), std::nullopt);
}

TEST(CellTable, EmptyTableFindsNothing) {
    const CellTable table;
    table.prefetch(lte(1));
    EXPECT_FALSE(table.find(lte(1)));
    EXPECT_FALSE(table.find_area(Radio::lte, {404, 45}, 1));
    EXPECT_EQ(table.size(), 0U);
}

TEST(CellTable, AreaIsTheMedianOfItsCells) {
    CellTableBuilder builder;
    for (const int i : {0, 1, 2, 3, 4}) builder.add(lte(static_cast<std::uint64_t>(i)), at(10 + i * 0.01, 50));
    builder.add({Radio::lte, {404, 45}, 77, 100}, at(20, 50));
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes).value();
    const auto area = table.find_area(Radio::lte, {404, 45}, 1234).value();
    EXPECT_EQ(area.centroid, (GeoPoint{10.02, 50}));
    EXPECT_EQ(area.cells, 5U);
    EXPECT_NEAR(area.radius_m, 1430, 2);
    EXPECT_EQ(table.area_count(), 2U);
    EXPECT_FALSE(table.find_area(Radio::lte, {404, 45}, 1235));
    EXPECT_FALSE(table.find_area(Radio::umts, {404, 45}, 1234));
}

TEST(CellTable, AreaAcrossTheDateLineStaysThere) {
    CellTableBuilder builder;
    builder.add(lte(1), at(179.9, -17));
    builder.add(lte(2), at(-179.7, -17));
    const auto bytes = builder.build();
    const auto area = CellTable::open(bytes)->find_area(Radio::lte, {404, 45}, 1234).value();
    EXPECT_EQ(area.centroid, (GeoPoint{-179.9, -17}));
    EXPECT_LT(area.radius_m, 25'000U);
}

}  // namespace
}  // namespace simtrail
