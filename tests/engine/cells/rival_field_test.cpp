#include "engine/cells/rival_field.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "engine/cells/path_loss.hpp"

namespace simtrail {
namespace {

constexpr GeoPoint origin{121.2, 31.2};
constexpr Plmn network{460, 1};

CellTableBuilder sectors(int count, std::optional<std::uint16_t> azimuth_deg) {
    CellTableBuilder builder;
    for (int i = 0; i < count; ++i)
        builder.add({Radio::lte, network, 7, static_cast<std::uint64_t>(i)},
                    {.site = displaced(origin, {300.0 * i, 0}), .azimuth_deg = azimuth_deg});
    builder.add_rival_field();
    return builder;
}

float at(const CellTableBuilder& builder, Offset place, std::uint64_t cell = 0) {
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes);
    const auto* field = table->rivals().find(Radio::lte, network);
    return field == nullptr ? -99 : RivalReader(*field, field->plan.carrier(cell)).at(displaced(origin, place));
}

TEST(PathLoss, QuickExponentialIsNear) {
    for (int i = -500; i < 500; ++i) {
        const double x = 0.1 * i;
        EXPECT_NEAR(quick_exp(x) / std::exp(x), 1, 2e-4) << x;
    }
}

TEST(PathLoss, FallsBy44DecibelsADecadeAndBehindTheAntenna) {
    const Antenna north({}, {.azimuth_deg = std::uint16_t{0}, .height_m = std::uint16_t{25}});
    EXPECT_NEAR(north.level({0, 1000}) - north.level({0, 10'000}), 44, 0.1);
    EXPECT_NEAR(north.level({0, 1000}) - north.level({0, -1000}), 30, 0.1);
    EXPECT_NEAR(north.level({0, 1000}) - north.level({1000, 0}), 12, 0.3) << "a quarter turn off";
}

TEST(RivalField, GrowsWithTheSitesThatCanBeHeard) {
    EXPECT_GT(at(sectors(4, 90), {600, 0}), at(sectors(1, 90), {600, 0}) + 0.3);
    EXPECT_GT(at(sectors(1, 90), {200, 0}), at(sectors(1, 90), {-200, 0}) + 1) << "in front and behind";
}

TEST(RivalField, CountsTheTwinsOfASectorOnce) {
    CellTableBuilder twice = sectors(1, 90);
    twice.add({Radio::lte, network, 7, 99}, {.site = origin, .azimuth_deg = std::uint16_t{90}});
    twice.add_rival_field();
    EXPECT_EQ(at(twice, {300, 0}), at(sectors(1, 90), {300, 0}));
}

TEST(RivalField, OfOneCarrierIsNotTouchedByAnother) {
    const auto two_carriers = [](int sites_of_the_second) {
        CellTableBuilder builder;
        for (int site = 0; site < 30; ++site)
            for (int cell = 0; cell < (site < sites_of_the_second ? 4 : 2); ++cell)
                builder.add(
                    {Radio::lte, network, 7, static_cast<std::uint64_t>(site << 8 | (cell % 2 * 10 + cell / 2))},
                    {.site = displaced(origin, {300.0 * site, 0}),
                     .pci = static_cast<std::uint16_t>(2 * site + cell % 2),
                     .azimuth_deg = static_cast<std::uint16_t>(180 * (cell % 2))});
        builder.add_rival_field();
        return builder;
    };
    EXPECT_EQ(at(two_carriers(20), {8000, 0}, 0), at(two_carriers(30), {8000, 0}, 0));
    EXPECT_LT(at(two_carriers(20), {8000, 0}, 1), at(two_carriers(30), {8000, 0}, 1) - 1) << "sites 20 to 29 lack it";
}

TEST(RivalField, IsNotMadeOfSitesThatPointNowhere) {
    const auto bytes = sectors(4, std::nullopt).build();
    EXPECT_TRUE(CellTable::open(bytes)->rivals().empty());
}

TEST(RivalField, IsMadeForEachOfManyNetworks) {
    CellTableBuilder builder;
    for (std::uint16_t mnc = 1; mnc <= 60; ++mnc)
        builder.add({Radio::lte, {404, mnc}, 7, 1}, {.site = origin, .azimuth_deg = std::uint16_t{90}});
    builder.add_rival_field();
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes);
    ASSERT_TRUE(table);
    EXPECT_NE(table->rivals().find(Radio::lte, {404, 60}), nullptr);
    EXPECT_EQ(table->rivals().find(Radio::lte, {404, 61}), nullptr);
}

TEST(RivalField, OfAnOlderVersionIsRefused) {
    CellTableBuilder builder;
    builder.add_section({{.kind = SectionKind::former_rival_field, .count = 0, .bytes = 0}, {}});
    const auto bytes = builder.build();
    const auto table = CellTable::open(bytes);
    ASSERT_FALSE(table);
    EXPECT_NE(table.error().find("import the table"), std::string::npos);
}

TEST(RivalField, SaysLittleFarFromAllSites) {
    EXPECT_LT(at(sectors(4, 90), {50'000, 0}), at(sectors(4, 90), {600, 0}) - 3);
}

}  // namespace
}  // namespace simtrail
