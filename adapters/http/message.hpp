#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simtrail::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Equal but for the case of a to z: how names of fields and their tokens are compared.
bool same_letters(std::string_view a, std::string_view b) noexcept;

/// Without the blanks and tabs about it (RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text) noexcept;

/// The first header of that name, in any case; empty where there is none.
std::string_view find_header(const Headers& headers, std::string_view name) noexcept;

/// One request as it came, checked against the server's limits and nothing else.
struct Request {
    std::string method;  // "GET", …
    std::string target;  // as sent: path and query, percent-encoded
    Headers headers;
    std::string body;       // whole; empty where the service takes the body as a stream
    std::string id;         // given by the server, unique in its life; in its log, and in the answer as X-Request-Id
    std::string peer;       // numeric address, no port
    bool loopback = false;  // the peer is this machine
};

/// A body that is made while it is sent. One thread (the server's); the server asks for a piece when the last one is gone.
class BodySource {
   public:
    using Piece = std::move_only_function<void(std::optional<std::string>)>;

    virtual ~BodySource() = default;

    /// Gives the next piece, now or later, from any thread; nothing at the end. Destroyed instead where the peer has gone.
    virtual void next(Piece give) = 0;
};

struct Response {
    int status = 200;
    Headers headers;  // without Content-Length, Date, Connection, X-Request-Id: the server's
    std::string body;
    std::unique_ptr<BodySource> stream;  // instead of `body`; sent in chunks
};

/// Called once, from any thread.
using Reply = std::move_only_function<void(Response)>;

/// Takes a request's body as it comes. Its owner is the connection; destroyed early where the peer dies or breaks a limit.
class BodyConsumer {
   public:
    virtual ~BodyConsumer() = default;

    /// The next bytes; `ready` asks for more, now or later, from any thread: not calling it is back-pressure.
    virtual void take(std::string bytes, std::move_only_function<void()> ready) = 0;

    /// The body has ended: answer.
    virtual void finish(Reply reply) = 0;
};

/// What a server serves. Called on the server's thread and must not block it.
class Service {
   public:
    virtual ~Service() = default;

    /// Answers a request whose body is whole.
    virtual void handle(Request request, Reply reply) = 0;

    /// A consumer, where this request's body is to be streamed; nullptr: `handle` gets it whole, up to `max_body_bytes`.
    /// `request.body` is empty here. The consumer itself may refuse, by what it answers in `finish`.
    virtual std::unique_ptr<BodyConsumer> stream(const Request& request) {
        static_cast<void>(request);
        return nullptr;
    }

    /// The server refused a request before its head was whole or within limits: the body of that answer, in the service's own
    /// form (400, 408, 413, 431, 503).
    virtual Response refusal(int status, std::string_view reason) = 0;
};

}  // namespace simtrail::http
