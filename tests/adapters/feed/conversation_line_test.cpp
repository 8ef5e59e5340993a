#include <gtest/gtest.h>

#include "tests/adapters/feed/decoding.hpp"

namespace simtrail::feed {
namespace {

constexpr Trust all{.sms = true, .control = true};

/// What the decoder makes of a trusted line, as its reader does: `decode` first.
std::expected<ConversationLine, Outcome> converse(const std::string& text) {
    const auto decoder = make_json_decoder(all);
    const Decoded decoded = decode(*decoder, text);
    if (decoded.fault != Outcome::sms && decoded.fault != Outcome::control)
        return std::unexpected(decoded.fault.value_or(Outcome::point));
    return decoder->decode_conversation(text, *decoded.fault);
}

Outcome fault_of(const std::string& text) {
    const auto line = converse(text);
    return line ? Outcome::point : line.error();
}

TEST(ConversationLine, IsAnSmsAsTheContractHasIt) {
    const auto line = converse(
        R"({"type":"sms","ts":1699873625645,"from":"919876543210","to":"56767","text":"YES 4821","extra":[{}]})");
    ASSERT_TRUE(line);
    const auto& sms = std::get<SmsLine>(*line);
    EXPECT_EQ(sms.ts_ms, 1699873625645);
    EXPECT_EQ(sms.from.text(), "919876543210");
    EXPECT_EQ(sms.to, "56767");
    EXPECT_EQ(sms.text, "YES 4821");
    EXPECT_EQ(sms.gateway_ms, 1699873625645);
}

TEST(ConversationLine, OfARecordingSaysMore) {
    const auto sms = converse(R"({"type":"sms","ts":1699873625645,"from":"91","text":"\u00e4","gateway":"smpp",)"
                              R"("gatewayTs":1699873625000})");
    ASSERT_TRUE(sms);
    EXPECT_EQ(std::get<SmsLine>(*sms).text, "ä");
    EXPECT_EQ(std::get<SmsLine>(*sms).gateway, "smpp");
    EXPECT_EQ(std::get<SmsLine>(*sms).gateway_ms, 1699873625000);

    const auto control = converse(R"({"type":"control","ts":1699873625645,"tenant":"acme","op":"requestConsent",)"
                                  R"("path":"91","tenantName":"Acme","key":"k1","code":"0042","trackId":"t"})");
    ASSERT_TRUE(control);
    const auto& call = std::get<ControlLine>(*control);
    EXPECT_EQ(call.tenant_name, "Acme");
    EXPECT_EQ(call.key_id, "k1");
    EXPECT_EQ(call.code, 42);
    EXPECT_EQ(call.track_id, "t");
}

TEST(ConversationLine, IsAnApiCallWithItsBodyAsText) {
    const auto line =
        converse(R"({"op":"createSimTrack","body":{"msisdn":"91","defaultStart":true},"ts":1699873625645,)"
                 R"("tenant":"acme","type":"control"})");
    ASSERT_TRUE(line);
    const auto& call = std::get<ControlLine>(*line);
    EXPECT_EQ(call.tenant, "acme");
    EXPECT_EQ(call.operation, "createSimTrack");
    EXPECT_EQ(call.path, "");
    EXPECT_EQ(call.body_json, R"({"defaultStart":true,"msisdn":"91"})");
}

TEST(ConversationLine, NamesTheFirstFault) {
    const std::vector<std::pair<std::string, Outcome>> lines{
        {R"("type":"sms")", Outcome::missing_field},
        {R"("type":"sms","ts":"1699873625645","from":"91","text":"")", Outcome::wrong_type},
        {R"("type":"sms","ts":1699873625,"from":"91","text":"")", Outcome::bad_time},
        {R"("type":"sms","ts":18446744073709551615,"from":"91","text":"")", Outcome::bad_time},
        {R"("type":"sms","ts":1699873625645,"from":"+91","text":"")", Outcome::bad_msisdn},
        {R"("type":"sms","ts":1699873625645,"from":91,"text":"")", Outcome::wrong_type},
        {R"("type":"sms","ts":1699873625645,"from":"91","text":null)", Outcome::missing_field},
        {R"("type":"sms","ts":1699873625645,"from":"91","text":"\ud800")", Outcome::not_json},
        {R"("type":"control","ts":1699873625645,"op":"requestConsent")", Outcome::missing_field},
        {R"("type":"control","ts":1699873625645,"tenant":"a")", Outcome::missing_field},
        {R"("type":"control","ts":1699873625645,"tenant":"a","op":"x","body":[])", Outcome::wrong_type},
        {R"("type":"control","ts":1699873625645,"tenant":"a","op":"x","code":"48211")", Outcome::out_of_range},
        {R"("type":"control","ts":1699873625645,"tenant":"a","op":"x","code":"48x1")", Outcome::out_of_range},
        {R"("type":"control","ts":1699873625645,"tenant":"a","op":"x")", Outcome::point},
    };
    for (const auto& [members, outcome] : lines)
        EXPECT_EQ(name(fault_of("{" + members + "}")), name(outcome)) << members;
}

TEST(ConversationLine, IsOfTheFirstTypeThatIsWrittenSoThatTrustIsNotGotRound) {
    EXPECT_EQ(decode_json(R"({"type":"sms","type":"control","ts":1699873625645})", {.sms = true}).fault, Outcome::sms);
    EXPECT_EQ(fault_of(R"({"type":"sms","type":"control","ts":1699873625645,"tenant":"a","op":"x"})"),
              Outcome::missing_field);
}

TEST(ConversationLine, HasNoColumnsInCsv) {
    const std::string header = "type,ts,msisdn,radio,mcc,mnc,cell";
    EXPECT_EQ(decode_csv(header, "sms,1699873625645,91,lte,1,1,1", all).fault, Outcome::unsupported);
    EXPECT_EQ(decode_csv(header, "control,1699873625645,91,lte,1,1,1", all).fault, Outcome::unsupported);
    EXPECT_EQ(decode_csv(header, "sms,1699873625645,91,lte,1,1,1").fault, Outcome::untrusted);
}

TEST(ConversationLine, IsNeverTakenForACellEventByTheScan) {
    const auto trusted = make_json_decoder(all);
    const auto untrusted = make_json_decoder({});
    const std::string rest = R"("ts":1699873625645,"radio":"lte","mcc":1,"mnc":1,"cell":1)";
    const std::vector<std::string> not_cells{
        R"({"msisdn":"91","type":"sms",)" + rest + "}", R"({"msisdn":"91","x":{"type":"cell"},"type":"sms"})",
        R"({"msisdn":"91","\u0074ype":"control",)" + rest + "}", R"({"type":"sms","msisdn":"91","type":"cell"})"};
    for (const std::string& line : not_cells) {
        EXPECT_FALSE(trusted->scan_msisdn(line)) << line;
        EXPECT_TRUE(untrusted->scan_msisdn(line)) << line;
    }
    const std::vector<std::string> cells{R"({"msisdn":"91",)" + rest + "}",
                                         R"({"msisdn":"91","type":"cell",)" + rest + "}",
                                         R"({"type": "cell","msisdn":"91",)" + rest + "}"};
    for (const std::string& line : cells) EXPECT_TRUE(trusted->scan_msisdn(line)) << line;
}

}  // namespace
}  // namespace simtrail::feed
