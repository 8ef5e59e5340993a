#include "adapters/http/server.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <list>
#include <random>
#include <stdexcept>

#include "adapters/http/http_date.hpp"
#include "adapters/http/listener.hpp"
#include "adapters/http/session.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// How often deadlines are looked at; a session whose deadline comes before the next look is cut now, not late.
constexpr std::chrono::milliseconds look_every{250};
/// After an accept failed for want of file descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{50};
/// Connections beyond the bound that may be told so (503) at a time; more are closed without a word.
constexpr std::size_t refused_at_a_time = 256;

/// The server proper; sessions share it, so that it may be told to stop while they unwind.
class Core final : public SessionHome, public std::enable_shared_from_this<Core> {
   public:
    Core(asio::io_context& io, Service& service, ServerOptions options)
        : service_(service),
          options_(std::move(options)),
          acceptor_(io),
          sweep_(io),
          drained_(io),
          id_prefix_(std::random_device{}()) {
        if (options_.tls) tls_ = make_server_context(*options_.tls);
    }

    void listen() {
        open_listener(acceptor_, options_.listen);
        address_ = address_text(acceptor_.local_endpoint());
        raise_file_limit(options_.limits.connections);
    }

    void start() {
        co_spawn(acceptor_.get_executor(), accept_all(shared_from_this()), asio::detached);
        co_spawn(acceptor_.get_executor(), sweep_all(shared_from_this()), asio::detached);
    }

    void stop() {
        stopped_ = true;
        error_code gone;
        acceptor_.close(gone);
        sweep_.cancel();
        drained_.cancel();
        close_all();
    }

    void drain(std::chrono::milliseconds grace) {
        error_code gone;
        acceptor_.close(gone);
        for (auto next = sessions_.begin(); next != sessions_.end();)
            (*next++)->drain();  // a drained one may leave the list
        drained_.expires_after(grace);
        drained_.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error) self->close_all();
        });
    }

    std::optional<std::string> reload_tls() {
        if (!options_.tls) return std::nullopt;
        try {
            tls_ = make_server_context(*options_.tls);
            return std::nullopt;
        } catch (const std::runtime_error& error) {
            return error.what();
        }
    }

    const std::string& address() const { return address_; }
    std::size_t connections() const { return sessions_.size(); }

    Service& service() override { return service_; }
    const ServerOptions& options() const override { return options_; }

    std::string next_request_id() override {
        std::array<char, 32> text{};
        char* end = std::to_chars(text.data(), text.data() + 16, id_prefix_, 16).ptr;
        *end++ = '-';
        end = std::to_chars(end, text.data() + text.size(), ++requests_, 16).ptr;
        return {text.data(), end};
    }

    std::string_view date() override {
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        if (now != dated_) date_ = format_http_date(dated_ = now);
        return date_;
    }

    void waits(Session& session) override {
        works(session);
        session.waiting_place = waiting_.insert(waiting_.end(), &session);
    }
    void works(Session& session) override {
        if (const auto place = std::exchange(session.waiting_place, std::nullopt)) waiting_.erase(*place);
    }
    void gone(Session& session) override {
        works(session);
        sessions_.erase(session.place);
    }

   private:
    static asio::awaitable<void> accept_all(std::shared_ptr<Core> self) {
        for (bool failing = false; self->acceptor_.is_open();) {
            auto [error, socket] = co_await self->acceptor_.async_accept(awaited);
            if (!self->acceptor_.is_open()) co_return;
            if (!error) {
                failing = false;
                self->try_to_welcome(std::move(socket));
            } else if (error != asio::error::connection_aborted) {
                if (!std::exchange(failing, true))
                    spdlog::warn("{}: cannot accept connections: {}; going on trying", self->options_.name,
                                 error.message());
                self->make_room();
                asio::steady_timer pause(self->acceptor_.get_executor(), accept_pause);
                co_await pause.async_wait(awaited);
            }
        }
    }

    static asio::awaitable<void> sweep_all(std::shared_ptr<Core> self) {
        while (!self->stopped_) {
            const auto limit = std::chrono::steady_clock::now() + look_every;
            for (auto next = self->sessions_.begin(); next != self->sessions_.end();) {
                const auto session = *next++;  // a session that is closed leaves the list
                session->check_deadlines(limit);
            }
            self->sweep_.expires_after(look_every);
            co_await self->sweep_.async_wait(awaited);
        }
    }

    /// One connection less is no reason to accept no other.
    void try_to_welcome(tcp::socket socket) {
        try {
            welcome(std::move(socket));
        } catch (const std::exception& error) {
            spdlog::warn("{}: a connection was not served: {}", options_.name, error.what());
        }
    }

    void welcome(tcp::socket socket) {
        error_code gone;
        socket.set_option(tcp::no_delay(true), gone);
        if (sessions_.size() >= options_.limits.connections) make_room();
        const bool full = sessions_.size() >= options_.limits.connections;
        if (full && (tls_ || sessions_.size() >= options_.limits.connections + refused_at_a_time)) return;
        auto stream = tls_ ? make_tls_stream(std::move(socket), tls_) : make_plain_stream(std::move(socket));
        auto session = std::make_shared<Session>(std::move(stream), shared_from_this());
        session->place = sessions_.insert(sessions_.end(), session);
        full ? session->start_refused() : session->start();
    }

    /// Closes the connection whose peer has been silent for longest.
    void make_room() {
        if (!waiting_.empty()) waiting_.front()->close();
    }

    void close_all() {
        while (!sessions_.empty()) {
            const auto session = sessions_.front();
            session->close();
        }
    }

    Service& service_;
    const ServerOptions options_;
    tcp::acceptor acceptor_;
    asio::steady_timer sweep_, drained_;
    TlsContext tls_;
    std::string address_;
    std::list<std::shared_ptr<Session>> sessions_;
    std::list<Session*> waiting_;  // the longest first
    bool stopped_ = false;
    std::uint32_t id_prefix_;  // tells the ids of this run from those of others
    std::uint64_t requests_ = 0;
    std::time_t dated_ = -1;
    std::string date_;
};

class AsioServer final : public Server {
   public:
    explicit AsioServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    ~AsioServer() override { core_->stop(); }
    AsioServer(const AsioServer&) = delete;
    AsioServer& operator=(const AsioServer&) = delete;

    std::string address() const override { return core_->address(); }
    std::size_t connections() const override { return core_->connections(); }
    void drain(std::chrono::milliseconds grace) override { core_->drain(grace); }
    std::optional<std::string> reload_tls() override { return core_->reload_tls(); }

   private:
    std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Server> serve(asio::io_context& io, Service& service, ServerOptions options) {
    auto core = std::make_shared<Core>(io, service, std::move(options));
    core->listen();
    core->start();
    return std::make_unique<AsioServer>(std::move(core));
}

}  // namespace simtrail::http
