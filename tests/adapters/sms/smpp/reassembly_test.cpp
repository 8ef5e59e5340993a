#include "adapters/sms/smpp/reassembly.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace simtrail::sms::smpp {
namespace {

using namespace std::string_literals;

constexpr std::int64_t start_ms = 1'700'000'000'000;

IncomingPart part(std::uint8_t number, std::uint8_t total, std::string octets, std::uint16_t reference = 1) {
    return {.source = "919876543210",
            .destination = "56767",
            .number = {PartScheme::octet_reference, reference, total, number},
            .octets = std::move(octets)};
}

TEST(Reassembly, JoinsPartsInAnyOrder) {
    std::array<int, 4> order{1, 2, 3, 4};
    do {
        Reassembly reassembly;
        std::optional<std::string> text;
        for (const int i : order) {
            EXPECT_FALSE(text);
            text = reassembly.add(part(static_cast<std::uint8_t>(i), 4, std::to_string(i)), start_ms);
        }
        EXPECT_EQ(text, "1234");
        EXPECT_EQ(reassembly.incomplete(), 0U);
        EXPECT_EQ(reassembly.octets(), 0U);
    } while (std::ranges::next_permutation(order).found);
}

TEST(Reassembly, CountsADuplicateOnce) {
    Reassembly reassembly;
    EXPECT_FALSE(reassembly.add(part(1, 2, "a"), start_ms));
    EXPECT_FALSE(reassembly.add(part(1, 2, "a"), start_ms));
    EXPECT_EQ(reassembly.add(part(2, 2, "b"), start_ms), "ab");
    EXPECT_EQ(reassembly.dropped(), (Reassembly::Dropped{.duplicate_parts = 1}));
}

TEST(Reassembly, KeepsTextsApart) {
    auto other_source = part(2, 2, "x");
    other_source.source = "919876543211";
    auto other_destination = part(2, 2, "x");
    other_destination.destination = "56768";
    auto other_scheme = part(2, 2, "x");
    other_scheme.number.scheme = PartScheme::segment_tlvs;
    Reassembly reassembly;
    EXPECT_FALSE(reassembly.add(part(1, 2, "a"), start_ms));
    for (const auto& other : {other_source, other_destination, other_scheme, part(2, 2, "x", 2), part(2, 3, "x")})
        EXPECT_FALSE(reassembly.add(other, start_ms));
    EXPECT_EQ(reassembly.incomplete(), 6U);
    EXPECT_EQ(reassembly.add(part(2, 2, "b"), start_ms), "ab");
    EXPECT_EQ(reassembly.dropped(), Reassembly::Dropped{});
}

TEST(Reassembly, BeginsANewTextWhereAReferenceComesAgainWithOtherContent) {
    Reassembly reassembly;
    EXPECT_FALSE(reassembly.add(part(1, 2, "old"), start_ms));
    EXPECT_FALSE(reassembly.add(part(1, 2, "new"), start_ms));
    EXPECT_EQ(reassembly.add(part(2, 2, "!"), start_ms), "new!");
    EXPECT_EQ(reassembly.dropped(), (Reassembly::Dropped{.superseded_texts = 1}));
}

TEST(Reassembly, ForgetsWhatStaysIncomplete) {
    Reassembly reassembly({.keep_ms = 1000});
    EXPECT_FALSE(reassembly.add(part(1, 2, "a"), start_ms));
    EXPECT_FALSE(reassembly.add(part(1, 3, "b", 2), start_ms + 500));
    reassembly.expire(start_ms + 999);
    EXPECT_EQ(reassembly.incomplete(), 2U);
    EXPECT_FALSE(reassembly.add(part(2, 2, "z"), start_ms + 1000)) << "its first part is gone";
    EXPECT_EQ(reassembly.dropped(), (Reassembly::Dropped{.expired_texts = 1}));
    reassembly.expire(start_ms + 2000);
    EXPECT_EQ(reassembly.incomplete(), 0U);
    EXPECT_EQ(reassembly.octets(), 0U);
    EXPECT_EQ(reassembly.dropped().expired_texts, 3U);
}

TEST(Reassembly, HoldsNoMoreTextsThanItsLimit) {
    Reassembly reassembly({.texts = 2});
    for (const std::uint16_t reference : std::initializer_list<std::uint16_t>{1, 2, 3})
        EXPECT_FALSE(reassembly.add(part(1, 2, "a", reference), start_ms));
    EXPECT_EQ(reassembly.incomplete(), 2U);
    EXPECT_EQ(reassembly.dropped(), (Reassembly::Dropped{.evicted_texts = 1}));
    EXPECT_EQ(reassembly.add(part(2, 2, "b", 2), start_ms), "ab") << "the oldest went, not this one";
}

TEST(Reassembly, HoldsNoMoreOctetsThanItsLimit) {
    constexpr std::size_t limit = 10'000;
    Reassembly reassembly({.octets = limit});
    std::mt19937 random(7);
    for (int i = 0; i < 5000; ++i) {
        const auto total = static_cast<std::uint8_t>(2 + random() % 250);
        reassembly.add(part(static_cast<std::uint8_t>(1 + random() % total), total, std::string(random() % 300, 'x'),
                            static_cast<std::uint16_t>(random() % 40)),
                       start_ms);
        ASSERT_LE(reassembly.octets(), limit);
    }
    EXPECT_GT(reassembly.dropped().evicted_texts, 1000U);
    EXPECT_FALSE(reassembly.add(part(1, 2, std::string(limit, 'x')), start_ms));
    EXPECT_EQ(reassembly.dropped().oversized_parts, 1U);
    EXPECT_LE(reassembly.octets(), limit);
}

TEST(Reassembly, ReadsPairsThatASenderHasCut) {
    const auto ucs2 = [](std::uint8_t number, std::string octets) {
        auto made = part(number, 2, std::move(octets));
        made.alphabet = Alphabet::ucs2;
        return made;
    };
    Reassembly reassembly;
    EXPECT_FALSE(reassembly.add(ucs2(1, "\0a\xD8\x3D"s), start_ms));
    EXPECT_EQ(reassembly.add(ucs2(2, "\xDE\0\0z"s), start_ms), "a😀z");
    EXPECT_FALSE(reassembly.add(part(1, 2, "x\x1B"), start_ms));
    EXPECT_EQ(reassembly.add(part(2, 2, "e!"), start_ms), "x€!");
    EXPECT_FALSE(reassembly.add(part(1, 2, "gsm\x1B"), start_ms));
    EXPECT_EQ(reassembly.add(ucs2(2, "\x09\x39"s), start_ms), "gsm\uFFFDह") << "each in its own alphabet";
}

TEST(Reassembly, GivesASinglePartAtOnce) {
    Reassembly reassembly;
    EXPECT_EQ(reassembly.add(part(1, 1, "YES"), start_ms), "YES");
    EXPECT_EQ(reassembly.incomplete(), 0U);
}

}  // namespace
}  // namespace simtrail::sms::smpp
