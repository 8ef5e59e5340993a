#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/smpp/text_coding.hpp"

namespace simtrail::sms::smpp {

/// How a text that is too long for one message is sent; what an SMSC takes is its operator's to tell.
enum class LongTexts : std::uint8_t {
    user_data_header,  // parts with a header of six octets (3GPP TS 23.040 section 9.2.3.24.1): every phone joins them
    message_payload,   // whole in one TLV: the SMSC splits it
    segment_tlvs,      // parts with sar_msg_ref_num, sar_total_segments, sar_segment_seqnum: the SMSC makes the header
};

constexpr std::size_t max_parts = 255;

/// What one submit_sm carries of a text.
struct TextPart {
    std::uint8_t esm_class = 0;  // bits to set
    std::string short_message;
    Tlvs tlvs;  // to add
};

struct SplitText {
    std::uint8_t data_coding = 0;
    std::vector<TextPart> parts;  // in order; at least one
};

/// A text as messages: one without any of it where it fits (160 septets, 70 units of UCS-2, 140 octets else), or as `how` says,
/// in parts of 153, 67 and 134; an escape and its septet, and a pair of surrogates, stay together. Nothing where it needs more
/// than 255 parts, or a payload of more than 65,535 octets. `reference` tells this text's parts from the next one's; a header
/// has room for its lower octet.
std::optional<SplitText> split_text(std::string_view utf8, Alphabet default_alphabet, LongTexts how,
                                    std::uint16_t reference);

/// Where a number of parts was found: one text's parts agree in it, and their references are different spaces.
enum class PartScheme : std::uint8_t { octet_reference, wide_reference, segment_tlvs };

struct PartNumber {
    PartScheme scheme = PartScheme::octet_reference;
    std::uint16_t reference = 0;
    std::uint8_t total = 0;
    std::uint8_t part = 0;  // 1 to total
    friend bool operator==(const PartNumber&, const PartNumber&) = default;
};

/// A received message's text, in the PDU's octets, without its user data header.
struct ReceivedText {
    std::optional<PartNumber> part;  // where it is a part of a longer text
    std::string_view octets;
};

/// Elements of the header but the two of concatenation are skipped, so are impossible numbers (part 0, part 4 of 3) and all
/// behind an element that does not fit. Nothing where the header is longer than the message.
std::optional<ReceivedText> received_text(const ShortMessage& message) noexcept;
std::optional<ReceivedText> received_text(const DataSm& message) noexcept;

}  // namespace simtrail::sms::smpp
