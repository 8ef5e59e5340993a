#include "engine/ledger/conversation.hpp"

#include <gmock/gmock.h>

#include <array>

namespace simtrail::ledger {
namespace {

using ::testing::HasSubstr;

std::string read(std::string_view text) {
    static constexpr std::array<const char*, 5> words{"?", "both", "grant", "deny", "stop"};
    const Reply reply = ReplyReader(ConversationRules{}).read(text);
    return words[static_cast<std::size_t>(reply.word)] + (reply.code ? " " + code_text(*reply.code) : "");
}

TEST(Conversation, ReadsWordsInAnyCaseWithSpacesAndPunctuation) {
    for (const char* text : {"YES", "yes", " Yes. ", "y", "ALLOW!", "\"yes\"\n", "“Yes”", "«yes»", "(y)", "YES please",
                             "ＹＥＳ", "y\u00E9s", "ye\u0301s", "YES\u200B", "Yes, I agree"})
        EXPECT_EQ(read(text), "grant") << text;
    for (const char* text : {"NO", "n", "Deny,", "No thanks, I do not want this", "¡No!"})
        EXPECT_EQ(read(text), "deny") << text;
    for (const char* text : {"STOP", "stopall", "Unsubscribe", "cancel", "END.", "quit", "Stop it now please", "STOP 1",
                             "please stop", "no, stop!", "ok stop now", "ＳＴＯＰ", "STOP 4821 4822", "stop yes"})
        EXPECT_EQ(read(text), "stop") << text;
}

TEST(Conversation, ReadsTheCodeAnywhereAndInAnyDigits) {
    for (const char* text : {"YES 4821", "4821 yes", "yes,4821.", "Y-4821", "YES4821", "4821yes", "yes (4821) please",
                             "Yes 4821, I agree to be tracked", "YES 4821 4821", "ＹＥＳ ４８２１", "yes ४८२१",
                             "yes ٤٨٢١", "\"YES 4821\""})
        EXPECT_EQ(read(text), "grant 4821") << text;
    EXPECT_EQ(read("no 0007"), "deny 0007");
}

TEST(Conversation, TakesNothingElseForAnAnswer) {
    for (const char* text : {"", "  ", "4821", "yesterday", "I say yes", "YES 48211", "YES 482", "yes 4821 4822",
                             "Yes who is this", "Y are you tracking me?", "Allow me to ask you", "yes stop",
                             "yes until the end", "We never stop at noon", "\xFF yes", "yes \xC3", "\xED\xA0\x80"})
        EXPECT_EQ(read(text), "?") << text;
}

TEST(Conversation, TellsWhoSaysBothFromWhoSaysNeither) {
    for (const char* text : {"yes no", "no yes", "yes 4821 no", "yes but not now", "Yes, don't", "yes I don\u2019t"})
        EXPECT_EQ(read(text), "both") << text;
}

TEST(Conversation, AnyLanguageIsConfiguration) {
    ConversationRules rules;
    rules.grant = {"हाँ", "SÍ", "DE ACUERDO", "同意"};
    rules.deny = {"नहीं", "NÃO", "DE"};
    rules.stop = {"СТОП", "STOPP", "KALDIR"};
    const ReplyReader reader(rules);
    for (const char* text : {"हाँ", "si", "Sí!", "de acuerdo 1234", "De  Acuerdo.", "同意"})
        EXPECT_EQ(reader.read(text).word, Word::grant) << text;
    for (const char* text : {"नहीं", "nao", "de", "não obrigado"}) EXPECT_EQ(reader.read(text).word, Word::deny) << text;
    for (const char* text : {"стоп", "Stopp", "kaldır"}) EXPECT_EQ(reader.read(text).word, Word::stop) << text;
    for (const char* text : {"yes", "ह", "acuerdo"}) EXPECT_EQ(reader.read(text).word, Word::unclear) << text;
}

TEST(Conversation, RulesThatContradictThemselvesAreRefused) {
    EXPECT_FALSE(fault_of({}));
    const auto fault = [](auto change) {
        ConversationRules rules;
        change(rules);
        const auto found = fault_of(rules).value_or(ConversationFault{});
        return std::string(found.where) + ": " + found.what;
    };
    EXPECT_THAT(fault([](auto& rules) { rules.stop.clear(); }), HasSubstr("words.stop"));
    EXPECT_THAT(fault([](auto& rules) { rules.deny = {"yes"}; }), HasSubstr("words.deny: 'yes' stands there twice"));
    EXPECT_THAT(fault([](auto& rules) { rules.deny = {"Ýes"}; }), HasSubstr("twice"));
    EXPECT_THAT(fault([](auto& rules) { rules.grant = {"!"}; }), HasSubstr("no word"));
    EXPECT_THAT(fault([](auto& rules) { rules.grant = {"1234"}; }), HasSubstr("without digits"));
    EXPECT_THAT(fault([](auto& rules) { rules.request_text = "{tenant} asks"; }), HasSubstr("{code}"));
    EXPECT_THAT(fault([](auto& rules) { rules.stopped_text = "{tenant} not"; }), HasSubstr("texts.stopped: cannot"));
    EXPECT_THAT(fault([](auto& rules) { rules.allowed_text = "{tenant} {code}"; }), HasSubstr("texts.allowed: cannot"));
    EXPECT_THAT(fault([](auto& rules) { rules.hint_text = std::string(2000, 'x'); }), HasSubstr("bytes"));
}

TEST(Conversation, FillsTextsOnce) {
    EXPECT_EQ(filled("{tenant}: {code}, {code} {x", "{code}", "0001"), "{code}: 0001, 0001 {x");
    EXPECT_EQ(code_text(0), "0000");
    EXPECT_EQ(code_text(9999), "9999");
}

}  // namespace
}  // namespace simtrail::ledger
