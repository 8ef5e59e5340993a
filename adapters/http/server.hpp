#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::http {

struct TlsFiles {
    std::string certificate;  // PEM chain
    std::string key;          // PEM
    std::string client_ca;    // PEM; given: clients must show a certificate it signed
};

/// The bounds of a server; the defaults are the contract's or stand beside their reason.
struct ServerLimits {
    std::size_t header_bytes = 8 * 1024;
    std::size_t body_bytes = 1024 * 1024;  // of a body handed over whole
    std::size_t streamed_body_bytes = 64 * 1024 * 1024;
    std::size_t connections = 12'000;               // beyond them the longest silent one makes room, else 503
    std::size_t pipelined = 16;                     // requests read ahead of their answers, a connection
    std::chrono::milliseconds header_time{10'000};  // slow ones are dropped (targets.md, Faults)
    std::chrono::milliseconds body_stall{10'000};   // without a byte
    std::chrono::milliseconds body_time{60'000};    // of a body handed over whole, in all
    std::chrono::milliseconds idle_time{60'000};    // between requests
    std::chrono::milliseconds write_stall{30'000};  // a peer that does not read
};

struct ServerOptions {
    std::string name;    // in logs: "api", "operator"
    std::string listen;  // "127.0.0.1:7480", "[::1]:7480"; port 0: any free one
    std::optional<TlsFiles> tls;
    ServerLimits limits{};
    /// An answer was sent. The request is without header and body; of one whose header was refused, id and peer alone.
    std::function<void(const Request&, int status, std::size_t bytes, std::chrono::microseconds took)> on_answer;
};

/// An HTTP/1.1 server: keep-alive, pipelining in order, limits and timeouts. Everything runs on the io_context's one thread.
class Server {
   public:
    virtual ~Server() = default;

    /// "127.0.0.1:7480", with the port that was found.
    virtual std::string address() const = 0;
    virtual std::size_t connections() const = 0;
    /// No new connections and no new requests; answers under way are finished, up to `grace`; then everything is closed.
    virtual void drain(std::chrono::milliseconds grace) = 0;
    /// Reads certificate and key again, for new connections. The error names the file; the old ones stay then.
    virtual std::optional<std::string> reload_tls() = 0;
};

/// Listens. Throws std::runtime_error that names the address and says how to mend it. `service` outlives the server.
std::unique_ptr<Server> serve(boost::asio::io_context& io, Service& service, ServerOptions options);

}  // namespace simtrail::http
