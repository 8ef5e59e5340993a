#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <string>

#include "adapters/http/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace simtrail::http {

/// How coroutines here wait: the error is a value, nothing throws.
inline constexpr auto awaited = boost::asio::as_tuple(boost::asio::use_awaitable);

struct Moved {
    boost::system::error_code error;  // eof: the peer has ended its side, in order
    std::size_t bytes = 0;
};

/// A connection's bytes, plain or TLS, behind one face: session and client are compiled once. One read and one write at a
/// time, each with the other. Closing the socket ends all of them.
class ByteStream {
   public:
    virtual ~ByteStream() = default;
    virtual boost::asio::awaitable<boost::system::error_code> handshake() = 0;
    virtual boost::asio::awaitable<Moved> read_some(boost::asio::mutable_buffer to) = 0;
    virtual boost::asio::awaitable<Moved> write_some(boost::asio::const_buffer from) = 0;
    /// Tells the peer that no more comes.
    virtual boost::asio::awaitable<void> finish() = 0;
    virtual boost::asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<ByteStream> make_plain_stream(boost::asio::ip::tcp::socket socket);

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;
std::unique_ptr<ByteStream> make_tls_stream(boost::asio::ip::tcp::socket socket, TlsContext context);

/// The connecting end; the certificate must be of `host`, a name or a literal address.
std::unique_ptr<ByteStream> make_tls_client_stream(boost::asio::ip::tcp::socket socket, TlsContext context,
                                                   const std::string& host);

/// A client's context, TLS 1.2 and later, trusting the system's authorities and those in `ca_file` (PEM; may be empty). Throws
/// std::runtime_error that names the file which cannot be used.
TlsContext make_client_context(const std::string& ca_file);

/// A server's context, TLS 1.2 and later. Throws std::runtime_error that names the file which cannot be used.
TlsContext make_server_context(const TlsFiles& files);

}  // namespace simtrail::http
