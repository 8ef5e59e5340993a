#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "adapters/feed/line_framer.hpp"
#include "adapters/feed_server/named_sources.hpp"
#include "adapters/http/byte_stream.hpp"
#include "adapters/http/notice.hpp"
#include "adapters/runtime/intake.hpp"

namespace simtrail::feed_server {

class FeedConnection;

/// What a connection needs of its server.
class FeedHome {
   public:
    virtual ~FeedHome() = default;
    virtual runtime::Intake& intake() = 0;
    virtual NamedSources& sources() = 0;
    virtual feed::Trust trust() const = 0;
    /// The connection is closed: once.
    virtual void gone(FeedConnection& connection) = 0;
};

/// One client of a live feed: a coroutine that reads, one that answers. The io_context's thread.
class FeedConnection final : public SourceHolder, public std::enable_shared_from_this<FeedConnection> {
   public:
    /// `peer` names it in the log.
    FeedConnection(std::unique_ptr<http::ByteStream> stream, std::string peer, std::shared_ptr<FeedHome> home);

    void start();
    /// Reads no more; closes when what was read is durable and acknowledged.
    void drain();
    void close();

    std::list<std::shared_ptr<FeedConnection>>::iterator place;  // in the server's list

   private:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    awaitable<void> read_all();
    awaitable<void> answer_all();
    awaitable<bool> shake_hands();
    awaitable<void> read_lines();
    awaitable<void> take_lines();
    awaitable<void> greet();
    awaitable<void> become(std::string name);
    void take_header(std::string header);
    awaitable<void> discard();
    std::optional<std::string> next_answer();
    awaitable<bool> write(std::string text);
    bool is_settled() const;
    void refuse(std::string_view error);
    void close_after(std::chrono::milliseconds time);
    void superseded() override;
    void progressed() override;

    std::unique_ptr<http::ByteStream> stream_;
    const std::string peer_;
    const std::shared_ptr<FeedHome> home_;
    feed::LineFramer framer_;
    std::size_t read_bytes_;
    std::shared_ptr<feed::LineSource> source_;
    std::shared_ptr<NamedSource> named_;  // the same, where it said hello
    bool greeted_ = false;
    bool reading_ = true;   // bytes that come are wanted
    bool taking_ = false;   // lines that came are on their way into the intake
    bool resumed_ = false;  // the hello is answered
    bool closed_ = false;
    std::string first_answer_;  // resume or error
    std::uint64_t acknowledged_ = 0;
    http::Notice room_;    // the intake has some, or the source got on
    http::Notice answer_;  // there may be something to say
    http::Notice ended_;   // the peer has ended its side
    boost::asio::steady_timer deadline_;
};

}  // namespace simtrail::feed_server
