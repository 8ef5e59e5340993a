#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <stdexcept>

#include "adapters/http/byte_stream.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

class TlsStream final : public ByteStream {
   public:
    TlsStream(asio::ip::tcp::socket socket, TlsContext context, ssl::stream_base::handshake_type side)
        : side_(side), context_(std::move(context)), stream_(std::move(socket), *context_) {}

    /// Names the host, and takes no certificate but its own.
    void expect(const std::string& host, bool literal) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast): OpenSSL's macro casts
        if (!literal) SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
        stream_.set_verify_mode(ssl::verify_peer);
        stream_.set_verify_callback(ssl::host_name_verification(host));
    }

    asio::awaitable<boost::system::error_code> handshake() override {
        const auto [error] = co_await stream_.async_handshake(side_, awaited);
        co_return error;
    }

    asio::awaitable<Moved> read_some(asio::mutable_buffer to) override {
        const auto [error, bytes] = co_await stream_.async_read_some(to, awaited);
        co_return Moved{error, bytes};
    }

    asio::awaitable<Moved> write_some(asio::const_buffer from) override {
        const auto [error, bytes] = co_await stream_.async_write_some(from, awaited);
        co_return Moved{error, bytes};
    }

    asio::awaitable<void> finish() override {
        co_await stream_.async_shutdown(awaited);
        boost::system::error_code gone;
        socket().shutdown(asio::ip::tcp::socket::shutdown_send, gone);
    }

    asio::ip::tcp::socket& socket() override { return stream_.next_layer(); }

   private:
    ssl::stream_base::handshake_type side_;
    TlsContext context_;
    ssl::stream<asio::ip::tcp::socket> stream_;
};

/// Runs one step of the context's making; its failure names the file.
template <class Step>
void with_file(const std::string& file, const char* what, Step step) {
    boost::system::error_code error;
    step(error);
    if (error) throw std::runtime_error(std::string(what) + " " + file + " cannot be used: " + error.message());
}

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(asio::ip::tcp::socket socket, TlsContext context) {
    return std::make_unique<TlsStream>(std::move(socket), std::move(context), ssl::stream_base::server);
}

std::unique_ptr<ByteStream> make_tls_client_stream(asio::ip::tcp::socket socket, TlsContext context,
                                                   const std::string& host) {
    auto stream = std::make_unique<TlsStream>(std::move(socket), std::move(context), ssl::stream_base::client);
    boost::system::error_code name;
    asio::ip::make_address(host, name);
    stream->expect(host, !name);
    return stream;
}

TlsContext make_client_context(const std::string& ca_file) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    boost::system::error_code none;  // a system without authorities trusts nobody, which its handshakes will say
    context->set_default_verify_paths(none);
    if (!ca_file.empty())
        with_file(ca_file, "the authorities' file", [&](auto& error) { context->load_verify_file(ca_file, error); });
    return context;
}

TlsContext make_server_context(const TlsFiles& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const handle = context->native_handle();
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);  // an idle connection holds 34 KB less
    constexpr std::string_view name = "simtrail";        // resumed sessions with client certificates need one
    SSL_CTX_set_session_id_context(handle, reinterpret_cast<const unsigned char*>(name.data()), name.size());
    // A key with a passphrase is an error, not a question on the daemon's terminal.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
    with_file(files.certificate, "the certificate",
              [&](auto& error) { context->use_certificate_chain_file(files.certificate, error); });
    with_file(files.key, "the key",
              [&](auto& error) { context->use_private_key_file(files.key, ssl::context::pem, error); });
    if (SSL_CTX_check_private_key(handle) != 1)
        throw std::runtime_error("the key " + files.key + " does not belong to the certificate " + files.certificate);
    if (!files.client_ca.empty()) {
        with_file(files.client_ca, "the clients' CA",
                  [&](auto& error) { context->load_verify_file(files.client_ca, error); });
        context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
        SSL_CTX_set_client_CA_list(handle, SSL_load_client_CA_file(files.client_ca.c_str()));
    }
    return context;
}

}  // namespace simtrail::http
