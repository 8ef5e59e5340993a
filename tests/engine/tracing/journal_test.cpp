#include "engine/tracing/journal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace simtrail {
namespace {

std::string three_entries() {
    std::string bytes;
    append_journal_entry(
        bytes, {.kind = JournalEntry::Kind::held, .track = 300, .ts_ms = 1'700'000'000'000, .evidence = "abc"});
    append_journal_entry(bytes, {.kind = JournalEntry::Kind::point,
                                 .track = 1,
                                 .seq = 70'000,
                                 .point = PackedPoint{TracePoint{.tis_ms = 5}},
                                 .evidence = ""});
    append_journal_entry(bytes, {.kind = JournalEntry::Kind::discarded, .track = 2, .ts_ms = -1, .evidence = "z"});
    return bytes;
}

TEST(Journal, IsReadAsItWasWritten) {
    const std::string bytes = three_entries();
    std::vector<JournalEntry> entries;
    ASSERT_TRUE(for_each_journal_entry(bytes, [&](const JournalEntry& e) { entries.push_back(e); }));
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].track, 300U);
    EXPECT_EQ(entries[0].ts_ms, 1'700'000'000'000);
    EXPECT_EQ(entries[0].evidence, "abc");
    EXPECT_EQ(entries[1].seq, 70'000U);
    EXPECT_EQ(entries[1].ts_ms, 5);
    EXPECT_EQ(entries[2].kind, JournalEntry::Kind::discarded);
    EXPECT_EQ(entries[2].ts_ms, -1);
}

TEST(Journal, TellsACutAnywhere) {
    const std::string bytes = three_entries();
    std::vector<std::size_t> ends;
    ASSERT_TRUE(for_each_journal_entry(bytes, [&](const JournalEntry& e) {
        ends.push_back(static_cast<std::size_t>(e.evidence.data() + e.evidence.size() - bytes.data()));
    }));
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const bool whole = for_each_journal_entry(std::string_view(bytes).substr(0, size), [](const JournalEntry&) {});
        EXPECT_EQ(whole, std::ranges::find(ends, size) != ends.end()) << size;
    }
}

}  // namespace
}  // namespace simtrail
