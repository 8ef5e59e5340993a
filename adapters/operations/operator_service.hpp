#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/http/message.hpp"
#include "adapters/sms/console_gateway.hpp"

namespace simtrail::operations {

struct OperatorHooks {
    std::function<std::optional<std::string>()> not_ready;  // why not ("the journal is replayed"); nothing: ready
    std::function<std::string()> metrics;                   // the text of /metrics
    sms::ConsoleGateway* console = nullptr;                 // outlives the service; its paths are there with it alone
};

/// The operator's port: /healthz, /readyz, /metrics and, with the console gateway, its outbox and inbox. On the server's
/// thread, as the hooks are.
class OperatorService : public http::Service {
   public:
    explicit OperatorService(OperatorHooks hooks);

    void handle(http::Request request, http::Reply reply) override;
    http::Response refusal(int status, std::string_view reason) override;

   private:
    struct Route;
    std::optional<Route> route(std::string_view path);

    OperatorHooks hooks_;
};

}  // namespace simtrail::operations
