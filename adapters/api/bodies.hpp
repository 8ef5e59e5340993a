#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/api/answer.hpp"
#include "engine/ledger/consent.hpp"

// The JSON bodies of requests, checked by form. Unknown members are ignored, of one written twice the last counts; known ones
// have their type or are absent (`null` is absent). Every error names its field.
namespace simtrail::api {

/// The published rule for numbers in the API: 1 to `max_digits` digits.
std::expected<Msisdn, Problem> parse_msisdn(std::string_view text, int max_digits);

/// What bodies are checked against.
struct BodyRules {
    int msisdn_max_digits = 12;
    bool allow_private_callbacks = false;
};

struct ConsentBody {
    std::optional<ledger::CallbackTarget> callback;
};
/// An empty body is an empty object.
std::expected<ConsentBody, Problem> parse_consent_body(std::string_view json, const BodyRules& rules);

struct CreateBody {
    Msisdn msisdn;
    std::string name;  // empty: make one
    std::string external_ref;
    bool start = false;
    std::int64_t expiry_ms = 0;
    std::optional<ledger::CallbackTarget> callback;
};
std::expected<CreateBody, Problem> parse_create_body(std::string_view json, const BodyRules& rules);

struct UpdateBody {
    bool start = false;  // else stop
    std::optional<ledger::CallbackTarget> callback;
};
std::expected<UpdateBody, Problem> parse_update_body(std::string_view json, const BodyRules& rules);

}  // namespace simtrail::api
