#include "adapters/sms/smpp/incoming_messages.hpp"

#include <gtest/gtest.h>

namespace simtrail::tests {
namespace {

using namespace sms;
using namespace sms::smpp;

/// Hooks that are answered by hand, and the answers that the SMSC got.
class Inbox {
   public:
    ShortMessage reply(std::string text) const {
        return {.source = {1, 1, "919876543210"}, .destination = {0, 0, "56767"}, .short_message = std::move(text)};
    }
    /// A part of a text of two.
    ShortMessage part(char number, std::string text) const {
        auto message = reply(std::string("\x05\x00\x03\x2A\x02", 5) + number + std::move(text));
        message.esm_class = esm_user_data_header;
        return message;
    }
    void take(const ShortMessage& message) {
        incoming.take(message, [this](bool durable) { answers.push_back(durable); }, 1000);
    }

    std::vector<std::string> texts;
    std::vector<TextReceipt> receipts;
    std::vector<bool> answers;
    std::uint64_t incomplete = 0;
    std::vector<GatewayHooks::Done> dones;  // go first: one that was not called answers as it goes
    IncomingMessages incoming{Alphabet::gsm,
                              {.on_result = {},
                               .on_receipt =
                                   [this](TextReceipt receipt, GatewayHooks::Done done) {
                                       receipts.push_back(std::move(receipt));
                                       dones.push_back(std::move(done));
                                   },
                               .on_text =
                                   [this](IncomingText text, GatewayHooks::Done done) {
                                       texts.push_back(std::move(text.text));
                                       dones.push_back(std::move(done));
                                   },
                               .on_incomplete = [this](std::uint64_t count) { incomplete += count; },
                               .on_room = {},
                               .now_ms = [] { return std::int64_t{17}; }},
                              [](std::move_only_function<void()> work) { work(); }};
};

using Answers = std::vector<bool>;

TEST(IncomingMessages, ATextIsAnsweredAsItsHookSays) {
    Inbox inbox;
    inbox.take(inbox.reply("YES"));
    inbox.take(inbox.reply("NO"));
    EXPECT_EQ(inbox.answers, Answers{});
    inbox.dones.at(0)(true);
    inbox.dones.at(1)(false);
    EXPECT_EQ(inbox.answers, (Answers{true, false}));
    EXPECT_EQ(inbox.texts, (std::vector<std::string>{"YES", "NO"}));
}

TEST(IncomingMessages, ATextWhoseHookForgetsItComesAgain) {
    Inbox inbox;
    inbox.take(inbox.reply("YES"));
    inbox.dones.clear();
    EXPECT_EQ(inbox.answers, Answers{false});
}

TEST(IncomingMessages, ALongTextsEarlierPartsAreAnsweredAtOnce) {
    Inbox inbox;
    inbox.take(inbox.part(2, "world"));
    EXPECT_EQ(inbox.answers, Answers{true});
    inbox.take(inbox.part(1, "hello "));
    EXPECT_EQ(inbox.texts, std::vector<std::string>{"hello world"});
    EXPECT_EQ(inbox.answers, Answers{true});
    inbox.dones.at(0)(true);
    EXPECT_EQ(inbox.answers, (Answers{true, true}));
}

TEST(IncomingMessages, ALongTextThatStaysIncompleteIsCounted) {
    Inbox inbox;
    inbox.take(inbox.part(1, "hello "));
    inbox.take(inbox.part(1, "another "));  // the reference is a new text's
    EXPECT_EQ(inbox.incomplete, 1);
    inbox.take(inbox.part(2, "world"));
    EXPECT_EQ(inbox.texts, std::vector<std::string>{"another world"});
    EXPECT_EQ(inbox.incomplete, 1);
}

TEST(IncomingMessages, ALongTextThatDidNotBecomeDurableIsWholeAgainWithItsLastPart) {
    Inbox inbox;
    inbox.take(inbox.part(1, "hello "));
    inbox.take(inbox.part(2, "world"));
    inbox.dones.at(0)(false);
    EXPECT_EQ(inbox.answers, (Answers{true, false}));
    inbox.take(inbox.part(2, "world"));
    EXPECT_EQ(inbox.texts, (std::vector<std::string>{"hello world", "hello world"}));
    inbox.dones.at(1)(true);
    EXPECT_EQ(inbox.answers, (Answers{true, false, true}));
}

TEST(IncomingMessages, AReceiptNamesItsMessageInEverySpelling) {
    Inbox inbox;
    auto receipt = inbox.reply("id:0000001A sub:001 dlvrd:001 submit date:1 done date:1 stat:DELIVRD err:000 text:");
    receipt.esm_class = esm_delivery_receipt;
    inbox.take(receipt);
    ASSERT_EQ(inbox.receipts.size(), 1);
    EXPECT_EQ(inbox.receipts[0].message_ids.at(0), "1a");
    EXPECT_EQ(inbox.receipts[0].state, ReceiptState::delivered);
    EXPECT_EQ(inbox.answers, Answers{});
    inbox.dones.at(0)(true);
    EXPECT_EQ(inbox.answers, Answers{true});
}

TEST(IncomingMessages, WhatIsNoSubscribersTextIsTakenAndDropped) {
    Inbox inbox;
    auto from_a_name = inbox.reply("WIN A PRIZE");
    from_a_name.source.text = "Bank";
    auto binary = inbox.reply("\x01\x02");
    binary.data_coding = 4;
    auto nameless = inbox.reply("stat:DELIVRD");
    nameless.esm_class = esm_delivery_receipt;
    for (const auto& message : {from_a_name, binary, nameless}) inbox.take(message);
    EXPECT_EQ(inbox.answers, (Answers{true, true, true}));
    EXPECT_TRUE(inbox.texts.empty());
    EXPECT_TRUE(inbox.receipts.empty());
}

TEST(IncomingMessages, PlainWordsAreHeardWhateverTheirCodingIsSaidToBe) {
    Inbox inbox;
    for (const int coding : {0x02, 0x04, 0x06, 0x09, 0xF4, 0xFF}) {
        auto reply = inbox.reply("STOP");
        reply.data_coding = static_cast<std::uint8_t>(coding);
        inbox.take(reply);
    }
    EXPECT_EQ(inbox.texts, std::vector<std::string>(6, "STOP"));
}

TEST(IncomingMessages, ANumberMayBearItsPlusSign) {
    Inbox inbox;
    auto reply = inbox.reply("YES");
    reply.source.text = "+919876543210";
    inbox.take(reply);
    EXPECT_EQ(inbox.texts, std::vector<std::string>{"YES"});
}

}  // namespace
}  // namespace simtrail::tests
