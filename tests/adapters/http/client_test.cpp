#include "adapters/http/client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <future>
#include <mutex>

#include "tests/support/certificates.hpp"
#include "tests/support/raw_connection.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;
using http::ClientError;
using Answer = std::expected<http::ClientResponse, ClientError>;
using Kind = ClientError::Kind;

/// Sends one request and waits for its end.
Answer send(http::ClientRequest request, http::ClientOptions options = {}) {
    boost::asio::io_context io;
    const auto client = http::make_client(io, std::move(options));
    std::optional<Answer> answer;
    client->send(std::move(request), [&](Answer got) { answer = std::move(got); });
    io.run();
    return answer.value();
}

http::ClientRequest to(const std::string& url) { return {.url = url, .body = "{}", .allow_private_addresses = true}; }

std::string port_of(const std::string& address) { return address.substr(address.rfind(':')); }

class HttpClient : public ::testing::Test {
   protected:
    HttpClient() {
        service.handlers["/echo?a=b"] = [this](http::Request request, http::Reply reply) {
            seen = request;
            reply({.status = 202, .headers = {{"X-Answer", "yes"}}, .body = "thanks"});
        };
    }
    MadeService service;
    http::Request seen;
};

TEST_F(HttpClient, SendsARequestAndGivesItsAnswer) {
    const RunningServer server(service);
    auto request = to("http://" + server.address() + "/echo?a=b#c");
    request.headers = {{"X-Custom", "value"}, {"Bad", "a\r\nInjected: b"}};
    const auto answer = send(std::move(request));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 202);
    EXPECT_EQ(answer->body, "thanks");
    EXPECT_EQ(http::find_header(answer->headers, "x-answer"), "yes");
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.body, "{}");
    EXPECT_EQ(http::find_header(seen.headers, "host"), server.address());
    EXPECT_EQ(http::find_header(seen.headers, "x-custom"), "value");
    EXPECT_EQ(http::find_header(seen.headers, "injected"), "");
}

TEST_F(HttpClient, FollowsNoRedirect) {
    std::atomic<int> followed = 0;
    service.handlers["/redirects"] = [](http::Request, http::Reply reply) {
        reply({.status = 302, .headers = {{"Location", "/echo?a=b"}}});
    };
    service.handlers["/echo?a=b"] = [&](http::Request, http::Reply reply) {
        ++followed;
        reply({});
    };
    const RunningServer server(service);
    EXPECT_EQ(send(to("http://" + server.address() + "/redirects"))->status, 302);
    EXPECT_EQ(followed, 0);
}

TEST_F(HttpClient, ReadsNoMoreOfABodyThanItKeeps) {
    service.handlers["/long"] = [](http::Request, http::Reply reply) {
        reply({.body = std::string(8 * 1024 * 1024, 'x')});
    };
    const RunningServer server(service);
    const auto answer = send(to("http://" + server.address() + "/long"));
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body.size(), 4096U);
}

TEST_F(HttpClient, RefusesAddressesThatAreNotPublic) {
    const RunningServer server(service);
    for (const std::string& host : {std::string("127.0.0.1"), std::string("[::ffff:127.0.0.1]"), std::string("0.0.0.0"),
                                    std::string("[::1]"), std::string("localhost"), std::string("10.0.0.1")}) {
        auto request = to("http://" + host + port_of(server.address()) + "/echo?a=b");
        request.allow_private_addresses = false;
        const auto answer = send(std::move(request));
        ASSERT_FALSE(answer) << host;
        EXPECT_EQ(answer.error().kind, Kind::refused_address) << host << ": " << answer.error().message;
    }
    EXPECT_EQ(seen.method, "");
}

TEST_F(HttpClient, ChecksEveryAddressOfANameAndAsksForThemOnce) {
    std::atomic<int> asked = 0;
    std::vector<std::string> means;
    http::ClientOptions options;
    options.lookup = [&](const std::string& host) -> std::expected<std::vector<std::string>, std::string> {
        ++asked;
        if (host != "name.example") return std::unexpected("no such name");
        return means;
    };
    const RunningServer server(service);
    auto request = to("http://name.example" + port_of(server.address()) + "/echo?a=b");
    means = {"127.0.0.1"};
    EXPECT_EQ(send(request, options)->status, 202);
    EXPECT_EQ(asked, 1) << "a second answer could be another (DNS rebinding)";
    request.allow_private_addresses = false;
    for (const auto& bad : std::vector<std::vector<std::string>>{{"127.0.0.1"},
                                                                 {"93.184.216.34", "127.0.0.1"},
                                                                 {"::ffff:10.0.0.1"},
                                                                 {"fe80::1%lo"},
                                                                 {"2606:4700::1", "::1"}}) {
        means = bad;
        const auto answer = send(request, options);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, Kind::refused_address) << bad.back();
    }
    means = {};
    EXPECT_EQ(send(request, options).error().kind, Kind::resolve);
    EXPECT_EQ(send(to("http://other.example/"), options).error().kind, Kind::resolve);
}

TEST_F(HttpClient, TriesTheNextAddressWhereOneDoesNotAnswer) {
    http::ClientOptions options;
    options.lookup = [](const std::string&) { return std::vector<std::string>{"127.0.0.9", "127.0.0.1"}; };
    const RunningServer server(service);
    EXPECT_EQ(send(to("http://name.example" + port_of(server.address()) + "/echo?a=b"), options)->status, 202);
}

TEST_F(HttpClient, SaysWhatWentWrong) {
    std::string closed_port;
    {
        const RunningServer server(service);
        closed_port = server.address();
    }
    EXPECT_EQ(send(to("http://" + closed_port + "/")).error().kind, Kind::connect);
    EXPECT_EQ(send(to("ftp://example.org/")).error().kind, Kind::bad_url);
    service.handlers["/later"] = [](http::Request, http::Reply reply) { static http::Reply kept = std::move(reply); };
    const RunningServer server(service);
    auto slow = to("http://" + server.address() + "/later");
    slow.timeout = 100ms;
    EXPECT_EQ(send(std::move(slow)).error().kind, Kind::timeout);
    EXPECT_EQ(send(to("https://" + server.address() + "/")).error().kind, Kind::tls);
}

TEST_F(HttpClient, GivesUpASlowLookupInTime) {
    http::ClientOptions options;
    const auto end = std::make_shared<std::promise<void>>();
    options.lookup = [end](const std::string& host) -> std::expected<std::vector<std::string>, std::string> {
        if (host == "slow.example") end->get_future().wait();
        return std::vector<std::string>{"127.0.0.1"};
    };
    const RunningServer server(service);
    boost::asio::io_context io;
    auto client = http::make_client(io, options);
    std::vector<std::string> ends;
    auto slow = to("http://slow.example" + port_of(server.address()) + "/echo?a=b");
    slow.timeout = 300ms;
    client->send(std::move(slow), [&](Answer got) { ends.push_back(got ? "?" : "slow: " + got.error().message); });
    client->send(to("http://quick.example" + port_of(server.address()) + "/echo?a=b"),
                 [&](Answer got) { ends.push_back(got ? "quick" : got.error().message); });
    io.run();
    EXPECT_EQ(ends, (std::vector<std::string>{"quick", "slow: no answer in time"}));
    client.reset();  // and does not wait for the lookup
    end->set_value();
}

TEST_F(HttpClient, BoundsConnectionsToAHostAndDropsWhatIsLeft) {
    std::mutex mutex;
    std::condition_variable came;
    std::vector<http::Reply> kept;
    service.handlers["/later"] = [&](http::Request, http::Reply reply) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(reply));
        came.notify_all();
    };
    RunningServer server(service);
    int ended = 0;
    {
        boost::asio::io_context io;
        auto client = http::make_client(io, {.connections_per_host = 2});
        for (int i = 0; i < 5; ++i)
            client->send(to("http://" + server.address() + "/later"), [&](const Answer&) { ++ended; });
        const auto until = [&](auto done) {
            while (!done()) io.run_one_for(10ms);
        };
        const auto count = [&] {
            const std::lock_guard lock(mutex);
            return kept.size();
        };
        std::thread answers([&] {
            std::unique_lock lock(mutex);
            came.wait(lock, [&] { return kept.size() == 2; });
            kept[0]({});
            kept[1]({});
        });
        until([&] { return ended == 2; });
        answers.join();
        until([&] { return count() == 4; });
        EXPECT_EQ(ended, 2);
        client.reset();
        io.run();
    }
    EXPECT_EQ(ended, 2) << "an abandoned request tells nobody";
}

/// A peer that says what it is told to.
Answer answer_to(const std::string& bytes) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(listener, 1), 0);
    getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
    std::thread peer([&] {
        const int socket = ::accept(listener, nullptr, nullptr);
        std::array<char, 4096> request{};
        EXPECT_GT(::recv(socket, request.data(), request.size(), 0), 0);
        EXPECT_EQ(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
        ::close(socket);
    });
    auto answer = send(to("http://127.0.0.1:" + std::to_string(ntohs(at.sin_port)) + "/"));
    peer.join();
    ::close(listener);
    return answer;
}

TEST_F(HttpClient, ReadsAnswersInAllTheirForms) {
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab")->body, "ab");
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\n\r\nuntil the end")->body, "until the end");
    EXPECT_EQ(answer_to("HTTP/1.0 200 \r\n\r\nold")->body, "old");
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")->body,
              "abc");
    EXPECT_EQ(answer_to("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
    EXPECT_EQ(answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 201 "
                        "Made\r\nContent-Length: 0\r\n\r\n")
                  ->status,
              201);
    for (const std::string& bad : {std::string("nonsense\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Le"),
                                   std::string("x"), std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"),
                                   "HTTP/1.1 200 OK\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n"}) {
        const auto answer = answer_to(bad);
        ASSERT_FALSE(answer) << bad.substr(0, 50);
        EXPECT_EQ(answer.error().kind, Kind::protocol);
    }
}

class HttpTls : public ::testing::Test {
   protected:
    HttpTls() {
        make_certificates(folder.file(""), "server", "IP:127.0.0.1,DNS:server.example");
        make_certificates(folder.file(""), "other", "DNS:other.example");
        service.handlers["/"] = [](http::Request, http::Reply reply) { reply({.body = "secure"}); };
    }
    std::string file(const std::string& name) const { return folder.file(name); }
    http::ServerOptions secure(const std::string& name, const std::string& client_ca = "") const {
        http::ServerOptions options;
        options.tls =
            http::TlsFiles{.certificate = file(name + ".pem"), .key = file(name + ".key"), .client_ca = client_ca};
        return options;
    }
    http::ClientOptions trusting() const {
        http::ClientOptions options;
        options.ca_file = file("ca.pem");
        options.lookup = [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; };
        return options;
    }
    int curl(const std::string& arguments) const {
        return std::system(
            ("curl -s -o " + file("out") + " --noproxy '*' --cacert " + file("ca.pem") + " " + arguments).c_str());
    }

    testing::TemporaryFolder folder;
    MadeService service;
};

TEST_F(HttpTls, ServesAndVerifiesCertificatesAndNames) {
    const RunningServer server(service, secure("server"));
    const auto port = port_of(server.address());
    for (const std::string& host : {std::string("127.0.0.1"), std::string("server.example")}) {
        const auto answer = send(to("https://" + host + port + "/"), trusting());
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->body, "secure");
    }
    EXPECT_EQ(send(to("https://wrong.example" + port + "/"), trusting()).error().kind, Kind::tls)
        << "not the certificate's name";
    EXPECT_EQ(send(to("https://" + server.address() + "/")).error().kind, Kind::tls) << "signed by nobody known";
    EXPECT_FALSE(send(to("http://" + server.address() + "/"))) << "plain HTTP is no handshake";
}

TEST_F(HttpTls, TakesNothingOlderThanVersion12) {
    const RunningServer server(service, secure("server"));
    const std::string url = "https://" + server.address() + "/";
    EXPECT_EQ(curl("--tls-max 1.2 " + url), 0);
    EXPECT_EQ(curl("--tlsv1.3 " + url), 0);
    EXPECT_NE(curl("--ciphers DEFAULT@SECLEVEL=0 --tlsv1.0 --tls-max 1.1 " + url), 0);
}

TEST_F(HttpTls, AsksClientsForCertificatesWhereItIsToldTo) {
    const RunningServer server(service, secure("server", file("ca.pem")));
    const std::string url = "https://" + server.address() + "/";
    EXPECT_NE(curl(url), 0);
    EXPECT_EQ(curl("--cert " + file("other.pem") + " --key " + file("other.key") + " " + url), 0);
    EXPECT_FALSE(send(to(url), trusting()));
}

TEST_F(HttpTls, ReadsItsCertificateAgainAndKeepsTheOldOneWhereItCannot) {
    std::filesystem::copy(file("server.pem"), file("live.pem"));
    std::filesystem::copy(file("server.key"), file("live.key"));
    RunningServer server(service, secure("live"));
    const auto named = [&](const std::string& host) {
        return send(to("https://" + host + port_of(server.address()) + "/"), trusting());
    };
    EXPECT_TRUE(named("server.example"));
    std::optional<std::string> fault;
    for (const char* const ending : {".pem", ".key"}) {
        std::filesystem::copy(file(std::string("other") + ending), file(std::string("live") + ending),
                              std::filesystem::copy_options::overwrite_existing);
        server.on_thread([&] { fault = server.server().reload_tls(); });
        EXPECT_EQ(fault.has_value(), ending == std::string(".pem")) << "a key of another certificate";
    }
    EXPECT_TRUE(named("other.example"));
    EXPECT_FALSE(named("server.example"));
    std::filesystem::remove(file("live.key"));
    server.on_thread([&] { fault = server.server().reload_tls(); });
    EXPECT_NE(fault.value_or("").find(file("live.key")), std::string::npos);
    EXPECT_TRUE(named("other.example"));
}

TEST_F(HttpTls, CarriesLargeBodiesAsPlainDoes) {
    service.handlers["/large"] = [](http::Request, http::Reply reply) { reply({.body = std::string(3'000'000, 'x')}); };
    service.handlers["/echo"] = [](http::Request request, http::Reply reply) {
        reply({.body = std::move(request.body)});
    };
    const RunningServer server(service, secure("server"));
    const std::string url = "https://" + server.address();
    EXPECT_EQ(curl(url + "/large"), 0);
    EXPECT_EQ(std::filesystem::file_size(file("out")), 3'000'000U);
    EXPECT_NE(curl("--fail --data-binary @" + file("out") + " " + url + "/echo"), 0) << "over the limit of 1 MiB";
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(curl("-H 'Connection: close' " + url + "/"), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - started, 1500ms) << "closing waits for nobody";
}

TEST_F(HttpTls, SaysWhichFileCannotBeUsed) {
    boost::asio::io_context io;
    auto options = secure("server");
    options.listen = "127.0.0.1:0";
    options.tls->key = file("other.key");
    EXPECT_THROW(http::serve(io, service, options), std::runtime_error);
    options.tls->certificate = file("missing.pem");
    try {
        http::serve(io, service, options);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("missing.pem"), std::string::npos);
    }
}

}  // namespace
}  // namespace simtrail::tests
