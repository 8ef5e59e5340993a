#include "engine/cells/section_file.hpp"

#include <gtest/gtest.h>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

namespace simtrail {
namespace {

CompiledBytes sample() {
    CellTableBuilder builder;
    for (std::uint64_t cell = 0; cell < 20; ++cell) builder.add({Radio::lte, {404, 45}, 7, cell}, {.site = {1, 2}});
    return builder.build();
}

TEST(SectionFile, RefusesEveryFlippedByteOfHeaderAndSectionTable) {
    const auto whole = sample();
    constexpr std::size_t head = 64 + 3 * 48;
    for (std::size_t at = 0; at < head; ++at) {
        auto damaged = whole;
        damaged[at] ^= std::byte{0x41};
        EXPECT_FALSE(CellTable::open(damaged)) << at;
    }
}

TEST(SectionFile, FindsEveryFlippedByteOfABodyOnVerifying) {
    auto bytes = sample();
    EXPECT_TRUE(CellTable::open(bytes)->verify());
    bytes.back() ^= std::byte{1};
    ASSERT_TRUE(CellTable::open(bytes)) << "opening does not read bodies";
    EXPECT_FALSE(CellTable::open(bytes)->verify());
}

TEST(SectionFile, RefusesEveryCutLength) {
    const auto whole = sample();
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(CellTable::open(std::span(whole).first(length))) << length;
}

TEST(SectionFile, SurvivesAHostileSectionTableWithARightChecksum) {
    const auto whole = sample();
    for (std::size_t at = 64; at < 64 + 3 * 48; ++at)
        for (const int value : {0x00, 0x01, 0x7F, 0xFF}) {
            auto hostile = whole;
            hostile[at] = static_cast<std::byte>(value);
            seal_header(hostile);
            if (const auto table = CellTable::open(hostile))
                table->for_each([&](const CellIdentity& identity, const CellRecord&) { (void)table->find(identity); });
        }
}

}  // namespace
}  // namespace simtrail
