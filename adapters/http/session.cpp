#include "adapters/http/session.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

#include "adapters/http/promise.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;

/// One read. A session holds one such buffer; ten thousand slow ones are 40 MB.
constexpr std::size_t read_bytes = 4 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;
/// How long a peer that has closed its side may leave a streamed answer without a piece: most such peers are gone.
constexpr std::chrono::seconds half_closed_time{5};

/// RFC 9110, 9.2.1.
bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

bool is_target(const Request& request) {
    return request.target.starts_with('/') || (request.target == "*" && request.method == "OPTIONS");
}

}  // namespace

Session::Session(std::unique_ptr<ByteStream> stream, std::shared_ptr<SessionHome> home)
    : executor_(stream->socket().get_executor()),
      stream_(std::move(stream)),
      home_(std::move(home)),
      limits_(home_->options().limits),
      parser_(limits_.header_bytes),
      may_read_(executor_),
      may_write_(executor_),
      piece_came_(executor_),
      consumer_ready_(executor_),
      read_deadline_(now() + limits_.header_time) {
    boost::system::error_code gone;
    auto address = stream_->socket().remote_endpoint(gone).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer_ = address.to_string();
    loopback_ = address.is_loopback();
}

void Session::start() {
    home_->waits(*this);
    const auto ended = [self = shared_from_this()](const std::exception_ptr& error) {
        if (!error) return;
        spdlog::error("http: a session failed and was closed");  // out of memory is all that is left
        self->close();
    };
    co_spawn(executor_, read_requests(), ended);
    co_spawn(executor_, write_answers(), ended);
}

void Session::start_refused() {
    reader_lives_ = false;
    shaken_ = true;
    read_deadline_ = Moment::max();
    refuse({503, "too many connections"});
    co_spawn(executor_, write_answers(), [self = shared_from_this()](const std::exception_ptr&) { self->close(); });
}

void Session::close() {
    if (std::exchange(closed_, true)) return;
    boost::system::error_code gone;
    stream_->socket().close(gone);
    for (Notice* const notice : {&may_read_, &may_write_, &piece_came_, &consumer_ready_}) notice->raise();
    exchanges_.clear();
    consumer_.reset();
    home_->gone(*this);
}

void Session::drain() {
    draining_ = true;
    if (exchanges_.empty() && !in_request_) close();
}

void Session::check_deadlines(Moment moment) {
    if (moment >= write_deadline_) return close();
    if (input_ended_ && awaits_piece_since_ && moment >= *awaits_piece_since_ + half_closed_time) return close();
    if (moment < read_deadline_) return;
    const bool silent = reading_head_ && !parser_.has_bytes();
    if (!shaken_ || silent || !exchanges_.empty()) return close();
    read_deadline_ = Moment::max();
    timed_out_ = true;
    boost::system::error_code gone;
    stream_->socket().cancel(gone);
}

asio::awaitable<void> Session::read_requests() {
    const auto fault = co_await stream_->handshake();
    shaken_ = true;
    if (fault) close();
    for (bool going = !closed_; going;) going = co_await read_request();
    reader_lives_ = false;
    read_deadline_ = Moment::max();
    may_write_.raise();
    if (ending_) close();
}

/// False: there will be no other.
asio::awaitable<bool> Session::read_request() {
    reading_head_ = true;
    note_idle();
    auto head = co_await read_head();
    reading_head_ = false;
    if (!head || draining_) co_return false;
    home_->works(*this);
    in_request_ = true;
    read_deadline_ = Moment::max();
    if (!co_await wait_for_turn(is_safe(head->request.method))) co_return false;
    head->request.id = home_->next_request_id();
    head->request.peer = peer_;
    head->request.loopback = loopback_;
    refusable_ = {.method = head->request.method, .target = head->request.target, .id = head->request.id};
    const bool keep_alive = head->keep_alive;
    consumer_ = home_->service().stream(head->request);
    bool whole = false;
    if (consumer_)
        whole = co_await stream_body(*head);
    else
        whole = co_await read_whole_body(*head);
    in_request_ = false;
    if (closed_ || !whole) co_return false;
    dispatch(*std::move(head));
    co_return keep_alive && !closed_;
}

/// Nothing: none will come, or it was refused.
asio::awaitable<std::optional<RequestHead>> Session::read_head() {
    for (bool begun = false;;) {
        const auto step = parser_.step();
        if (!step) {
            refuse(step.error());
            co_return std::nullopt;
        }
        if (*step == RequestParser::Step::head) break;
        if (!begun && parser_.has_bytes()) {
            begun = true;
            if (next_number_ != 0) read_deadline_ = now() + limits_.header_time;
        }
        if (!co_await fill()) co_return std::nullopt;
    }
    auto head = parser_.take_head();
    if (is_target(head.request)) co_return head;
    refuse({400, "the request target is neither a path nor an http URL"});
    co_return std::nullopt;
}

asio::awaitable<bool> Session::read_whole_body(RequestHead& head) {
    if (!accept_body(head, limits_.body_bytes)) co_return false;
    const auto deadline = now() + limits_.body_time;
    for (;;) {
        const auto piece = co_await next_body_piece(limits_.body_bytes, deadline);
        if (!piece) co_return false;
        if (piece->empty()) co_return true;
        head.request.body += *piece;
    }
}

asio::awaitable<bool> Session::stream_body(const RequestHead& head) {
    if (!accept_body(head, limits_.streamed_body_bytes)) co_return false;
    for (;;) {
        auto piece = co_await next_body_piece(limits_.streamed_body_bytes, Moment::max());
        if (!piece) {
            consumer_.reset();
            co_return false;
        }
        if (piece->empty()) co_return true;
        body_taken_ = false;
        read_deadline_ = Moment::max();
        home_->works(*this);
        consumer_->take(*std::move(piece), [ready = Promise<bool>(weak_from_this(), next_number_,
                                                                  &Session::body_taken)]() mutable { ready(true); });
        while (!closed_ && !body_taken_) co_await consumer_ready_.wait();
        if (closed_) co_return false;
    }
}

/// Whether the body may come at all; asks for it where the peer waits to be asked.
bool Session::accept_body(const RequestHead& head, std::size_t limit) {
    body_bytes_ = 0;
    if (head.content_length.value_or(0) > limit) {
        refuse({413, "the body is larger than " + std::to_string(limit) + " bytes"});
        return false;
    }
    if (head.has_body && head.expects_continue && head.http11 && !parser_.has_bytes()) {
        auto interim = std::make_unique<Exchange>();
        interim->number = next_number_++;
        interim->interim = true;
        interim->response.emplace();
        exchanges_.push_back(std::move(interim));
        may_write_.raise();
    }
    return true;
}

/// Empty at the body's end; nothing: it will not come whole.
asio::awaitable<std::optional<std::string>> Session::next_body_piece(std::size_t limit, Moment deadline) {
    for (;;) {
        const auto step = parser_.step();
        if (!step) {
            refuse(step.error());
            co_return std::nullopt;
        }
        if (*step == RequestParser::Step::end) co_return "";
        if (*step == RequestParser::Step::body) {
            auto piece = parser_.take_body();
            body_bytes_ += piece.size();
            if (body_bytes_ <= limit) co_return piece;
            refuse({413, "the body is larger than " + std::to_string(limit) + " bytes"});
            co_return std::nullopt;
        }
        read_deadline_ = std::min(now() + limits_.body_stall, deadline);
        home_->waits(*this);
        if (!co_await fill()) co_return std::nullopt;
    }
}

/// Reads once; false: no more will come.
asio::awaitable<bool> Session::fill() {
    for (;;) {
        const auto room = parser_.prepare(in_request_ ? body_read_bytes : read_bytes);
        const auto [error, bytes] = co_await stream_->read_some(asio::buffer(room.data(), room.size()));
        if (closed_) co_return false;
        if (error && timed_out_ && !ending_) refuse({408, "the request did not come in time"});
        if (error == asio::error::eof) input_ended_ = true;
        if (error && !timed_out_ && !input_ended_) close();
        if (error) co_return false;
        if (ending_) continue;
        parser_.commit(bytes);
        co_return true;
    }
}

asio::awaitable<bool> Session::wait_for_turn(bool safe) {
    while (!closed_ && (exchanges_.size() >= limits_.pipelined || !may_start(safe))) co_await may_read_.wait();
    co_return !closed_ && !ending_;
}

bool Session::may_start(bool safe) const {
    return std::ranges::all_of(exchanges_, [&](const auto& each) { return each->response || (safe && each->safe); });
}

/// The time of waiting for a request begins when the last answer is written and the next request has not begun.
void Session::note_idle() {
    if (!reading_head_ || !exchanges_.empty() || closed_) return;
    home_->waits(*this);
    // The first request's time began with the connection.
    if (!parser_.has_bytes() && next_number_ != 0) read_deadline_ = now() + limits_.idle_time;
}

/// The answer to what could not be read; the last one.
void Session::refuse(const Refusal& refusal) {
    RequestHead refused;
    refused.keep_alive = false;
    if (std::exchange(in_request_, false)) refused.request = std::exchange(refusable_, {});
    if (refused.request.id.empty()) refused.request.id = home_->next_request_id();
    const Exchange& exchange = open_exchange(refused);
    settle(exchange.number, home_->service().refusal(refusal.status, refusal.reason));
}

Session::Exchange& Session::open_exchange(const RequestHead& head) {
    auto exchange = std::make_unique<Exchange>();
    exchange->number = next_number_++;
    const Request& request = head.request;
    exchange->request = {
        .method = request.method, .target = request.target, .id = request.id, .peer = peer_, .loopback = loopback_};
    exchange->head_only = request.method == "HEAD";
    exchange->http11 = head.http11;
    exchange->keep_alive = head.keep_alive;
    exchange->safe = is_safe(request.method);
    exchange->began = now();
    return *exchanges_.emplace_back(std::move(exchange));
}

void Session::dispatch(RequestHead head) {
    read_deadline_ = Moment::max();
    home_->works(*this);
    Exchange& exchange = open_exchange(head);
    exchange.consumer = std::move(consumer_);
    auto reply = reply_to(exchange.number);
    try {  // a promise that unwinding drops answers 500
        if (exchange.consumer) return exchange.consumer->finish(std::move(reply));
        home_->service().handle(std::move(head.request), std::move(reply));
    } catch (const std::exception& error) {
        spdlog::error("http: request {} failed: {}", exchange.request.id, error.what());
    }
}

}  // namespace simtrail::http
