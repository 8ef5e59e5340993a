#pragma once

#include <array>
#include <random>
#include <string>

#include "adapters/sms/smpp/pdu.hpp"

namespace simtrail::testing {

/// Valid PDUs of every command, with random fields within their bounds.
class MadePdus {
   public:
    explicit MadePdus(std::uint64_t seed) : random_(seed) {}

    sms::smpp::Pdu next() {
        using namespace sms::smpp;
        using enum CommandId;
        constexpr std::array ids{bind_receiver,
                                 bind_transmitter,
                                 bind_transceiver,
                                 outbind,
                                 submit_sm,
                                 deliver_sm,
                                 data_sm,
                                 alert_notification,
                                 enquire_link,
                                 unbind,
                                 generic_nack,
                                 bind_receiver_resp,
                                 bind_transmitter_resp,
                                 bind_transceiver_resp,
                                 submit_sm_resp,
                                 deliver_sm_resp,
                                 data_sm_resp,
                                 enquire_link_resp,
                                 unbind_resp,
                                 query_sm};
        const auto id = ids[number(ids.size() - 1)];
        const auto status = is_response(id) ? static_cast<Status>(number(0x500)) : Status::ESME_ROK;
        return {{.id = id, .status = status, .sequence = static_cast<std::uint32_t>(random_())}, body(id)};
    }

    std::size_t number(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random_); }

   private:
    sms::smpp::Body body(sms::smpp::CommandId id) {
        using namespace sms::smpp;
        switch (id) {
            case CommandId::bind_receiver:
            case CommandId::bind_transmitter:
            case CommandId::bind_transceiver: return Bind{text(), text(), text(), octet(), octet(), octet(), text()};
            case CommandId::outbind: return Outbind{text(), text()};
            case CommandId::submit_sm:
            case CommandId::deliver_sm: return message();
            case CommandId::data_sm: return DataSm{text(), address(), address(), octet(), octet(), octet(), tlvs()};
            case CommandId::alert_notification: return AlertNotification{address(), address(), tlvs()};
            case CommandId::bind_receiver_resp:
            case CommandId::bind_transmitter_resp:
            case CommandId::bind_transceiver_resp: return BindResponse{text(), tlvs()};
            case CommandId::submit_sm_resp:
            case CommandId::deliver_sm_resp:
            case CommandId::data_sm_resp: return MessageResponse{text(), tlvs()};
            case CommandId::query_sm: return OtherBody{octets(40)};
            default: return NoBody{};
        }
    }
    sms::smpp::ShortMessage message() {
        sms::smpp::ShortMessage message{.service_type = text(), .source = address(), .destination = address()};
        message.esm_class = octet();
        message.protocol_id = octet();
        message.priority = octet();
        message.schedule_delivery_time = text();
        message.validity_period = text();
        message.registered_delivery = octet();
        message.replace_if_present = octet();
        message.data_coding = octet();
        message.default_message_id = octet();
        message.short_message = octets(sms::smpp::max_short_message_octets);
        message.tlvs = tlvs();
        return message;
    }
    sms::smpp::Address address() { return {octet(), octet(), text()}; }
    sms::smpp::Tlvs tlvs() {
        sms::smpp::Tlvs tlvs(number(4));
        for (auto& tlv : tlvs) tlv = {static_cast<sms::smpp::Tag>(number(0xFFFF)), octets(number(9) == 0 ? 15000 : 20)};
        return tlvs;
    }
    std::string text() {
        std::string text = octets(sms::smpp::max_text_octets);
        for (char& octet : text)
            if (octet == '\0') octet = ' ';
        return text;
    }
    std::string octets(std::size_t most) {
        std::string octets(number(most), '\0');
        for (char& octet : octets) octet = static_cast<char>(random_());
        return octets;
    }
    std::uint8_t octet() { return static_cast<std::uint8_t>(random_()); }

    std::mt19937_64 random_;
};

}  // namespace simtrail::testing
