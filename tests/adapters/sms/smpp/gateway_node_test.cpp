#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <thread>

#include "adapters/sms/smpp/esme_session.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/running_gateway.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;
using namespace sms::smpp;
using Json = nlohmann::json;
namespace testing = ::simtrail::testing;

/// The real gateway over real sockets, with npm's smpp on the other side.
class NodeSmsc : public ::testing::Test {
   protected:
    void SetUp() override {
        if (!has_node_smsc()) GTEST_SKIP() << "npm's smpp is not there: scripts/setup --tests installs it";
        smsc.emplace(node_smsc());
    }

    RunningGateway& start(SmppOptions options = {}) {
        options.port = smsc->port();
        return esme.emplace(std::move(options));
    }
    RunningGateway& start_bound(SmppOptions options = {}) {
        start(std::move(options));
        EXPECT_TRUE(esme->until([&] { return esme->log.count("bound") > 0; }));
        return *esme;
    }
    bool results(std::size_t count) {
        return esme->until([&] { return esme->results.size() >= count; });
    }
    bool told(const Json& event, std::size_t count = 1) {
        return esme->until([&] { return smsc->count(event) >= count; });
    }
    /// All that the SMSC has taken, by its own log up to now.
    std::vector<std::string> taken() {
        const auto marks = smsc->count({{"event", "mark"}});
        smsc->tell({{"do", "mark"}});
        EXPECT_TRUE(told({{"event", "mark"}}, marks + 1));
        std::vector<std::string> texts;
        for (const auto& event : smsc->events({{"event", "taken"}})) texts.push_back(event["text"]);
        return texts;
    }

    std::optional<PeerProcess> smsc;
    std::optional<RunningGateway> esme;
};

TEST_F(NodeSmsc, TakesATextAndNamesIt) {
    start().send(7, "Acme asks: YES 4821 or NO 4821?");
    ASSERT_TRUE(results(1));
    EXPECT_EQ(esme->results[0].number, 7);
    EXPECT_TRUE(esme->results[0].accepted);
    EXPECT_EQ(esme->results[0].message_id, "m1");
    const auto submitted = smsc->events({{"command", "submit_sm"}}).at(0);
    EXPECT_EQ(submitted["text"], "Acme asks: YES 4821 or NO 4821?");
    EXPECT_EQ(submitted["destination_addr"], "919876543210");
    EXPECT_EQ(submitted["dest_addr_ton"], 1);
    EXPECT_EQ(submitted["dest_addr_npi"], 1);
    EXPECT_EQ(submitted["source_addr"], "56767");
    EXPECT_EQ(submitted["registered_delivery"], 1);
    const auto bind = smsc->events({{"command", "bind_transceiver"}}).at(0);
    EXPECT_EQ(bind["system_id"], "simtrail");
    EXPECT_EQ(bind["password_fits"], true);
}

TEST_F(NodeSmsc, ReadsTextsInEveryAlphabetAndLongOnesInParts) {
    const std::string german = "Größe? {Ja} oder [Nein] für 5 €";
    const std::string hindi = "क्या आप सहमत हैं? YES 4821";
    std::string long_text;
    for (int word = 0; word < 60; ++word) long_text += "word" + std::to_string(word) + " ";
    start();
    esme->send(1, german);
    esme->send(2, hindi);
    esme->send(3, long_text);
    ASSERT_TRUE(results(3));
    const auto submitted = smsc->events({{"command", "submit_sm"}});
    EXPECT_EQ(submitted.at(0)["text"], german);
    EXPECT_EQ(submitted.at(0)["data_coding"], 0);
    EXPECT_EQ(submitted.at(1)["text"], hindi);
    EXPECT_EQ(submitted.at(1)["data_coding"], 8);
    std::string joined;
    for (std::size_t part = 2; part < submitted.size(); ++part) {
        joined += submitted[part]["text"];
        EXPECT_EQ(submitted[part]["esm_class"], 0x40);
        EXPECT_EQ(submitted[part]["udh"].get<std::string>().substr(0, 4), "0003");
        EXPECT_EQ(submitted[part]["registered_delivery"], part + 1 == submitted.size() ? 1 : 0);
    }
    EXPECT_GT(submitted.size(), 4);
    EXPECT_EQ(joined, long_text);
    EXPECT_EQ(esme->results[2].message_id, "m" + std::to_string(submitted.size()));
}

TEST_F(NodeSmsc, TakesALongTextAsOnePayloadOrAsSegments) {
    const std::string long_text(400, 'x');
    start({.long_texts = LongTexts::message_payload}).send(1, long_text);
    ASSERT_TRUE(results(1));
    EXPECT_EQ(smsc->events({{"command", "submit_sm"}}).at(0)["text"], long_text);
    start({.long_texts = LongTexts::segment_tlvs}).send(1, long_text);
    ASSERT_TRUE(results(1));
    const auto parts = smsc->events({{"command", "submit_sm"}, {"sar_total_segments", 3}});
    ASSERT_EQ(parts.size(), 3);
    for (std::size_t part = 0; part < 3; ++part) EXPECT_EQ(parts[part]["sar_segment_seqnum"], part + 1);
}

TEST_F(NodeSmsc, SeesTheConfiguredTlvsOnEveryMessage) {
    SmppOptions options;
    options.extra_tlvs = {{static_cast<Tag>(0x1400), "1101234567890123456"},
                          {static_cast<Tag>(0x1401), "1107160000000009"}};
    start(std::move(options)).send(1, "hello");
    ASSERT_TRUE(results(1));
    const auto tlvs = smsc->events({{"command", "submit_sm"}}).at(0)["tlvs"];
    EXPECT_EQ(tlvs["5120"], "1101234567890123456");
    EXPECT_EQ(tlvs["5121"], "1107160000000009");
}

TEST_F(NodeSmsc, ReceiptsComeByTextAndByTlv) {
    for (const auto* style : {"text", "tlv"}) {
        smsc->tell({{"do", "set"}, {"receipts", style}});
        start().send(1, "hello");
        ASSERT_TRUE(esme->until([&] { return !esme->receipts.empty() && !esme->results.empty(); })) << style;
        EXPECT_EQ(esme->receipts[0].message_ids.at(0), esme->results[0].message_id) << style;
        EXPECT_EQ(esme->receipts[0].state, sms::ReceiptState::delivered) << style;
        ASSERT_TRUE(told({{"event", "answer"}, {"command", "deliver_sm_resp"}, {"status", 0}})) << style;
    }
}

TEST_F(NodeSmsc, RepliesComeInEveryAlphabetLongOnesInAnyOrder) {
    start_bound();
    const Json reply = {{"do", "deliver"}, {"source_addr", "919876543210"}, {"destination_addr", "56767"}};
    const auto say = [&](Json fields) {
        fields.update(reply);
        smsc->tell(fields);
    };
    say({{"data_coding", 0}, {"short_message", "YES 4821 {ok} ü"}});
    say({{"data_coding", 8}, {"short_message", "हाँ 4821 😀"}});
    say({{"data_coding", 3}, {"short_message", "déjà vu"}});
    say({{"esm_class", 0x40}, {"data_coding", 0}, {"hex", "050003aa0202776f726c64"}});
    say({{"esm_class", 0x40}, {"data_coding", 0}, {"hex", "050003aa020168656c6c6f20"}});
    say({{"command", "data_sm"}, {"data_coding", 0}, {"message_payload", "YES by data_sm"}});
    ASSERT_TRUE(esme->until([&] { return esme->texts.size() == 5; }));
    const std::vector<std::string> wanted{"YES 4821 {ok} ü", "हाँ 4821 😀", "déjà vu", "hello world", "YES by data_sm"};
    for (std::size_t each = 0; each < wanted.size(); ++each) {
        EXPECT_EQ(esme->texts[each].text, wanted[each]);
        EXPECT_EQ(esme->texts[each].from.text(), "919876543210");
        EXPECT_EQ(esme->texts[each].gateway_ms, 1'700'000'000'000);
    }
    ASSERT_TRUE(told({{"command", "deliver_sm_resp"}, {"status", 0}}, 5));
    ASSERT_TRUE(told({{"command", "data_sm_resp"}, {"status", 0}}));
}

TEST_F(NodeSmsc, AReplyIsAnsweredWhenItIsDurableAndNotBefore) {
    start_bound();
    esme->hold_answers = true;
    smsc->tell({{"do", "deliver"}, {"source_addr", "919876543210"}, {"short_message", "YES"}});
    smsc->tell({{"do", "deliver"}, {"source_addr", "919876543210"}, {"short_message", "NO"}});
    ASSERT_TRUE(esme->until([&] { return esme->held.size() == 2; }));
    esme->pass(100ms);
    EXPECT_EQ(smsc->count({{"event", "answer"}}), 0);
    std::thread([done = std::move(esme->held[0])]() mutable { done(true); }).join();
    esme->held[1](false);
    ASSERT_TRUE(told({{"event", "answer"}}, 2));
    EXPECT_EQ(smsc->count({{"event", "answer"}, {"status", 0}}), 1);
    EXPECT_EQ(smsc->count({{"event", "answer"}, {"status", static_cast<int>(Status::ESME_RX_T_APPN)}}), 1);
}

TEST_F(NodeSmsc, AThrottlingOneGetsEverythingOnceAfterPauses) {
    smsc->tell({{"do", "set"}, {"status", 0x58}, {"count", 5}});
    start();
    for (int number = 1; number <= 50; ++number) esme->send(number, "text " + std::to_string(number));
    ASSERT_TRUE(results(50));
    for (const auto& result : esme->results) EXPECT_TRUE(result.accepted);
    auto texts = taken();
    EXPECT_EQ(texts.size(), 50);
    std::ranges::sort(texts);
    EXPECT_TRUE(std::ranges::adjacent_find(texts) == texts.end());
}

TEST_F(NodeSmsc, ItsPermanentErrorRefusesTheText) {
    smsc->tell({{"do", "set"}, {"status", 0x0B}, {"count", 1}});
    start().send(1, "hello");
    ASSERT_TRUE(results(1));
    EXPECT_FALSE(esme->results[0].accepted);
    EXPECT_NE(esme->results[0].error.find("ESME_RINVDSTADR"), std::string::npos);
}

TEST_F(NodeSmsc, ADroppedLinkMidWindowLosesNothing) {
    smsc->tell({{"do", "set"}, {"silent", 10}});
    start();
    for (int number = 1; number <= 30; ++number) esme->send(number, "text " + std::to_string(number));
    ASSERT_TRUE(told({{"event", "taken"}}, 10));
    smsc->tell({{"do", "cut"}});
    ASSERT_TRUE(results(30));
    for (const auto& result : esme->results) EXPECT_TRUE(result.accepted) << result.error;
    auto texts = taken();
    EXPECT_EQ(texts.size(), 40);
    EXPECT_EQ(esme->log.count("possible duplicate"), 10);
    EXPECT_EQ(esme->log.count("91******3210"), 10);
    EXPECT_EQ(esme->log.count("919876543210"), 0);
    EXPECT_EQ(esme->log.count("secret"), 0);
}

TEST_F(NodeSmsc, WithoutAnswersATextIsSentTwiceAndRefused) {
    smsc->tell({{"do", "set"}, {"silent", 100}});
    start({.response_timeout = 500ms}).send(1, "hello");
    ASSERT_TRUE(results(1));
    EXPECT_FALSE(esme->results[0].accepted);
    EXPECT_NE(esme->results[0].error.find("may have been sent"), std::string::npos);
    EXPECT_EQ(taken().size(), 2);
    EXPECT_EQ(esme->log.count("possible duplicate"), 1);
}

TEST_F(NodeSmsc, HalfAPduAndThenNothingIsLeftAndBoundAnew) {
    start_bound({.enquire_interval = 100ms, .response_timeout = 1s});
    smsc->tell({{"do", "set"}, {"deaf_to_enquire", true}});
    smsc->tell({{"do", "raw"}, {"hex", "000000400000000500000000"}});
    ASSERT_TRUE(told({{"event", "closed"}}));
    smsc->tell({{"do", "set"}, {"deaf_to_enquire", false}});
    esme->send(1, "hello");
    ASSERT_TRUE(results(1));
    EXPECT_TRUE(esme->results[0].accepted);
}

TEST_F(NodeSmsc, AnAbsurdLengthIsNackedAndBoundAnew) {
    start_bound();
    smsc->tell({{"do", "raw"}, {"hex", "ffffffff000000050000000000000001"}});
    ASSERT_TRUE(told({{"command", "generic_nack"}, {"status", 2}}));
    ASSERT_TRUE(told({{"command", "bind_transceiver"}}, 2));
}

TEST_F(NodeSmsc, ItsFloodIsThrottledAndItsSubmitsGoOn) {
    start_bound();
    esme->hold_answers = true;
    smsc->tell({{"do", "flood"}, {"count", 2000}, {"source_addr", "919876543210"}, {"short_message", "again"}});
    esme->send(1, "hello");
    ASSERT_TRUE(results(1));
    ASSERT_TRUE(told({{"event", "answer"}, {"status", 0x58}}, 2000 - EsmeSession::max_unanswered));
    EXPECT_EQ(esme->held.size(), EsmeSession::max_unanswered);
}

TEST_F(NodeSmsc, EnquiriesAreAnsweredAndAsked) {
    start_bound({.enquire_interval = 50ms});
    ASSERT_TRUE(told({{"command", "enquire_link"}}, 2));
    smsc->tell({{"do", "enquire"}});
    ASSERT_TRUE(told({{"event", "answer"}, {"command", "enquire_link_resp"}}));
    EXPECT_EQ(smsc->count({{"event", "closed"}}), 0);
}

TEST_F(NodeSmsc, ItsGoodByeIsAnsweredAndBoundAnew) {
    start_bound();
    smsc->tell({{"do", "unbind"}});
    ASSERT_TRUE(told({{"event", "answer"}, {"command", "unbind_resp"}}));
    ASSERT_TRUE(told({{"command", "bind_transceiver"}}, 2));
}

TEST_F(NodeSmsc, DrainingFinishesWhatWasSentAndSaysGoodBye) {
    smsc->tell({{"do", "set"}, {"delay_ms", 200}});
    start({.window = 2});
    for (int number = 1; number <= 5; ++number) esme->send(number, "text");
    ASSERT_TRUE(told({{"event", "taken"}}, 2));
    ASSERT_TRUE(esme->drained());
    EXPECT_EQ(esme->results.size(), 2);
    EXPECT_EQ(smsc->count({{"event", "taken"}}), 2);
    EXPECT_EQ(smsc->count({{"command", "unbind"}}), 1);
    EXPECT_EQ(esme->gateway->room(), 0);
}

TEST_F(NodeSmsc, ATransmitterAndAReceiverDoTheWorkOfATransceiver) {
    smsc->tell({{"do", "set"}, {"receipts", "text"}});
    start({.mode = BindMode::transmitter_and_receiver});
    ASSERT_TRUE(esme->until([&] { return esme->log.count("bound") == 2; }));
    esme->send(1, "hello");
    const Json receipt_taken = {{"event", "pdu"}, {"command", "deliver_sm_resp"}};
    ASSERT_TRUE(told(receipt_taken));
    EXPECT_EQ(esme->receipts.size(), 1);
    const auto transmitter = smsc->events({{"command", "bind_transmitter"}}).at(0)["session"];
    EXPECT_EQ(smsc->events({{"command", "submit_sm"}}).at(0)["session"], transmitter);
    EXPECT_NE(smsc->events(receipt_taken).at(0)["session"], transmitter);
}

TEST_F(NodeSmsc, SeveralBindsShareTheWork) {
    start({.binds = 3});
    ASSERT_TRUE(esme->until([&] { return esme->log.count("bound") == 3; }));
    for (int number = 1; number <= 30; ++number) esme->send(number, "text");
    ASSERT_TRUE(results(30));
    std::map<int, int> by_session;
    for (const auto& pdu : smsc->events({{"command", "submit_sm"}})) ++by_session[pdu["session"].get<int>()];
    EXPECT_EQ(by_session.size(), 3);
}

TEST_F(NodeSmsc, ItsNoToABindIsTriedAgainAndNoPasswordIsLogged) {
    smsc->tell({{"do", "set"}, {"bind", 0x0E}});
    start().send(1, "hello");
    ASSERT_TRUE(told({{"command", "bind_transceiver"}}, 2));
    smsc->tell({{"do", "set"}, {"bind", 0}});
    ASSERT_TRUE(results(1));
    EXPECT_TRUE(esme->results[0].accepted);
    EXPECT_GE(esme->log.count("ESME_RINVPASWD"), 1);
    EXPECT_EQ(esme->log.count("secret"), 0);
}

TEST_F(NodeSmsc, AfterAnOutageItIsBoundToWithinTenSeconds) {
    start_bound();
    smsc->tell({{"do", "stop"}});
    ASSERT_TRUE(told({{"event", "stopped"}}));
    esme->send(1, "hello");
    esme->pass(2s);
    smsc->tell({{"do", "start"}});
    const auto back = std::chrono::steady_clock::now();
    ASSERT_TRUE(results(1));
    EXPECT_LE(std::chrono::steady_clock::now() - back, 10s);
}

TEST_F(NodeSmsc, ManyTextsSurviveALinkThatIsCutAtRandom) {
    constexpr std::size_t texts = 10'000;
    smsc->tell({{"do", "set"}, {"cut_every", 400}, {"seed", 4821}});
    start({.window = 10, .capacity = texts});
    for (std::size_t number = 1; number <= texts; ++number)
        esme->send(static_cast<std::int64_t>(number), "n" + std::to_string(number));
    const auto all_told = [&] { return smsc->events(), esme->results.size() == texts; };
    ASSERT_TRUE(esme->until(all_told, 120s));
    for (const auto& result : esme->results) ASSERT_TRUE(result.accepted) << result.error;
    std::map<std::string, int> arrived;
    for (const auto& text : taken()) ++arrived[text];
    EXPECT_EQ(arrived.size(), texts);
    std::size_t more = 0;
    for (const auto& [text, times] : arrived) {
        EXPECT_LE(times, 2) << text;
        more += static_cast<std::size_t>(times - 1);
    }
    const auto cuts = smsc->count({{"event", "cut"}});
    const auto logged = esme->log.count("possible duplicate");
    EXPECT_GE(cuts, 10);
    EXPECT_LE(more, logged);
    std::cout << cuts << " cuts, " << logged << " sent again, " << more << " arrived twice\n";
}

class NodeSmscTls : public NodeSmsc {
   protected:
    void SetUp() override {
        if (!has_node_smsc()) GTEST_SKIP() << "npm's smpp is not there: scripts/setup --tests installs it";
    }
    RunningGateway& start_tls(const std::string& names) {
        make_certificates(folder.file(""), "smsc", names);
        auto command = node_smsc();
        for (const auto& word :
             {std::string("--key"), folder.file("smsc.key"), std::string("--cert"), folder.file("smsc.pem")})
            command.push_back(word);
        smsc.emplace(command);
        return start({.tls = true, .ca_file = folder.file("ca.pem")});
    }
    testing::TemporaryFolder folder;
};

TEST_F(NodeSmscTls, IsTalkedToOverTls) {
    start_tls("IP:127.0.0.1").send(1, "hello");
    ASSERT_TRUE(results(1));
    EXPECT_TRUE(esme->results[0].accepted);
}

TEST_F(NodeSmscTls, WithAnotherHostsCertificateHearsNothing) {
    start_tls("DNS:server.example").send(1, "hello");
    ASSERT_TRUE(esme->until([&] { return esme->log.count("certificate verify failed") > 0; }));
    EXPECT_EQ(smsc->count({{"event", "pdu"}}), 0);
}

}  // namespace
}  // namespace simtrail::tests
