#pragma once

#include <memory>

#include "adapters/sms/smpp/options.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::sms::smpp {

/// The ESME of an SMSC that speaks SMPP 3.4, over TCP or TLS: connects at once and whenever a link is lost, with growing
/// pauses. All on the io_context's thread, which must outlive it; destroying it ends the links without a good-bye. Throws
/// std::invalid_argument where an option cannot be used (`check`), std::runtime_error where a file cannot.
std::unique_ptr<TextGateway> make_smpp_gateway(boost::asio::io_context& io, SmppOptions options, GatewayHooks hooks);

}  // namespace simtrail::sms::smpp
