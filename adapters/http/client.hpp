#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/message.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::http {

struct ClientRequest {
    std::string method = "POST";
    std::string url;  // http or https, absolute
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{15'000};  // of everything: resolve, connect, handshake, send, answer
    bool allow_private_addresses = false;       // checked on the resolved address, at every connect
};

struct ClientResponse {
    int status = 0;
    Headers headers;
    std::string body;  // its first 4 KiB; the rest is not read
};

/// What went wrong, for logs and for the retry's decision.
struct ClientError {
    enum class Kind : std::uint8_t { bad_url, refused_address, resolve, connect, tls, timeout, protocol };
    Kind kind = Kind::connect;
    std::string message;
};

/// Sends requests; no redirects, no cookies, no proxies; TLS certificates and host names verified. One thread (the io_context's).
class Client {
   public:
    using Done = std::move_only_function<void(std::expected<ClientResponse, ClientError>)>;

    virtual ~Client() = default;  // abandons what is under way, without calling `done`
    virtual void send(ClientRequest request, Done done) = 0;
};

struct ClientOptions {
    std::string ca_file;                   // PEM, beside the system's; for tests and private roots
    std::size_t connections_per_host = 8;  // more wait, within their own time
    /// In place of the system's resolver, for tests; called on threads of the client's.
    std::function<std::expected<std::vector<std::string>, std::string>(const std::string& host)> lookup{};
};

std::unique_ptr<Client> make_client(boost::asio::io_context& io, ClientOptions options);

/// What a URL is made of.
struct Url {
    bool secure = false;
    std::string host;  // as for a resolver: no brackets
    std::uint16_t port = 0;
    std::string target;  // path and query, at least "/"
    bool literal_address = false;
};
/// The error says what is wrong: scheme, credentials, host, port, control characters, length over 2,048.
std::expected<Url, std::string> parse_url(const std::string& text);

/// False for every address a callback must not reach: not global unicast by IANA's special-purpose registries (RFC 6890 and
/// later: private, loopback, link-local, shared, documentation, multicast, ...), IPv4 within IPv6 in all its forms unwrapped.
/// `address`: numeric.
bool is_public_address(const std::string& address);

}  // namespace simtrail::http
