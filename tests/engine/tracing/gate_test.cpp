#include "engine/tracing/gate.hpp"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace simtrail {
namespace {

TEST(Gate, AgreesWithAMap) {
    std::mt19937_64 random(4);
    Gate gate;
    std::unordered_map<std::uint64_t, TrackNumber> map;
    for (std::uint32_t i = 0; i < 200'000; ++i) {
        const Msisdn msisdn = *Msisdn::parse(std::to_string(random() % 60'000));
        if (random() % 3 == 0) {
            gate.put(msisdn, i);
            map[msisdn.packed()] = i;
        }
        if (random() % 4 == 0) {
            const Msisdn gone = *Msisdn::parse(std::to_string(random() % 60'000));
            gate.erase(gone);
            map.erase(gone.packed());
        }
        const auto expected = map.find(msisdn.packed());
        const auto found = gate.find(msisdn);
        ASSERT_EQ(found.has_value(), expected != map.end());
        if (found) {
            ASSERT_EQ(*found, expected->second);
        }
    }
    EXPECT_EQ(gate.size(), map.size());
}

TEST(Gate, LetsNobodyThroughAtFirst) { EXPECT_FALSE(Gate{}.find(*Msisdn::parse("919876543210"))); }

}  // namespace
}  // namespace simtrail
