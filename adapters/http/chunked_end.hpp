#pragma once

#include <cstddef>

namespace simtrail::http {

/// The least that ends a chunked body, "0\r\n\r\n". Beast 1.81 asserts that it is not asked again with less.
inline constexpr std::size_t least_chunked_end = 5;

}  // namespace simtrail::http
