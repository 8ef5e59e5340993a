#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace simtrail::http {

/// Why a request is not served, as the status of its answer and a sentence for its sender.
struct Refusal {
    int status = 400;
    std::string reason;
};

/// What a lenient parser lets through and two parsers may read in two ways, which is what request smuggling lives on
/// (RFC 9112, 2.2, 3.2, 5.1, 5.2, 6.1, 6.3): control characters, lines that end in one of CR and LF, folded fields, blanks
/// before a colon, Content-Length beside Transfer-Encoding or not one plain number, codings other than chunked, no Host or
/// two. `head`: up to and with its empty line.
std::optional<Refusal> check_head(std::string_view head);

}  // namespace simtrail::http
