#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/events/msisdn.hpp"
#include "engine/maths/geo_point.hpp"

namespace simtrail::report {

/// Where a subscriber truly was.
struct Truth {
    Msisdn msisdn;
    std::int64_t ts_ms = 0;
    GeoPoint position;
};

/// Reads a CSV with a header that names `msisdn`, `ts`, `lat` and `lon`, in any order and among others; plain or gzip; BOM,
/// CRLF and blank lines tolerated. Throws std::runtime_error that names the file and the line of the first bad row.
std::vector<Truth> read_truth(const std::string& path);

}  // namespace simtrail::report
