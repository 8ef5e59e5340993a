#include "engine/positioning/measurement_sums.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace simtrail {
namespace {

constexpr std::array<std::int16_t, 6> signals_dbm{-80, -95, -101, -88, -120, -90};
constexpr std::array<std::uint16_t, 6> advances{0, 3, 5, 2, 12, 2};

PackedCellPlaces packed(const MeasurementSums& sums, std::uint32_t observations = 0) {
    PackedCellPlaces cell{.observations = observations};
    sums.pack_into(cell);
    return cell;
}

template <std::size_t count, class Value>
double deviation_of(const std::array<Value, count>& values) {
    double mean = 0, squares = 0;
    for (const auto value : values) mean += value / static_cast<double>(count);
    for (const auto value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(count));
}

TEST(MeasurementSums, TellMeanAndDeviation) {
    MeasurementSums sums;
    for (std::size_t i = 0; i < signals_dbm.size(); ++i) sums.note(signals_dbm[i], advances[i]);
    const auto cell = packed(sums);
    EXPECT_NEAR(cell.signal_16th_dbm / 16.0, -574.0 / 6, 1.0 / 16);
    EXPECT_NEAR(cell.signal_deviation_16ths / 16.0, deviation_of(signals_dbm), 1.0 / 16);
    EXPECT_EQ(cell.ta_8ths_and_one, 1 + 8 * 4);
    EXPECT_NEAR(cell.ta_deviation_8ths / 8.0, deviation_of(advances), 1.0 / 8);
}

TEST(MeasurementSums, SayNothingOfWhatNobodyMeasured) {
    MeasurementSums sums;
    EXPECT_EQ(packed(sums).signal_16th_dbm, PackedFingerprint::no_signal);
    EXPECT_EQ(packed(sums).ta_8ths_and_one, PackedCellPlaces::no_ta);
    sums.note(std::int16_t{-80}, std::nullopt);
    EXPECT_EQ(packed(sums).ta_8ths_and_one, PackedCellPlaces::no_ta);
    sums.note(std::nullopt, std::uint16_t{0});
    EXPECT_EQ(packed(sums).ta_8ths_and_one, 1) << "an advance of 0 is one";
    EXPECT_EQ(packed(sums).signal_16th_dbm, -80 * 16);
}

TEST(MeasurementSums, AddUpWithAnEarlierModel) {
    MeasurementSums first, second, whole;
    for (std::size_t i = 0; i < signals_dbm.size(); ++i) {
        (i < 2 ? first : second).note(signals_dbm[i], advances[i]);
        whole.note(signals_dbm[i], advances[i]);
    }
    second.add_earlier(packed(first, 2));
    const auto added = packed(second), expected = packed(whole);
    EXPECT_NEAR(added.signal_16th_dbm, expected.signal_16th_dbm, 1);
    EXPECT_NEAR(added.signal_deviation_16ths, expected.signal_deviation_16ths, 1);
    EXPECT_NEAR(added.ta_8ths_and_one, expected.ta_8ths_and_one, 1);
    EXPECT_NEAR(added.ta_deviation_8ths, expected.ta_deviation_8ths, 1);
    MeasurementSums of_before = whole;
    of_before.add_earlier(PackedCellPlaces{.observations = 1000});
    EXPECT_EQ(packed(of_before).signal_16th_dbm, expected.signal_16th_dbm) << "a model that says nothing of them";
}

TEST(MeasurementSums, BearADamagedModel) {
    MeasurementSums sums;
    PackedCellPlaces hostile{.observations = ~std::uint32_t{0}};
    hostile.signal_16th_dbm = -32'768, hostile.signal_deviation_16ths = 65'535;
    hostile.ta_8ths_and_one = 65'535, hostile.ta_deviation_8ths = 65'535;
    for (int i = 0; i < 100; ++i) sums.add_earlier(hostile);
    EXPECT_EQ(packed(sums).signal_16th_dbm, -32'768);
}

}  // namespace
}  // namespace simtrail
