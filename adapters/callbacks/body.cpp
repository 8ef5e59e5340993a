#include "adapters/callbacks/body.hpp"

#include <nlohmann/json.hpp>

namespace simtrail::callbacks {

namespace {

std::string quoted(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string make_body(const Event& event) {
    std::string body = R"({"id":)" + quoted(event.id) + R"(,"eventType":)" + quoted(event.type);
    body += R"(,"service":"mts","occurredAt":)" + std::to_string(event.occurred_at_ms) + R"(,"data":)";
    body.append(event.data_json).append(R"(,"meta":)").append(event.meta_json.empty() ? "{}" : event.meta_json);
    return body + "}";
}

}  // namespace simtrail::callbacks
