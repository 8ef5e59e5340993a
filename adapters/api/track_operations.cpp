#include <utility>

#include "adapters/api/operations.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::api {

namespace {

/// `{"trackId":…,"trackName":…}`
std::string created_json(const ledger::SimTrack& track) {
    std::string json = R"({"trackId":)";
    geojson::append_json_string(json, track.track_id);
    json += R"(,"trackName":)";
    geojson::append_json_string(json, track.name);
    json += '}';
    return json;
}

http::Response accepted(const ledger::Decision& decision) {
    std::string json = R"({"id":)";
    geojson::append_json_string(json, decision.track->track_id);
    json += '}';
    return data_answer(202, json);
}

}  // namespace

void create_sim_track(const Desks& desks, Call call) {
    auto body = parse_create_body(call.request.body, desks.body_rules());
    if (!body) return call.refuse(std::move(body).error());
    ledger::CreateSimTrack command{.caller = call.caller,
                                   .msisdn = body->msisdn,
                                   .name = std::move(body->name),
                                   .external_ref = std::move(body->external_ref),
                                   .start = body->start,
                                   .expiry_ms = body->expiry_ms,
                                   .callback = std::move(body->callback)};
    submit(desks, std::move(call), std::move(command),
           [status = body->start ? 202 : 201](const ledger::Decision& decision) {
               return data_answer(status, created_json(*decision.track));
           });
}

void update_sim_track(const Desks& desks, Call call) {
    auto body = parse_update_body(call.request.body, desks.body_rules());
    if (!body) return call.refuse(std::move(body).error());
    const ledger::TrackReference track{call.arguments.at(0)};
    const ledger::Caller caller = call.caller;
    if (body->start)
        return submit(desks, std::move(call), ledger::StartSimTrack{caller, track, std::move(body->callback)},
                      accepted);
    submit(desks, std::move(call), ledger::StopSimTrack{caller, track, std::move(body->callback)}, accepted);
}

void delete_sim_track(const Desks& desks, Call call) {
    ledger::DeleteSimTrack command{.caller = call.caller, .track = {call.arguments.at(0)}};
    submit(desks, std::move(call), std::move(command), [](const ledger::Decision&) {
        return http::Response{.status = 204, .headers = {{"Cache-Control", "no-store"}}};
    });
}

}  // namespace simtrail::api
