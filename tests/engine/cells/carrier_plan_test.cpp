#include "engine/cells/carrier_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace simtrail {
namespace {

using Cells = std::vector<CarrierPlan::NumberedCell>;

/// Forty eNodeBs of three sectors on two carriers, numbered as `number` says; a sector's PCI is that of both.
template <class Number>
Cells numbered(Number number) {
    Cells cells;
    for (std::uint64_t site = 0; site < 40; ++site)
        for (std::uint8_t sector = 0; sector < 3; ++sector)
            for (std::uint8_t carrier = 0; carrier < 2; ++carrier)
                cells.push_back({site, static_cast<std::uint8_t>(number(sector, carrier)),
                                 static_cast<std::uint16_t>(3 * site + sector)});
    return cells;
}

TEST(CarrierPlan, FindsTheCarrierInTheLastDigit) {
    const auto plan = CarrierPlan::of(numbered([](int sector, int carrier) { return 10 * sector + 11 + carrier; }));
    EXPECT_EQ(plan.carrier(0x8000'0B), plan.carrier(0x8000'1F)) << "11 and 31";
    EXPECT_NE(plan.carrier(0x8000'0B), plan.carrier(0x8000'0C)) << "11 and 12";
}

TEST(CarrierPlan, FindsTheCarrierBeforeTheSector) {
    const auto plan = CarrierPlan::of(numbered([](int sector, int carrier) { return 16 * carrier + sector; }));
    EXPECT_EQ(plan.carrier(0), plan.carrier(2));
    EXPECT_NE(plan.carrier(0), plan.carrier(16));
}

TEST(CarrierPlan, IsOneCarrierWhereNumbersTellNothing) {
    EXPECT_EQ(CarrierPlan::of(numbered([](int, int) { return 7; })), CarrierPlan());
    EXPECT_EQ(CarrierPlan::of({}), CarrierPlan());
}

TEST(CarrierPlan, SurvivesItsFile) {
    const auto plan = CarrierPlan::of(numbered([](int sector, int carrier) { return 10 * sector + carrier; }));
    EXPECT_EQ(CarrierPlan::unpacked(plan.packed()), plan);
    EXPECT_EQ(CarrierPlan::unpacked(0), CarrierPlan()) << "a damaged file divides by nothing";
    EXPECT_EQ(CarrierPlan::unpacked(std::uint64_t{256} << 1), CarrierPlan());
}

}  // namespace
}  // namespace simtrail
