#include "adapters/sms/kannel/kannel_gateway.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <utility>

#include "adapters/http/server.hpp"
#include "adapters/sms/kannel/incoming.hpp"
#include "adapters/sms/kannel/send_queue.hpp"
#include "adapters/sms/kannel/sendsms.hpp"

namespace simtrail::sms {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using kannel::Verdict;

constexpr std::size_t held_texts = 64;           // enough to keep a window busy; the rest waits in the durable outbox
constexpr std::size_t kannel_connections = 600;  // smsbox has 512 requests under way (max-pending-requests)
constexpr std::size_t header_bytes = 32 * 1024;  // a long text in Unicode, percent-encoded, in the URL of a get-url
constexpr auto drain_grace = 3s;
constexpr auto drain_look_every = 20ms;
constexpr std::int64_t tell_every_ms = 10'000;  // trouble that comes and goes is one line in ten seconds

kannel::SourceList sources_of(const KannelOptions& options) {
    auto sources = kannel::SourceList::parse(options.allowed_sources);
    if (!sources) throw std::runtime_error("allowed_sources: " + sources.error());
    return *std::move(sources);
}

class KannelGateway final : public TextGateway {
   public:
    KannelGateway(asio::io_context& io, KannelOptions options, GatewayHooks hooks)
        : io_(io),
          options_(std::move(options)),
          hooks_(std::move(hooks)),
          queue_({.window = options_.window,
                  .held = std::max(held_texts, options_.window),
                  .first_pause = options_.first_pause,
                  .longest_pause = options_.longest_pause}),
          incoming_(options_.secret, sources_of(options_), hooks_),
          timer_(io),
          client_(http::make_client(io, {.ca_file = options_.ca_file, .connections_per_host = options_.window + 1})),
          server_(http::serve(io, incoming_,
                              {.name = "kannel",
                               .listen = options_.listen,
                               .limits = {.header_bytes = header_bytes,
                                          .body_bytes = kannel::Incoming::max_body_bytes,
                                          .connections = kannel_connections}})),
          receive_url_(options_.receive_url.empty() ? "http://" + server_->address() : options_.receive_url) {
        spdlog::info("kannel: replies and receipts: listens on={}", server_->address());
    }

    std::string_view name() const override { return "kannel"; }

    std::size_t room() const override { return ended_ ? 0 : queue_.room(); }

    void send(std::vector<OutboxText> texts) override {
        queue_.put(std::move(texts));
        full_ = queue_.room() == 0;
        pump();
    }

    void forget(Msisdn msisdn) override {
        queue_.forget(msisdn);
        asio::post(io_, [this, alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) tell_room();
        });
    }

    void drain(std::function<void()> ended) override {
        ended_ = std::move(ended);
        server_->drain(drain_grace);
        wait_for_end(std::chrono::steady_clock::now() + drain_grace);
    }

   private:
    void pump() {
        while (OutboxText* text = ended_ ? nullptr : queue_.next()) {
            if (std::exchange(text->attempted, false)) tell_duplicate(text->number, text->to);
            auto receipt_url = kannel::receipt_url_of(receive_url_, options_.secret, kannel::message_id(text->number));
            client_->send(kannel::sendsms_request(options_, *text, std::move(receipt_url)),
                          [this, number = text->number, to = text->to](const kannel::Answer& answer) {
                              finish(number, to, kannel::read_answer(answer));
                          });
        }
    }

    void finish(std::int64_t number, Msisdn to, const Verdict& verdict) {
        const bool was_closed = queue_.closed();
        auto result = queue_.finish(number, verdict);
        if (queue_.trusted()) tell_recovery();
        if (result) {
            if (!result->accepted) spdlog::warn("kannel: text {} is refused: {}", number, result->error);
            hooks_.on_result(*std::move(result));
        } else if (verdict.kind == Verdict::Kind::timed_out || verdict.kind == Verdict::Kind::cut) {
            tell_duplicate(number, to);
        }
        if (queue_.closed() && !was_closed) {
            tell_trouble(verdict.reason);
            pause();
        }
        tell_room();
        pump();
    }

    void pause() {
        if (ended_) return;
        timer_.expires_after(queue_.take_pause());
        timer_.async_wait([this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
            if (error || alive.expired() || ended_) return;
            if (!queue_.suspect()) return resume();
            client_->send(kannel::probe_request(options_), [this](const kannel::Answer& answer) {
                if (kannel::is_alive(answer)) return resume();
                tell_trouble(answer ? "status " + std::to_string(answer->status) : answer.error().message);
                pause();
            });
        });
    }

    void resume() {
        queue_.reopen();
        pump();
    }

    /// What is under way may be answered, what Kannel brought may be kept; nothing new begins.
    void wait_for_end(std::chrono::steady_clock::time_point until) {
        const bool idle = queue_.under_way() == 0 && server_->connections() == 0;
        timer_.expires_after(drain_look_every);
        timer_.async_wait([this, until, idle, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
            if (error || alive.expired()) return;
            if (!idle && std::chrono::steady_clock::now() < until) return wait_for_end(until);
            ended_();
        });
    }

    void tell_room() {
        if (ended_ || !full_ || queue_.room() == 0) return;
        full_ = false;
        hooks_.on_room();
    }

    void tell_trouble(const std::string& reason) {
        const std::int64_t now_ms = hooks_.now_ms();
        if (in_trouble_ || now_ms - trouble_told_ms_ < tell_every_ms) return;
        trouble_told_ms_ = now_ms;
        in_trouble_ = true;
        spdlog::error("kannel: texts wait and are tried again: {}", reason);
    }

    void tell_recovery() {
        if (!std::exchange(in_trouble_, false)) return;
        spdlog::info("kannel: texts are taken again");
    }

    static void tell_duplicate(std::int64_t number, Msisdn to) {
        spdlog::warn("kannel: possible duplicate: text {} to {} is sent again, Kannel may have taken it before", number,
                     to.masked());
    }

    asio::io_context& io_;
    const KannelOptions options_;
    const GatewayHooks hooks_;
    kannel::SendQueue queue_;
    kannel::Incoming incoming_;
    asio::steady_timer timer_;  // of the pause, then of the end
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<http::Server> server_;
    std::string receive_url_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for handlers that are queued when this goes
    std::function<void()> ended_;                                 // set: it is draining
    bool full_ = false;                                           // and has not told that it is not any more
    bool in_trouble_ = false;                                     // and has told so
    std::int64_t trouble_told_ms_ = 0;
};

bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Nothing that Kannel would take for one of its placeholders, or that a URL needs encoded.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
}

bool listens_everywhere(std::string_view listen) {
    return listen.starts_with("0.0.0.0:") || listen.starts_with("[::]:");
}

}  // namespace

std::optional<std::string> fault_of(const KannelOptions& options) {
    constexpr std::size_t least_secret = 16, most_window = 1000;
    if (auto url = http::parse_url(options.send_url); !url) return "send_url: " + url.error();
    if (options.username.empty() || !is_printable(options.username))
        return "username: give the one of Kannel's sendsms-user group";
    if (options.password.empty() || !is_printable(options.password))
        return "password: give the one of Kannel's sendsms-user group";
    if (options.source_address.empty() || !is_printable(options.source_address))
        return "source_address: give the number that subscribers answer to";
    if (options.secret.size() < least_secret || !is_plain(options.secret))
        return "secret: give at least 16 letters, digits, '-' and '_', as 'openssl rand -hex 16' makes them";
    if (auto sources = kannel::SourceList::parse(options.allowed_sources); !sources)
        return "allowed_sources: " + sources.error();
    if (options.allowed_sources.empty()) return "allowed_sources: name Kannel's address";
    if (options.receive_url.empty() && listens_everywhere(options.listen))
        return "receive_url: with listen on every address it must say how Kannel reaches it: \"http://10.0.0.5:7420\"";
    if (!options.receive_url.empty()) {
        if (auto url = http::parse_url(options.receive_url); !url) return "receive_url: " + url.error();
        if (options.receive_url.find_first_of("?#%") != std::string::npos || options.receive_url.ends_with('/'))
            return "receive_url: without query and slash at its end: \"http://10.0.0.5:7420\"";
    }
    if (options.window < 1 || options.window > most_window) return "window: from 1 to 1000";
    return std::nullopt;
}

std::unique_ptr<TextGateway> make_kannel_gateway(asio::io_context& io, KannelOptions options, GatewayHooks hooks) {
    return std::make_unique<KannelGateway>(io, std::move(options), std::move(hooks));
}

}  // namespace simtrail::sms
