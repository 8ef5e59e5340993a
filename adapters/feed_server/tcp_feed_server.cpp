#include "adapters/feed_server/tcp_feed_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <stdexcept>
#include <utility>

#include "adapters/feed_server/feed_connection.hpp"
#include "adapters/feed_server/hello.hpp"
#include "adapters/http/listener.hpp"

namespace simtrail::feed_server {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

/// After an accept failed for want of file descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{50};

/// A probe may be silent for hours; one that is gone without a word is missed two minutes later.
void keep_alive(tcp::socket& socket) {
    const auto set = [&](int level, int option, int value) {
        ::setsockopt(socket.native_handle(), level, option, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
    set(IPPROTO_TCP, TCP_NODELAY, 1);
}

void require_tls_beyond_loopback(const TcpFeedOptions& options) {
    if (http::parse_listen(options.listen).address().is_loopback()) return;
    if (options.tls && !options.tls->client_ca.empty()) return;
    throw std::runtime_error(
        "the feed cannot listen at " + options.listen +
        ", beyond loopback, without TLS and client certificates: give certificate, key and client_ca, "
        "or listen at 127.0.0.1");
}

/// The server proper; connections share it, so that it may be told to stop while they unwind.
class Core final : public FeedHome, public std::enable_shared_from_this<Core> {
   public:
    Core(asio::io_context& io, runtime::Intake& intake, const runtime::SourcePositions& positions,
         TcpFeedOptions options)
        : intake_(intake),
          options_(std::move(options)),
          sources_(
              positions, options_.trust,
              [executor = io.get_executor()](std::function<void()> task) { asio::post(executor, std::move(task)); }),
          acceptor_(io),
          drained_(io) {
        require_tls_beyond_loopback(options_);
        if (options_.tls) tls_ = http::make_server_context(*options_.tls);
        http::open_listener(acceptor_, options_.listen);
        address_ = http::address_text(acceptor_.local_endpoint());
        http::raise_file_limit(options_.connections);
    }

    void start() { co_spawn(acceptor_.get_executor(), accept_all(shared_from_this()), asio::detached); }

    void stop() {
        error_code gone;
        acceptor_.close(gone);
        drained_.cancel();
        close_all();
    }

    void drain(std::chrono::milliseconds grace) {
        error_code gone;
        acceptor_.close(gone);
        for (const auto& connection : connections_) connection->drain();
        drained_.expires_after(grace);
        drained_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->close_all();
        });
    }

    std::optional<std::string> reload_tls() {
        if (!options_.tls) return std::nullopt;
        try {
            tls_ = http::make_server_context(*options_.tls);
            return std::nullopt;
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }

    const std::string& address() const { return address_; }
    std::size_t connections() const { return connections_.size(); }

    runtime::Intake& intake() override { return intake_; }
    NamedSources& sources() override { return sources_; }
    feed::Trust trust() const override { return options_.trust; }
    void gone(FeedConnection& connection) override {
        connections_.erase(connection.place);
        if (connections_.empty() && !acceptor_.is_open()) drained_.cancel();
    }

   private:
    static asio::awaitable<void> accept_all(std::shared_ptr<Core> self) {
        for (bool failing = false; self->acceptor_.is_open();) {
            auto [error, socket] = co_await self->acceptor_.async_accept(awaited);
            if (!self->acceptor_.is_open()) co_return;
            if (!error) {
                failing = false;
                self->welcome(std::move(socket));
            } else if (error != asio::error::connection_aborted) {
                if (!std::exchange(failing, true))
                    spdlog::warn("feed: cannot accept connections: {}; going on trying", error.message());
                asio::steady_timer pause(self->acceptor_.get_executor(), accept_pause);
                co_await pause.async_wait(awaited);
            }
        }
    }

    void welcome(tcp::socket socket) {
        error_code gone;
        const auto peer = socket.remote_endpoint(gone);
        if (gone) return;
        if (connections_.size() >= options_.connections) return turn_away(std::move(socket), peer);
        keep_alive(socket);
        auto stream =
            tls_ ? http::make_tls_stream(std::move(socket), tls_) : http::make_plain_stream(std::move(socket));
        auto connection =
            std::make_shared<FeedConnection>(std::move(stream), http::address_text(peer), shared_from_this());
        connection->place = connections_.insert(connections_.end(), connection);
        connection->start();
    }

    /// Says so without waiting: what fits into the empty send buffer of a new connection.
    void turn_away(tcp::socket socket, const tcp::endpoint& peer) {
        spdlog::warn("feed: {} is refused: {} connections are open", http::address_text(peer), connections_.size());
        if (tls_) return;
        error_code gone;
        socket.non_blocking(true, gone);
        socket.write_some(asio::buffer(error_line("too many connections")), gone);
        socket.shutdown(tcp::socket::shutdown_send, gone);
    }

    void close_all() {
        while (!connections_.empty()) {
            const auto connection = connections_.front();
            connection->close();
        }
    }

    runtime::Intake& intake_;
    const TcpFeedOptions options_;
    NamedSources sources_;
    tcp::acceptor acceptor_;
    asio::steady_timer drained_;
    http::TlsContext tls_;
    std::string address_;
    std::list<std::shared_ptr<FeedConnection>> connections_;
};

class AsioFeedServer final : public TcpFeedServer {
   public:
    explicit AsioFeedServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    ~AsioFeedServer() override { core_->stop(); }
    AsioFeedServer(const AsioFeedServer&) = delete;
    AsioFeedServer& operator=(const AsioFeedServer&) = delete;

    std::string address() const override { return core_->address(); }
    std::size_t connections() const override { return core_->connections(); }
    void drain(std::chrono::milliseconds grace) override { core_->drain(grace); }
    std::optional<std::string> reload_tls() override { return core_->reload_tls(); }

   private:
    std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<TcpFeedServer> serve_tcp_feed(asio::io_context& io, runtime::Intake& intake,
                                              const runtime::SourcePositions& positions, TcpFeedOptions options) {
    auto core = std::make_shared<Core>(io, intake, positions, std::move(options));
    core->start();
    return std::make_unique<AsioFeedServer>(std::move(core));
}

}  // namespace simtrail::feed_server
