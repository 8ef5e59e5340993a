#include "engine/positioning/cell_history.hpp"

#include <limits>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/made_cells.hpp"

namespace simtrail {
namespace {

CellEvent on(std::uint64_t cell, std::int64_t ts_ms, std::int16_t signal_dbm) {
    return {.ts_ms = ts_ms,
            .msisdn = *Msisdn::parse("91"),
            .serving = testing::MadeCells::lte(cell),
            .signal_dbm = signal_dbm};
}

TEST(CellHistory, KeepsTheCellBeforeAndItsLastSignal) {
    CellHistory history;
    history.advance(on(1, 1000, -80));
    history.advance(on(1, 61'000, -100));
    history.advance(on(2, 62'000, -70));
    EXPECT_TRUE(history.current().is_on(on(2, 0, 0)));
    EXPECT_EQ(history.current().since_ms, 62'000);
    EXPECT_TRUE(history.previous().is_on(on(1, 0, 0)));
    EXPECT_LT(history.previous().fast_16th_dbm, -16 * 97) << "a minute is long: the older signal hardly counts";
}

TEST(CellHistory, SmoothsWhatComesQuickly) {
    CellHistory history;
    history.advance(on(1, 1000, -80));
    history.advance(on(1, 2000, -100));
    EXPECT_GT(history.current().fast_16th_dbm, -16 * 90);
    EXPECT_GT(history.current().slow_16th_dbm, history.current().fast_16th_dbm);
}

TEST(CellHistory, AnotherPciIsAnotherStay) {
    CellHistory history;
    CellEvent event = on(1, 1000, -80);
    event.pci = 7;
    history.advance(event);
    event.pci = 8;
    EXPECT_FALSE(history.current().is_on(event));
}

TEST(CellHistory, ReadsBackWhatItWrote) {
    CellHistory history;
    history.advance(on(1, 1'700'000'000'000, -80));
    history.advance(on(2, 1'700'000'009'000, -91));
    std::string bytes;
    ByteWriter writer{bytes};
    history.append_to(writer);
    ByteReader reader{bytes};
    EXPECT_EQ(CellHistory::read_from(reader), history);
    EXPECT_TRUE(reader.ok());
}

TEST(CellHistory, TimesThatCannotBeAreNoStay) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
    for (const auto& [last_seen_ms, stayed_ms] :
         {std::pair{least, most}, {most, least}, {most, 1L}, {1000L, least}, {-5L, 0L}}) {
        std::string bytes;
        ByteWriter writer{bytes};
        for (int stay = 0; stay < 2; ++stay) {
            writer.varint(77);
            writer.zigzag(last_seen_ms);
            writer.zigzag(stayed_ms);
            writer.zigzag(0);
            writer.zigzag(0);
            writer.varint(5);
            writer.u8(2);
        }
        ByteReader reader{bytes};
        const auto history = CellHistory::read_from(reader);
        EXPECT_TRUE(reader.ok() && reader.at_end());
        EXPECT_FALSE(history.current().exists() || history.previous().exists()) << last_seen_ms;
    }
}

}  // namespace
}  // namespace simtrail
