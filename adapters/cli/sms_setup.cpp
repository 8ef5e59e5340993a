#include "adapters/cli/sms_setup.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "adapters/sms/console_gateway.hpp"

namespace simtrail::cli {

std::string_view gateway_name(config::SmsGateway gateway) {
    static constexpr std::array<std::string_view, 3> names{"console", "smpp", "kannel"};
    return names[static_cast<std::size_t>(gateway)];
}

std::unique_ptr<sms::TextGateway> make_gateway(boost::asio::io_context&, const config::Sms& sms,
                                               sms::GatewayHooks hooks) {
    switch (sms.gateway) {
        case config::SmsGateway::console: return std::make_unique<sms::ConsoleGateway>(std::move(hooks));
        case config::SmsGateway::smpp:
        case config::SmsGateway::kannel: break;
    }
    throw std::runtime_error("[sms] gateway: not available in this version");
}

}  // namespace simtrail::cli
