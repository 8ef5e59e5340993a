// The server as its clients see it: raw bytes over sockets.
#include "adapters/http/server.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/adapters/http/made_exchanges.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;

TEST_F(HttpServer, KeepsTheConnectionAndMarksEachAnswer) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/hello"));
    const auto first = client.read_answer();
    EXPECT_EQ(status_of(first), "HTTP/1.1 200 OK");
    EXPECT_EQ(body_of(first), "hello");
    EXPECT_EQ(field_of(first, "Content-Length"), "5");
    EXPECT_EQ(field_of(first, "Date").size(), 29U);
    EXPECT_EQ(field_of(first, "Connection"), "");
    client.send(post("/echo", "body"));
    const auto second = client.read_answer();
    EXPECT_EQ(status_of(second), "HTTP/1.1 201 Created");
    EXPECT_EQ(body_of(second), "POST body");
    EXPECT_NE(field_of(first, "X-Request-Id"), field_of(second, "X-Request-Id"));
    EXPECT_NE(field_of(first, "X-Request-Id"), "");
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpServer, GivesTheServiceIdAndPeer) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/later", "X-Custom:  value \r\n"));
    await_kept(1);
    const http::Request request = kept[0].first;
    EXPECT_EQ(request.peer, "127.0.0.1");
    EXPECT_TRUE(request.loopback);
    EXPECT_EQ(http::find_header(request.headers, "x-custom"), "value");
    kept[0].second({});
    EXPECT_EQ(field_of(client.read_answer(), "X-Request-Id"), request.id);
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/later") + get("/hello") + get("/later") + get("/hello"));
    await_kept(2);  // the requests overlap, the answers do not
    EXPECT_TRUE(client.is_silent_for(50ms));
    kept[1].second({.body = "third"});
    kept[0].second({.body = "first"});
    std::string bodies;
    for (int i = 0; i < 4; ++i) bodies += body_of(client.read_answer()) + " ";
    EXPECT_EQ(bodies, "first hello third hello ");
}

TEST_F(HttpServer, StartsAWriteOnlyWhenAllBeforeItIsAnswered) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/later") + post("/write", "") + get("/later"));
    await_kept(1);
    EXPECT_TRUE(client.is_silent_for(50ms));
    EXPECT_EQ(kept.size(), 1U);
    kept[0].second({.body = "1"});
    await_kept(2);
    EXPECT_EQ(kept[1].first.method, "POST");
    EXPECT_EQ(body_of(client.read_answer()), "1");
    EXPECT_TRUE(client.is_silent_for(50ms));
    EXPECT_EQ(kept.size(), 2U);
    kept[1].second({.body = "2"});
    await_kept(3);
    kept[2].second({.body = "3"});
    EXPECT_EQ(body_of(client.read_answer()), "2");
    EXPECT_EQ(body_of(client.read_answer()), "3");
}

TEST_F(HttpServer, ReadsNoFurtherAheadThanItsBound) {
    http::ServerOptions options;
    options.limits.pipelined = 3;
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    std::string requests;
    for (int i = 0; i < 10; ++i) requests += get("/later");
    client.send(requests);
    await_kept(3);
    EXPECT_TRUE(client.is_silent_for(50ms));
    EXPECT_EQ(kept.size(), 3U);
    for (std::size_t i = 0; i < 10; ++i) {
        await_kept(i + 1);
        kept[i].second({.body = std::to_string(i)});
        EXPECT_EQ(body_of(client.read_answer()), std::to_string(i));
    }
}

TEST_F(HttpServer, TakesRepliesFromAnyThreadAndAfterThePeerHasGone) {
    RunningServer server(service);
    RawConnection stays(server.address());
    stays.send(get("/later"));
    await_kept(1);
    {
        RawConnection leaves(server.address());
        leaves.send(get("/later"));
        await_kept(2);
    }
    std::thread([&] {
        kept[1].second({.body = "too late"});
        kept[0].second({.body = "in time"});
    }).join();
    EXPECT_EQ(body_of(stays.read_answer()), "in time");
}

TEST_F(HttpServer, AnswersForAServiceThatForgetsOrThrows) {
    service.handlers["/forgets"] = [](http::Request, const http::Reply&) {};
    service.handlers["/throws"] = [](http::Request, const http::Reply&) { throw std::runtime_error("planted"); };
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/forgets") + get("/throws") + get("/hello"));
    EXPECT_EQ(status_of(client.read_answer()), "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(status_of(client.read_answer()), "HTTP/1.1 500 Internal Server Error");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST_F(HttpServer, AnswersHeadWithTheSameHeaderAndNoBody) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /pieces HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_EQ(field_of(head, "Content-Length"), "5");
    EXPECT_EQ(field_of(client.read_until("\r\n\r\n"), "Transfer-Encoding"), "chunked");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST_F(HttpServer, SendsNoBodyWhereTheStatusHasNone) {
    service.handlers["/deleted"] = [](http::Request, http::Reply reply) { reply({.status = 204, .body = "ignored"}); };
    RunningServer server(service);
    RawConnection client(server.address());
    client.send("DELETE /deleted HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_EQ(status_of(head), "HTTP/1.1 204 No Content");
    EXPECT_EQ(field_of(head, "Content-Length"), "");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST_F(HttpServer, LeavesOutFieldsThatWouldBreakTheFraming) {
    service.handlers["/fields"] = [](http::Request, http::Reply reply) {
        reply({.headers = {{"A", "b\r\nInjected: c"}, {"Content-Length", "99"}, {"Kept", "d"}}, .body = "x"});
    };
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/fields"));
    const auto answer = client.read_answer();
    EXPECT_EQ(answer.find("Injected"), std::string::npos);
    EXPECT_EQ(field_of(answer, "Kept"), "d");
    EXPECT_EQ(field_of(answer, "Content-Length"), "1");
}

TEST_F(HttpServer, ClosesWhereTheClientAsksForIt) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/hello", "Connection: close\r\n") + get("/later"));
    const auto all = client.read_all();
    EXPECT_EQ(field_of(all, "Connection"), "close");
    EXPECT_EQ(body_of(all), "hello");
    EXPECT_TRUE(kept.empty());
    RawConnection old(server.address());
    old.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(body_of(old.read_all()), "hello");
}

TEST_F(HttpServer, AnswersAClientThatHasEndedItsSide) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/later") + get("/pieces"));
    client.end_sending();
    await_kept(1);
    kept[0].second({.body = "answer"});
    EXPECT_EQ(body_of(client.read_answer()), "answer");
    EXPECT_TRUE(client.read_all().ends_with("\r\n0\r\n\r\n"));
}

TEST_F(HttpServer, RefusesWhatIsMalformedAndCloses) {
    RunningServer server(service);
    for (const auto& [bytes, status] : std::vector<std::pair<std::string, std::string>>{
             {"nonsense\r\n\r\n", "400"},
             {"GET / HTTP/1.1\r\n\r\n", "400"},
             {"GET path HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
             {get("/", "A: b\r\n c\r\n"), "400"},
             {get("/", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), "400"},
             {get("/", "A: " + std::string(10'000, 'a') + "\r\n"), "431"},
             {get("/hello", "Transfer-Encoding: chunked\r\n") + "x\r\n", "400"},
             {get("/hello", "Transfer-Encoding: gzip\r\n"), "501"},
             {"GET / HTTP/3.0\r\n\r\n", "505"},
         }) {
        RawConnection client(server.address());
        client.send(get("/hello") + bytes + get("/hello"));
        const auto good = client.read_answer();
        EXPECT_EQ(body_of(good), "hello");
        const auto all = client.read_all();
        EXPECT_EQ(all.substr(9, 3), status) << bytes.substr(0, 60);
        EXPECT_EQ(body_of(all).substr(0, 4), status + ":") << "the service's own words";
        EXPECT_EQ(field_of(all, "Connection"), "close");
        EXPECT_EQ(all.find("hello"), std::string::npos) << "what follows a refused request is not served";
    }
}

TEST_F(HttpServer, DrainsByFinishingWhatIsUnderWay) {
    RunningServer server(service);
    RawConnection idle(server.address()), busy(server.address());
    idle.send(get("/hello"));
    idle.read_answer();
    busy.send(get("/later"));
    await_kept(1);
    server.on_thread([&] { server.server().drain(10s); });
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(RawConnection(server.address()).connected());
    kept[0].second({.body = "last words"});
    const auto answer = busy.read_all();
    EXPECT_EQ(body_of(answer), "last words");
    EXPECT_EQ(field_of(answer, "Connection"), "close");
}

TEST_F(HttpServer, ClosesWhatIsNotFinishedWithinTheGrace) {
    RunningServer server(service);
    RawConnection busy(server.address());
    busy.send(get("/later"));
    await_kept(1);
    server.on_thread([&] { server.server().drain(100ms); });
    EXPECT_EQ(busy.read_all(), "");
    kept[0].second({.body = "too late, and harmless"});
}

TEST_F(HttpServer, EndsWithRequestsUnderWay) {
    {
        RunningServer server(service);
        RawConnection busy(server.address());
        busy.send(get("/later") + get("/later"));
        await_kept(2);
    }
    kept[0].second({.body = "nobody is there"});
}

TEST_F(HttpServer, TellsOfEachAnswer) {
    std::mutex lock;
    std::vector<std::string> told;
    http::ServerOptions options;
    options.on_answer = [&](const http::Request& request, int status, std::size_t bytes,
                            std::chrono::microseconds took) {
        const std::lock_guard guard(lock);
        told.push_back(request.method + " " + request.target + " " + std::to_string(status) + " " +
                       std::to_string(bytes));
        EXPECT_GE(took.count(), 0);
        EXPECT_FALSE(request.id.empty());
    };
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    client.send(get("/hello") + get("/pieces") + "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + "nonsense\r\n\r\n");
    client.read_all();
    const std::lock_guard guard(lock);
    EXPECT_EQ(told, (std::vector<std::string>{"GET /hello 200 5", "GET /pieces 200 100008", "HEAD /hello 200 0",
                                              "  400 50"}));
}

TEST_F(HttpServer, TellsWhichRequestsBodyWasTooLarge) {
    std::mutex lock;
    std::string told;
    http::ServerOptions options;
    options.on_answer = [&](const http::Request& request, int status, std::size_t, std::chrono::microseconds) {
        const std::lock_guard guard(lock);
        told = request.method + " " + request.target + " " + std::to_string(status);
    };
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
    client.read_all();
    const std::lock_guard guard(lock);
    EXPECT_EQ(told, "POST /echo 413");
}

TEST(HttpServerListens, SaysWhyItCannot) {
    MadeService service;
    const RunningServer server(service);
    const auto fault = [&](const std::string& listen) -> std::string {
        boost::asio::io_context io;
        try {
            http::serve(io, service, {.listen = listen});
            return "";
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    };
    EXPECT_NE(fault(server.address()).find("cannot listen at " + server.address()), std::string::npos);
    EXPECT_NE(fault(server.address()).find("port 0"), std::string::npos);
    EXPECT_NE(fault("nowhere").find("ADDRESS:PORT"), std::string::npos);
    EXPECT_NE(fault("127.0.0.1:99999").find("ADDRESS:PORT"), std::string::npos);
    EXPECT_NE(fault("example.org:80").find("ADDRESS:PORT"), std::string::npos);
    EXPECT_NE(fault("192.0.2.1:7480").find("no interface"), std::string::npos);
    EXPECT_EQ(fault("[::1]:0"), "");
    EXPECT_EQ(fault("localhost:0"), "");
}

}  // namespace
}  // namespace simtrail::tests
