#include <gtest/gtest.h>

#include "engine/events/cell_identity.hpp"
#include "engine/events/msisdn.hpp"
#include "engine/events/radio.hpp"

namespace simtrail {
namespace {

TEST(Msisdn, KeepsItsDigitsAndLeadingZeros) {
    for (const auto* text : {"1", "0", "000", "919876543210", "999999999999999", "012345678901234"})
        EXPECT_EQ(Msisdn::parse(text)->text(), text);
    EXPECT_NE(Msisdn::parse("01"), Msisdn::parse("1"));
}

TEST(Msisdn, RefusesWhatIsNotOneToFifteenDigits) {
    for (const auto* text : {"", "1234567890123456", "+91987", "91 98", "abc", "-1", "9198765432x0"})
        EXPECT_FALSE(Msisdn::parse(text)) << text;
}

TEST(Msisdn, IsMaskedForLogs) {
    EXPECT_EQ(Msisdn::parse("919876543210")->masked(), "91******3210");
    EXPECT_EQ(Msisdn::parse("123456")->masked(), "******");
    EXPECT_EQ(Msisdn::parse("1234567")->masked(), "12*4567");
}

TEST(Radio, IsReadInAnyCase) {
    EXPECT_EQ(parse_radio("LTE"), Radio::lte);
    EXPECT_EQ(parse_radio("Nr"), Radio::nr);
    EXPECT_FALSE(parse_radio("cdma"));
    EXPECT_FALSE(parse_radio(""));
}

TEST(CellIdentity, KeysOfTheLargestNumbersDoNotOverlap) {
    const CellIdentity umts{Radio::umts, {999, 999}, 65535, max_cell(Radio::umts)};
    const CellIdentity nr{Radio::nr, {999, 999}, std::nullopt, max_cell(Radio::nr)};
    EXPECT_TRUE(in_range(umts));
    EXPECT_TRUE(in_range(nr));
    EXPECT_EQ(umts.key() >> 54, 999U);
    EXPECT_EQ(umts.key() >> 44 & 1023, 999U);
    EXPECT_EQ(umts.key() >> 28 & 65535, 65535U);
    EXPECT_EQ(nr.key() & max_cell(Radio::nr), nr.cell);
}

TEST(CellIdentity, NeedsAnAreaInGsmAndUmtsOnly) {
    EXPECT_FALSE(in_range({Radio::gsm, {404, 45}, std::nullopt, 1}));
    EXPECT_TRUE(in_range({Radio::lte, {404, 45}, std::nullopt, 1}));
    EXPECT_FALSE(in_range({Radio::gsm, {404, 45}, 1, 65536}));
}

}  // namespace
}  // namespace simtrail
