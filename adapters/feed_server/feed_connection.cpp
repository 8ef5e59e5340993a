#include "adapters/feed_server/feed_connection.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "adapters/feed_server/hello.hpp"
#include "adapters/operations/logging.hpp"

namespace simtrail::feed_server {

namespace {

namespace asio = boost::asio;

/// An idle connection holds little; one whose bytes fill the room at each read gets more of it.
constexpr std::size_t least_read_bytes = 4 * 1024;
constexpr std::size_t most_read_bytes = 256 * 1024;
constexpr std::chrono::milliseconds handshake_time{10'000};
/// For the peer to end its side, so that its last bytes do not make the system throw away our last answer.
constexpr std::chrono::milliseconds parting_time{2'000};

class UnnamedSource final : public feed::LineSource {
   public:
    using LineSource::LineSource;
    void committed(std::uint64_t) override {}  // nobody asked
};

}  // namespace

FeedConnection::FeedConnection(std::unique_ptr<http::ByteStream> stream, std::string peer,
                               std::shared_ptr<FeedHome> home)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      home_(std::move(home)),
      read_bytes_(least_read_bytes),
      source_(std::make_shared<UnnamedSource>(peer_)),
      room_(stream_->socket().get_executor()),
      answer_(stream_->socket().get_executor()),
      ended_(stream_->socket().get_executor()),
      deadline_(stream_->socket().get_executor()) {
    source_->trust = home_->trust();
}

void FeedConnection::start() {
    const auto executor = stream_->socket().get_executor();
    // Each coroutine lives as long as its connection, whatever it throws.
    const auto ended = [self = shared_from_this()](const std::exception_ptr& fault) {
        if (fault) self->close();
    };
    co_spawn(executor, read_all(), ended);
    co_spawn(executor, answer_all(), ended);
}

void FeedConnection::drain() {
    reading_ = false;
    answer_.raise();
}

void FeedConnection::close() {
    if (std::exchange(closed_, true)) return;
    const auto self = shared_from_this();
    reading_ = false;
    boost::system::error_code gone;
    stream_->socket().close(gone);
    deadline_.cancel();
    for (auto* notice : {&room_, &answer_, &ended_}) notice->raise();
    if (named_) home_->sources().release(*named_, *this);
    home_->gone(*this);
}

void FeedConnection::superseded() {
    spdlog::info("feed: {} left source {} to another connection", peer_,
                 operations::masked_path(named_->position_name));
    close();
}

void FeedConnection::progressed() {
    room_.raise();
    answer_.raise();
}

void FeedConnection::close_after(std::chrono::milliseconds time) {
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->close();
    });
}

asio::awaitable<void> FeedConnection::read_all() {
    const bool welcome = co_await shake_hands();
    if (!welcome) close();
    while (reading_) co_await read_lines();
    answer_.raise();
    co_await discard();
    ended_.raise();
}

asio::awaitable<bool> FeedConnection::shake_hands() {
    close_after(handshake_time);
    const auto error = co_await stream_->handshake();
    deadline_.cancel();
    if (error && !closed_) spdlog::info("feed: {} is refused: {}", peer_, error.message());
    co_return !error && !closed_;
}

asio::awaitable<void> FeedConnection::read_lines() {
    const auto room = framer_.room(read_bytes_);
    const auto [error, bytes] = co_await stream_->read_some({room.data(), room.size()});
    if (!reading_) co_return;  // drained meanwhile: these bytes are as if they had not come
    framer_.filled(bytes);
    if (bytes == read_bytes_) read_bytes_ = std::min(2 * read_bytes_, most_read_bytes);
    taking_ = true;
    if (error) {
        reading_ = false;
        // A source with a name sends its cut line again.
        if (!named_ && error == asio::error::eof) framer_.end();
        ended_.raise();
        if (error != asio::error::eof && !named_) spdlog::debug("feed: {} broke off: {}", peer_, error.message());
    }
    co_await take_lines();
    taking_ = false;
}

/// Everything that is whole, as the intake has room for it; the peer has to wait meanwhile.
asio::awaitable<void> FeedConnection::take_lines() {
    const bool first = !greeted_ && !framer_.lines().empty();
    if (first) co_await greet();
    while (!closed_ && !framer_.lines().empty()) {
        framer_.taken(home_->intake().take(source_, framer_.lines()));
        if (named_) named_->taken = framer_.last_number();
        if (framer_.lines().empty()) break;
        home_->intake().when_room(source_, [weak = weak_from_this(), executor = stream_->socket().get_executor()] {
            asio::post(executor, [weak] {
                if (const auto self = weak.lock()) self->room_.raise();
            });
        });
        co_await room_.wait();
    }
}

/// Looks at the first line: a hello, a CSV header, or a line as any other.
asio::awaitable<void> FeedConnection::greet() {
    greeted_ = true;
    const feed::RawLine& first = framer_.lines().front();
    std::string text(first.text);
    if (feed::looks_like_csv_header(text)) {
        take_header(std::move(text));
    } else if (!first.unterminated && means_hello(text)) {
        auto name = parse_hello(text);
        if (!name)
            refuse(name.error());
        else
            co_await become(std::move(*name));
    }
}

void FeedConnection::take_header(std::string header) {
    if (const auto decoder = feed::make_csv_decoder(header, source_->trust); !decoder) return refuse(decoder.error());
    source_->csv_header = std::move(header);
    framer_.taken(1);
}

/// Speaks for the source from now on, once what others took of it is durable.
asio::awaitable<void> FeedConnection::become(std::string name) {
    framer_.taken(1);
    named_ = home_->sources().claim(name, *this);
    source_ = named_;
    while (!closed_ && named_->durable() < named_->taken) co_await room_.wait();
    if (closed_) co_return;
    acknowledged_ = named_->taken;
    framer_.number_from(acknowledged_ + 1);
    first_answer_ = resume_line(acknowledged_);
    resumed_ = true;
    spdlog::info("feed: {} is source {}, at line {}", peer_, operations::masked_path(name), acknowledged_);
    answer_.raise();
}

void FeedConnection::refuse(std::string_view error) {
    spdlog::warn("feed: {} is refused: {}", peer_, error);
    framer_.taken(framer_.lines().size());
    reading_ = false;
    first_answer_ = error_line(error);
}

/// What is read after the last line that is wanted.
asio::awaitable<void> FeedConnection::discard() {
    while (!closed_) {
        const auto room = framer_.room(least_read_bytes);
        const auto [error, bytes] = co_await stream_->read_some({room.data(), room.size()});
        if (error) co_return;
    }
}

/// True when nothing more is read and all that was is taken and acknowledged.
bool FeedConnection::is_settled() const { return !reading_ && !taking_ && (!named_ || acknowledged_ == named_->taken); }

std::optional<std::string> FeedConnection::next_answer() {
    if (!first_answer_.empty()) return std::exchange(first_answer_, {});
    // Until it is answered where it resumes, what gets durable was another connection's.
    if (!named_ || !resumed_) return std::nullopt;
    const auto durable = named_->durable();
    if (durable <= acknowledged_) return std::nullopt;
    acknowledged_ = durable;
    return ack_line(durable);
}

/// One answer at a time: acknowledgements meet in one while a peer does not read.
asio::awaitable<void> FeedConnection::answer_all() {
    while (!closed_) {
        auto answer = next_answer();
        if (answer) {
            const bool written = co_await write(std::move(*answer));
            if (!written) break;
        } else if (is_settled()) {
            close_after(parting_time);
            co_await stream_->finish();
            co_await ended_.wait();
            break;
        } else {
            co_await answer_.wait();
        }
    }
    close();
}

asio::awaitable<bool> FeedConnection::write(std::string text) {
    std::string_view rest = text;
    while (!rest.empty() && !closed_) {
        const auto [error, bytes] = co_await stream_->write_some({rest.data(), rest.size()});
        if (error) co_return false;
        rest.remove_prefix(bytes);
    }
    co_return !closed_;
}

}  // namespace simtrail::feed_server
