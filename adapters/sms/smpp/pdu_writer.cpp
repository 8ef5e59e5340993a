#include "adapters/sms/smpp/pdu_writer.hpp"

#include <limits>
#include <stdexcept>

namespace simtrail::sms::smpp {

namespace {

class BodyWriter {
   public:
    explicit BodyWriter(std::string& out) noexcept : out_(out) {}

    void operator()(const NoBody&) {}
    void operator()(const OtherBody& other) { out_ += other.octets; }
    void operator()(const Bind& bind) {
        text(bind.system_id);
        text(bind.password);
        text(bind.system_type);
        number(bind.interface_version);
        number(bind.address_ton);
        number(bind.address_npi);
        text(bind.address_range);
    }
    void operator()(const Outbind& outbind) {
        text(outbind.system_id);
        text(outbind.password);
    }
    void operator()(const BindResponse& response) {
        text(response.system_id);
        tlvs(response.tlvs);
    }
    void operator()(const MessageResponse& response) {
        text(response.message_id);
        tlvs(response.tlvs);
    }
    void operator()(const ShortMessage& message) {
        text(message.service_type);
        address(message.source);
        address(message.destination);
        number(message.esm_class);
        number(message.protocol_id);
        number(message.priority);
        text(message.schedule_delivery_time);
        text(message.validity_period);
        number(message.registered_delivery);
        number(message.replace_if_present);
        number(message.data_coding);
        number(message.default_message_id);
        if (message.short_message.size() > max_short_message_octets) throw std::length_error("SMPP: short_message");
        number(static_cast<std::uint8_t>(message.short_message.size()));
        out_ += message.short_message;
        tlvs(message.tlvs);
    }
    void operator()(const DataSm& message) {
        text(message.service_type);
        address(message.source);
        address(message.destination);
        number(message.esm_class);
        number(message.registered_delivery);
        number(message.data_coding);
        tlvs(message.tlvs);
    }
    void operator()(const AlertNotification& alert) {
        address(alert.source);
        address(alert.esme);
        tlvs(alert.tlvs);
    }

    void wide(std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<char>(value >> shift));
    }

   private:
    void number(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void text(const std::string& value) {
        if (value.size() > max_text_octets || value.find('\0') != std::string::npos)
            throw std::length_error("SMPP: a C-octet string");
        out_.append(value).push_back('\0');
    }
    void address(const Address& address) {
        number(address.ton);
        number(address.npi);
        text(address.text);
    }
    void tlvs(const Tlvs& tlvs) {
        for (const Tlv& tlv : tlvs) {
            if (tlv.value.size() > std::numeric_limits<std::uint16_t>::max()) throw std::length_error("SMPP: a TLV");
            wide(static_cast<std::uint32_t>(tlv.tag) << 16U | static_cast<std::uint32_t>(tlv.value.size()));
            out_ += tlv.value;
        }
    }

    std::string& out_;
};

}  // namespace

std::string write_pdu(const Pdu& pdu) {
    std::string body;
    std::visit(BodyWriter(body), pdu.body);
    std::string octets;
    BodyWriter header(octets);
    header.wide(static_cast<std::uint32_t>(16 + body.size()));
    header.wide(static_cast<std::uint32_t>(pdu.header.id));
    header.wide(static_cast<std::uint32_t>(pdu.header.status));
    header.wide(pdu.header.sequence);
    return octets + body;
}

}  // namespace simtrail::sms::smpp
