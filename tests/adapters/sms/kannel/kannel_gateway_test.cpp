// The gateway before an HTTP server that plays smsbox, and an HTTP client that plays smsbox's other half.
#include "adapters/sms/kannel/kannel_gateway.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "adapters/http/client.hpp"
#include "tests/support/running_gateway.hpp"
#include "tests/support/running_server.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;
using sms::OutboxText;

OutboxText text(std::int64_t number, const std::string& words = "Reply YES 4821", bool attempted = false) {
    return {.number = number, .to = *Msisdn::parse("919876543210"), .text = words, .attempted = attempted};
}

class KannelGateway : public ::testing::Test {
   protected:
    KannelGateway() {
        smsbox.handlers["/cgi-bin/sendsms"] = [this](http::Request request, http::Reply reply) {
            const std::scoped_lock lock(mutex);
            if (request.method == "GET") {
                if (++probes <= deaf_probes) return silent.push_back(std::move(reply));
                return reply({.status = 403, .body = "Authorization failed for sendsms"});
            }
            requests.push_back(std::move(request));
            const int status = statuses.empty() ? 202 : statuses.front();
            if (!statuses.empty()) statuses.pop_front();
            if (status == 0) return silent.push_back(std::move(reply));
            reply({.status = status, .body = body});
        };
    }

    void start(std::string send_url = {}) {
        sms::KannelOptions options{
            .send_url = send_url.empty() ? "http://" + server.address() + "/cgi-bin/sendsms" : send_url,
            .username = "simtrail",
            .password = "hush-hush",
            .source_address = "56767",
            .listen = "127.0.0.1:0",
            .secret = "0123456789abcdef",
            .window = 2,
            .answer_timeout = 300ms,
            .first_pause = 10ms,
            .longest_pause = 50ms};
        EXPECT_EQ(fault_of(options), std::nullopt);
        gateway =
            make_kannel_gateway(io, std::move(options),
                                {.on_result = [this](sms::TextResult result) { results.push_back(std::move(result)); },
                                 .on_receipt =
                                     [this](sms::TextReceipt receipt, auto done) {
                                         receipts.push_back(std::move(receipt));
                                         done(durable);
                                     },
                                 .on_text =
                                     [this](sms::IncomingText incoming, auto done) {
                                         texts.push_back(std::move(incoming));
                                         done(durable);
                                     },
                                 .on_room = [this] { ++rooms; },
                                 .now_ms = [] { return std::int64_t{1'700'000'000'000}; }});
    }

    /// Runs what is to be done until `condition`, within bounds.
    bool run_until(const std::function<bool()>& condition) {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (!condition() && std::chrono::steady_clock::now() < until) io.run_one_for(20ms);
        return condition();
    }
    bool run_until_results(std::size_t count) {
        return run_until([&] { return results.size() >= count; });
    }
    std::size_t requests_seen() {
        const std::scoped_lock lock(mutex);
        return requests.size();
    }
    std::string field(std::size_t at, std::string_view name) {
        const std::scoped_lock lock(mutex);
        return std::string{http::find_header(requests.at(at).headers, name)};
    }

    /// Where the gateway listens, out of the receipts it asks for.
    std::string receive_url() {
        gateway->send({text(1)});
        EXPECT_TRUE(run_until_results(1));
        const auto url = field(0, "X-Kannel-DLR-Url");
        return url.substr(0, url.find("/receipt"));
    }
    int fetch(const std::string& url) {
        const auto client = http::make_client(io, {});
        std::optional<int> status;
        client->send({.method = "GET", .url = url, .allow_private_addresses = true},
                     [&](const auto& answer) { status = answer ? answer->status : -1; });
        run_until([&] { return status.has_value(); });
        return status.value_or(0);
    }

    std::mutex mutex;
    std::vector<http::Request> requests;
    std::deque<int> statuses;  // of the next answers, then 202; 0: none
    std::vector<http::Reply> silent;
    std::string body = "0: Accepted for delivery";
    int probes = 0, deaf_probes = 0;
    MadeService smsbox;
    RunningServer server{smsbox};

    boost::asio::io_context io;
    std::vector<sms::TextResult> results;
    std::vector<sms::TextReceipt> receipts;
    std::vector<sms::IncomingText> texts;
    int rooms = 0;
    bool durable = true;
    std::unique_ptr<sms::TextGateway> gateway;
};

TEST_F(KannelGateway, HandsATextToSmsboxAndTellsItsId) {
    start();
    gateway->send({text(17, "Reply YES 4821 [é€]"), text(18, "हाँ 4821")});
    ASSERT_TRUE(run_until_results(2));
    EXPECT_EQ(gateway->name(), "kannel");
    EXPECT_TRUE(results[0].accepted && results[1].accepted);
    const std::size_t gsm = field(0, "X-Kannel-Coding") == "0" ? 0 : 1;
    EXPECT_EQ(field(gsm, "X-Kannel-Username"), "simtrail");
    EXPECT_EQ(field(gsm, "X-Kannel-Password"), "hush-hush");
    EXPECT_EQ(field(gsm, "X-Kannel-From"), "56767");
    EXPECT_EQ(field(gsm, "X-Kannel-To"), "919876543210");
    EXPECT_EQ(field(gsm, "X-Kannel-DLR-Mask"), "23");
    EXPECT_TRUE(
        field(gsm, "X-Kannel-DLR-Url").ends_with("/receipt?secret=0123456789abcdef&id=kannel-17&state=%d&detail=%A"));
    EXPECT_EQ(field(gsm, "Content-Type"), "text/plain; charset=UTF-8");
    EXPECT_EQ(requests[gsm].body, "Reply YES 4821 [é€]");
    EXPECT_EQ(field(1 - gsm, "X-Kannel-Coding"), "2");
    EXPECT_EQ(requests[1 - gsm].body, "हाँ 4821");
}

TEST_F(KannelGateway, ARefusalIsForGood) {
    const CaughtLog log;
    body = "Number(s) 919876543210 has/have been denied by white- and/or black-lists.";
    statuses = {400};
    start();
    gateway->send({text(1)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_FALSE(results[0].accepted);
    EXPECT_TRUE(results[0].error.starts_with("400 Number(s) ############ has")) << results[0].error;
    EXPECT_EQ(requests_seen(), 1U);
    EXPECT_EQ(log.count("kannel: text 1 is refused: 400 Number(s) ############"), 1U);
}

TEST_F(KannelGateway, TriesAgainUntilKannelTakesIt) {
    statuses = {503, 500, 404, 302, 429};
    start();
    gateway->send({text(1)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_TRUE(results[0].accepted);
    EXPECT_EQ(requests_seen(), 6U);
    EXPECT_EQ(results.size(), 1U);
}

TEST_F(KannelGateway, AWrongPasswordLosesNoTextAndIsTold) {
    const CaughtLog log;
    body = "Authorization failed for sendsms";
    statuses = {403, 403, 403};
    start();
    gateway->send({text(1), text(2)});
    ASSERT_TRUE(run_until_results(2));
    EXPECT_TRUE(results[0].accepted && results[1].accepted);
    EXPECT_NE(log.text().find("kannel: texts wait and are tried again: 403 Authorization failed"), std::string::npos)
        << log.text();
    EXPECT_NE(log.text().find("kannel: texts are taken again"), std::string::npos);
    EXPECT_EQ(log.text().find("hush-hush"), std::string::npos);
}

TEST_F(KannelGateway, NotRoutableIsForGood) {
    body = "Not routable. Do not try again.";
    statuses = {403};
    start();
    gateway->send({text(1)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_FALSE(results[0].accepted);
}

TEST_F(KannelGateway, ALostAnswerIsSentAgainOnceAfterKannelWasAskedWhetherItLives) {
    const CaughtLog log;
    statuses = {0};
    start();
    gateway->send({text(1)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_TRUE(results[0].accepted);
    EXPECT_EQ(requests_seen(), 2U);
    EXPECT_EQ(probes, 1);
    EXPECT_NE(log.text().find("possible duplicate: text 1 to 91******3210 is sent again"), std::string::npos)
        << log.text();
    EXPECT_EQ(log.text().find("4821"), std::string::npos);
}

TEST_F(KannelGateway, TwoLostAnswersAreToldAndNoThirdCopyGoes) {
    statuses = {0, 0};
    start();
    gateway->send({text(1)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_FALSE(results[0].accepted);
    EXPECT_EQ(results[0].error, "not answered in time, twice; it may have been sent");
    EXPECT_EQ(requests_seen(), 2U);
    gateway->send({text(2)});
    ASSERT_TRUE(run_until_results(2));
    EXPECT_TRUE(results[1].accepted);
}

TEST_F(KannelGateway, ATextOfAnEarlierRunIsAPossibleDuplicate) {
    const CaughtLog log;
    statuses = {503, 503};
    start();
    gateway->send({text(1, "Reply YES 4821", true)});
    ASSERT_TRUE(run_until_results(1));
    EXPECT_EQ(log.count("possible duplicate: text 1 to 91******3210 is sent again"), 1U) << log.text();
}

TEST_F(KannelGateway, NoTextIsRiskedWhileKannelHangs) {
    statuses = {0};
    deaf_probes = 2;
    start();
    gateway->send({text(1), text(2), text(3)});
    ASSERT_TRUE(run_until_results(3));
    EXPECT_EQ(probes, 3);
    EXPECT_EQ(requests_seen(), 4U);
    for (const auto& result : results) EXPECT_TRUE(result.accepted) << result.error;
}

TEST_F(KannelGateway, KeepsTextsWhileNobodyListensAndNeverMoreThanItsRoom) {
    const auto room_of = [&] { return gateway->room(); };
    start("http://127.0.0.1:1/cgi-bin/sendsms");
    const std::size_t room = room_of();
    std::vector<OutboxText> many;
    for (std::size_t i = 0; i < room; ++i) many.push_back(text(static_cast<std::int64_t>(i) + 1));
    gateway->send(std::move(many));
    EXPECT_EQ(room_of(), 0U);
    io.run_for(100ms);
    EXPECT_TRUE(results.empty());
    EXPECT_EQ(room_of(), 0U);
    gateway->forget(*Msisdn::parse("919876543210"));
    ASSERT_TRUE(run_until([&] { return rooms == 1; }));
    run_until([&] { return room_of() == room; });
    EXPECT_EQ(room_of(), room);
}

TEST_F(KannelGateway, ManyTextsGoOnceEachAndItTellsOfRoomAsItComes) {
    start();
    std::int64_t next = 1;
    while (results.size() < 300) {
        std::vector<OutboxText> batch;
        while (batch.size() < gateway->room() && next <= 300) batch.push_back(text(next++));
        if (!batch.empty()) gateway->send(std::move(batch));
        const auto told = rooms;
        ASSERT_TRUE(run_until([&] { return rooms > told || results.size() == 300; }));
    }
    EXPECT_EQ(requests_seen(), 300U);
    for (const auto& result : results) EXPECT_TRUE(result.accepted);
}

TEST_F(KannelGateway, BringsTextsAndReceipts) {
    const CaughtLog log;
    start();
    const auto base = receive_url();
    const std::string secret = "?secret=0123456789abcdef&";
    EXPECT_EQ(
        fetch(base + "/text" + secret + "from=%2B919876543210&to=56767&text=YES+4821&charset=UTF-8&time=1699873625"),
        200);
    ASSERT_EQ(texts.size(), 1U);
    EXPECT_EQ(texts[0].text, "YES 4821");
    EXPECT_EQ(fetch(base + "/receipt" + secret + "id=kannel-1&state=1&detail=stat:DELIVRD+err:000+text:Reply"), 200);
    ASSERT_EQ(receipts.size(), 1U);
    EXPECT_EQ(receipts[0].state, sms::ReceiptState::delivered);
    EXPECT_EQ(receipts[0].detail, "DELIVRD err:000");
    durable = false;
    EXPECT_EQ(fetch(base + "/text" + secret + "from=91&text=YES"), 503);
    EXPECT_EQ(fetch(base + "/receipt" + secret + "id=kannel-1&state=1"), 503);
    EXPECT_EQ(fetch(base + "/text?secret=fedcba9876543210&from=91&text=YES"), 403);
    EXPECT_EQ(texts.size(), 2U);
    for (const auto* hidden : {"0123456789abcdef", "fedcba9876543210", "919876543210", "YES"})
        EXPECT_EQ(log.text().find(hidden), std::string::npos) << log.text();
}

TEST_F(KannelGateway, DrainingWaitsForAnswersAndTakesNoMore) {
    statuses = {0, 0};
    start();
    gateway->send({text(1), text(2), text(3), text(4)});
    ASSERT_TRUE(run_until([&] { return requests_seen() == 2; }));
    bool ended = false;
    gateway->drain([&] { ended = true; });
    EXPECT_EQ(gateway->room(), 0U);
    io.run_for(100ms);
    EXPECT_FALSE(ended);
    {
        const std::scoped_lock lock(mutex);
        for (auto& reply : silent) reply({.status = 202});
    }
    ASSERT_TRUE(run_until([&] { return ended; }));
    EXPECT_EQ(results.size(), 2U);
    EXPECT_EQ(requests_seen(), 2U);
}

TEST_F(KannelGateway, DestroyingItLeavesNothingBehind) {
    statuses = {0, 503};
    start();
    gateway->send({text(1), text(2), text(3)});
    ASSERT_TRUE(run_until([&] { return requests_seen() == 2; }));
    gateway->forget(*Msisdn::parse("1"));
    gateway.reset();
    io.run_for(500ms);
    EXPECT_TRUE(results.empty());
}

TEST(KannelOptions, FaultsNameTheirKey) {
    const sms::KannelOptions good{
        .username = "simtrail", .password = "hush", .source_address = "56767", .secret = "0123456789abcdef"};
    EXPECT_EQ(fault_of(good), std::nullopt);
    const auto key = [&](auto change) {
        auto options = good;
        change(options);
        const auto fault = fault_of(options).value_or("");
        return fault.substr(0, fault.find(':'));
    };
    EXPECT_EQ(key([](auto& o) { o.send_url = "kannel:13013"; }), "send_url");
    EXPECT_EQ(key([](auto& o) { o.username = ""; }), "username");
    EXPECT_EQ(key([](auto& o) { o.password = "a\r\nb"; }), "password");
    EXPECT_EQ(key([](auto& o) { o.source_address = ""; }), "source_address");
    EXPECT_EQ(key([](auto& o) { o.secret = "short"; }), "secret");
    EXPECT_EQ(key([](auto& o) { o.secret = "0123456789abcde%"; }), "secret");
    EXPECT_EQ(key([](auto& o) { o.allowed_sources = {"kannel.example"}; }), "allowed_sources");
    EXPECT_EQ(key([](auto& o) { o.allowed_sources = {}; }), "allowed_sources");
    EXPECT_EQ(key([](auto& o) { o.listen = "0.0.0.0:7420"; }), "receive_url");
    EXPECT_EQ(key([](auto& o) { o.receive_url = "10.0.0.5:7420"; }), "receive_url");
    EXPECT_EQ(key([](auto& o) { o.receive_url = "http://10.0.0.5:7420/?a=b"; }), "receive_url");
    EXPECT_EQ(key([](auto& o) { o.window = 0; }), "window");
}

}  // namespace
}  // namespace simtrail::tests
