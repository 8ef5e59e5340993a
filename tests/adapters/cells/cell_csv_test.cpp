#include "adapters/cells/cell_csv.hpp"

#include <gtest/gtest.h>

namespace simtrail::cells {
namespace {

CellCsv csv(std::string_view header) { return CellCsv::open(header).value(); }

constexpr auto open_cell_id =
    "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal";

TEST(CellCsv, ReadsAnOpenCellIdRow) {
    const auto row =
        csv(open_cell_id).read("LTE,313,10,10249,179290882,12,-95.354461,35.133593,1942,2,1,1,1,0").value();
    EXPECT_EQ(row.identity, (CellIdentity{Radio::lte, {313, 10}, 10249, 179290882}));
    EXPECT_EQ(row.record.site, (GeoPoint{-95.354461, 35.133593}));
    EXPECT_EQ(row.record.pci, 12);
    EXPECT_EQ(row.record.range_m, 1942U);
    EXPECT_EQ(row.record.samples, 2U);
    EXPECT_TRUE(row.record.learnt);
}

TEST(CellCsv, TakesUnitZeroForUnknownButPciZeroForZero) {
    EXPECT_FALSE(csv(open_cell_id).read("LTE,313,10,1,2,0,1,2,0,0,0,0,0,0")->record.pci);
    EXPECT_FALSE(csv(open_cell_id).read("LTE,313,10,1,2,-1,1,2,0,0,0,0,0,0")->record.pci);
    EXPECT_EQ(csv("radio,mcc,mnc,cell,pci,lon,lat").read("lte,1,1,1,0,1,2")->record.pci, 0);
}

TEST(CellCsv, ReadsHeaderlessOpenCellIdRows) {
    auto table = csv("UMTS,404,50,50812,1651663,0,93.9,24.6,0,0,0,0,0,0");
    EXPECT_TRUE(table.headerless());
    EXPECT_TRUE(table.read("GSM,404,50,50812,1651,0,93.9,24.6,0,0,0,0,0,0"));
}

TEST(CellCsv, ReadsColumnsInAnyOrderAndIgnoresOthers) {
    auto table = csv("\xEF\xBB\xBF\"Lat\",LON,colour,Cell,area,net,mcc,radio,azimuth,beamwidth,height,range,eirp\r");
    const auto row =
        table.read("31.2,\"121.5\",\"red, \"\"dark\"\"\",8388619,6146,1,460,Lte,360,65,33,900.4,-7\r").value();
    EXPECT_EQ(row.identity, (CellIdentity{Radio::lte, {460, 1}, 6146, 8388619}));
    EXPECT_EQ(row.record, (CellRecord{.site = {121.5, 31.2},
                                      .azimuth_deg = 0,
                                      .beamwidth_deg = 65,
                                      .height_m = 33,
                                      .eirp_dbm = -7,
                                      .range_m = 900}));
    EXPECT_EQ(row.dropped_fields, 0U);
}

TEST(CellCsv, KnowsAntennasThatPointNowhere) {
    auto table = csv("radio,mcc,mnc,cell,lon,lat,azimuth,beamwidth,height");
    const auto azimuth = [&](std::string_view line) { return table.read(line)->record.azimuth_deg; };
    EXPECT_EQ(azimuth("lte,1,1,1,1,2,360,,0"), std::nullopt);      // indoors
    EXPECT_EQ(azimuth("lte,1,1,2,1,2,120,360,25"), std::nullopt);  // omnidirectional
    EXPECT_EQ(azimuth("lte,1,1,3,1,2,360,65,25"), 0);
    EXPECT_EQ(azimuth("lte,1,1,4,1,2,0,,0"), 0);
}

TEST(CellCsv, KeepsARowWhoseOptionalsAreBadAndCountsThem) {
    const auto row = csv("radio,mcc,mnc,cell,lon,lat,pci,azimuth,height").read("lte,1,1,1,1,2,504,-3,tall").value();
    EXPECT_EQ(row.dropped_fields, 3U);
    EXPECT_EQ(row.record, (CellRecord{.site = {1, 2}}));
}

TEST(CellCsv, TellsWhyARowIsBad) {
    auto table = csv("radio,mcc,mnc,area,cell,lon,lat");
    const auto reason = [&](std::string_view line) { return table.read(line).error(); };
    EXPECT_EQ(reason(""), RowOutcome::blank);
    EXPECT_EQ(reason(" \r"), RowOutcome::blank);
    EXPECT_EQ(reason("CDMA,1,1,1,1,1,1"), RowOutcome::unknown_radio);
    EXPECT_EQ(reason("lte,1,1,1,1,1"), RowOutcome::missing_field);
    EXPECT_EQ(reason("gsm,1,1,,1,1,1"), RowOutcome::missing_field);
    EXPECT_EQ(reason("lte,1,x,1,1,1,1"), RowOutcome::not_a_number);
    EXPECT_EQ(reason("lte,1,1,1,1,1,1.2.3"), RowOutcome::not_a_number);
    EXPECT_EQ(reason("lte,1000,1,1,1,1,1"), RowOutcome::out_of_range);
    EXPECT_EQ(reason("lte,1,1,-1,1,1,1"), RowOutcome::out_of_range);
    EXPECT_EQ(reason("lte,1,1,65536,1,1,1"), RowOutcome::out_of_range);
    EXPECT_EQ(reason("lte,1,\"1,1,1,1,1"), RowOutcome::unreadable);
    EXPECT_EQ(reason(std::string(max_row_bytes + 1, 'x')), RowOutcome::unreadable);
}

TEST(CellCsv, RefusesAHeaderItCannotReadBy) {
    EXPECT_FALSE(CellCsv::open(""));
    EXPECT_FALSE(CellCsv::open("{\"ts\":1}"));
    EXPECT_FALSE(CellCsv::open("lte,1,2,3"));
    EXPECT_NE(CellCsv::open("radio,mcc,mnc,cell,lon").error().find("lat"), std::string::npos);
    EXPECT_NE(CellCsv::open("radio,mcc,mnc,net,cell,lon,lat").error().find("twice"), std::string::npos);
}

}  // namespace
}  // namespace simtrail::cells
