#include "adapters/api/routes.hpp"

#include <array>

#include "adapters/api/operations.hpp"
#include "adapters/api/target.hpp"

namespace simtrail::api {

namespace {

using access::Scope;
using Types = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> json{"application/json"};
// Clients that ask for any JSON get GeoJSON, under its own name.
constexpr std::array<std::string_view, 3> geo_json{"application/geo+json", "application/geo+json-seq",
                                                   "application/json"};
constexpr std::array<std::string_view, 1> events{"text/event-stream"};
constexpr std::array<std::string_view, 5> feeds{"application/x-ndjson", "application/ndjson", "application/json",
                                                "text/csv", "text/plain"};
constexpr Types no_body{};

// The most asked for comes first; where two patterns fit a path, they differ in their methods.
constexpr std::array<Operation, 13> table{{
    {"getSimTrackStatusById", "GET", "/v1/sim-track-status/id/{}", Scope::track, json, no_body, status_by_id},
    {"getSimTrackStatusByName", "GET", "/v1/sim-track-status/name/{}", Scope::track, json, no_body, status_by_name},
    {"getSimTrackStatusByMsisdn", "GET", "/v1/sim-track-status/msisdn/{}", Scope::track, json, no_body,
     status_by_msisdn},
    {"getTraceData", "GET", "/v1/sim-tracks/{}/trace", Scope::trace, geo_json, no_body, get_trace_data},
    {"streamTrace", "GET", "/v1/sim-tracks/{}/trace/stream", Scope::trace, events, no_body, stream_trace},
    {"requestConsent", "POST", "/v1/consents/{}", Scope::consent, json, json, request_consent},
    {"retrieveConsent", "GET", "/v1/consents/{}", Scope::consent, json, no_body, retrieve_consent},
    {"revokeConsent", "DELETE", "/v1/consents/{}", Scope::consent, json, no_body, revoke_consent},
    {"createSimTrack", "POST", "/v1/sim-tracks", Scope::track, json, json, create_sim_track},
    {"listSimTracks", "GET", "/v1/sim-tracks", Scope::track, json, no_body, list_sim_tracks},
    {"updateSimTrack", "POST", "/v1/sim-tracks/{}", Scope::track, json, json, update_sim_track},
    {"deleteSimTrack", "DELETE", "/v1/sim-tracks/{}", Scope::track, json, no_body, delete_sim_track},
    {"feedEvents", "POST", "/v1/feed/events", Scope::feed, json, feeds, feed_events},
}};

}  // namespace

std::span<const Operation> operations() noexcept { return table; }

Route find_route(std::string_view method, std::string_view path) {
    if (method == "HEAD") method = "GET";
    Route route;
    for (const Operation& operation : table) {
        if (!matches(operation.pattern, path, route.arguments)) continue;
        if (operation.method == method) {
            route.operation = &operation;
            return route;
        }
        route.allowed.append(operation.method).append(operation.method == "GET" ? ", HEAD, " : ", ");
    }
    if (!route.allowed.empty()) route.allowed += "OPTIONS";
    return route;
}

}  // namespace simtrail::api
