#include "adapters/cli/sms_setup.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "adapters/sms/console_gateway.hpp"
#include "adapters/sms/kannel/kannel_gateway.hpp"
#include "adapters/sms/smpp/smpp_gateway.hpp"

namespace simtrail::cli {

namespace {

using namespace sms::smpp;

template <class To, class From>
To same_place(From from) {
    return static_cast<To>(from);  // both enumerations have the same values in the same order
}

SmppOptions smpp_options(const config::Smpp& given) {
    SmppOptions options{.host = given.host,
                        .port = static_cast<std::uint16_t>(given.port),
                        .tls = given.tls,
                        .ca_file = given.ca_file,
                        .system_id = given.system_id,
                        .password = given.password.reveal(),
                        .system_type = given.system_type,
                        .mode = same_place<BindMode>(given.bind),
                        .binds = static_cast<std::uint32_t>(given.binds),
                        .source = {.ton = static_cast<std::uint8_t>(given.source_ton),
                                   .npi = static_cast<std::uint8_t>(given.source_npi),
                                   .text = given.source_address},
                        .destination_ton = static_cast<std::uint8_t>(given.destination_ton),
                        .destination_npi = static_cast<std::uint8_t>(given.destination_npi),
                        .service_type = given.service_type,
                        .default_alphabet = same_place<Alphabet>(given.alphabet),
                        .long_texts = same_place<LongTexts>(given.long_texts),
                        .window = static_cast<std::uint32_t>(given.window),
                        .rate = static_cast<std::uint32_t>(given.rate),
                        .enquire_interval = given.enquire_interval,
                        .response_timeout = given.response_timeout};
    for (const auto& tlv : given.tlvs)
        options.extra_tlvs.push_back({.tag = static_cast<Tag>(tlv.tag), .value = tlv.value});
    return options;
}
static_assert(static_cast<int>(Alphabet::latin1) == static_cast<int>(config::SmppAlphabet::latin1) &&
              static_cast<int>(Alphabet::ascii) == static_cast<int>(config::SmppAlphabet::ascii) &&
              static_cast<int>(LongTexts::message_payload) == static_cast<int>(config::SmppLongTexts::payload) &&
              static_cast<int>(LongTexts::segment_tlvs) == static_cast<int>(config::SmppLongTexts::sar) &&
              static_cast<int>(BindMode::transmitter_and_receiver) == static_cast<int>(config::SmppBind::pair));

sms::KannelOptions kannel_options(const config::Kannel& given) {
    return {.send_url = given.send_url,
            .username = given.username,
            .password = given.password.reveal(),
            .source_address = given.source_address,
            .listen = given.listen,
            .receive_url = given.receive_url,
            .secret = given.secret.reveal(),
            .allowed_sources = given.allowed_sources,
            .ca_file = given.ca_file,
            .window = static_cast<std::size_t>(given.window)};
}

}  // namespace

std::string_view gateway_name(config::SmsGateway gateway) {
    static constexpr std::array<std::string_view, 3> names{"console", "smpp", "kannel"};
    return names[static_cast<std::size_t>(gateway)];
}

std::optional<std::string> gateway_fault(const config::Sms& sms) {
    try {
        if (sms.gateway == config::SmsGateway::smpp) check(smpp_options(sms.smpp));
    } catch (const std::invalid_argument& error) {
        return std::string("[sms.smpp] ") + error.what();
    }
    if (sms.gateway != config::SmsGateway::kannel) return std::nullopt;
    const auto fault = sms::fault_of(kannel_options(sms.kannel));
    return fault ? std::optional("[sms.kannel] " + *fault) : std::nullopt;
}

std::unique_ptr<sms::TextGateway> make_gateway(boost::asio::io_context& io, const config::Sms& sms,
                                               sms::GatewayHooks hooks) {
    switch (sms.gateway) {
        case config::SmsGateway::smpp: return make_smpp_gateway(io, smpp_options(sms.smpp), std::move(hooks));
        case config::SmsGateway::kannel:
            return sms::make_kannel_gateway(io, kannel_options(sms.kannel), std::move(hooks));
        case config::SmsGateway::console: break;
    }
    return std::make_unique<sms::ConsoleGateway>(std::move(hooks));
}

}  // namespace simtrail::cli
