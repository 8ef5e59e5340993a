#include "adapters/http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "adapters/http/chunked_end.hpp"

namespace simtrail::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;

/// Bytes of a body handed over at once: many tiny chunks are gathered up to it.
constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::string_view empty_line = "\r\n\r\n";

/// RFC 9112, 3.2.2: a server accepts the absolute form. The service sees its path.
std::string origin_form(std::string_view target) {
    if (!same_letters(target.substr(0, 7), "http://") && !same_letters(target.substr(0, 8), "https://"))
        return std::string(target);
    const auto path = target.find_first_of("/?", target.find("//") + 2);
    if (path == std::string_view::npos) return "/";
    std::string origin = target[path] == '?' ? "/" : "";
    return origin.append(target.substr(path));
}

}  // namespace

/// Beast's parser, writing into our head.
struct RequestParser::Grammar final : beast::http::basic_parser<true> {
    RequestHead head;
    std::string body;
    std::uint64_t chunk_left = 0;
    bool in_head = true;

    explicit Grammar(std::size_t header_bytes) {
        header_limit(static_cast<std::uint32_t>(header_bytes));
        body_limit(boost::none);  // the session's
        eager(false);
    }

   private:
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         error_code& error) override {
        error = {};
        head.request.method = std::string(method);
        head.request.target = origin_form({target.data(), target.size()});
        head.http11 = version == 11;
    }
    void on_response_impl(int, beast::string_view, int, error_code& error) override { error = {}; }
    void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                       error_code& error) override {
        error = {};
        if (!in_head) return;  // a trailer: not to be taken for what was routed and checked
        if (field == beast::http::field::expect)
            head.expects_continue = same_letters({value.data(), value.size()}, "100-continue");
        head.request.headers.emplace_back(std::string(name), std::string(value));
    }
    void on_header_impl(error_code& error) override { error = {}; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& error) override { error = {}; }
    std::size_t on_body_impl(beast::string_view bytes, error_code& error) override {
        error = {};
        body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view, error_code& error) override {
        error = {};
        chunk_left = size;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& error) override {
        chunk_left -= bytes.size();
        return on_body_impl(bytes, error);
    }
    void on_finish_impl(error_code& error) override { error = {}; }
};

RequestParser::RequestParser(std::size_t header_bytes) : header_bytes_(header_bytes) {}

RequestParser::~RequestParser() = default;

std::span<char> RequestParser::prepare(std::size_t size) {
    if (begin_ == end_) {
        searched_ -= std::min(searched_, begin_);
        begin_ = end_ = 0;
    }
    if (bytes_.size() - end_ < size && begin_ > 0) {
        bytes_.erase(0, begin_);
        searched_ -= std::min(searched_, begin_);
        end_ -= std::exchange(begin_, 0);
    }
    if (bytes_.size() - end_ < size) bytes_.resize(end_ + size);
    return {bytes_.data() + end_, size};
}

void RequestParser::commit(std::size_t size) { end_ += size; }

std::expected<RequestParser::Step, Refusal> RequestParser::step() { return grammar_ ? body_step() : head_step(); }

std::expected<RequestParser::Step, Refusal> RequestParser::head_step() {
    while (unread().starts_with("\r\n")) begin_ += 2;  // RFC 9112, 2.2: empty lines before a request
    searched_ = std::max(searched_, begin_);
    // Not a letter: a TLS client at a plain port, mostly, which would wait for the end of the header.
    if (has_bytes() && (bytes_[begin_] < ' ' || bytes_[begin_] > '~') && bytes_[begin_] != '\r')
        return std::unexpected(Refusal{400, "this is not HTTP"});
    const auto found = std::string_view(bytes_.data(), end_).find(empty_line, searched_);
    if (found == std::string_view::npos) {
        if (unread().size() >= header_bytes_)
            return std::unexpected(
                Refusal{431, "the header is larger than " + std::to_string(header_bytes_) + " bytes"});
#ifdef SIMTRAIL_PLANTED_BUGS
        searched_ = end_;  // an empty line that comes in two pieces is overlooked
#else
        searched_ = std::max(begin_, end_ - std::min(end_, empty_line.size() - 1));
#endif
        return Step::more;
    }
    const std::string_view head(bytes_.data() + begin_, found + empty_line.size() - begin_);
    if (head.size() > header_bytes_)
        return std::unexpected(Refusal{431, "the header is larger than " + std::to_string(header_bytes_) + " bytes"});
    if (auto refusal = check_head(head)) return std::unexpected(*std::move(refusal));
    grammar_ = std::make_unique<Grammar>(header_bytes_ + 1);
    error_code error;
    begin_ += grammar_->put(boost::asio::buffer(head.data(), head.size()), error);
    if (error || !grammar_->is_header_done()) {
        grammar_.reset();
        return std::unexpected(Refusal{400, "the header is malformed: " + error.message()});
    }
    searched_ = begin_;
    return Step::head;
}

RequestHead RequestParser::take_head() {
    RequestHead& head = grammar_->head;
    grammar_->in_head = false;
    head.keep_alive = grammar_->keep_alive();
    head.has_body = !grammar_->is_done();
    if (const auto length = grammar_->content_length()) head.content_length = *length;
    return std::move(head);
}

std::expected<RequestParser::Step, Refusal> RequestParser::body_step() {
    while (!grammar_->is_done() && has_bytes() && grammar_->body.size() < piece_bytes) {
        if (grammar_->chunked() && grammar_->chunk_left == 0 && unread().size() < least_chunked_end) break;
        error_code error;
        const auto used = grammar_->put(boost::asio::buffer(unread().data(), unread().size()), error);
        begin_ += used;
        if (error && error != beast::http::error::need_more)
            return std::unexpected(Refusal{400, "the body is malformed: " + error.message()});
        if (used == 0) {
            if (error && unread().size() > header_bytes_)
                return std::unexpected(Refusal{400, "a chunk's header or the trailer is too large"});
            break;
        }
    }
    if (!grammar_->body.empty()) return Step::body;
    if (!grammar_->is_done()) return Step::more;
    grammar_.reset();
    searched_ = begin_;
    return Step::end;
}

std::string RequestParser::take_body() { return std::exchange(grammar_->body, {}); }

}  // namespace simtrail::http
