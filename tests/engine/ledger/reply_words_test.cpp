#include "engine/ledger/reply_words.hpp"

#include <gtest/gtest.h>

namespace simtrail::ledger {
namespace {

using Words = std::vector<std::string>;

TEST(ReplyWords, AreWithoutCaseAccentsWidthAndPunctuation) {
    EXPECT_EQ(folded_words("\"Sí!\" ＹＥＳ don't"), (Words{"si", "yes", "dont"}));
    EXPECT_EQ(folded_words("YES४८२१"), (Words{"yes", "4821"}));
}

TEST(ReplyWords, FoldedAgainAreTheSame) {
    const Words words = folded_words("\xD8\x90''\xD8\x90\xD8\x98");  // marks that change places without the apostrophes
    ASSERT_EQ(words.size(), 1U);
    EXPECT_EQ(folded_words(words.front()), words);
}

}  // namespace
}  // namespace simtrail::ledger
