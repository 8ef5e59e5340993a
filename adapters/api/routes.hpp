#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/api/call.hpp"
#include "engine/access/api_key.hpp"

namespace simtrail::api {

/// One row of the contract's table (section 4).
struct Operation {
    std::string_view id;  // its name in docs/openapi.yaml
    std::string_view method;
    std::string_view pattern;  // of the path; `{}` is an argument
    access::Scope scope;
    std::span<const std::string_view> answers;  // media types, the usual one first
    std::span<const std::string_view> bodies;   // media types taken; empty: a body is not looked at
    void (*run)(const Desks&, Call);
};

std::span<const Operation> operations() noexcept;

/// Where a request goes.
struct Route {
    const Operation* operation = nullptr;     // nullptr: none for this method
    std::vector<std::string_view> arguments;  // of the path, still encoded
    std::string allowed;                      // the methods of this path, as in Allow; empty: there is no such path
};
Route find_route(std::string_view method, std::string_view path);

}  // namespace simtrail::api
