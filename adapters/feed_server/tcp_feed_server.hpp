#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "adapters/feed/line_decoder.hpp"
#include "adapters/http/server.hpp"
#include "adapters/runtime/feed_sources.hpp"
#include "adapters/runtime/intake.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::feed_server {

struct TcpFeedOptions {
    std::string listen;                 // "127.0.0.1:7400", "[::1]:7400"; port 0: any free one
    feed::Trust trust;                  // which lines besides cell events its clients may send
    std::optional<http::TlsFiles> tls;  // beyond loopback needed, with `client_ca`
    /// A connection holds some 12 KiB, and up to 270 once it was busy; a carrier has hundreds of probes, not thousands.
    std::size_t connections = 1024;
};

/// Live feeds by TCP (contract, section 2), with and without hello. Everything runs on the io_context's one thread, and is
/// called there.
class TcpFeedServer {
   public:
    virtual ~TcpFeedServer() = default;  // closes all connections

    /// "127.0.0.1:7400", with the port that was found.
    virtual std::string address() const = 0;
    virtual std::size_t connections() const = 0;
    /// No new connections and no more bytes; what was read is taken, acknowledged once durable, and each connection closed then;
    /// all of them after `grace`. `connections` tells when it is over.
    virtual void drain(std::chrono::milliseconds grace) = 0;
    /// Reads certificate, key and CA again, for new connections. The error names the file; the old ones stay then.
    virtual std::optional<std::string> reload_tls() = 0;
};

/// Listens. Throws std::runtime_error that names the address and says how to mend it. `intake` and `positions` outlive the
/// server; `io` outlives the thread that commits the lines. A position is in `positions` before its lines are told to be committed.
std::unique_ptr<TcpFeedServer> serve_tcp_feed(boost::asio::io_context& io, runtime::Intake& intake,
                                              const runtime::SourcePositions& positions, TcpFeedOptions options);

}  // namespace simtrail::feed_server
