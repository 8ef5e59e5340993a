#include "adapters/sms/kannel/incoming.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace simtrail::sms::kannel {
namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;

class KannelIncoming : public ::testing::Test {
   protected:
    std::vector<IncomingText> texts;
    std::vector<TextReceipt> receipts;
    std::vector<GatewayHooks::Done> dones;
    GatewayHooks hooks{.on_result = {},
                       .on_receipt =
                           [this](TextReceipt receipt, GatewayHooks::Done done) {
                               receipts.push_back(std::move(receipt));
                               dones.push_back(std::move(done));
                           },
                       .on_text =
                           [this](IncomingText text, GatewayHooks::Done done) {
                               texts.push_back(std::move(text));
                               dones.push_back(std::move(done));
                           },
                       .on_room = {},
                       .now_ms = [] { return now_ms; }};
    Incoming incoming{"0123456789abcdef", *SourceList::parse({"127.0.0.0/8"}), hooks};

    /// Nothing while there is no answer.
    std::optional<http::Response> answer;
    int status_of(http::Request request) {
        answer.reset();
        incoming.handle(std::move(request), [this](http::Response response) { answer = std::move(response); });
        return answer ? answer->status : 0;
    }
    static http::Request get(const std::string& target) {
        return {.method = "GET", .target = target, .peer = "127.0.0.1"};
    }
    static std::string text_target(const std::string& rest) { return "/text?secret=0123456789abcdef&" + rest; }
    std::string read_text(const std::string& rest) {
        if (status_of(get(text_target("from=91&" + rest))) != 0) return "not taken";
        return texts.back().text;
    }
};

TEST_F(KannelIncoming, ATextIsAnsweredEmptyOnceWhatFollowsIsDurable) {
    EXPECT_EQ(status_of(get(text_target("from=%2B919876543210&to=56767&text=YES+4821&charset=UTF-8&time=1699873625"))),
              0);
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0].from.text(), "919876543210");
    EXPECT_EQ(texts[0].text, "YES 4821");
    EXPECT_EQ(texts[0].gateway_ms, 1699873625000);
    dones[0](true);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "") << "Kannel would send it to the subscriber";
}

TEST_F(KannelIncoming, ATextThatCannotBeKeptIsBroughtAgain) {
    status_of(get(text_target("from=91&text=YES")));
    dones.at(0)(false);
    EXPECT_EQ(answer->status, 503);
}

TEST_F(KannelIncoming, ReadsTextsAsKannelEncodesThem) {
    EXPECT_EQ(read_text("text=a%2Bb+c%26d%3D%25"), "a+b c&d=%");
    EXPECT_EQ(read_text("text=%C3%A9%E2%82%AC&charset=UTF-8"), "é€");
    EXPECT_EQ(read_text("text=%09%39%09%3E%09%01&charset=UTF-16BE&coding=2"), "हाँ");
    EXPECT_EQ(read_text("text=%00Y%00E%00S&coding=2"), "YES");
    EXPECT_EQ(read_text("text=YES&coding=0"), "YES");
    EXPECT_EQ(read_text("text="), "");
    EXPECT_EQ(read_text("text=%FF%00"), std::string("\xEF\xBF\xBD\0", 4));
}

TEST_F(KannelIncoming, ReadsThePostedTextToo) {
    auto request = get(text_target("from=91&time=1"));
    request.method = "POST";
    request.headers = {{"Content-Type", "text/plain; charset=\"UTF-16BE\""}};
    request.body = std::string("\x09\x39\x09\x3e\x09\x01", 6);
    EXPECT_EQ(status_of(request), 0);
    EXPECT_EQ(texts.at(0).text, "हाँ");
    request.headers = {{"Content-Type", "application/octet-stream"}};
    request.target = text_target("from=91&coding=1");
    EXPECT_EQ(status_of(request), 200);
    EXPECT_EQ(texts.size(), 1U);
}

TEST_F(KannelIncoming, ATimeThatIsNoneIsNow) {
    for (const auto* time : {"", "&time=", "&time=yesterday", "&time=-1", "&time=99999999999999999", "&time=1.5"}) {
        status_of(get(text_target("from=91&text=YES" + std::string(time))));
        EXPECT_EQ(texts.back().gateway_ms, now_ms) << time;
    }
}

TEST_F(KannelIncoming, WhatCanNeverBeUsedIsNotBroughtAgain) {
    for (const auto* rest :
         {"from=VM-BANK&text=YES", "from=&text=YES", "from=1234567890123456&text=YES",
          "from=91&text=%01%02&charset=8-BIT", "from=91&text=%01&coding=1", "from=%2B%2B91&text=YES"})
        EXPECT_EQ(status_of(get(text_target(rest))), 200) << rest;
    EXPECT_TRUE(texts.empty());
}

TEST_F(KannelIncoming, AWrongServiceUrlIsToldToWhoeverWroteIt) {
    EXPECT_EQ(status_of(get(text_target("text=YES"))), 400);
    EXPECT_EQ(status_of(get(text_target("from=91"))), 400);
    EXPECT_NE(answer->body.find("text=%b"), std::string::npos);
    EXPECT_EQ(status_of(get("/other?secret=0123456789abcdef")), 404);
    auto request = get(text_target("from=91&text=YES"));
    request.method = "DELETE";
    EXPECT_EQ(status_of(request), 405);
    EXPECT_TRUE(texts.empty());
}

TEST_F(KannelIncoming, OnlyKannelIsHeard) {
    auto request = get(text_target("from=91&text=STOP"));
    request.peer = "10.0.0.1";
    EXPECT_EQ(status_of(request), 403);
    for (const auto* secret : {"", "secret=&", "secret=0123456789abcdeF&", "secret=0123456789abcdef0&",
                               "secret=0123456789abcde&", "Secret=0123456789abcdef&"})
        EXPECT_EQ(status_of(get("/text?" + std::string(secret) + "from=91&text=STOP")), 403) << secret;
    EXPECT_EQ(status_of(get("/text")), 403);
    EXPECT_EQ(status_of(get("")), 403);
    EXPECT_TRUE(texts.empty());
    EXPECT_EQ(status_of(get("/text?from=91&text=STOP&secret=0123456789abcdef")), 0);
}

TEST_F(KannelIncoming, HostileQueriesAreRefused) {
    for (const auto* rest :
         {"from=91&text=%", "from=91&text=%4", "from=91&text=%zz", "from=91&text=a&text=b", "from=9%3"})
        EXPECT_EQ(status_of(get(text_target(rest))), 400) << rest;
    for (const auto* secret : {"secret=0123456789abcdef&secret=0123456789abcdef&", "secret=%&"})
        EXPECT_EQ(status_of(get("/text?" + std::string(secret) + "from=91&text=STOP")), 400) << secret;
    auto request = get(text_target("from=91"));
    request.method = "POST";
    request.body = std::string(Incoming::max_body_bytes + 1, 'x');
    EXPECT_EQ(status_of(request), 413);
    EXPECT_TRUE(texts.empty());
}

TEST_F(KannelIncoming, AReceiptComesBackUnderItsTextsName) {
    const auto url = receipt_url_of("http://10.0.0.5:7420", "0123456789abcdef", "kannel-17");
    EXPECT_EQ(url, "http://10.0.0.5:7420/receipt?secret=0123456789abcdef&id=kannel-17&state=%d&detail=%A");
    const std::string begin = "/receipt?secret=0123456789abcdef&id=kannel-17&state=";
    using State = ReceiptState;
    for (const auto& [state, means] : std::vector<std::pair<std::string, State>>{{"1", State::delivered},
                                                                                 {"2", State::failed},
                                                                                 {"4", State::under_way},
                                                                                 {"8", State::under_way},
                                                                                 {"16", State::failed}}) {
        EXPECT_EQ(status_of(get(begin + state + "&detail=")), 0);
        EXPECT_EQ(receipts.back().message_ids, std::vector<std::string>{"kannel-17"});
        EXPECT_EQ(receipts.back().state, means) << state;
        EXPECT_EQ(receipts.back().detail, "");
    }
    dones.back()(true);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "");
    for (const auto* state : {"", "0", "3", "32", "1+", "delivered"})
        EXPECT_EQ(status_of(get(begin + state)), 200) << state;
    EXPECT_EQ(receipts.size(), 5U);
}

TEST_F(KannelIncoming, AReceiptsDetailHoldsNothingOfTheText) {
    const auto detail_of = [&](const std::string& detail) {
        status_of(get("/receipt?secret=0123456789abcdef&id=kannel-17&state=2&detail=" + detail));
        return receipts.back().detail;
    };
    EXPECT_EQ(detail_of("id:7+sub:001+dlvrd:000+submit+date:2311231620+done+date:2311231621+stat:UNDELIV+err:011+text:"
                        "Reply+YES+4821"),
              "UNDELIV err:011");
    EXPECT_EQ(detail_of("NACK%2F0x0000000b%2FInvalid+Destination+Address"), "refused by the SMSC 0x0000000b");
    EXPECT_EQ(detail_of("ACK%2F"), "");
    EXPECT_EQ(detail_of("stat:" + std::string(500, 'A')), std::string(16, 'A'));
    EXPECT_EQ(detail_of("stat:%0Ax"), "");
}

}  // namespace
}  // namespace simtrail::sms::kannel
