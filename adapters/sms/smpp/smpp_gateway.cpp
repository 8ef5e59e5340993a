#include "adapters/sms/smpp/smpp_gateway.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <random>

#include "adapters/http/byte_stream.hpp"
#include "adapters/http/notice.hpp"
#include "adapters/http/resolver.hpp"
#include "adapters/sms/smpp/esme.hpp"

namespace simtrail::sms::smpp {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds attempt_limit(4);  // resolve, connect, TLS: EsmeLink's pauses count on it
constexpr std::chrono::seconds last_words_limit(1);

std::int64_t steady_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// The way back to the gateway's thread, from any thread, as long as the gateway is there.
class Mailbox {
   public:
    explicit Mailbox(asio::io_context& io) : io_(&io) {}

    void post(std::move_only_function<void()> work) {
        const std::scoped_lock lock(mutex_);
        if (io_ != nullptr) asio::post(*io_, std::move(work));
    }
    void close() {
        const std::scoped_lock lock(mutex_);
        io_ = nullptr;
    }

   private:
    std::mutex mutex_;
    asio::io_context* io_;
};

/// One connection of a link, from its first attempt to its end.
struct Connection {
    explicit Connection(asio::io_context& io)
        : limit(io), resolved(io.get_executor()), readable(io.get_executor()), writable(io.get_executor()) {}

    void close() {
        error_code gone;
        closed = true;
        limit.cancel();
        if (stream)
            stream->socket().close(gone);
        else if (socket)
            socket->close(gone);
        for (auto* notice : {&resolved, &readable, &writable}) notice->raise();
    }

    asio::steady_timer limit;  // of the attempt, later of the last words
    http::Notice resolved, readable, writable;
    http::Addresses addresses;
    std::optional<tcp::socket> socket;  // until it becomes the stream
    std::unique_ptr<http::ByteStream> stream;
    bool closed = false;
    bool saying_last_words = false;
};
using SharedConnection = std::shared_ptr<Connection>;

/// Moves octets and times between the sockets and the Esme.
class Driver : public std::enable_shared_from_this<Driver> {
   public:
    Driver(asio::io_context& io, SmppOptions options)
        : io_(io),
          options_(std::move(options)),
          tls_(options_.tls ? http::make_client_context(options_.ca_file) : nullptr),
          resolver_(http::system_lookup),
          mailbox_(std::make_shared<Mailbox>(io)),
          timer_(io) {}

    void start(GatewayHooks hooks) {
        const auto post = [mailbox = mailbox_, self = weak_from_this()](std::move_only_function<void()> work) {
            mailbox->post([self, work = std::move(work)]() mutable {
                if (const auto driver = self.lock()) driver->run_posted(std::move(work));
            });
        };
        const auto random = [engine = std::mt19937_64(std::random_device{}())]() mutable {
            return std::uniform_real_distribution<double>()(engine);
        };
        esme_.emplace(options_, std::move(hooks), Esme::Environment{.random = random, .post = post});
        connections_.resize(esme_->links().size());
        post([] {});  // the first settling
    }

    void stop() {
        stopped_ = true;
        mailbox_->close();
        timer_.cancel();
        for (const auto& connection : connections_)
            if (connection) connection->close();
    }

    Esme& esme() { return *esme_; }

    /// Does what follows from the last call to the Esme; hooks that are called from here may come back here.
    void settle() {
        settle_again_ = true;
        if (settling_) return;
        settling_ = true;
        while (std::exchange(settle_again_, false) && !stopped_) {
            esme_->settle(steady_ms());
            for (std::size_t link = 0; link < connections_.size() && !stopped_; ++link) tend(link);
        }
        settling_ = false;
        if (!stopped_) arm();
    }

    void drain(std::function<void()> ended) {
        esme_->drain([mailbox = mailbox_, ended = std::move(ended)] { mailbox->post(ended); }, steady_ms());
        settle();
    }

   private:
    using Self = std::shared_ptr<Driver>;

    void run_posted(std::move_only_function<void()> work) {
        if (stopped_) return;
        work();
        settle();
    }

    void arm() {
        const auto now = steady_ms();
        const auto next = esme_->next_ms(now);
        if (!next) return;
        if (armed_ms_ && *armed_ms_ <= *next && *armed_ms_ > now) return;  // it looks again then
        armed_ms_ = next;
        timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(*next - now, 0)));
        timer_.async_wait([self = weak_from_this()](const error_code& error) {
            const auto driver = self.lock();
            if (error || !driver || driver->stopped_) return;
            driver->armed_ms_.reset();
            driver->esme_->tick(steady_ms());
            driver->settle();
        });
    }

    void tend(std::size_t number) {
        auto& link = *esme_->links()[number];
        auto& connection = connections_[number];
        if (!connection) {
            if (link.connect_ms().value_or(INT64_MAX) <= steady_ms()) open(number);
            return;
        }
        if (link.is_over() && !std::exchange(connection->saying_last_words, true)) limit(connection, last_words_limit);
        if (link.has_output() || link.is_over()) connection->writable.raise();
        if (link.wants_read() || link.is_over()) connection->readable.raise();
    }

    void open(std::size_t number) {
        esme_->links()[number]->connecting();
        connections_[number] = std::make_shared<Connection>(io_);
        co_spawn(io_, run(shared_from_this(), number, connections_[number]), asio::detached);
    }

    static void limit(const SharedConnection& connection, std::chrono::seconds time) {
        connection->limit.expires_after(time);
        connection->limit.async_wait([weak = std::weak_ptr(connection)](const error_code& error) {
            if (const auto late = weak.lock(); late && !error) late->close();
        });
    }

    static asio::awaitable<void> run(Self self, std::size_t number, SharedConnection connection) {
        limit(connection, attempt_limit);
        std::string why = co_await self->establish(*connection);
        if (self->stopped_) co_return;
        auto& link = *self->esme_->links()[number];
        if (why.empty()) {
            connection->limit.cancel();
            link.connected(steady_ms());
            co_spawn(self->io_, write(self, number, connection), asio::detached);
            self->settle();
            why = co_await self->read(link, *connection);
        }
        if (self->stopped_) co_return;
        connection->close();
        self->connections_[number].reset();
        link.disconnected(why, steady_ms());
        self->settle();
    }

    /// The error, for people; empty where the connection is there.
    asio::awaitable<std::string> establish(Connection& connection) {
        error_code error;
        asio::ip::make_address(options_.host, error);
        if (!error) {
            connection.addresses = std::vector{options_.host};
        } else {
            look_up();
            co_await connection.resolved.wait();
        }
        if (connection.closed) co_return "no connection in time";
        if (!connection.addresses) co_return "the host is not found: " + connection.addresses.error();
        error = co_await connect(connection);
        if (!error) error = co_await shake_hands(connection);
        if (connection.closed) co_return "no connection in time";
        co_return error ? "no connection: " + error.message() : std::string();
    }

    /// Every connection that waits for the host's addresses gets them.
    void look_up() {
        resolver_.resolve(options_.host, [mailbox = mailbox_, self = weak_from_this()](http::Addresses found) {
            mailbox->post([self, found = std::move(found)] {
                const auto driver = self.lock();
                if (!driver || driver->stopped_) return;
                for (const auto& connection : driver->connections_)
                    if (connection) {
                        connection->addresses = found;
                        connection->resolved.raise();
                    }
            });
        });
    }

    asio::awaitable<error_code> connect(Connection& connection) {
        error_code fault = asio::error::host_unreachable;
        for (const auto& text : *connection.addresses) {
            const auto address = asio::ip::make_address(text, fault);
            if (fault) continue;
            connection.socket.emplace(io_);
            const auto [error] = co_await connection.socket->async_connect({address, options_.port}, http::awaited);
            fault = error;
            if (connection.closed || !fault) break;
        }
        co_return fault;
    }

    asio::awaitable<error_code> shake_hands(Connection& connection) {
        error_code gone;
        connection.socket->set_option(tcp::no_delay(true), gone);
        connection.stream = options_.tls
                                ? http::make_tls_client_stream(*std::move(connection.socket), tls_, options_.host)
                                : http::make_plain_stream(*std::move(connection.socket));
        co_return co_await connection.stream->handshake();
    }

    /// Until the connection ends, however it does; says why.
    asio::awaitable<std::string> read(EsmeLink& link, Connection& connection) {
        std::array<char, 1024> unheard{};
        while (!connection.closed) {
            if (!link.is_over() && !link.wants_read()) {
                co_await connection.readable.wait();
                if (stopped_) co_return "";
                continue;
            }
            const auto room = link.is_over() ? std::span<char>(unheard) : link.room();
            const auto [error, octets] = co_await connection.stream->read_some(asio::buffer(room.data(), room.size()));
            if (stopped_) co_return "";
            if (error == asio::error::eof) co_return "the peer has closed the connection";
            if (error) co_return error.message();
            if (link.is_over()) continue;
            link.received(octets, steady_ms());
            settle();
            if (stopped_) co_return "";
        }
        co_return "the connection is closed";
    }

    /// Until the conversation is over; then its last words go out and no more.
    static asio::awaitable<void> write(Self self, std::size_t number, SharedConnection connection) {
        auto& link = *self->esme_->links()[number];
        while (!connection->closed && !self->stopped_) {
            if (!link.has_output()) {
                if (link.is_over()) break;
                co_await connection->writable.wait();
                continue;
            }
            const std::string text = link.take_output();
            if (!co_await self->write_all(*connection, text)) co_return connection->close();
            if (!self->stopped_) self->settle();  // there is room for output again
        }
        error_code gone;
        if (!connection->closed) connection->stream->socket().shutdown(tcp::socket::shutdown_send, gone);
    }

    static asio::awaitable<bool> write_all(Connection& connection, std::string_view text) {
        while (!text.empty()) {
            const auto [error, octets] = co_await connection.stream->write_some(asio::buffer(text.data(), text.size()));
            if (error || connection.closed) co_return false;
            text.remove_prefix(octets);
        }
        co_return true;
    }

    asio::io_context& io_;
    const SmppOptions options_;
    const http::TlsContext tls_;
    http::Resolver resolver_;
    const std::shared_ptr<Mailbox> mailbox_;
    asio::steady_timer timer_;
    std::optional<std::int64_t> armed_ms_;
    std::optional<Esme> esme_;
    std::vector<SharedConnection> connections_;  // of each link; none while it waits
    bool settling_ = false;
    bool settle_again_ = false;
    bool stopped_ = false;
};

class SmppGateway final : public TextGateway {
   public:
    SmppGateway(asio::io_context& io, SmppOptions options, GatewayHooks hooks)
        : driver_(std::make_shared<Driver>(io, std::move(options))) {
        driver_->start(std::move(hooks));
    }
    ~SmppGateway() override { driver_->stop(); }
    SmppGateway(const SmppGateway&) = delete;
    SmppGateway& operator=(const SmppGateway&) = delete;

    std::string_view name() const override { return "smpp"; }
    std::size_t room() const override { return driver_->esme().room(); }
    void send(std::vector<OutboxText> texts) override {
        driver_->esme().send(std::move(texts));
        driver_->settle();
    }
    void forget(Msisdn msisdn) override {
        driver_->esme().forget(msisdn);
        driver_->settle();
    }
    void drain(std::function<void()> ended) override { driver_->drain(std::move(ended)); }

   private:
    std::shared_ptr<Driver> driver_;
};

}  // namespace

std::unique_ptr<TextGateway> make_smpp_gateway(asio::io_context& io, SmppOptions options, GatewayHooks hooks) {
    check(options);
    return std::make_unique<SmppGateway>(io, std::move(options), std::move(hooks));
}

}  // namespace simtrail::sms::smpp
