#pragma once

#include <string>
#include <vector>

#include "engine/tracing/smoothed_trace.hpp"

namespace simtrail::cli {

/// For people: "65-128, 300-311".
std::string seq_list(const std::vector<SeqRange>& ranges);

}  // namespace simtrail::cli
