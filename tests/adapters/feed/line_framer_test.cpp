#include "adapters/feed/line_framer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <random>

#include "tests/support/naive_lines.hpp"

namespace simtrail::feed {
namespace {

using testing::naive_lines;
using testing::NaiveLine;

void fill(LineFramer& framer, std::string_view bytes) {
    const auto room = framer.room(bytes.size());
    std::ranges::copy(bytes, room.begin());
    framer.filled(bytes.size());
}

/// Takes up to `at_most` lines.
std::vector<NaiveLine> take(LineFramer& framer, std::size_t at_most = SIZE_MAX) {
    std::vector<NaiveLine> taken;
    const auto lines = framer.lines();
    const std::size_t count = std::min(at_most, lines.size());
    for (const RawLine& line : lines.first(count)) {
        taken.push_back({std::string(line.text), line.oversized, line.unterminated});
        EXPECT_EQ(line.number, framer.last_number() + taken.size());
    }
    framer.taken(count);
    return taken;
}

std::string made_input(std::mt19937_64& random) {
    constexpr std::array<std::size_t, 8> lengths{
        0, 1, 2, 150, max_line_bytes - 1, max_line_bytes, max_line_bytes + 1, 30'000};
    std::string input;
    for (auto lines = random() % 12; lines > 0; --lines) {
        input.append(lengths[random() % lengths.size()], static_cast<char>('a' + random() % 26));
        if (random() % 3 == 0) input += '\r';
        input += '\n';
    }
    if (random() % 2 == 0) input.append(lengths[random() % lengths.size()], 'z');
    return input;
}

TEST(LineFramer, FramesLikeTheNaiveOneWhateverTheChunks) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        const std::string input = made_input(random);
        LineFramer framer;
        std::vector<NaiveLine> lines;
        const auto take_some = [&](std::size_t at_most) {
            std::ranges::copy(take(framer, at_most), std::back_inserter(lines));
        };
        for (std::size_t at = 0; at < input.size();) {
            const std::size_t size =
                std::min<std::size_t>(1 + random() % (random() % 2 == 0 ? 20'000 : 300), input.size() - at);
            fill(framer, std::string_view(input).substr(at, size));
            at += size;
            take_some(random() % 4);
        }
        framer.end();
        take_some(SIZE_MAX);
        ASSERT_EQ(lines.size(), naive_lines(input).size());
        ASSERT_TRUE(lines == naive_lines(input));
        EXPECT_EQ(framer.last_number(), lines.size());
    }
}

TEST(LineFramer, KeepsLinesThatAreNotTakenWhereverTheBufferMoves) {
    LineFramer framer;
    fill(framer, "{1}\n{2}\n{3");
    EXPECT_EQ(take(framer, 1), (std::vector<NaiveLine>{{"{1}"}}));
    fill(framer, std::string(100'000, ' ') + "}\n{4}\n");
    EXPECT_EQ(take(framer), (std::vector<NaiveLine>{{"{2}"}, {.oversized = true}, {"{4}"}}));
}

TEST(LineFramer, HoldsNothingOfALineOfAGigabyte) {
    LineFramer framer;
    constexpr std::size_t chunk = 64 * 1024;
    const char* first = nullptr;
    for (std::size_t bytes = 0; bytes < (1UL << 30); bytes += chunk) {
        const auto room = framer.room(chunk);
        if (bytes == 0) std::ranges::fill(room, 'x');
        if (bytes == chunk) first = room.data();
        ASSERT_TRUE(bytes <= chunk || room.data() == first) << "always the same room";
        framer.filled(chunk);
        ASSERT_TRUE(framer.lines().empty());
    }
    fill(framer, "\n{2}\n");
    EXPECT_EQ(take(framer), (std::vector<NaiveLine>{{.oversized = true}, {"{2}"}}));
}

TEST(LineFramer, NumbersLinesAnew) {
    LineFramer framer;
    fill(framer, "{\"hello\":1}\n\nbad\n{part");
    framer.taken(1);
    framer.number_from(1001);
    ASSERT_EQ(framer.lines().size(), 2U);
    EXPECT_EQ(framer.lines()[0].number, 1001U) << "the blank one";
    EXPECT_EQ(framer.last_number(), 1000U);
    framer.taken(2);
    fill(framer, "}\n");
    EXPECT_EQ(framer.lines()[0].number, 1003U);
    EXPECT_EQ(framer.last_number(), 1002U);
}

TEST(LineFramer, EndsWithoutALineWhereNothingIsLeft) {
    LineFramer framer;
    framer.end();
    EXPECT_TRUE(framer.lines().empty());
    fill(framer, "{1}\n");
    framer.end();
    EXPECT_EQ(framer.lines().size(), 1U);
}

}  // namespace
}  // namespace simtrail::feed
