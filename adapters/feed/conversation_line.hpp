#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "engine/events/msisdn.hpp"

namespace simtrail::feed {

/// A subscriber's text (`sms`). Times are Unix ms.
struct SmsLine {
    std::int64_t ts_ms = 0;
    Msisdn from;
    std::string to;    // the operator's number; may be absent
    std::string text;  // UTF-8
    // Of a recorded day:
    std::string gateway;          // which one took it
    std::int64_t gateway_ms = 0;  // by its clock; `ts_ms` where the line does not say
};

/// An API call (`control`), checked by form only: whether tenant, operation, path and body fit is its reader's task.
struct ControlLine {
    std::int64_t ts_ms = 0;
    std::string tenant;
    std::string operation;  // `op`: the contract's name
    std::string path;       // the argument of the path, decoded; may be absent
    std::string body_json;  // an object's text; empty: none
    // Of a recorded day:
    std::string tenant_name;            // for people
    std::string key_id;                 // public part of the key
    std::optional<std::uint16_t> code;  // that the request was given
    std::string track_id;               // that the track was given
};

using ConversationLine = std::variant<SmsLine, ControlLine>;

inline std::int64_t ts_of(const ConversationLine& line) noexcept {
    return std::visit([](const auto& said) { return said.ts_ms; }, line);
}

}  // namespace simtrail::feed
