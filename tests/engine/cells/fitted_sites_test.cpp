#include "engine/cells/fitted_sites.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail {
namespace {

constexpr std::uint16_t lte_number = static_cast<std::uint16_t>(Radio::lte),
                        gsm_number = static_cast<std::uint16_t>(Radio::gsm);
constexpr FixedPoint one_place{10'000'000, 20'000'000}, other_place{30'000'000, 40'000'000};

CompiledBytes model_with(const std::vector<PackedSite>& sites) {
    CellTableBuilder builder;
    builder.add_section(section_of<PackedSite>({.kind = SectionKind::fitted_sites}, sites));
    return builder.build();
}

TEST(FittedSites, AreOfAllCellsOfAnLteSiteAndOfOneGsmCell) {
    const auto bytes = model_with({{.key = 0x500, .place = other_place, .radio = gsm_number},
                                   {.key = 0x500, .place = one_place, .radio = lte_number, .keys = 256}});
    const auto table = CellTable::open(bytes).value();
    const auto& sites = table.fitted_sites();
    EXPECT_EQ(sites.find(Radio::lte, 0x500), to_geo(one_place));
    EXPECT_EQ(sites.find(Radio::lte, 0x5FF), to_geo(one_place));
    EXPECT_FALSE(sites.find(Radio::lte, 0x600));
    EXPECT_FALSE(sites.find(Radio::lte, 0x4FF));
    EXPECT_EQ(sites.find(Radio::gsm, 0x500), to_geo(other_place));
    EXPECT_FALSE(sites.find(Radio::gsm, 0x501));
    EXPECT_FALSE(sites.find(Radio::umts, 0x500));
}

TEST(FittedSites, ACellsOwnAntennaComesFirst) {
    const auto bytes = model_with({{.key = 0x500, .place = other_place, .radio = lte_number, .keys = 1},
                                   {.key = 0x500, .place = one_place, .radio = lte_number, .keys = 256}});
    const auto table = CellTable::open(bytes).value();
    EXPECT_EQ(table.fitted_sites().find(Radio::lte, 0x500), to_geo(other_place));
    EXPECT_EQ(table.fitted_sites().find(Radio::lte, 0x501), to_geo(one_place));
}

TEST(FittedSites, AreNoneInAFileWithoutThem) {
    const auto bytes = CellTableBuilder{}.build();
    EXPECT_TRUE(CellTable::open(bytes)->fitted_sites().all().empty());
    EXPECT_FALSE(CellTable::open(bytes)->fitted_sites().find(Radio::lte, 0));
}

TEST(FittedSites, GiveNoPlaceThatIsNone) {
    const auto bytes = model_with({{.key = 0x500, .place = {2'000'000'000, 0}, .radio = lte_number, .keys = 256}});
    EXPECT_FALSE(CellTable::open(bytes)->fitted_sites().find(Radio::lte, 0x500));
}

TEST(FittedSites, OfABrokenLengthAreRefused) {
    CellTableBuilder builder;
    builder.add_section({{.kind = SectionKind::fitted_sites, .bytes = 25}, std::vector<std::byte>(25)});
    const auto opened = CellTable::open(builder.build());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("fitted sites"), std::string::npos) << opened.error();
}

}  // namespace
}  // namespace simtrail
