#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/config/configuration.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::cli {

/// As the configuration and the evidence call it.
std::string_view gateway_name(config::SmsGateway gateway);

/// What keeps the configured gateway from being used, as "[sms.kannel] key: what and how to mend it".
std::optional<std::string> gateway_fault(const config::Sms& sms);

/// The configured way to subscribers' phones. Throws std::runtime_error with a message for people.
std::unique_ptr<sms::TextGateway> make_gateway(boost::asio::io_context& io, const config::Sms& sms,
                                               sms::GatewayHooks hooks);

}  // namespace simtrail::cli
