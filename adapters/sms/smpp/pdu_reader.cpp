#include "adapters/sms/smpp/pdu_reader.hpp"

#include <cassert>
#include <cstring>
#include <utility>

namespace simtrail::sms::smpp {

namespace {

std::uint32_t big_endian(std::string_view octets) noexcept {
    std::uint32_t value = 0;
    for (const char octet : octets) value = value << 8U | static_cast<unsigned char>(octet);
    return value;
}

/// Walks a body's fields. After the first fault it reads empty values, and the fault stays.
class BodyReader {
   public:
    explicit BodyReader(std::string_view body) noexcept : rest_(body) {}

    std::uint8_t number(std::string_view field) {
        if (rest_.empty()) fail(Status::ESME_RINVCMDLEN, field, "is missing");
        return static_cast<std::uint8_t>(big_endian(take(1)));
    }

    /// A C-octet string; `status` where it is not one.
    std::string text(std::string_view field, Status status) {
#ifdef SIMTRAIL_PLANTED_BUGS  // the bug that smpp_pdu_fuzzer must find
        const auto end = rest_.substr(0, max_text_octets + 2).find('\0');
#else
        const auto end = rest_.substr(0, max_text_octets + 1).find('\0');
#endif
        if (end == std::string_view::npos) {
            const bool here = rest_.size() <= max_text_octets;
            fail(status, field, here ? "is not terminated" : "is too long");
            return {};
        }
        std::string value(take(end));
        take(1);
        return value;
    }

    /// A response's only string: its NUL may be missing where the body ends.
    std::string last_text(std::string_view field, Status status) {
        if (rest_.size() <= max_text_octets && rest_.find('\0') == std::string_view::npos)
            return std::string(take(rest_.size()));
        return text(field, status);
    }

    Address address(std::string_view field, Status status) {
        Address address;
        address.ton = number(field);
        address.npi = number(field);
        address.text = text(field, status);
        return address;
    }

    std::string short_message() {
        const std::size_t size = number("sm_length");
        if (size > rest_.size()) fail(Status::ESME_RINVMSGLEN, "short_message", "is shorter than sm_length");
        return std::string(take(size));
    }

    /// Up to one that does not fit; only where the text itself is lost with it is that a fault.
    Tlvs tlvs() {
        Tlvs tlvs;
        while (rest_.size() >= tlv_header) {
            const auto tag = static_cast<Tag>(big_endian(take(2)));
            const std::size_t size = big_endian(take(2));
            if (size > rest_.size()) {
                if (tag == Tag::message_payload)
                    fail(Status::ESME_RINVOPTPARSTREAM, "message_payload", "is longer than the PDU");
                break;
            }
            tlvs.push_back({tag, std::string(take(size))});
        }
        return tlvs;
    }

    std::expected<Body, BodyFault> result(Body body) {
        if (fault_) return std::unexpected(std::move(*fault_));
        return body;
    }

   private:
    static constexpr std::size_t tlv_header = 4;

    std::string_view take(std::size_t octets) noexcept {
        const auto taken = rest_.substr(0, octets);
        rest_.remove_prefix(taken.size());
        return taken;
    }

    void fail(Status status, std::string_view field, std::string_view how) {
        rest_ = {};
        if (!fault_) fault_ = BodyFault{status, std::string(field) + " " + std::string(how)};
    }

    std::string_view rest_;
    std::optional<BodyFault> fault_;
};

std::expected<Body, BodyFault> read_bind(BodyReader reader) {
    Bind bind;
    bind.system_id = reader.text("system_id", Status::ESME_RINVSYSID);
    bind.password = reader.text("password", Status::ESME_RINVPASWD);
    bind.system_type = reader.text("system_type", Status::ESME_RINVSYSTYP);
    bind.interface_version = reader.number("interface_version");
    bind.address_ton = reader.number("addr_ton");
    bind.address_npi = reader.number("addr_npi");
    bind.address_range = reader.text("address_range", Status::ESME_RINVPARLEN);
    return reader.result(std::move(bind));
}

std::expected<Body, BodyFault> read_outbind(BodyReader reader) {
    Outbind outbind;
    outbind.system_id = reader.text("system_id", Status::ESME_RINVSYSID);
    outbind.password = reader.text("password", Status::ESME_RINVPASWD);
    return reader.result(std::move(outbind));
}

std::expected<Body, BodyFault> read_bind_response(BodyReader reader) {
    BindResponse response;
    response.system_id = reader.last_text("system_id", Status::ESME_RINVSYSID);
    response.tlvs = reader.tlvs();
    return reader.result(std::move(response));
}

std::expected<Body, BodyFault> read_message_response(BodyReader reader) {
    MessageResponse response;
    response.message_id = reader.last_text("message_id", Status::ESME_RINVMSGID);
    response.tlvs = reader.tlvs();
    return reader.result(std::move(response));
}

std::expected<Body, BodyFault> read_short_message(BodyReader reader) {
    ShortMessage message;
    message.service_type = reader.text("service_type", Status::ESME_RINVSERTYP);
    message.source = reader.address("source_addr", Status::ESME_RINVSRCADR);
    message.destination = reader.address("destination_addr", Status::ESME_RINVDSTADR);
    message.esm_class = reader.number("esm_class");
    message.protocol_id = reader.number("protocol_id");
    message.priority = reader.number("priority_flag");
    message.schedule_delivery_time = reader.text("schedule_delivery_time", Status::ESME_RINVSCHED);
    message.validity_period = reader.text("validity_period", Status::ESME_RINVEXPIRY);
    message.registered_delivery = reader.number("registered_delivery");
    message.replace_if_present = reader.number("replace_if_present_flag");
    message.data_coding = reader.number("data_coding");
    message.default_message_id = reader.number("sm_default_msg_id");
    message.short_message = reader.short_message();
    message.tlvs = reader.tlvs();
    return reader.result(std::move(message));
}

std::expected<Body, BodyFault> read_data(BodyReader reader) {
    DataSm message;
    message.service_type = reader.text("service_type", Status::ESME_RINVSERTYP);
    message.source = reader.address("source_addr", Status::ESME_RINVSRCADR);
    message.destination = reader.address("destination_addr", Status::ESME_RINVDSTADR);
    message.esm_class = reader.number("esm_class");
    message.registered_delivery = reader.number("registered_delivery");
    message.data_coding = reader.number("data_coding");
    message.tlvs = reader.tlvs();
    return reader.result(std::move(message));
}

std::expected<Body, BodyFault> read_alert(BodyReader reader) {
    AlertNotification alert;
    alert.source = reader.address("source_addr", Status::ESME_RINVSRCADR);
    alert.esme = reader.address("esme_addr", Status::ESME_RINVDSTADR);
    alert.tlvs = reader.tlvs();
    return reader.result(std::move(alert));
}

std::expected<Body, BodyFault> read_body(CommandId id, std::string_view body) {
    switch (id) {
        case CommandId::bind_receiver:
        case CommandId::bind_transmitter:
        case CommandId::bind_transceiver: return read_bind(BodyReader(body));
        case CommandId::bind_receiver_resp:
        case CommandId::bind_transmitter_resp:
        case CommandId::bind_transceiver_resp: return read_bind_response(BodyReader(body));
        case CommandId::submit_sm:
        case CommandId::deliver_sm: return read_short_message(BodyReader(body));
        case CommandId::submit_sm_resp:
        case CommandId::deliver_sm_resp:
        case CommandId::data_sm_resp: return read_message_response(BodyReader(body));
        case CommandId::data_sm: return read_data(BodyReader(body));
        case CommandId::alert_notification: return read_alert(BodyReader(body));
        case CommandId::outbind: return read_outbind(BodyReader(body));
        case CommandId::enquire_link:
        case CommandId::enquire_link_resp:
        case CommandId::unbind:
        case CommandId::unbind_resp:
        case CommandId::generic_nack: return NoBody{};
        case CommandId::query_sm:
        case CommandId::query_sm_resp:
        case CommandId::replace_sm:
        case CommandId::replace_sm_resp:
        case CommandId::cancel_sm:
        case CommandId::cancel_sm_resp:
        case CommandId::submit_multi:
        case CommandId::submit_multi_resp: return OtherBody{std::string(body)};
    }
    return std::unexpected(BodyFault{Status::ESME_RINVCMDID, "command " + command_name(id) + " is unknown"});
}

}  // namespace

std::span<char> PduFramer::room(std::size_t size) {
    if (begin_ != 0) {  // else a peer that sends single octets would have a long PDU moved for each
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    if (buffer_.size() < end_ + size) buffer_.resize(end_ + size);
    return {buffer_.data() + end_, size};
}

void PduFramer::filled(std::size_t octets) noexcept {
    assert(end_ + octets <= buffer_.size());
    end_ += octets;
}

std::expected<std::optional<RawPdu>, FramingFault> PduFramer::next() noexcept {
    const std::string_view here(buffer_.data() + begin_, end_ - begin_);
    if (here.size() < sizeof(std::uint32_t)) return std::nullopt;
    const auto length = big_endian(here.substr(0, 4));
    if (length < header_octets || length > max_pdu_octets) return std::unexpected(FramingFault{length});
    if (here.size() < length) return std::nullopt;
    begin_ += length;
    return RawPdu{.header = {.length = length,
                             .id = static_cast<CommandId>(big_endian(here.substr(4, 4))),
                             .status = static_cast<Status>(big_endian(here.substr(8, 4))),
                             .sequence = big_endian(here.substr(12, 4))},
                  .body = here.substr(header_octets, length - header_octets)};
}

std::expected<Pdu, BodyFault> read_pdu(const RawPdu& raw) {
    auto body = read_body(raw.header.id, raw.body);
    if (!body) return std::unexpected(std::move(body.error()));
    return Pdu{raw.header, std::move(*body)};
}

}  // namespace simtrail::sms::smpp
