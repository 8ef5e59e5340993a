// The session's writing half.

#include <array>
#include <chrono>

#include "adapters/http/answer_head.hpp"
#include "adapters/http/promise.hpp"
#include "adapters/http/session.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;

/// Up to here header and body go out in one write.
constexpr std::size_t joined_bytes = 64 * 1024;
/// After the last answer the peer may still be sending; closing then would destroy the answer on its way (RFC 9112, 9.6).
constexpr std::chrono::seconds linger_time{2};
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

asio::awaitable<void> Session::write_answers() {
    while (!closed_) {
        const bool ready = exchanges_.empty() ? !reader_lives_ : exchanges_.front()->response.has_value();
        if (!ready) {
            co_await may_write_.wait();
            continue;
        }
        if (exchanges_.empty()) break;
        if (!co_await write_front()) break;
        exchanges_.pop_front();
        may_read_.raise();
        note_idle();
        if (draining_ && exchanges_.empty() && !in_request_) break;
    }
    if (!closed_) co_await end_connection();
}

/// Writes the oldest answer; false: it was the last.
asio::awaitable<bool> Session::write_front() {
    Exchange& exchange = *exchanges_.front();
    if (exchange.interim) co_return co_await write(continue_line);
    const Response& response = *exchange.response;
    const bool last = draining_ && exchanges_.size() == 1 && !in_request_;
    const bool endless = response.stream && !exchange.http11;
    const bool keep_alive = exchange.keep_alive && !last && !endless;
    const auto framing = !response.stream ? Framing::length : exchange.http11 ? Framing::chunked : Framing::close;
    auto head = make_answer_head({.response = response,
                                  .framing = framing,
                                  .keep_alive = keep_alive,
                                  .http11 = exchange.http11,
                                  .request_id = exchange.request.id,
                                  .date = home_->date()});
    if (!co_await write_body(exchange, std::move(head), framing == Framing::chunked)) co_return false;
    if (const auto& on_answer = home_->options().on_answer) {
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(now() - exchange.began);
        on_answer(exchange.request, response.status, exchange.body_bytes, took);
    }
    co_return keep_alive && !closed_;
}

asio::awaitable<bool> Session::write_body(Exchange& exchange, std::string head, bool chunked) {
    const Response& response = *exchange.response;
    if (exchange.head_only || !status_has_body(response.status)) co_return co_await write(head);
    const bool joined = !response.stream && head.size() + response.body.size() <= joined_bytes;
    if (joined) head += response.body;
    exchange.body_bytes = response.body.size();
    if (!co_await write(head)) co_return false;
    if (joined) co_return true;
    if (response.stream) co_return co_await write_pieces(exchange, chunked);
    co_return co_await write(response.body);
}

asio::awaitable<bool> Session::write_pieces(Exchange& exchange, bool chunked) {
    for (;;) {
        piece_.reset();
        awaits_piece_since_ = now();
        exchange.response->stream->next(
            Promise<std::optional<std::string>>(weak_from_this(), exchange.number, &Session::take_piece));
        while (!closed_ && !piece_) co_await piece_came_.wait();
        awaits_piece_since_.reset();
        if (closed_) co_return false;
        const auto piece = *std::exchange(piece_, std::nullopt);
        if (!piece) break;
        exchange.body_bytes += piece->size();
        // No ?:, && or || beside a co_await in this file and session.cpp: g++ 12 evaluates or destroys too much.
        const std::string bytes = chunked ? make_chunk(*piece) : *piece;
        if (!co_await write(bytes)) co_return false;
    }
    if (!chunked) co_return true;
    co_return co_await write("0\r\n\r\n");
}

asio::awaitable<bool> Session::write(std::string_view bytes) {
    while (!bytes.empty()) {
        write_deadline_ = now() + limits_.write_stall;
        const auto [error, written] = co_await stream_->write_some(asio::buffer(bytes.data(), bytes.size()));
        if (closed_) co_return false;
        if (error) close();
        if (error) co_return false;
        bytes.remove_prefix(written);
    }
    write_deadline_ = Moment::max();
    co_return true;
}

asio::awaitable<void> Session::end_connection() {
    ending_ = true;
    write_deadline_ = now() + linger_time;
    co_await stream_->finish();
    if (closed_ || reader_lives_) co_return;  // the reader goes on, discards, and closes
    co_await discard_input();
    close();
}

asio::awaitable<void> Session::discard_input() {
    constexpr std::size_t enough = 8 * 1024 * 1024;  // whoever sends more of a refused body is not listening
    std::array<char, 4096> scratch{};
    auto& socket = stream_->socket();
    for (std::size_t discarded = 0; !closed_ && discarded < enough;) {
        const auto [error, bytes] = co_await socket.async_read_some(asio::buffer(scratch), awaited);
        if (error) co_return;
        discarded += bytes;
    }
}

Reply Session::reply_to(std::uint64_t number) { return Promise<Response>(weak_from_this(), number, &Session::settle); }

void Session::settle(std::uint64_t number, std::optional<Response> response) {
    for (const auto& exchange : exchanges_) {
        if (exchange->number != number || exchange->response) continue;
        exchange->response =
            response ? *std::move(response) : home_->service().refusal(500, "the request failed inside");
        may_write_.raise();
        may_read_.raise();
        return;
    }
}

void Session::take_piece(std::uint64_t number, std::optional<std::optional<std::string>> piece) {
    if (exchanges_.empty() || exchanges_.front()->number != number) return;
    if (!piece) return close();  // the body ends before its end, and the peer must see that
    piece_ = *std::move(piece);
    piece_came_.raise();
}

void Session::body_taken(std::uint64_t number, std::optional<bool> taken) {
    if (number != next_number_ || !consumer_) return;
    if (!taken) return close();
    body_taken_ = true;
    consumer_ready_.raise();
}

}  // namespace simtrail::http
