#include "adapters/http/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "adapters/http/chunked_end.hpp"

namespace simtrail::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t max_header_bytes = 16 * 1024;
constexpr std::size_t max_body_bytes = 4 * 1024;  // client.hpp

}  // namespace

struct ResponseReader::Grammar final : beast::http::basic_parser<false> {
    ClientResponse response;
    bool in_head = true;

    Grammar() {
        header_limit(max_header_bytes);
        body_limit(boost::none);
        eager(false);
    }
    bool is_full() const { return response.body.size() == max_body_bytes; }

   private:
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code& error) override {
        error = {};
    }
    void on_response_impl(int status, beast::string_view, int, error_code& error) override {
        error = {};
        response.status = status;
    }
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                       error_code& error) override {
        error = {};
        if (in_head) response.headers.emplace_back(std::string(name), std::string(value));
    }
    void on_header_impl(error_code& error) override {
        error = {};
        in_head = false;
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override { error = {}; }
    std::size_t on_body_impl(beast::string_view bytes, error_code& error) override {
        error = {};
        response.body.append(bytes.data(), std::min(bytes.size(), max_body_bytes - response.body.size()));
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code& error) override { error = {}; }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& error) override {
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code& error) override { error = {}; }
};

ResponseReader::ResponseReader() : grammar_(std::make_unique<Grammar>()) {}

ResponseReader::~ResponseReader() = default;

std::expected<bool, std::string> ResponseReader::put(std::string_view bytes) {
    unread_ += bytes;
    while (!unread_.empty()) {
        if (grammar_->is_header_done() && grammar_->chunked() && unread_.size() < least_chunked_end) return false;
        error_code error;
        const auto used = grammar_->put(boost::asio::buffer(unread_.data(), unread_.size()), error);
        unread_.erase(0, used);
        if (error && error != beast::http::error::need_more) return std::unexpected(error.message());
        if (grammar_->is_done() && grammar_->response.status / 100 == 1 && grammar_->response.status != 101) {
            grammar_ = std::make_unique<Grammar>();
            continue;
        }
        if (grammar_->is_done() || grammar_->is_full()) return true;
        if (used == 0 && unread_.size() > max_header_bytes) return std::unexpected("its header is too large");
        if (used == 0) return false;
    }
    return false;
}

std::expected<bool, std::string> ResponseReader::end() {
    if (!grammar_->got_some()) return std::unexpected("the connection ended without an answer");
    error_code error;
    grammar_->put_eof(error);
    if (error) return std::unexpected("the connection ended within the answer");
    return true;
}

ClientResponse ResponseReader::take() { return std::move(grammar_->response); }

}  // namespace simtrail::http
