#include "adapters/feed_server/tcp_feed_server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "tests/support/made_intake.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::feed_server {
namespace {

using namespace std::chrono_literals;
using testing::MadeIntake;
using tests::RawConnection;

const std::string hello = "{\"hello\":{\"source\":\"probe-7\"}}\n";

/// A server on a free port, on its own thread.
class RunningFeed {
   public:
    explicit RunningFeed(MadeIntake& made, TcpFeedOptions options = {}) : work_(io_.get_executor()) {
        if (options.listen.empty()) options.listen = "127.0.0.1:0";
        server_ = serve_tcp_feed(io_, made.intake(), made, std::move(options));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~RunningFeed() {
        on_thread([this] { server_.reset(); });
        work_.reset();
        thread_.join();
    }
    RunningFeed(const RunningFeed&) = delete;
    RunningFeed& operator=(const RunningFeed&) = delete;

    RawConnection connect() const { return RawConnection(server_->address()); }
    std::string address() const { return server_->address(); }
    void drain(std::chrono::milliseconds grace) {
        on_thread([&] { server_->drain(grace); });
    }
    std::optional<std::string> reload_tls() { return server_->reload_tls(); }
    /// Waits until so many connections are there.
    bool comes_to(std::size_t connections) {
        const auto until = std::chrono::steady_clock::now() + 10s;
        std::size_t count = connections + 1;
        while (count != connections && std::chrono::steady_clock::now() < until)
            on_thread([&] { count = server_->connections(); });
        return count == connections;
    }

   private:
    void on_thread(const std::function<void()>& task) {
        std::promise<void> done;
        boost::asio::post(io_, [&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<TcpFeedServer> server_;
    std::thread thread_;
};

class TcpFeed : public ::testing::Test {
   protected:
    MadeIntake made_;
    RunningFeed feed_{made_};
};

TEST_F(TcpFeed, ServesAClientThatOnlyWritesLines) {
    auto client = feed_.connect();
    client.send(MadeIntake::line(1) + "\r\n\nbad\n" + MadeIntake::line(2));
    client.end_sending();
    made_.commit_lines(4);
    EXPECT_EQ(made_.texts, (std::vector{MadeIntake::line(1) + "\r", MadeIntake::line(2)}));
    EXPECT_EQ(made_.outcomes[feed::Outcome::blank], 1U);
    EXPECT_EQ(made_.outcomes[feed::Outcome::not_json], 1U);
    EXPECT_EQ(client.read_all(), "") << "nothing is said to it";
}

TEST_F(TcpFeed, AcknowledgesWhatIsDurableAndNothingBefore) {
    auto client = feed_.connect();
    client.send(hello);
    EXPECT_EQ(client.read_until("\n"), "{\"resume\":0}\n");
    client.send(MadeIntake::line(1) + "\n\nbad\n");
    EXPECT_TRUE(client.is_silent_for(50ms));
    made_.commit_lines(3);
    EXPECT_NE(client.read_until("{\"ack\":3}\n").find("{\"ack\":3}\n"), std::string::npos);
    client.send(MadeIntake::line(2) + "\n");
    made_.commit_lines(4);
    EXPECT_EQ(client.read_until("\n"), "{\"ack\":4}\n");
}

TEST_F(TcpFeed, ResumesWhereTheStoreIs) {
    made_.stored["probe-7"] = 1000;
    auto client = feed_.connect();
    client.send(hello + MadeIntake::made_lines(1, 2));
    EXPECT_EQ(client.read_until("\n"), "{\"resume\":1000}\n");
    made_.commit_lines(2);
    client.read_until("{\"ack\":1002}\n");
    EXPECT_EQ(made_.stored["probe-7"], 1002U);
}

TEST_F(TcpFeed, AnswersAReconnectedSourceWhenItsLinesAreDurable) {
    {
        auto first = feed_.connect();
        first.send(hello + MadeIntake::made_lines(1, 2) + "{\"cut o");
        first.read_until("\n");
    }
    ASSERT_TRUE(made_.commit_block());
    auto second = feed_.connect();
    second.send(hello);
    made_.commit_lines(2);
    EXPECT_EQ(second.read_until("\n"), "{\"resume\":2}\n") << "the cut line was not taken";
}

TEST_F(TcpFeed, ClosesTheFirstConnectionOfASourceForTheSecond) {
    auto first = feed_.connect();
    first.send(hello);
    first.read_until("\n");
    first.send(MadeIntake::made_lines(1, 3) + "{\"cut o");
    while (made_.waiting_blocks() == 0) std::this_thread::yield();
    auto second = feed_.connect();
    second.send(hello);
    EXPECT_EQ(first.read_all(), "") << "closed";
    EXPECT_TRUE(second.is_silent_for(50ms)) << "the first one's lines are not durable";
    auto third = feed_.connect();
    third.send(hello);
    EXPECT_EQ(second.read_all(), "") << "closed while it waited";
    made_.commit_lines(3);
    EXPECT_EQ(third.read_until("\n"), "{\"resume\":3}\n");
    third.send(MadeIntake::made_lines(4, 5));
    made_.commit_lines(5);
    third.read_until("{\"ack\":5}\n");
    std::vector<std::string> all;
    for (int i = 1; i <= 5; ++i) all.push_back(MadeIntake::line(i));
    EXPECT_EQ(made_.texts, all) << "each once, in order";
}

TEST_F(TcpFeed, RefusesAHelloThatIsNone) {
    for (const std::string line : {R"({"hello":{"source":"x")", R"({"hello":{"source":""}})", R"({"hello":7})",
                                   R"({"hello":{"source":"a\u0007"}})"}) {
        auto client = feed_.connect();
        client.send(line + "\n" + MadeIntake::made_lines(1, 10));
        client.end_sending();
        EXPECT_TRUE(client.read_all().starts_with("{\"error\":\"")) << line;
    }
    EXPECT_EQ(made_.waiting_blocks(), 0U) << "nothing of it is taken";
}

TEST_F(TcpFeed, TakesALaterHelloForABadLine) {
    auto client = feed_.connect();
    client.send(hello + hello + MadeIntake::line(1) + "\n");
    made_.commit_lines(2);
    EXPECT_EQ(made_.outcomes[feed::Outcome::missing_field], 1U);
    client.read_until("{\"ack\":2}\n");
}

TEST_F(TcpFeed, ReadsCsvUnderItsHeader) {
    auto client = feed_.connect();
    client.send("ts,msisdn,radio,mcc,mnc,area,cell\n1699873625645,91,lte,1,1,1,1\n");
    made_.commit_lines(1);
    EXPECT_EQ(made_.texts, std::vector<std::string>{"1699873625645,91,lte,1,1,1,1"});
    auto bad = feed_.connect();
    bad.send("ts,msisdn,radio\n");
    EXPECT_TRUE(bad.read_until("\n").starts_with("{\"error\":\""));
}

TEST_F(TcpFeed, SkipsALineOfManyMegabytes) {
    auto client = feed_.connect();
    client.send(hello);
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 64; ++i) ASSERT_EQ(client.send(piece), piece.size());
    client.send("\n" + MadeIntake::line(1) + "\n");
    made_.commit_lines(2);
    EXPECT_EQ(made_.outcomes[feed::Outcome::oversized], 1U);
    client.read_until("{\"ack\":2}\n");
}

TEST_F(TcpFeed, IsNotHarmedByAClientThatNeverReads) {
    auto deaf = feed_.connect();
    deaf.send(hello);
    for (int i = 1; i <= 2000; ++i) {
        deaf.send(MadeIntake::line(i) + "\n");
        made_.commit_lines(static_cast<std::uint64_t>(i));
    }
    auto other = feed_.connect();
    other.send("{\"hello\":{\"source\":\"other\"}}\n");
    EXPECT_EQ(other.read_until("\n"), "{\"resume\":0}\n");
    EXPECT_NE(deaf.read_until("{\"ack\":2000}\n").find("{\"ack\":2000}"), std::string::npos);
}

TEST(TcpFeedServer, StopsReadingWhileTheIntakeIsFull) {
    MadeIntake made(2);
    RunningFeed feed(made);
    constexpr int count = 50'000;
    auto client = feed.connect();
    std::thread sender([&] {
        client.send(hello + MadeIntake::made_lines(1, count));
        client.end_sending();
    });
    while (made.intake().blocks_under_way() < 2) std::this_thread::yield();
    made.commit_lines(count);
    sender.join();
    EXPECT_EQ(made.lines, static_cast<std::uint64_t>(count));
    ASSERT_EQ(made.texts.size(), static_cast<std::size_t>(count));
    for (int i = 1; i <= count; ++i) ASSERT_EQ(made.texts[static_cast<std::size_t>(i) - 1], MadeIntake::line(i));
    EXPECT_TRUE(client.read_all().ends_with("{\"ack\":50000}\n")) << "and then it is closed";
}

TEST(TcpFeedServer, TellsConnectionsBeyondItsBound) {
    MadeIntake made;
    RunningFeed feed(made, {.listen = "", .connections = 2});
    auto first = feed.connect();
    {
        const auto second = feed.connect();
        ASSERT_TRUE(feed.comes_to(2));
        EXPECT_EQ(feed.connect().read_all(), "{\"error\":\"too many connections\"}\n");
    }
    ASSERT_TRUE(feed.comes_to(1));
    auto next = feed.connect();
    next.send(hello);
    EXPECT_EQ(next.read_until("\n"), "{\"resume\":0}\n");
}

TEST(TcpFeedServer, AcknowledgesWhatItTookBeforeItDrains) {
    MadeIntake made;
    RunningFeed feed(made);
    auto idle = feed.connect(), named = feed.connect();
    named.send(hello);
    named.read_until("\n");
    named.send(MadeIntake::made_lines(1, 3));
    ASSERT_TRUE(feed.comes_to(2));
    made.commit_lines(3);
    named.read_until("{\"ack\":3}\n");
    named.send(MadeIntake::made_lines(4, 4));
    while (made.waiting_blocks() == 0) std::this_thread::yield();
    feed.drain(10s);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(feed.connect().connected());
    made.commit_lines(4);
    EXPECT_EQ(named.read_all(), "{\"ack\":4}\n");
    idle.end_sending();
    named.end_sending();
    EXPECT_TRUE(feed.comes_to(0));
}

TEST(TcpFeedServer, ClosesWhoeverIsLeftAfterTheGrace) {
    MadeIntake made;
    RunningFeed feed(made);
    auto client = feed.connect();
    client.send(hello + MadeIntake::line(1) + "\n");
    while (made.waiting_blocks() == 0) std::this_thread::yield();
    feed.drain(20ms);
    EXPECT_EQ(client.read_all(), "{\"resume\":0}\n");
    EXPECT_TRUE(feed.comes_to(0));
}

TEST(TcpFeedServer, MayGoBeforeItsLines) {
    MadeIntake made;
    {
        RunningFeed feed(made);
        auto client = feed.connect();
        client.send(hello + MadeIntake::line(1) + "\n");
        client.read_until("\n");
        while (made.waiting_blocks() == 0) std::this_thread::yield();
    }
    EXPECT_EQ(made.waiting_blocks(), 1U);
}

std::string fault_of(TcpFeedOptions options) {
    MadeIntake made;
    try {
        const RunningFeed feed(made, std::move(options));
        return "";
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

TEST(TcpFeedServer, ListensBeyondLoopbackWithClientCertificatesAlone) {
    for (const std::string listen : {"0.0.0.0:0", "[::]:0", "192.0.2.1:7400"})
        EXPECT_NE(fault_of({.listen = listen}).find("client_ca"), std::string::npos) << listen;
    EXPECT_NE(fault_of({.listen = "0.0.0.0:0", .tls = http::TlsFiles{"c", "k", ""}}).find("client_ca"),
              std::string::npos);
    EXPECT_NE(fault_of({.listen = "somewhere"}).find("ADDRESS:PORT"), std::string::npos);
}

/// A CA, a server's and a client's certificate, made by openssl.
class Certificates {
   public:
    Certificates() {
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 "
            "-subj /CN=ca");
        for (const std::string name : {"server", "client"}) {
            run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + ".key -out " + name +
                ".csr -subj /CN=" + name);
            run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -out " + name +
                ".pem -days 2");
        }
    }
    http::TlsFiles files() const {
        return {folder_.file("server.pem"), folder_.file("server.key"), folder_.file("ca.pem")};
    }
    /// What openssl's client gets until the server closes.
    std::string speak(const std::string& address, const std::string& text, const std::string& arguments) const {
        folder_.write("text", text);
        return testing::shell("(cd " + folder_.file("") + " && openssl s_client -quiet -CAfile ca.pem " + arguments +
                              " -connect " + address + " < text 2>/dev/null)")
            .output;
    }

   private:
    void run(const std::string& command) const {
        const auto result = testing::shell("cd " + folder_.file("") + " && " + command);
        EXPECT_EQ(result.exit_code, 0) << result.output;
    }
    testing::TemporaryFolder folder_;
};

TEST(TcpFeedServer, SpeaksTlsToClientsWithACertificate) {
    const Certificates certificates;
    MadeIntake made;
    RunningFeed feed(made, {.listen = "0.0.0.0:0", .tls = certificates.files()});
    const std::string address = "127.0.0.1" + feed.address().substr(feed.address().rfind(':'));
    EXPECT_EQ(certificates.speak(address, hello, ""), "") << "no certificate";
    auto answer = std::async(std::launch::async, [&] {
        return certificates.speak(address, hello + MadeIntake::line(1) + "\n", "-cert client.pem -key client.key");
    });
    made.commit_lines(1);
    feed.drain(10s);
    EXPECT_EQ(answer.get(), "{\"resume\":0}\n{\"ack\":1}\n");
    EXPECT_EQ(feed.reload_tls(), std::nullopt);
}

}  // namespace
}  // namespace simtrail::feed_server
