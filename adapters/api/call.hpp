#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/api/answer.hpp"
#include "adapters/api/api_service.hpp"
#include "adapters/api/bodies.hpp"
#include "adapters/http/message.hpp"
#include "adapters/runtime/desks.hpp"
#include "engine/ledger/command.hpp"

namespace simtrail::api {

class EventStreams;

/// What operations work on. Outlives every call.
struct Desks {
    ApiOptions options;
    runtime::ControlDesk& control;
    runtime::TraceDesk& traces;
    runtime::FeedDesk& feed;
    EventStreams& streams;

    BodyRules body_rules() const noexcept {
        return {.msisdn_max_digits = options.msisdn_max_digits,
                .allow_private_callbacks = options.allow_private_callbacks};
    }
};

/// A request that was let in: the key is known and has the scope, the media types fit.
struct Call {
    http::Request request;
    std::vector<std::string> arguments;  // of the path, decoded
    ledger::Caller caller;
    std::size_t form = 0;  // which of the operation's media types the client wants
    http::Reply reply;

    std::string_view query() const noexcept;
    void refuse(Problem problem) { reply(error_answer(std::move(problem))); }
};

/// Puts a command to the ledger and answers with what `render` makes of its decision, once that is durable. Of POST requests
/// the Idempotency-Key goes with it. `render` runs on the writer's thread.
void submit(const Desks& desks, Call call, ledger::Command command,
            std::function<http::Response(const ledger::Decision&)> render);

/// The tenant's track of that id or name; nullptr where there is none, another tenant's included.
const ledger::SimTrack* find_track(const ledger::LedgerBook& book, std::string_view tenant, std::string_view reference);

}  // namespace simtrail::api
