#include <utility>

#include "adapters/api/commands.hpp"
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
    auto command = create_sim_track_command({call.caller, {}, call.request.body}, desks.body_rules());
    if (!command) return call.refuse(std::move(command).error());
    const int status = std::get<ledger::CreateSimTrack>(*command).start ? 202 : 201;
    submit(desks, std::move(call), *std::move(command),
           [status](const ledger::Decision& decision) { return data_answer(status, created_json(*decision.track)); });
}

void update_sim_track(const Desks& desks, Call call) {
    auto command = update_sim_track_command({call.caller, call.arguments.at(0), call.request.body}, desks.body_rules());
    if (!command) return call.refuse(std::move(command).error());
    submit(desks, std::move(call), *std::move(command), accepted);
}

void delete_sim_track(const Desks& desks, Call call) {
    auto command = delete_sim_track_command({call.caller, call.arguments.at(0), {}}, desks.body_rules());
    if (!command) return call.refuse(std::move(command).error());
    submit(desks, std::move(call), *std::move(command), [](const ledger::Decision&) {
        return http::Response{.status = 204, .headers = {{"Cache-Control", "no-store"}}};
    });
}

}  // namespace simtrail::api
