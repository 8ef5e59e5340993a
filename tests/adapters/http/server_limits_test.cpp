// What slow, idle and too many clients get.
#include "adapters/http/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

#include "tests/adapters/http/made_exchanges.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;

TEST_F(HttpServer, DropsSlowHeadersBodiesAndIdleConnections) {
    http::ServerOptions options;
    options.limits.header_time = options.limits.body_stall = options.limits.idle_time = 600ms;
    RunningServer server(service, std::move(options));
    const auto began = std::chrono::steady_clock::now();
    RawConnection silent(server.address()), partial(server.address()), bodiless(server.address()),
        idle(server.address());
    partial.send("GET /hello HT");
    bodiless.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
    idle.send(get("/hello"));
    EXPECT_EQ(body_of(idle.read_answer()), "hello");
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_EQ(status_of(partial.read_all()), "HTTP/1.1 408 Request Timeout");
    EXPECT_EQ(status_of(bodiless.read_all()), "HTTP/1.1 408 Request Timeout");
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST_F(HttpServer, GivesASlowAnswerItsTime) {
    http::ServerOptions options;
    options.limits.header_time = options.limits.body_stall = options.limits.idle_time = 300ms;
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    client.send(post("/write", "body"));
    await_kept(1);
    EXPECT_TRUE(client.is_silent_for(900ms)) << "no limit of reading applies while the service works";
    kept[0].second({.body = "done"});
    EXPECT_EQ(body_of(client.read_answer()), "done");
}

TEST_F(HttpServer, CutsAPeerThatDoesNotRead) {
    service.handlers["/large"] = [](http::Request, http::Reply reply) {
        reply({.body = std::string(32 * 1024 * 1024, 'x')});
    };
    http::ServerOptions options;
    options.limits.write_stall = 300ms;
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    client.send(get("/large"));
    client.read_until("\r\n\r\n");
    for (int i = 0; i < 100 && server.connections() != 0; ++i) std::this_thread::sleep_for(50ms);
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(HttpServer, MakesRoomByClosingTheLongestIdle) {
    http::ServerOptions options;
    options.limits.connections = 3;
    RunningServer server(service, std::move(options));
    RawConnection busy(server.address());
    busy.send(get("/later"));
    await_kept(1);
    RawConnection first(server.address()), second(server.address());
    for (RawConnection* each : {&first, &second}) {
        each->send(get("/hello"));
        each->read_answer();
    }
    RawConnection third(server.address());
    third.send(get("/hello"));
    EXPECT_EQ(body_of(third.read_answer()), "hello");
    EXPECT_EQ(first.read_all(), "") << "idle for longest";
    second.send(get("/hello"));
    EXPECT_EQ(body_of(second.read_answer()), "hello");
    kept[0].second({.body = "busy"});
    EXPECT_EQ(body_of(busy.read_answer()), "busy");
}

TEST_F(HttpServer, IsNotHeldUpByManySlowConnections) {
    constexpr std::size_t many = 3000;
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < 3 * many) GTEST_SKIP() << "needs more open files";
    http::ServerOptions options;
    options.limits.connections = 3 * many;  // the server raises the limit of files
    options.limits.header_time = 4s;
    RunningServer server(service, std::move(options));
    std::vector<std::unique_ptr<RawConnection>> slow;
    for (std::size_t i = 0; i < many; ++i) {
        slow.push_back(std::make_unique<RawConnection>(server.address()));
        ASSERT_TRUE(slow.back()->connected());
        slow.back()->send(i % 2 == 0 ? "GET / HTTP/1.1\r\nA: "
                                     : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na");
    }
    const auto began = std::chrono::steady_clock::now();
    RawConnection client(server.address());
    for (int i = 0; i < 100; ++i) {
        client.send(get("/hello"));
        ASSERT_EQ(body_of(client.read_answer()), "hello");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
    EXPECT_GT(server.connections(), many) << "they were all there meanwhile";
    EXPECT_EQ(status_of(slow[0]->read_all()), "HTTP/1.1 408 Request Timeout");
}

TEST_F(HttpServer, MakesRoomByClosingWhoSendsABodySlowly) {
    http::ServerOptions options;
    options.limits.connections = 1;
    RunningServer server(service, std::move(options));
    RawConnection slow(server.address());
    slow.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na");
    RawConnection client(server.address());
    client.send(get("/hello"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    EXPECT_EQ(slow.read_all(), "");
}

TEST_F(HttpServer, AnswersThatItIsFullWhereAllAreBusy) {
    http::ServerOptions options;
    options.limits.connections = 1;
    RunningServer server(service, std::move(options));
    RawConnection busy(server.address());
    busy.send(get("/later"));
    await_kept(1);
    RawConnection refused(server.address());
    EXPECT_EQ(status_of(refused.read_all()), "HTTP/1.1 503 Service Unavailable");
    kept[0].second({});
    EXPECT_EQ(status_of(busy.read_answer()), "HTTP/1.1 200 OK");
}

#ifndef __clang__  // whose UBSan looks at a vptr through a pipe, for which there are no files here
TEST_F(HttpServer, AcceptsAgainAfterItRanOutOfFiles) {
    RunningServer server(service);
    RawConnection before(server.address());
    before.send(get("/later"));
    await_kept(1);
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const int next = ::dup(0);  // the client's socket will be it, and the server's end finds none left
    ::close(next);
    const rlimit one_more{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &one_more);
    RawConnection client(server.address());
    EXPECT_EQ(client.handle(), next);
    std::this_thread::sleep_for(200ms);
    setrlimit(RLIMIT_NOFILE, &limit);
    client.send(get("/hello"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    kept[0].second({.body = "still here"});
    EXPECT_EQ(body_of(before.read_answer()), "still here");
}
#endif

}  // namespace
}  // namespace simtrail::tests
