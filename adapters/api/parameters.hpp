#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "adapters/api/answer.hpp"
#include "adapters/api/target.hpp"

// The parameters of queries as operations want them; every error names its parameter.
namespace simtrail::api {

std::expected<Query, Problem> parse_parameters(std::string_view query, std::span<const std::string_view> known);

struct NumberRange {
    std::int64_t least = 0;
    std::int64_t most = 0;
};
/// `absent` where the parameter is not given.
std::expected<std::int64_t, Problem> number_parameter(const Query& query, std::string_view name, NumberRange range,
                                                      std::int64_t absent);

/// The index in `names`; 0 where the parameter is not given.
std::expected<std::size_t, Problem> choice_parameter(const Query& query, std::string_view name,
                                                     std::span<const std::string_view> names);

Problem bad_cursor();

}  // namespace simtrail::api
