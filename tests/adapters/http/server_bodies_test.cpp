// Streamed answers and bodies of requests, as clients see them.
#include "adapters/http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include "tests/adapters/http/made_exchanges.hpp"

namespace simtrail::tests {
namespace {

using namespace std::chrono_literals;

TEST_F(HttpServer, StreamsInChunksAndToOldClientsUntilTheEnd) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/pieces") + get("/hello"));
    const auto head = client.read_until("\r\n\r\n");
    EXPECT_EQ(field_of(head, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(field_of(head, "Content-Length"), "");
    EXPECT_EQ(client.read_until("0\r\n\r\n"),
              "4\r\none \r\n4\r\ntwo \r\n186a0\r\n" + std::string(100'000, 'x') + "\r\n0\r\n\r\n");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    RawConnection old(server.address());
    old.send("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto all = old.read_all();
    EXPECT_EQ(field_of(all, "Transfer-Encoding"), "");
    EXPECT_TRUE(body_of(all) == "one two " + std::string(100'000, 'x'));
}

/// Gives pieces for ever, as fast as it is asked.
struct Endless : http::BodySource {
    std::atomic<std::size_t>& given;
    std::promise<void>& destroyed;
    Endless(std::atomic<std::size_t>& count, std::promise<void>& end) : given(count), destroyed(end) {}
    ~Endless() override { destroyed.set_value(); }
    void next(Piece give) override {
        ++given;
        give(std::string(64 * 1024, 'x'));
    }
};

TEST_F(HttpServer, PullsAStreamOnlyAsFastAsThePeerReads) {
    std::atomic<std::size_t> given = 0;
    std::promise<void> destroyed;
    service.handlers["/endless"] = [&](http::Request, http::Reply reply) {
        http::Response response;
        response.stream = std::make_unique<Endless>(given, destroyed);
        reply(std::move(response));
    };
    RunningServer server(service);
    {
        RawConnection client(server.address());
        client.send(get("/endless"));
        client.read_until("\r\n\r\n");
        std::size_t before = 0;
        do {  // until the buffers between us are full
            before = given;
        } while (!(std::this_thread::sleep_for(50ms), before == given));
        EXPECT_LT(given, 1000U);
        client.read_bytes(32 * 1024 * 1024);
        EXPECT_GT(given, before);
    }
    EXPECT_EQ(destroyed.get_future().wait_for(10s), std::future_status::ready);
}

/// Waits for its time like a source of server-sent events.
struct Silent : http::BodySource {
    std::promise<void>& destroyed;
    std::optional<Piece> asked;
    explicit Silent(std::promise<void>& end) : destroyed(end) {}
    ~Silent() override { destroyed.set_value(); }
    void next(Piece give) override { asked = std::move(give); }
};

TEST_F(HttpServer, DropsASilentStreamWhenItsReaderIsReset) {
    std::promise<void> destroyed;
    service.handlers["/events"] = [&](http::Request, http::Reply reply) {
        http::Response response;
        response.stream = std::make_unique<Silent>(destroyed);
        reply(std::move(response));
    };
    RunningServer server(service);
    {
        RawConnection client(server.address());
        client.send(get("/events"));
        client.read_until("\r\n\r\n");
        const linger hard{.l_onoff = 1, .l_linger = 0};
        setsockopt(client.handle(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    EXPECT_EQ(destroyed.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpServer, BreaksTheConnectionWhereAStreamEndsWithoutItsEnd) {
    struct Broken : http::BodySource {
        void next(Piece give) override { const Piece dropped = std::move(give); }
    };
    service.handlers["/broken"] = [](http::Request, http::Reply reply) {
        http::Response response;
        response.stream = std::make_unique<Broken>();
        reply(std::move(response));
    };
    RunningServer server(service);
    RawConnection client(server.address());
    client.send(get("/broken"));
    EXPECT_EQ(body_of(client.read_all()), "");  // no last chunk: the reader can tell
}

TEST_F(HttpServer, RefusesBodiesOverTheLimit) {
    RunningServer server(service);
    const std::string body(1024 * 1024, 'b');
    RawConnection fits(server.address());
    fits.send(post("/echo", body));
    EXPECT_EQ(body_of(fits.read_answer()), "POST " + body);
    RawConnection announced(server.address());
    announced.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
    EXPECT_EQ(status_of(announced.read_all()), "HTTP/1.1 413 Payload Too Large");
    RawConnection in_chunks(server.address());
    in_chunks.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" + body +
                   "\r\n1\r\nb\r\n0\r\n\r\n");
    EXPECT_EQ(status_of(in_chunks.read_all()), "HTTP/1.1 413 Payload Too Large");
    RawConnection sends_on(server.address());  // and reads only then: the answer must still be there
    sends_on.send(post("/echo", body + body));
    EXPECT_EQ(status_of(sends_on.read_all()), "HTTP/1.1 413 Payload Too Large");
}

TEST_F(HttpServer, AsksForABodyThatWaitsToBeAskedFor) {
    RunningServer server(service);
    RawConnection client(server.address());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_EQ(body_of(client.read_answer()), "POST body");
    client.send(post("/echo", "at once", "Expect: 100-continue\r\n"));
    EXPECT_EQ(status_of(client.read_answer()), "HTTP/1.1 201 Created") << "no need to ask";
}
/// Counts bytes, and is ready for more when it is told.
struct Counting : http::BodyConsumer {
    struct Seen {
        std::mutex mutex;
        std::condition_variable came;
        std::size_t bytes = 0;
        bool hold = false, destroyed = false;
        std::move_only_function<void()> ready;
    };
    Seen& seen;
    explicit Counting(Seen& s) : seen(s) {}
    ~Counting() override {
        const std::lock_guard lock(seen.mutex);
        seen.destroyed = true;
        seen.came.notify_all();
    }
    void take(std::string bytes, std::move_only_function<void()> ready) override {
        const std::lock_guard lock(seen.mutex);
        seen.bytes += bytes.size();
        if (seen.hold)
            seen.ready = std::move(ready);
        else
            ready();
        seen.came.notify_all();
    }
    void finish(http::Reply reply) override { reply({.body = std::to_string(seen.bytes)}); }
};

TEST_F(HttpServer, StreamsBodiesUpToTheirOwnLimit) {
    Counting::Seen seen;
    service.consumers["/feed"] = [&](const http::Request&) { return std::make_unique<Counting>(seen); };
    http::ServerOptions options;
    options.limits.streamed_body_bytes = 4 * 1024 * 1024;
    RunningServer server(service, std::move(options));
    RawConnection client(server.address());
    const std::string body(4 * 1024 * 1024, 'b');
    client.send(post("/feed", body) + get("/hello"));
    EXPECT_EQ(body_of(client.read_answer()), "4194304");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
    client.send("POST /feed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n400000\r\n" + body +
                "\r\n1\r\nb\r\n0\r\n\r\n");
    EXPECT_EQ(status_of(client.read_all()), "HTTP/1.1 413 Payload Too Large");
}

TEST_F(HttpServer, ReadsAStreamedBodyOnlyAsFastAsItIsTaken) {
    Counting::Seen seen;
    seen.hold = true;
    service.consumers["/feed"] = [&](const http::Request&) { return std::make_unique<Counting>(seen); };
    RunningServer server(service);
    RawConnection client(server.address());
    const std::string body(20 * 1024 * 1024, 'b');
    std::thread sender([&] { client.send(post("/feed", body)); });
    {
        std::unique_lock lock(seen.mutex);
        EXPECT_TRUE(seen.came.wait_for(lock, 10s, [&] { return seen.bytes > 0; }));
        const auto first = seen.bytes;
        EXPECT_FALSE(seen.came.wait_for(lock, 100ms, [&] { return seen.bytes > first; }));
        seen.hold = false;
    }
    seen.ready();
    EXPECT_EQ(body_of(client.read_answer()), std::to_string(body.size()));
    sender.join();
}

TEST_F(HttpServer, DropsTheConsumerOfAClientThatDiesMidBody) {
    Counting::Seen seen;
    service.consumers["/feed"] = [&](const http::Request&) { return std::make_unique<Counting>(seen); };
    RunningServer server(service);
    {
        RawConnection client(server.address());
        client.send("POST /feed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
        std::unique_lock lock(seen.mutex);
        EXPECT_TRUE(seen.came.wait_for(lock, 10s, [&] { return seen.bytes > 0; }));
    }
    std::unique_lock lock(seen.mutex);
    EXPECT_TRUE(seen.came.wait_for(lock, 10s, [&] { return seen.destroyed; }));
}

}  // namespace
}  // namespace simtrail::tests
