#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace simtrail::http {

/// How an answer's body is delimited.
enum class Framing : std::uint8_t {
    length,   // Content-Length: of `body`
    chunked,  // HTTP/1.1's way for a body whose end is not known
    close,    // HTTP/1.0's: the end of the connection
};

/// Whether answers of this status have a body at all (RFC 9110, 6.4.1).
bool status_has_body(int status) noexcept;

struct AnswerHead {
    const Response& response;
    Framing framing = Framing::length;
    bool keep_alive = true;
    bool http11 = true;
    std::string_view request_id;  // empty: none, as where no request was read
    std::string_view date;
};

/// Status line and header, with the server's own fields. Fields of the response that would break the framing (a line end in
/// them, or a name that is the server's) are left out.
std::string make_answer_head(const AnswerHead& head);

/// One chunk of a chunked body; of an empty text nothing, as an empty chunk would end it.
std::string make_chunk(std::string_view bytes);

}  // namespace simtrail::http
