#include "adapters/sms/console_gateway.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace simtrail::sms {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct Received {
    std::string from, text;
    std::move_only_function<void(bool)> done;
};

http::Request request_for(const std::string& method, std::string_view path, const std::string& body = {}) {
    return {.method = method,
            .target = std::string{path},
            .headers = {{"Host", "127.0.0.1:7490"}, {"Content-Type", "application/json"}},
            .body = body,
            .loopback = true};
}

class Console : public ::testing::Test {
   protected:
    std::vector<Received> received;
    std::vector<TextResult> results;
    ConsoleGateway gateway{{.on_result = [this](TextResult result) { results.push_back(std::move(result)); },
                            .on_text =
                                [this](const IncomingText& text, GatewayHooks::Done done) {
                                    received.push_back({text.from.text(), text.text, std::move(done)});
                                },
                            .now_ms = [] { return std::int64_t{1}; }}};

    void send(const char* to, std::string text, std::int64_t at_ms) {
        gateway.send({{.number = ++sent, .to = *Msisdn::parse(to), .text = std::move(text), .at_ms = at_ms}});
    }
    std::int64_t sent = 0;

    json outbox() const { return json::parse(gateway.outbox(request_for("GET", "/sms/outbox")).body)["messages"]; }

    /// Nothing while there is no answer.
    std::optional<http::Response> answer;
    int status_of(const http::Request& request) {
        answer.reset();
        gateway.inbox(request, [this](http::Response response) { answer = std::move(response); });
        return answer ? answer->status : 0;
    }
    int status_of(const std::string& body) { return status_of(request_for("POST", "/sms/inbox", body)); }
};

constexpr auto a_reply = R"({"from":"919876543210","to":"56767","text":"YES 4821"})";

TEST_F(Console, ShowsTheTextsThatWereSent) {
    EXPECT_EQ(outbox(), json::array());
    send("919876543210", "Reply \"YES 4821\"\né", 1699873625645);
    send("0012", "two", 7);
    ASSERT_EQ(results.size(), 2);
    EXPECT_EQ(results[1].number, 2);
    EXPECT_TRUE(results[1].accepted);
    EXPECT_EQ(results[1].message_id, "") << "there are no receipts";
    EXPECT_EQ(outbox(), json::parse(R"([{"to":"919876543210","text":"Reply \"YES 4821\"\né","at":1699873625645},
                                        {"to":"0012","text":"two","at":7}])"));
}

TEST_F(Console, KeepsTheNewestThousand) {
    for (int i = 0; i < 1001; ++i) send("1", "text", i);
    const auto messages = outbox();
    EXPECT_EQ(messages.size(), 1000U);
    EXPECT_EQ(messages[0]["at"], 1);
    EXPECT_EQ(messages[999]["at"], 1000);
}

TEST_F(Console, AReplyIsAnsweredOnceWhatFollowsIsDurable) {
    EXPECT_EQ(status_of(a_reply), 0);
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].from, "919876543210");
    EXPECT_EQ(received[0].text, "YES 4821");
    received[0].done(true);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"status":"taken"})");
}

TEST_F(Console, AReplyThatCannotBeKeptIs503) {
    EXPECT_EQ(status_of(a_reply), 0);
    received.at(0).done(false);
    EXPECT_EQ(answer->status, 503);
}

TEST_F(Console, ServesThisMachineAloneAndByItsNamesAlone) {
    auto request = request_for("POST", "/sms/inbox", a_reply);
    for (const auto* host :
         {"127.0.0.1", "127.0.0.1:7490", "localhost:7490", "LOCALHOST", "[::1]:7490", "[::1]", "127.9.9.9"}) {
        request.headers[0].second = host;
        EXPECT_EQ(status_of(request), 0) << host;
        EXPECT_EQ(gateway.outbox(request).status, 200) << host;
    }
    EXPECT_EQ(received.size(), 7U);
    for (const auto* host : {"", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7490", "10.0.0.1",
                             "[::2]", "evil.example:127.0.0.1", "[::1].evil.example", "::1"}) {
        request.headers[0].second = host;
        EXPECT_EQ(status_of(request), 403) << host;
        EXPECT_EQ(gateway.outbox(request).status, 403) << host;
    }
    request.headers[0].second = "127.0.0.1:7490";
    request.loopback = false;
    EXPECT_EQ(status_of(request), 403);
    EXPECT_EQ(received.size(), 7U);
}

TEST_F(Console, TakesJsonAlone) {
    auto request = request_for("POST", "/sms/inbox", a_reply);
    for (const auto* type :
         {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data"}) {
        request.headers[1].second = type;
        EXPECT_EQ(status_of(request), 415) << type;
    }
    request.headers[1].second = "Application/JSON; charset=utf-8";
    EXPECT_EQ(status_of(request), 0);
    EXPECT_EQ(received.size(), 1U);
}

TEST_F(Console, BadBodiesNameTheField) {
    for (const auto& [body, field] :
         std::vector<std::pair<std::string, std::string>>{{"", "body"},
                                                          {"[]", "body"},
                                                          {"{", "body"},
                                                          {R"({"text":"YES"})", "from"},
                                                          {R"({"from":919876543210,"text":"YES"})", "from"},
                                                          {R"({"from":"+91","text":"YES"})", "from"},
                                                          {R"({"from":"1234567890123456","text":"YES"})", "from"},
                                                          {R"({"from":"91"})", "text"},
                                                          {R"({"from":"91","text":7})", "text"},
                                                          {R"({"from":"91","to":5,"text":"YES"})", "to"},
                                                          {"{\"from\":\"91\",\"text\":\"\xFF\"}", "body"}}) {
        EXPECT_EQ(status_of(body), 400) << body;
        EXPECT_THAT(answer->body, HasSubstr("\"field\":\"" + field + '"')) << body;
    }
    EXPECT_TRUE(received.empty());
}

TEST_F(Console, LongBodiesAreRefused) {
    EXPECT_EQ(status_of(R"({"from":"91","text":")" + std::string(16 * 1024, 'x') + "\"}"), 413);
    EXPECT_EQ(status_of(R"({"from":"91","text":")" + std::string(8 * 1024, 'x') + "\"}"), 0);
}

TEST_F(Console, DeepBodiesAreRefusedWithoutHarm) { EXPECT_EQ(status_of(std::string(16 * 1024, '[')), 400); }

}  // namespace
}  // namespace simtrail::sms
