#include "adapters/operations/operator_service.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace simtrail::operations {
namespace {

using ::testing::HasSubstr;

class OperatorPort : public ::testing::Test {
   protected:
    std::optional<std::string> not_ready;
    sms::ConsoleGateway console{{.on_result = [](const auto&) {},
                                 .on_text = [](const auto&, auto done) { done(true); },
                                 .now_ms = [] { return std::int64_t{1}; }}};
    OperatorService service{
        {.not_ready = [this] { return not_ready; }, .metrics = [] { return "some_total 1\n"; }, .console = &console}};

    static http::Response ask(OperatorService& service, const std::string& method, const std::string& target,
                              const std::string& body = {}) {
        std::optional<http::Response> answer;
        service.handle({.method = method,
                        .target = target,
                        .headers = {{"Host", "127.0.0.1:7490"}, {"Content-Type", "application/json"}},
                        .body = body,
                        .loopback = true},
                       [&](http::Response response) { answer = std::move(response); });
        return std::move(answer).value();
    }
    http::Response ask(const std::string& method, const std::string& target, const std::string& body = {}) {
        return ask(service, method, target, body);
    }
};

TEST_F(OperatorPort, IsHealthyWhereItAnswers) { EXPECT_EQ(ask("GET", "/healthz").status, 200); }

TEST_F(OperatorPort, IsReadyOrSaysWhyNot) {
    EXPECT_EQ(ask("GET", "/readyz").status, 200);
    not_ready = "the journal is replayed";
    const auto answer = ask("GET", "/readyz");
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.body, HasSubstr("the journal is replayed"));
    EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(OperatorPort, ServesMetricsAsPrometheusWantsThem) {
    const auto answer = ask("GET", "/metrics?name=x");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "some_total 1\n");
    EXPECT_EQ(http::find_header(answer.headers, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(OperatorPort, KnowsItsPathsAndTheirMethods) {
    EXPECT_EQ(ask("HEAD", "/metrics").status, 200);
    for (const auto* target : {"/", "", "/metrics/", "/healthz/x", "/sms", "/sms/outbox/", "*"})
        EXPECT_EQ(ask("GET", target).status, 404) << target;
    for (const auto* target : {"/healthz", "/readyz", "/metrics", "/sms/outbox"}) {
        const auto answer = ask("POST", target);
        EXPECT_EQ(answer.status, 405) << target;
        EXPECT_EQ(http::find_header(answer.headers, "Allow"), "GET, HEAD");
    }
    const auto answer = ask("GET", "/sms/inbox");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(http::find_header(answer.headers, "Allow"), "POST");
}

TEST_F(OperatorPort, HoldsTheConsoleGatewayWhereThereIsOne) {
    console.send({{.number = 1, .to = *Msisdn::parse("919876543210"), .text = "hello", .at_ms = 1}});
    EXPECT_THAT(ask("GET", "/sms/outbox").body, HasSubstr("hello"));
    EXPECT_EQ(ask("POST", "/sms/inbox", R"({"from":"919876543210","text":"YES"})").status, 200);
    OperatorService without{{.not_ready = [] { return std::nullopt; }, .metrics = [] { return ""; }}};
    EXPECT_EQ(ask(without, "GET", "/sms/outbox").status, 404);
    EXPECT_EQ(ask(without, "POST", "/sms/inbox", "{}").status, 404);
}

TEST_F(OperatorPort, RefusalsAreText) {
    const auto answer = service.refusal(431, "the head is too long");
    EXPECT_EQ(answer.status, 431);
    EXPECT_EQ(answer.body, "the head is too long\n");
}

}  // namespace
}  // namespace simtrail::operations
