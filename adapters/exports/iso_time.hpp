#pragma once

#include <cstdint>
#include <string>

namespace simtrail::exports {

/// UTC as ISO 8601 and xsd:dateTime write it: 2023-11-13T11:07:05.645Z. For the years 0 to 9999.
void append_iso_time(std::string& out, std::int64_t unix_ms);

}  // namespace simtrail::exports
