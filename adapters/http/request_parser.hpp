#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "adapters/http/head_check.hpp"
#include "adapters/http/message.hpp"

namespace simtrail::http {

/// A request's head, and what it says about its body and the connection.
struct RequestHead {
    Request request;  // without body, id and peer
    bool http11 = true;
    bool keep_alive = true;
    bool expects_continue = false;
    bool has_body = false;
    std::optional<std::uint64_t> content_length;  // nothing: none, or chunked
};

/// The requests of one connection out of its bytes, without I/O: what a session reads goes in, steps come out. It holds at
/// most one head or chunk line (`header_bytes`) beside what was put in last.
class RequestParser {
   public:
    explicit RequestParser(std::size_t header_bytes);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Room for `size` bytes more; how many came is told to `commit`.
    std::span<char> prepare(std::size_t size);
    void commit(std::size_t size);

    /// Bytes of the next request are there, its head not yet.
    bool has_bytes() const noexcept { return begin_ < end_; }

    enum class Step : std::uint8_t {
        more,  // it needs more bytes
        head,  // take_head() has it
        body,  // take_body() has bytes of it
        end,   // of the request; the next step begins another
    };
    std::expected<Step, Refusal> step();
    RequestHead take_head();
    std::string take_body();

   private:
    std::expected<Step, Refusal> head_step();
    std::expected<Step, Refusal> body_step();
    std::string_view unread() const noexcept { return {bytes_.data() + begin_, end_ - begin_}; }

    struct Grammar;  // Beast's
    std::size_t header_bytes_;
    std::string bytes_;
    std::size_t begin_ = 0, end_ = 0, searched_ = 0;  // in bytes_; no empty line before `searched_`
    std::unique_ptr<Grammar> grammar_;                // of the request under way
};

}  // namespace simtrail::http
