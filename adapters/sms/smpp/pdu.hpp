#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The protocol data units of SMPP (Short Message Peer-to-Peer Protocol Specification v3.4, issue 1.2) as values. Octets are
/// kept in std::string; nothing here knows sockets, clocks or threads. Peers of 3.3 and 5.0 are understood as far as these go.
namespace simtrail::sms::smpp {

/// Section 5.1.2.1. A response is its request with the highest bit set.
enum class CommandId : std::uint32_t {
    bind_receiver = 0x01,
    bind_transmitter = 0x02,
    query_sm = 0x03,
    submit_sm = 0x04,
    deliver_sm = 0x05,
    unbind = 0x06,
    replace_sm = 0x07,
    cancel_sm = 0x08,
    bind_transceiver = 0x09,
    outbind = 0x0B,
    enquire_link = 0x15,
    submit_multi = 0x21,
    alert_notification = 0x102,
    data_sm = 0x103,
    generic_nack = 0x8000'0000,
    bind_receiver_resp = 0x8000'0001,
    bind_transmitter_resp = 0x8000'0002,
    query_sm_resp = 0x8000'0003,
    submit_sm_resp = 0x8000'0004,
    deliver_sm_resp = 0x8000'0005,
    unbind_resp = 0x8000'0006,
    replace_sm_resp = 0x8000'0007,
    cancel_sm_resp = 0x8000'0008,
    bind_transceiver_resp = 0x8000'0009,
    enquire_link_resp = 0x8000'0015,
    submit_multi_resp = 0x8000'0021,
    data_sm_resp = 0x8000'0103,
};

/// True of responses and of generic_nack.
constexpr bool is_response(CommandId id) noexcept { return (static_cast<std::uint32_t>(id) & 0x8000'0000U) != 0; }
constexpr CommandId response_to(CommandId request) noexcept {
    return static_cast<CommandId>(static_cast<std::uint32_t>(request) | 0x8000'0000U);
}

/// Section 5.1.3, under the specification's names. An SMSC's own numbers (0x400 to 0x4FF) come as values without a name.
enum class Status : std::uint32_t {
    ESME_ROK = 0x00,
    ESME_RINVMSGLEN = 0x01,
    ESME_RINVCMDLEN = 0x02,
    ESME_RINVCMDID = 0x03,
    ESME_RINVBNDSTS = 0x04,
    ESME_RALYBND = 0x05,
    ESME_RINVPRTFLG = 0x06,
    ESME_RINVREGDLVFLG = 0x07,
    ESME_RSYSERR = 0x08,
    ESME_RINVSRCADR = 0x0A,
    ESME_RINVDSTADR = 0x0B,
    ESME_RINVMSGID = 0x0C,
    ESME_RBINDFAIL = 0x0D,
    ESME_RINVPASWD = 0x0E,
    ESME_RINVSYSID = 0x0F,
    ESME_RCANCELFAIL = 0x11,
    ESME_RREPLACEFAIL = 0x13,
    ESME_RMSGQFUL = 0x14,
    ESME_RINVSERTYP = 0x15,
    ESME_RINVNUMDESTS = 0x33,
    ESME_RINVDLNAME = 0x34,
    ESME_RINVDESTFLAG = 0x40,
    ESME_RINVSUBREP = 0x42,
    ESME_RINVESMCLASS = 0x43,
    ESME_RCNTSUBDL = 0x44,
    ESME_RSUBMITFAIL = 0x45,
    ESME_RINVSRCTON = 0x48,
    ESME_RINVSRCNPI = 0x49,
    ESME_RINVDSTTON = 0x50,
    ESME_RINVDSTNPI = 0x51,
    ESME_RINVSYSTYP = 0x53,
    ESME_RINVREPFLAG = 0x54,
    ESME_RINVNUMMSGS = 0x55,
    ESME_RTHROTTLED = 0x58,
    ESME_RINVSCHED = 0x61,
    ESME_RINVEXPIRY = 0x62,
    ESME_RINVDFTMSGID = 0x63,
    ESME_RX_T_APPN = 0x64,
    ESME_RX_P_APPN = 0x65,
    ESME_RX_R_APPN = 0x66,
    ESME_RQUERYFAIL = 0x67,
    ESME_RINVOPTPARSTREAM = 0xC0,
    ESME_ROPTPARNOTALLWD = 0xC1,
    ESME_RINVPARLEN = 0xC2,
    ESME_RMISSINGOPTPARAM = 0xC3,
    ESME_RINVOPTPARAMVAL = 0xC4,
    ESME_RDELIVERYFAILURE = 0xFE,
    ESME_RUNKNOWNERR = 0xFF,
};

/// For people: "submit_sm", "ESME_RTHROTTLED (0x00000058)", "0x00000411" for what has no name.
std::string command_name(CommandId id);
std::string status_name(Status status);

struct Header {
    std::uint32_t length = 0;  // octets of the whole PDU, as read; what is written is measured anew
    CommandId id{};
    Status status = Status::ESME_ROK;  // of responses; requests carry 0
    std::uint32_t sequence = 0;        // 1 to 0x7FFFFFFF; real peers send others, which are taken as they are
    friend bool operator==(const Header&, const Header&) = default;
};

/// Tags that simtrail reads or writes (section 5.3.2); any other number is a tag, too, and its TLV is kept.
enum class Tag : std::uint16_t {
    additional_status_info_text = 0x001D,
    receipted_message_id = 0x001E,
    sar_msg_ref_num = 0x020C,
    sar_total_segments = 0x020E,
    sar_segment_seqnum = 0x020F,
    sc_interface_version = 0x0210,
    ms_availability_status = 0x0422,
    network_error_code = 0x0423,
    message_payload = 0x0424,
    delivery_failure_reason = 0x0425,
    message_state = 0x0427,
};

struct Tlv {
    Tag tag{};
    std::string value;  // at most 65,535 octets
    friend bool operator==(const Tlv&, const Tlv&) = default;
};

/// In the order in which they came or are to be sent; one tag may come more than once.
using Tlvs = std::vector<Tlv>;

/// The first TLV of that tag; nullptr where there is none.
const std::string* find_tlv(const Tlvs& tlvs, Tag tag) noexcept;
/// Its value as a big-endian number of 1 to 4 octets; nothing where it is absent or of another length.
std::optional<std::uint32_t> tlv_number(const Tlvs& tlvs, Tag tag) noexcept;
Tlv number_tlv(Tag tag, std::uint8_t value);
Tlv wide_number_tlv(Tag tag, std::uint16_t value);

/// Longest C-octet string without its NUL that is read or written, in every field: the specification's longest (an address of
/// data_sm, a message id). Its bounds for single fields are narrower, and real peers exceed them; those that a configuration
/// must keep are named below.
constexpr std::size_t max_text_octets = 64;
constexpr std::size_t spec_system_id_octets = 15;
constexpr std::size_t spec_password_octets = 8;
constexpr std::size_t spec_system_type_octets = 12;
constexpr std::size_t spec_service_type_octets = 5;
constexpr std::size_t spec_address_octets = 20;  // of submit_sm

/// sm_length is one octet; the specification allows 254 of them, and peers fill the octet.
constexpr std::size_t max_short_message_octets = 255;

struct Address {
    std::uint8_t ton = 0;  // type of number: 1 international, 2 national, 5 alphanumeric (section 5.2.5)
    std::uint8_t npi = 0;  // numbering plan: 1 ISDN, E.164 (section 5.2.6)
    std::string text;
    friend bool operator==(const Address&, const Address&) = default;
};

/// enquire_link, unbind, their responses, generic_nack, and responses that carry nothing.
struct NoBody {
    friend bool operator==(const NoBody&, const NoBody&) = default;
};

/// bind_receiver, bind_transmitter, bind_transceiver.
struct Bind {
    std::string system_id;
    std::string password;  // never logged
    std::string system_type;
    std::uint8_t interface_version = 0x34;
    std::uint8_t address_ton = 0;
    std::uint8_t address_npi = 0;
    std::string address_range;
    friend bool operator==(const Bind&, const Bind&) = default;
};

/// Responses to the three binds. Empty where the SMSC sent no body, as it may with an error.
struct BindResponse {
    std::string system_id;
    Tlvs tlvs;
    friend bool operator==(const BindResponse&, const BindResponse&) = default;
};

/// submit_sm and deliver_sm, which have the same fields.
struct ShortMessage {
    std::string service_type;
    Address source;
    Address destination;
    std::uint8_t esm_class = 0;
    std::uint8_t protocol_id = 0;
    std::uint8_t priority = 0;
    std::string schedule_delivery_time;
    std::string validity_period;
    std::uint8_t registered_delivery = 0;
    std::uint8_t replace_if_present = 0;
    std::uint8_t data_coding = 0;
    std::uint8_t default_message_id = 0;
    std::string short_message;
    Tlvs tlvs;
    friend bool operator==(const ShortMessage&, const ShortMessage&) = default;
};

struct DataSm {
    std::string service_type;
    Address source;
    Address destination;
    std::uint8_t esm_class = 0;
    std::uint8_t registered_delivery = 0;
    std::uint8_t data_coding = 0;
    Tlvs tlvs;
    friend bool operator==(const DataSm&, const DataSm&) = default;
};

/// Responses to submit_sm, deliver_sm and data_sm. Empty where the peer sent no body; an ESME's own to deliver_sm stays so.
struct MessageResponse {
    std::string message_id;
    Tlvs tlvs;
    friend bool operator==(const MessageResponse&, const MessageResponse&) = default;
};

struct AlertNotification {
    Address source;
    Address esme;
    Tlvs tlvs;
    friend bool operator==(const AlertNotification&, const AlertNotification&) = default;
};

struct Outbind {
    std::string system_id;
    std::string password;  // never logged
    friend bool operator==(const Outbind&, const Outbind&) = default;
};

/// Commands of the specification that simtrail neither sends nor serves (query_sm, replace_sm, cancel_sm, submit_multi, their
/// responses): the body as it came.
struct OtherBody {
    std::string octets;
    friend bool operator==(const OtherBody&, const OtherBody&) = default;
};

using Body = std::variant<NoBody, Bind, BindResponse, ShortMessage, DataSm, MessageResponse, AlertNotification, Outbind,
                          OtherBody>;

/// `header.id` decides which body there is: each body's comment says of which commands it is.
struct Pdu {
    Header header;
    Body body;
    friend bool operator==(const Pdu&, const Pdu&) = default;
};

/// The header of an answer to that request.
constexpr Header answer_header(const Header& request, Status status) noexcept {
    return {.id = response_to(request.id), .status = status, .sequence = request.sequence};
}

// esm_class (section 5.2.12): the message's type in deliver_sm and data_sm, and features.
constexpr std::uint8_t esm_user_data_header = 0x40;  // the user data begin with one
constexpr std::uint8_t esm_type_mask = 0x3C;
constexpr std::uint8_t esm_delivery_receipt = 0x04;
constexpr std::uint8_t esm_intermediate_notification = 0x20;

/// registered_delivery (section 5.2.17): a receipt of success and of failure.
constexpr std::uint8_t want_receipt = 0x01;

/// A message's user data: message_payload where there is one and the short message is empty, else the short message.
std::string_view user_data(const ShortMessage& message) noexcept;
std::string_view user_data(const DataSm& message) noexcept;

}  // namespace simtrail::sms::smpp
