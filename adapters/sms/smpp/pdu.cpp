#include "adapters/sms/smpp/pdu.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace simtrail::sms::smpp {

namespace {

#define SIMTRAIL_NAMED(type, name) std::pair<type, std::string_view>(type::name, #name)

constexpr std::array commands{
    SIMTRAIL_NAMED(CommandId, bind_receiver),
    SIMTRAIL_NAMED(CommandId, bind_transmitter),
    SIMTRAIL_NAMED(CommandId, query_sm),
    SIMTRAIL_NAMED(CommandId, submit_sm),
    SIMTRAIL_NAMED(CommandId, deliver_sm),
    SIMTRAIL_NAMED(CommandId, unbind),
    SIMTRAIL_NAMED(CommandId, replace_sm),
    SIMTRAIL_NAMED(CommandId, cancel_sm),
    SIMTRAIL_NAMED(CommandId, bind_transceiver),
    SIMTRAIL_NAMED(CommandId, outbind),
    SIMTRAIL_NAMED(CommandId, enquire_link),
    SIMTRAIL_NAMED(CommandId, submit_multi),
    SIMTRAIL_NAMED(CommandId, alert_notification),
    SIMTRAIL_NAMED(CommandId, data_sm),
    SIMTRAIL_NAMED(CommandId, generic_nack),
    SIMTRAIL_NAMED(CommandId, bind_receiver_resp),
    SIMTRAIL_NAMED(CommandId, bind_transmitter_resp),
    SIMTRAIL_NAMED(CommandId, query_sm_resp),
    SIMTRAIL_NAMED(CommandId, submit_sm_resp),
    SIMTRAIL_NAMED(CommandId, deliver_sm_resp),
    SIMTRAIL_NAMED(CommandId, unbind_resp),
    SIMTRAIL_NAMED(CommandId, replace_sm_resp),
    SIMTRAIL_NAMED(CommandId, cancel_sm_resp),
    SIMTRAIL_NAMED(CommandId, bind_transceiver_resp),
    SIMTRAIL_NAMED(CommandId, enquire_link_resp),
    SIMTRAIL_NAMED(CommandId, submit_multi_resp),
    SIMTRAIL_NAMED(CommandId, data_sm_resp),
};

constexpr std::array statuses{
    SIMTRAIL_NAMED(Status, ESME_ROK),
    SIMTRAIL_NAMED(Status, ESME_RINVMSGLEN),
    SIMTRAIL_NAMED(Status, ESME_RINVCMDLEN),
    SIMTRAIL_NAMED(Status, ESME_RINVCMDID),
    SIMTRAIL_NAMED(Status, ESME_RINVBNDSTS),
    SIMTRAIL_NAMED(Status, ESME_RALYBND),
    SIMTRAIL_NAMED(Status, ESME_RINVPRTFLG),
    SIMTRAIL_NAMED(Status, ESME_RINVREGDLVFLG),
    SIMTRAIL_NAMED(Status, ESME_RSYSERR),
    SIMTRAIL_NAMED(Status, ESME_RINVSRCADR),
    SIMTRAIL_NAMED(Status, ESME_RINVDSTADR),
    SIMTRAIL_NAMED(Status, ESME_RINVMSGID),
    SIMTRAIL_NAMED(Status, ESME_RBINDFAIL),
    SIMTRAIL_NAMED(Status, ESME_RINVPASWD),
    SIMTRAIL_NAMED(Status, ESME_RINVSYSID),
    SIMTRAIL_NAMED(Status, ESME_RCANCELFAIL),
    SIMTRAIL_NAMED(Status, ESME_RREPLACEFAIL),
    SIMTRAIL_NAMED(Status, ESME_RMSGQFUL),
    SIMTRAIL_NAMED(Status, ESME_RINVSERTYP),
    SIMTRAIL_NAMED(Status, ESME_RINVNUMDESTS),
    SIMTRAIL_NAMED(Status, ESME_RINVDLNAME),
    SIMTRAIL_NAMED(Status, ESME_RINVDESTFLAG),
    SIMTRAIL_NAMED(Status, ESME_RINVSUBREP),
    SIMTRAIL_NAMED(Status, ESME_RINVESMCLASS),
    SIMTRAIL_NAMED(Status, ESME_RCNTSUBDL),
    SIMTRAIL_NAMED(Status, ESME_RSUBMITFAIL),
    SIMTRAIL_NAMED(Status, ESME_RINVSRCTON),
    SIMTRAIL_NAMED(Status, ESME_RINVSRCNPI),
    SIMTRAIL_NAMED(Status, ESME_RINVDSTTON),
    SIMTRAIL_NAMED(Status, ESME_RINVDSTNPI),
    SIMTRAIL_NAMED(Status, ESME_RINVSYSTYP),
    SIMTRAIL_NAMED(Status, ESME_RINVREPFLAG),
    SIMTRAIL_NAMED(Status, ESME_RINVNUMMSGS),
    SIMTRAIL_NAMED(Status, ESME_RTHROTTLED),
    SIMTRAIL_NAMED(Status, ESME_RINVSCHED),
    SIMTRAIL_NAMED(Status, ESME_RINVEXPIRY),
    SIMTRAIL_NAMED(Status, ESME_RINVDFTMSGID),
    SIMTRAIL_NAMED(Status, ESME_RX_T_APPN),
    SIMTRAIL_NAMED(Status, ESME_RX_P_APPN),
    SIMTRAIL_NAMED(Status, ESME_RX_R_APPN),
    SIMTRAIL_NAMED(Status, ESME_RQUERYFAIL),
    SIMTRAIL_NAMED(Status, ESME_RINVOPTPARSTREAM),
    SIMTRAIL_NAMED(Status, ESME_ROPTPARNOTALLWD),
    SIMTRAIL_NAMED(Status, ESME_RINVPARLEN),
    SIMTRAIL_NAMED(Status, ESME_RMISSINGOPTPARAM),
    SIMTRAIL_NAMED(Status, ESME_RINVOPTPARAMVAL),
    SIMTRAIL_NAMED(Status, ESME_RDELIVERYFAILURE),
    SIMTRAIL_NAMED(Status, ESME_RUNKNOWNERR),
};

#undef SIMTRAIL_NAMED

std::string hex_text(std::uint32_t value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "0x";
    for (int shift = 28; shift >= 0; shift -= 4) text += digits[value >> shift & 0xFU];
    return text;
}

std::string_view payload_of(const Tlvs& tlvs) noexcept {
    const std::string* const payload = find_tlv(tlvs, Tag::message_payload);
    return payload == nullptr ? std::string_view() : *payload;
}

}  // namespace

std::string command_name(CommandId id) {
    const auto* const found = std::ranges::find(commands, id, [](const auto& named) { return named.first; });
    return found == commands.end() ? hex_text(static_cast<std::uint32_t>(id)) : std::string(found->second);
}

std::string status_name(Status status) {
    const auto hex = hex_text(static_cast<std::uint32_t>(status));
    const auto* const found = std::ranges::find(statuses, status, [](const auto& named) { return named.first; });
    return found == statuses.end() ? hex : std::string(found->second) + " (" + hex + ")";
}

const std::string* find_tlv(const Tlvs& tlvs, Tag tag) noexcept {
    const auto found = std::ranges::find(tlvs, tag, &Tlv::tag);
    return found == tlvs.end() ? nullptr : &found->value;
}

std::optional<std::uint32_t> tlv_number(const Tlvs& tlvs, Tag tag) noexcept {
    const std::string* const value = find_tlv(tlvs, tag);
    if (value == nullptr || value->empty() || value->size() > sizeof(std::uint32_t)) return std::nullopt;
    std::uint32_t number = 0;
    for (const char octet : *value) number = number << 8U | static_cast<unsigned char>(octet);
    return number;
}

Tlv number_tlv(Tag tag, std::uint8_t value) { return {tag, std::string(1, static_cast<char>(value))}; }

Tlv wide_number_tlv(Tag tag, std::uint16_t value) {
    return {tag, {static_cast<char>(value >> 8U), static_cast<char>(value)}};
}

std::string_view user_data(const ShortMessage& message) noexcept {
    return message.short_message.empty() ? payload_of(message.tlvs) : std::string_view(message.short_message);
}

std::string_view user_data(const DataSm& message) noexcept { return payload_of(message.tlvs); }

}  // namespace simtrail::sms::smpp
