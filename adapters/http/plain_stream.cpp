
#include "adapters/http/byte_stream.hpp"

namespace simtrail::http {

namespace {

namespace asio = boost::asio;

class PlainStream final : public ByteStream {
   public:
    explicit PlainStream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<boost::system::error_code> handshake() override { co_return boost::system::error_code{}; }

    asio::awaitable<Moved> read_some(asio::mutable_buffer to) override {
        const auto [error, bytes] = co_await socket_.async_read_some(to, awaited);
        co_return Moved{error, bytes};
    }

    asio::awaitable<Moved> write_some(asio::const_buffer from) override {
        const auto [error, bytes] = co_await socket_.async_write_some(from, awaited);
        co_return Moved{error, bytes};
    }

    asio::awaitable<void> finish() override {
        boost::system::error_code gone;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, gone);
        co_return;
    }

    asio::ip::tcp::socket& socket() override { return socket_; }

   private:
    asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> make_plain_stream(asio::ip::tcp::socket socket) {
    return std::make_unique<PlainStream>(std::move(socket));
}

}  // namespace simtrail::http
