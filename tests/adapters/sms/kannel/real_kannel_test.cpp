// Debian's Kannel 1.4.5 between the gateway and an SMSC made of npm's smpp. The SMSC's log is the judge.
#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>

#include "adapters/sms/kannel/kannel_gateway.hpp"
#include "tests/support/running_gateway.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using json = PeerProcess::Json;
using testing::TemporaryFolder;

constexpr auto patience = 60s;  // of a busy machine; never a pause

/// Below the ephemeral ports, of which other tests take any while Kannel is starting.
std::string free_port() {
    boost::asio::io_context io;
    std::random_device random;
    while (true) {
        const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
        tcp::acceptor acceptor(io, tcp::v4());
        boost::system::error_code taken;
        acceptor.bind({boost::asio::ip::make_address("127.0.0.1"), port}, taken);
        if (!taken) return std::to_string(port);
    }
}

bool has_kannel() {
    return std::filesystem::exists("/usr/sbin/bearerbox") && std::filesystem::exists("/usr/sbin/smsbox");
}

bool listens(const std::string& port) {
    boost::asio::io_context io;
    tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(std::stoi(port))}, error);
    return !error;
}

/// Kannel's two boxes, in a folder and on ports of their own: the configuration of docs/sms.md, with shorter times.
class Kannel {
   public:
    Kannel(const std::string& smsc_port, const std::string& receive_port)
        : admin_port_(free_port()), box_port_(free_port()), send_port_(free_port()) {
        for (const auto* name : {"store", "dlr"}) std::filesystem::create_directory(folder_.file(name));
        folder_.write(
            "kannel.conf",
            "group = core\nadmin-port = " + admin_port_ +
                "\nadmin-password = none\nadmin-interface = \"127.0.0.1\"\nsmsbox-port = " + box_port_ +
                "\nsmsbox-interface = \"127.0.0.1\"\nstore-type = spool\nstore-location = " + folder_.file("store") +
                "\ndlr-storage = spool\ndlr-spool = " + folder_.file("dlr") +
                "\n\ngroup = smsc\nsmsc = smpp\nsmsc-id = operator\nhost = 127.0.0.1\nport = " + smsc_port +
                "\ntransceiver-mode = true\nsmsc-username = kannel\nsmsc-password = secret\nsystem-type = \"\"\n"
                "reconnect-delay = 1\n"
                "\ngroup = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = " +
                send_port_ +
                "\nsendsms-interface = \"127.0.0.1\"\nhttp-request-retry = 1000\nhttp-queue-delay = 1\n"
                "\ngroup = sendsms-user\nusername = simtrail\npassword = hush-hush\nconcatenation = true\n"
                "max-messages = 10\n"
                "\ngroup = sms-service\nkeyword = default\ncatch-all = true\nget-url = \"http://127.0.0.1:" +
                receive_port +
                "/text?secret=0123456789abcdef&from=%p&text=%b&charset=%C&time=%T\"\n"
                "max-messages = 0\nomit-empty = true\n");
    }

    void start() {
        bearerbox_.emplace(command("bearerbox"));
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!listens(box_port_)) ASSERT_LT(std::chrono::steady_clock::now(), until) << "bearerbox does not listen";
        smsbox_.emplace(command("smsbox"));
    }
    void kill() {
        smsbox_.reset();
        bearerbox_.reset();
    }
    std::string send_url() const { return "http://127.0.0.1:" + send_port_ + "/cgi-bin/sendsms"; }

   private:
    /// It ends with the test, however that ends.
    std::vector<std::string> command(const std::string& box) const {
        return {
            "setpriv",
            "--pdeathsig",
            "KILL",
            "sh",
            "-c",
            "exec /usr/sbin/" + box + " -v 4 " + folder_.file("kannel.conf") + " > " + folder_.file(box) + ".out 2>&1"};
    }

    TemporaryFolder folder_;
    std::string admin_port_, box_port_, send_port_;
    std::optional<PeerProcess> bearerbox_, smsbox_;
};

class RealKannel : public ::testing::Test {
   protected:
    void SetUp() override {
        if (!has_node_smsc()) GTEST_SKIP() << "npm's smpp is not installed: scripts/setup --tests";
        if (!has_kannel()) GTEST_SKIP() << "Debian's kannel is not installed: scripts/setup --tests";
        smsc.emplace(node_smsc());
        const auto receive_port = free_port();
        kannel.emplace(std::to_string(smsc->port()), receive_port);
        kannel->start();
        gateway = sms::make_kannel_gateway(
            io,
            {.send_url = kannel->send_url(),
             .username = "simtrail",
             .password = "hush-hush",
             .source_address = "56767",
             .listen = "127.0.0.1:" + receive_port,
             .secret = "0123456789abcdef"},
            {.on_result = [this](sms::TextResult result) { results[result.number] = std::move(result); },
             .on_receipt =
                 [this](sms::TextReceipt receipt, auto done) {
                     receipts.push_back(std::move(receipt));
                     done(true);
                 },
             .on_text =
                 [this](sms::IncomingText text, auto done) {
                     texts.push_back(std::move(text));
                     done(texts.size() > not_kept);
                 },
             .on_room = [] {},
             .now_ms = [] { return now_ms(); }});
        ASSERT_TRUE(run_until([&] { return smsc->count({{"command", "bind_transceiver"}}) > 0; }))
            << "Kannel did not bind to the SMSC";
    }

    static std::int64_t now_ms() {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    std::vector<json> submitted() { return smsc->events({{"event", "pdu"}, {"command", "submit_sm"}}); }
    std::vector<std::string> taken() {
        std::vector<std::string> words;
        for (const json& event : smsc->events({{"event", "taken"}})) words.push_back(event["text"]);
        return words;
    }
    bool run_until(const std::function<bool()>& condition) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!condition() && std::chrono::steady_clock::now() < until) run_for(20ms);
        return condition();
    }
    void run_for(std::chrono::milliseconds time) {
        io.restart();  // it stops where it has nothing to do, as before there is a gateway
        io.run_for(time);
    }
    void send(std::int64_t number, const std::string& text) {
        ASSERT_TRUE(run_until([&] { return gateway->room() > 0; }));
        gateway->send({{.number = number, .to = *Msisdn::parse("919876543210"), .text = text}});
    }
    void deliver(json fields) {
        fields["do"] = "deliver";
        fields["destination_addr"] = "56767";
        smsc->tell(fields);
    }

    boost::asio::io_context io;
    std::optional<PeerProcess> smsc;
    std::optional<Kannel> kannel;
    std::map<std::int64_t, sms::TextResult> results;
    std::vector<sms::TextReceipt> receipts;
    std::vector<sms::IncomingText> texts;
    std::size_t not_kept = 0;  // of the first texts
    std::unique_ptr<sms::TextGateway> gateway;
};

TEST_F(RealKannel, TextsReachTheSmscWithAllTheirCharacters) {
    const std::string gsm = "Reply YES 4821 [é€] {~} @£$_ ñÄ", unicode = "हाँ 4821 ç 😀";
    std::string gsm_long, unicode_long;
    while (gsm_long.size() < 400) gsm_long += "long [text] " + std::to_string(gsm_long.size()) + " ";
    while (unicode_long.size() < 500) unicode_long += "लंबा " + std::to_string(unicode_long.size()) + " ";
    std::int64_t number = 0;
    for (const auto& text : {gsm, unicode, gsm_long, unicode_long}) {
        const std::size_t before = submitted().size();
        send(++number, text);
        std::string joined;
        ASSERT_TRUE(run_until([&] {
            joined.clear();
            const auto all = submitted();
            for (std::size_t i = before; i < all.size(); ++i) joined += all[i]["text"];
            return joined.size() >= text.size();
        })) << joined;
        EXPECT_EQ(joined, text);
        const auto first = submitted()[before];
        EXPECT_EQ(first["data_coding"], number % 2 == 1 ? 0 : 8);
        EXPECT_EQ(first["udh"].get<std::string>().empty(), number <= 2) << "long ones come in parts";
        EXPECT_EQ(first["source_addr"], "56767");
        EXPECT_EQ(first["destination_addr"], "919876543210");
        ASSERT_TRUE(run_until([&] { return results.contains(number); }));
        EXPECT_TRUE(results[number].accepted) << results[number].error;
    }
}

TEST_F(RealKannel, ReceiptsComeBackWithTheTextsId) {
    smsc->tell({{"do", "set"}, {"receipts", "text"}});
    send(1, "Reply YES 4821");
    ASSERT_TRUE(run_until([&] { return receipts.size() == 1 && results.size() == 1; }));
    EXPECT_EQ(receipts[0].message_ids, std::vector{results[1].message_id});
    EXPECT_EQ(receipts[0].state, sms::ReceiptState::delivered);
    EXPECT_EQ(receipts[0].detail, "DELIVRD err:000");

    smsc->tell({{"do", "set"}, {"status", 11}, {"count", 1}});  // ESME_RINVDSTADR
    send(2, "Reply YES 4822");
    ASSERT_TRUE(run_until([&] { return receipts.size() == 2 && results.size() == 2; }));
    EXPECT_EQ(receipts[1].message_ids, std::vector{results[2].message_id});
    EXPECT_EQ(receipts[1].state, sms::ReceiptState::failed);
    EXPECT_TRUE(receipts[1].detail.starts_with("refused by the SMSC")) << receipts[1].detail;
}

TEST_F(RealKannel, ReceiptsOfALongTextNameItOnce) {
    smsc->tell({{"do", "set"}, {"receipts", "text"}});
    send(1, std::string(400, 'x'));
    send(2, "the last one");
    ASSERT_TRUE(run_until([&] { return receipts.size() >= 2; }));
    run_for(200ms);
    EXPECT_EQ(receipts.size(), 2U) << "a receipt of each text, not of each part";
}

TEST_F(RealKannel, RepliesComeWithTheirCharactersAndKannelsTime) {
    const std::int64_t before_ms = now_ms() / 1000 * 1000;
    // "YES 4821 [é€]" in GSM 03.38, with its escapes.
    deliver({{"source_addr", "919876543210"},
             {"source_addr_ton", 1},
             {"data_coding", 0},
             {"hex", "59455320343832311b3c051b651b3e"}});
    ASSERT_TRUE(run_until([&] { return texts.size() == 1; }));
    EXPECT_EQ(texts[0].from.text(), "919876543210");
    EXPECT_EQ(texts[0].text, "YES 4821[é€]");
    EXPECT_GE(texts[0].gateway_ms, before_ms);
    EXPECT_LE(texts[0].gateway_ms, now_ms());
    deliver({{"source_addr", "919876543210"}, {"data_coding", 8}, {"hex", "0939093e0901002000410042"}});
    deliver({{"source_addr", "919876543211"}, {"data_coding", 3}, {"hex", "e9e8"}});
    ASSERT_TRUE(run_until([&] { return texts.size() == 3; }));
    std::set<std::string> words{texts[1].text, texts[2].text};
    EXPECT_EQ(words, (std::set<std::string>{"हाँ AB", "éè"}));
}

TEST_F(RealKannel, ALongReplyComesAsOneText) {
    // Two parts by a header for joining (3GPP TS 23.040, 9.2.3.24.1), the second one first.
    for (const auto* part : {"050003070202"
                             "656e64",
                             "050003070201"
                             "626567696e20"})
        deliver({{"source_addr", "919876543210"}, {"data_coding", 0}, {"esm_class", 64}, {"hex", part}});
    ASSERT_TRUE(run_until([&] { return !texts.empty(); }));
    EXPECT_EQ(texts[0].text, "begin end");
    run_for(200ms);
    EXPECT_EQ(texts.size(), 1U);
}

TEST_F(RealKannel, AReplyThatCouldNotBeKeptComesAgainAndTheSubscriberGetsNoAnswerOfKannels) {
    not_kept = 2;
    deliver({{"source_addr", "919876543210"}, {"data_coding", 0}, {"hex", "53544f50"}});
    ASSERT_TRUE(run_until([&] { return texts.size() == 3; }));
    for (const auto& text : texts) EXPECT_EQ(text.text, "STOP");
    EXPECT_EQ(texts[0].gateway_ms, texts[2].gateway_ms) << "when it was sent, not when it was brought";
    run_for(2s);
    EXPECT_EQ(texts.size(), 3U);
    EXPECT_TRUE(submitted().empty());
}

TEST_F(RealKannel, TextsWaitInKannelWhileTheSmscIsAway) {
    smsc->tell({{"do", "stop"}});
    ASSERT_TRUE(run_until([&] { return smsc->count({{"event", "stopped"}}) > 0; }));
    send(1, "while away");
    ASSERT_TRUE(run_until([&] { return results.size() == 1; }));
    EXPECT_TRUE(results[1].accepted) << results[1].error;
    smsc->tell({{"do", "start"}});
    ASSERT_TRUE(run_until([&] { return taken().size() == 1; }));
    EXPECT_EQ(taken()[0], "while away");
}

TEST_F(RealKannel, KilledMidwayTwiceItLosesNoText) {
    constexpr int count = 200;
    smsc->tell({{"do", "set"}, {"delay_ms", 30}});
    int next = 1;
    std::size_t kills = 0;
    while (results.size() < count) {
        while (gateway->room() > 0 && next <= count) {
            send(next, "text " + std::to_string(next));
            ++next;
        }
        if (results.size() >= 50 * (kills + 1) && kills < 2) {
            ++kills;
            kannel->kill();
            run_for(300ms);
            kannel->start();
        }
        const std::size_t seen = results.size();
        ASSERT_TRUE(run_until([&] { return results.size() > seen; })) << seen;
    }
    EXPECT_EQ(kills, 2U);
    for (const auto& [number, result] : results) EXPECT_TRUE(result.accepted) << number << ": " << result.error;
    std::set<std::string> arrived;
    EXPECT_TRUE(run_until([&] {
        const auto all = taken();
        arrived = {all.begin(), all.end()};
        return arrived.size() == count;
    })) << arrived.size();
}

}  // namespace
}  // namespace simtrail::tests
