#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"
#include "engine/ledger/command.hpp"

namespace simtrail::api {

/// Why a request is not served: an error of the contract (section 4). Texts are for developers and quote nothing that came
/// in the request.
struct Problem {
    int status = 400;
    std::string_view code;    // a literal
    std::string description;  // a sentence that says how to mend it
    std::string info = "{}";  // additionalInfo, as JSON
    http::Headers headers{};  // beside those of every answer
};

/// `{"data":…,"error":{}}`. `data_json` is an object.
http::Response data_answer(int status, std::string_view data_json);
/// `{"data":{},"error":{…}}`.
http::Response error_answer(Problem problem);
/// Bytes of another form, as that media type.
http::Response bare_answer(std::string_view media_type, std::string body);

/// 400 that names the field: `what` goes on where the field's name ends, as in "expiry" "is longer than 60 days".
Problem invalid(std::string_view field, std::string_view what);
Problem not_found(std::string_view what);  // "no such track"
Problem unavailable(std::string_view what);
Problem too_many_requests(std::string_view what, std::int64_t wait_ms);
/// What the ledger refused. Precondition: it did.
Problem refused(const ledger::Decision& decision);

}  // namespace simtrail::api
