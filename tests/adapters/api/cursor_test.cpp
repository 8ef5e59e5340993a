#include "adapters/api/cursor.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace simtrail::api {
namespace {

TEST(Cursor, IsUrlSafeAndNamesItsPlace) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 1000; ++i) {
        const auto track = static_cast<TrackNumber>(random());
        const TracePlace place{static_cast<std::int64_t>(random()), static_cast<std::uint32_t>(random())};
        const std::string text = trace_cursor(track, place);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                  std::string::npos);
        EXPECT_EQ(parse_trace_cursor(track, text), place);
    }
}

TEST(Cursor, IsRefusedByAnotherListing) {
    const std::string text = trace_cursor(1, {1000, 5});
    EXPECT_EQ(parse_trace_cursor(2, text), std::nullopt);
    EXPECT_EQ(parse_list_cursor("acme", text), std::nullopt);
    EXPECT_EQ(parse_list_cursor("acme", list_cursor("acme", 5)), 5U);
    EXPECT_EQ(parse_list_cursor("rival", list_cursor("acme", 5)), std::nullopt);
}

TEST(Cursor, IsRefusedWithAnyCharacterChanged) {
    const std::string text = trace_cursor(1, {std::numeric_limits<std::int64_t>::min(), 5});
    for (std::size_t i = 0; i < text.size(); ++i)
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = text;
            changed[i] = static_cast<char>(byte);
            if (changed != text) {
                EXPECT_EQ(parse_trace_cursor(1, changed), std::nullopt) << changed;
            }
        }
    for (const std::string& other : {std::string(), text + "A", text.substr(1), text + "=="})
        EXPECT_EQ(parse_trace_cursor(1, other), std::nullopt) << other;
}

}  // namespace
}  // namespace simtrail::api
