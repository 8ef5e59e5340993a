#include "adapters/sms/kannel/source_list.hpp"

#include <gtest/gtest.h>

namespace simtrail::sms::kannel {
namespace {

bool contains(const std::vector<std::string>& entries, const std::string& address) {
    return SourceList::parse(entries).value().contains(address);
}

TEST(KannelSourceList, HoldsAddressesAndPrefixes) {
    EXPECT_TRUE(contains({"10.1.2.3"}, "10.1.2.3"));
    EXPECT_FALSE(contains({"10.1.2.3"}, "10.1.2.4"));
    EXPECT_TRUE(contains({"10.1.2.0/23"}, "10.1.3.255"));
    EXPECT_FALSE(contains({"10.1.2.0/23"}, "10.1.4.0"));
    EXPECT_TRUE(contains({"192.168.0.0/16", "fd00::/7"}, "fc01::1"));
    EXPECT_FALSE(contains({"fd00::/7"}, "fe00::1"));
    EXPECT_TRUE(contains({"0.0.0.0/0"}, "8.8.8.8"));
    EXPECT_FALSE(contains({"0.0.0.0/0"}, "2001:db8::1")) << "all of IPv4 is not all of IPv6";
    EXPECT_TRUE(contains({"::/0"}, "2001:db8::1"));
    EXPECT_FALSE(contains({}, "127.0.0.1"));
}

TEST(KannelSourceList, KnowsAnIpv4AddressWithinIpv6) {
    EXPECT_TRUE(contains({"10.1.2.0/24"}, "::ffff:10.1.2.3"));
    EXPECT_TRUE(contains({"::ffff:10.1.2.3"}, "10.1.2.3"));
    EXPECT_FALSE(contains({"10.1.2.0/24"}, "::10.1.2.3"));
}

TEST(KannelSourceList, NamesTheEntryThatIsNone) {
    for (const auto* entry : {"", "kannel.example", "10.1.2", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/-1", "10.1.2.3/8x",
                              "::1/129", "10.1.2.3 ", "0x0a.1.2.3"}) {
        const auto list = SourceList::parse({"127.0.0.1", entry});
        ASSERT_FALSE(list) << entry;
        EXPECT_NE(list.error().find("'" + std::string(entry) + "'"), std::string::npos) << list.error();
    }
    EXPECT_FALSE(contains({"127.0.0.0/8"}, "")) << "and what is no address is nowhere";
}

}  // namespace
}  // namespace simtrail::sms::kannel
