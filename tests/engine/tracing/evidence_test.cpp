#include "engine/tracing/evidence.hpp"

#include <gtest/gtest.h>

#include "tests/support/made_events.hpp"

namespace simtrail {
namespace {

std::string written(const CellEvent& event, const CellIdentity* reference) {
    std::string bytes;
    ByteWriter writer{bytes};
    append_evidence(writer, event, reference);
    return bytes;
}

void expect_same_evidence(const CellEvent& a, const CellEvent& b) {
    EXPECT_EQ(a.serving, b.serving);
    EXPECT_EQ(a.pci, b.pci);
    EXPECT_EQ(a.signal_dbm, b.signal_dbm);
    EXPECT_EQ(a.quality_db, b.quality_db);
    EXPECT_EQ(a.timing_advance, b.timing_advance);
    EXPECT_EQ(a.neighbours, b.neighbours);
}

TEST(Evidence, ComesBackAsItWent) {
    testing::MadeEvents made(1);
    for (int i = 0; i < 20'000; ++i) {
        const CellEvent event = made.next();
        CellIdentity reference = made.often() ? event.serving : made.cell();
        if (made.often()) reference.cell = static_cast<std::uint64_t>(made.number(0, 60'000));
        for (const CellIdentity* with :
             {static_cast<const CellIdentity*>(nullptr), static_cast<const CellIdentity*>(&reference)}) {
            const std::string bytes = written(event, with);
            ASSERT_LE(bytes.size(), max_evidence_bytes);
            ByteReader reader{bytes};
            CellEvent back{.msisdn = event.msisdn};
            ASSERT_TRUE(read_evidence(reader, with, back));
            ASSERT_TRUE(reader.at_end());
            expect_same_evidence(event, back);
        }
    }
}

TEST(Evidence, OfTheSameCellTakesFewBytes) {
    CellEvent event{.msisdn = *Msisdn::parse("91"), .serving = {Radio::lte, {404, 45}, 1234, 56789012}};
    event.signal_dbm = -97;
    event.timing_advance = 4;
    EXPECT_EQ(written(event, &event.serving).size(), 4U);
    EXPECT_LE(written(event, nullptr).size(), 15U);
}

TEST(Evidence, RefusesEveryCutAndSurvivesEveryNoise) {
    testing::MadeEvents made(2);
    for (int i = 0; i < 2'000; ++i) {
        const CellEvent event = made.next();
        std::string bytes = written(event, nullptr);
        CellEvent back{.msisdn = event.msisdn};
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            ByteReader cut{std::string_view(bytes).substr(0, size)};
            ASSERT_FALSE(read_evidence(cut, nullptr, back));
        }
        bytes[static_cast<std::size_t>(made.number(0, static_cast<std::int64_t>(bytes.size()) - 1))] =
            static_cast<char>(made.number(0, 255));
        ByteReader noise{bytes};
        if (read_evidence(noise, nullptr, back)) {
            EXPECT_TRUE(in_range(back.serving));
        }
    }
}

}  // namespace
}  // namespace simtrail
