#include "adapters/http/client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <map>
#include <set>

#include "adapters/http/byte_stream.hpp"
#include "adapters/http/notice.hpp"
#include "adapters/http/resolver.hpp"
#include "adapters/http/response_reader.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Kind = ClientError::Kind;
using Answer = std::expected<ClientResponse, ClientError>;

constexpr std::size_t answer_read_bytes = 4096;

std::unexpected<ClientError> failed(Kind kind, std::string message) {
    return std::unexpected(ClientError{kind, std::move(message)});
}

bool has_line_end(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string request_text(const ClientRequest& request, const Url& url) {
    const bool six = url.host.contains(':');
    std::string text =
        request.method + " " + url.target + " HTTP/1.1\r\nHost: " + (six ? "[" + url.host + "]" : url.host);
    if (url.port != (url.secure ? 443 : 80)) text.append(":").append(std::to_string(url.port));
    text += "\r\nUser-Agent: simtrail\r\nConnection: close\r\n";
    for (const auto& [name, value] : request.headers)
        if (!has_line_end(name) && !has_line_end(value)) text.append(name).append(": ").append(value).append("\r\n");
    if (!request.body.empty() || request.method != "GET")
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

/// One request on its own connection.
class Attempt : public std::enable_shared_from_this<Attempt> {
   public:
    using Ended = std::move_only_function<void(Answer)>;

    Attempt(asio::io_context& io, ClientRequest request, Url url, Ended ended)
        : io_(io),
          request_(std::move(request)),
          url_(std::move(url)),
          ended_(std::move(ended)),
          deadline_(io),
          resolved_(io.get_executor()) {
        deadline_.expires_after(request_.timeout);
    }

    /// The time runs from now, waiting for a turn included.
    void start_clock() {
        deadline_.async_wait([self = weak_from_this()](const error_code& error) {
            if (const auto attempt = self.lock(); attempt && !error)
                attempt->end(failed(Kind::timeout, "no answer in time"));
        });
    }

    void start(Resolver& resolver, TlsContext tls) {
        if (!ended_) return;
        tls_ = std::move(tls);
        if (url_.literal_address) {
            addresses_ = std::vector{url_.host};
            resolved_.raise();
        } else {
            resolver.resolve(url_.host, [self = weak_from_this(), &io = io_](Addresses found) {
                asio::post(io, [self, found = std::move(found)]() mutable {
                    if (const auto attempt = self.lock()) attempt->take(std::move(found));
                });
            });
        }
        co_spawn(io_, run(shared_from_this()), [self = shared_from_this()](const std::exception_ptr& error) {
            if (error) self->end(failed(Kind::connect, "out of memory"));
        });
    }

    /// Abandons it; `ended` is not called.
    void drop() {
        ended_ = nullptr;
        close();
    }

    const Url& url() const { return url_; }

   private:
    void take(Addresses found) {
        addresses_ = std::move(found);
        resolved_.raise();
    }

    void close() {
        error_code gone;
        deadline_.cancel();
        resolved_.raise();
        if (stream_)
            stream_->socket().close(gone);
        else if (socket_)
            socket_->close(gone);
    }

    void end(Answer answer) {
        if (!ended_) return;
        auto ended = std::exchange(ended_, nullptr);
        close();
        ended(std::move(answer));
    }

    bool over() const { return !ended_; }

    static asio::awaitable<void> run(std::shared_ptr<Attempt> self) {
        co_await self->resolved_.wait();
        if (self->over()) co_return;
        auto fault = self->check_addresses();
        if (fault) co_return self->end(std::unexpected(*std::move(fault)));
        const auto unconnected = co_await self->connect();
        if (self->over()) co_return;
        if (unconnected) co_return self->end(failed(Kind::connect, unconnected.message()));
        const auto unshaken = co_await self->shake_hands();
        if (self->over()) co_return;
        if (unshaken) co_return self->end(failed(Kind::tls, unshaken.message()));
        co_await self->converse();
    }

    /// Every address must be fit: a name that has a fit one and another is meant to deceive.
    std::optional<ClientError> check_addresses() const {
        if (!addresses_) return ClientError{Kind::resolve, addresses_.error()};
        if (addresses_->empty()) return ClientError{Kind::resolve, "the name has no address"};
        if (request_.allow_private_addresses) return std::nullopt;
        for (const auto& address : *addresses_)
            if (!is_public_address(address))
                return ClientError{Kind::refused_address, address + " is not a public address"};
        return std::nullopt;
    }

    /// To the checked addresses themselves, never to the name again: it may mean another by now.
    asio::awaitable<error_code> connect() {
        error_code fault = asio::error::host_unreachable;
        for (const auto& text : *addresses_) {
            const auto address = asio::ip::make_address(text, fault);
            if (fault) continue;
            socket_.emplace(io_);
            const auto [error] = co_await socket_->async_connect({address, url_.port}, awaited);
            fault = error;
            if (over() || !fault) break;
        }
        co_return fault;
    }

    asio::awaitable<error_code> shake_hands() {
        error_code gone;
        socket_->set_option(tcp::no_delay(true), gone);
        stream_ = url_.secure ? make_tls_client_stream(*std::move(socket_), tls_, url_.host)
                              : make_plain_stream(*std::move(socket_));
        co_return co_await stream_->handshake();
    }

    asio::awaitable<void> converse() {
        text_ = request_text(request_, url_);
        for (std::string_view rest(text_); !rest.empty();) {
            const auto [error, bytes] = co_await stream_->write_some(asio::buffer(rest.data(), rest.size()));
            if (over()) co_return;
            if (error) break;  // an answer may have come before the end of the request was taken
            rest.remove_prefix(bytes);
        }
        std::array<char, answer_read_bytes> buffer{};
        for (std::expected<bool, std::string> complete = false; complete && !*complete;) {
            const auto [error, bytes] = co_await stream_->read_some(asio::buffer(buffer));
            if (over()) co_return;
            if (error == asio::error::eof)
                complete = reader_.end();
            else if (error)
                complete = std::unexpected(error.message());
            else
                complete = reader_.put({buffer.data(), bytes});
            if (!complete) co_return end(failed(Kind::protocol, complete.error()));
        }
        end(reader_.take());
    }

    asio::io_context& io_;
    ClientRequest request_;
    Url url_;
    Ended ended_;  // empty: it is over
    asio::steady_timer deadline_;
    Notice resolved_;
    TlsContext tls_;
    Addresses addresses_;
    std::optional<tcp::socket> socket_;  // until it becomes the stream
    std::unique_ptr<ByteStream> stream_;
    std::string text_;
    ResponseReader reader_;
};

class AsioClient final : public Client {
   public:
    AsioClient(asio::io_context& io, ClientOptions options)
        : io_(io),
          options_(std::move(options)),
          tls_(make_client_context(options_.ca_file)),
          resolver_(options_.lookup ? options_.lookup : system_lookup) {}

    ~AsioClient() override {
        *alive_ = false;
        for (const auto& attempt : attempts_) attempt->drop();
    }
    AsioClient(const AsioClient&) = delete;
    AsioClient& operator=(const AsioClient&) = delete;

    void send(ClientRequest request, Done done) override {
        auto url = parse_url(request.url);
        if (!url)
            return asio::post(io_, [alive = alive_, fault = std::move(url.error()), done = std::move(done)]() mutable {
                if (*alive) done(failed(Kind::bad_url, "the URL is not usable: " + fault));
            });
        // The attempt names itself when it ends; it is known by then.
        auto self = std::make_shared<std::weak_ptr<Attempt>>();
        auto attempt = std::make_shared<Attempt>(io_, std::move(request), *std::move(url),
                                                 [this, self, done = std::move(done)](Answer answer) mutable {
                                                     if (const auto ended = self->lock()) leave(ended);
                                                     done(std::move(answer));
                                                 });
        *self = attempt;
        attempts_.insert(attempt);
        attempt->start_clock();
        Host& host = hosts_[key(attempt->url())];
        if (host.running >= options_.connections_per_host) return host.waiting.push_back(attempt);
        run(host, attempt);
    }

   private:
    struct Host {
        std::size_t running = 0;
        std::deque<std::shared_ptr<Attempt>> waiting;
        std::set<std::shared_ptr<Attempt>> under_way;
    };

    static std::string key(const Url& url) { return url.host + " " + std::to_string(url.port); }

    void run(Host& host, const std::shared_ptr<Attempt>& attempt) {
        ++host.running;
        host.under_way.insert(attempt);
        attempt->start(resolver_, tls_);
    }

    /// An attempt is over, under way or still waiting; the next of its host may go.
    void leave(const std::shared_ptr<Attempt>& attempt) {
        attempts_.erase(attempt);
        const auto found = hosts_.find(key(attempt->url()));
        Host& host = found->second;
        if (host.under_way.erase(attempt) != 0)
            --host.running;
        else
            std::erase(host.waiting, attempt);
        if (!host.waiting.empty() && host.running < options_.connections_per_host) {
            const auto next = std::move(host.waiting.front());
            host.waiting.pop_front();
            run(host, next);
        }
        if (host.running == 0) hosts_.erase(found);
    }

    asio::io_context& io_;
    const ClientOptions options_;
    TlsContext tls_;
    Resolver resolver_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::set<std::shared_ptr<Attempt>> attempts_;
    std::map<std::string, Host> hosts_;
};

}  // namespace

std::unique_ptr<Client> make_client(asio::io_context& io, ClientOptions options) {
    return std::make_unique<AsioClient>(io, std::move(options));
}

}  // namespace simtrail::http
