#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/http/client.hpp"

namespace simtrail::http {

/// One answer out of a connection's bytes, without I/O. Answers in the 100s are passed over; a body is kept to its bound, and
/// the answer is then taken for complete.
class ResponseReader {
   public:
    ResponseReader();
    ~ResponseReader();
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;

    /// True: complete. The error says what is malformed.
    std::expected<bool, std::string> put(std::string_view bytes);
    /// The connection ended.
    std::expected<bool, std::string> end();
    ClientResponse take();

   private:
    struct Grammar;  // Beast's
    std::unique_ptr<Grammar> grammar_;
    std::string unread_;
};

}  // namespace simtrail::http
