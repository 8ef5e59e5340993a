#pragma once

#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "adapters/http/byte_stream.hpp"
#include "adapters/http/notice.hpp"
#include "adapters/http/request_parser.hpp"
#include "adapters/http/server.hpp"

namespace simtrail::http {

using Moment = std::chrono::steady_clock::time_point;

class Session;

/// What a session needs of its server. Outlives the server: sessions share it, and are closed when the server goes.
class SessionHome {
   public:
    virtual ~SessionHome() = default;
    virtual Service& service() = 0;
    virtual const ServerOptions& options() const = 0;
    virtual std::string next_request_id() = 0;
    virtual std::string_view date() = 0;  // now, as in the Date header

    virtual void waits(Session& session) = 0;  // from now, for its peer's bytes: it may be closed to make room
    virtual void works(Session& session) = 0;
    virtual void gone(Session& session) = 0;  // once; the home lets it go
};

/// One connection: one coroutine reads requests and gives them to the service, another writes the answers in their order.
/// Requests that are safe by their method overlap; any other starts when all before it are answered. The server's thread only.
class Session : public std::enable_shared_from_this<Session> {
   public:
    Session(std::unique_ptr<ByteStream> stream, std::shared_ptr<SessionHome> home);

    void start();
    void start_refused();  // answers 503 without reading, and closes
    void close();          // at once; nothing of the service is touched afterwards
    void drain();
    /// Called often: closes, or answers 408, when a deadline has come.
    void check_deadlines(Moment moment);
    const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

    std::list<std::shared_ptr<Session>>::iterator place;         // the home's
    std::optional<std::list<Session*>::iterator> waiting_place;  // the home's

   private:
    static Moment now() noexcept { return std::chrono::steady_clock::now(); }

    /// A request that was read and its answer.
    struct Exchange {
        std::uint64_t number = 0;
        Request request{};  // without header and body, for on_answer
        bool head_only = false, http11 = true, keep_alive = true, safe = false;
        bool interim = false;  // "100 Continue" on the way to a request
        std::optional<Response> response{};
        std::unique_ptr<BodyConsumer> consumer{};
        Moment began{};
        std::size_t body_bytes = 0;
    };

    // Reading: session.cpp.
    boost::asio::awaitable<void> read_requests();
    boost::asio::awaitable<bool> read_request();
    boost::asio::awaitable<std::optional<RequestHead>> read_head();
    boost::asio::awaitable<bool> read_whole_body(RequestHead& head);
    boost::asio::awaitable<bool> stream_body(const RequestHead& head);
    boost::asio::awaitable<std::optional<std::string>> next_body_piece(std::size_t limit, Moment deadline);
    boost::asio::awaitable<bool> fill();
    boost::asio::awaitable<bool> wait_for_turn(bool safe);
    bool accept_body(const RequestHead& head, std::size_t limit);
    bool may_start(bool safe) const;
    void note_idle();
    void refuse(const Refusal& refusal);
    Exchange& open_exchange(const RequestHead& head);
    void dispatch(RequestHead head);

    // Writing: session_answers.cpp.
    boost::asio::awaitable<void> write_answers();
    boost::asio::awaitable<bool> write_front();
    boost::asio::awaitable<bool> write_body(Exchange& exchange, std::string head, bool chunked);
    boost::asio::awaitable<bool> write_pieces(Exchange& exchange, bool chunked);
    boost::asio::awaitable<bool> write(std::string_view bytes);
    boost::asio::awaitable<void> end_connection();
    boost::asio::awaitable<void> discard_input();

    // What the service gives back, from any thread; nothing: it dropped the promise.
    template <class Value>
    friend class Promise;
    Reply reply_to(std::uint64_t number);
    void settle(std::uint64_t number, std::optional<Response> response);
    void take_piece(std::uint64_t number, std::optional<std::optional<std::string>> piece);
    void body_taken(std::uint64_t number, std::optional<bool> taken);

    const boost::asio::any_io_executor executor_;
    std::unique_ptr<ByteStream> stream_;
    std::shared_ptr<SessionHome> home_;
    const ServerLimits limits_;
    RequestParser parser_;
    std::string peer_;
    bool loopback_ = false;

    std::deque<std::unique_ptr<Exchange>> exchanges_;  // answers that are not written, the oldest first
    std::uint64_t next_number_ = 0;
    std::unique_ptr<BodyConsumer> consumer_;  // of the body that is being read
    std::size_t body_bytes_ = 0;              // of it, so far
    bool body_taken_ = false;                 // the consumer is ready for more
    std::optional<std::optional<std::string>> piece_;
    Notice may_read_, may_write_, piece_came_, consumer_ready_;

    bool shaken_ = false;  // the handshake is over
    bool closed_ = false;
    bool draining_ = false;
    bool reading_head_ = false;
    bool in_request_ = false;  // its head is read and its exchange not yet open
    Request refusable_;        // method, target and id of that request, for the answer that refuses its body
    bool reader_lives_ = true;
    bool input_ended_ = false;  // the peer's side is closed
    bool ending_ = false;       // the last answer is sent; what comes is discarded
    bool timed_out_ = false;
    std::optional<Moment> awaits_piece_since_;
    Moment read_deadline_, write_deadline_ = Moment::max();
};

}  // namespace simtrail::http
