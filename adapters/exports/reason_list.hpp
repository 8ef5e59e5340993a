#pragma once

#include <string>

#include "engine/tracing/trace_point.hpp"

namespace simtrail::exports {

/// The reasons' names with `separator` between them; nothing where there are none.
inline void append_reason_list(std::string& out, ErrorReasons reasons, char separator) {
    bool first = true;
    for (std::size_t i = 0; i < error_reason_names.size(); ++i) {
        if (!reasons.has(static_cast<ErrorReason>(i))) continue;
        if (!first) out += separator;
        out += error_reason_names[i];
        first = false;
    }
}

}  // namespace simtrail::exports
