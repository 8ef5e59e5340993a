#include "adapters/sms/smpp/segmentation.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace simtrail::sms::smpp {

namespace {

constexpr char octet_reference_element = 0x00;
constexpr char wide_reference_element = 0x08;

/// In octets as SMPP carries them. Where the SMSC's default is another 8-bit alphabet, it is safe to take what fits unpacked.
struct Room {
    std::size_t message;
    std::size_t part;
};

Room room_of(Alphabet alphabet) noexcept {
    return alphabet == Alphabet::gsm ? Room{.message = 160, .part = 153} : Room{.message = 140, .part = 134};
}

/// True where a cut behind these octets parts what belongs together.
bool cuts_a_pair(std::string_view octets, Alphabet alphabet) noexcept {
    if (alphabet == Alphabet::gsm) return octets.back() == gsm_escape;  // the escape is no character's own septet
    if (alphabet != Alphabet::ucs2) return false;
    const auto high = static_cast<unsigned char>(octets[octets.size() - 2]);
    return high >= 0xD8 && high < 0xDC;
}

std::vector<std::string_view> pieces_of(const CodedText& text, std::size_t room) {
    std::vector<std::string_view> pieces;
    for (std::string_view rest = text.octets; !rest.empty();) {
        std::size_t size = std::min(room, rest.size());
        if (size < rest.size() && cuts_a_pair(rest.substr(0, size), text.alphabet))
            size -= text.alphabet == Alphabet::ucs2 ? 2 : 1;
        pieces.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    return pieces;
}

TextPart with_header(PartNumber number, std::string_view octets) {
    constexpr char header_octets = 5, element_octets = 3;
    std::string message{header_octets,
                        octet_reference_element,
                        element_octets,
                        static_cast<char>(number.reference),
                        static_cast<char>(number.total),
                        static_cast<char>(number.part)};
    return {.esm_class = esm_user_data_header, .short_message = message.append(octets)};
}

TextPart with_tlvs(PartNumber number, std::string_view octets) {
    return {
        .short_message = std::string(octets),
        .tlvs = {wide_number_tlv(Tag::sar_msg_ref_num, number.reference),
                 number_tlv(Tag::sar_total_segments, number.total), number_tlv(Tag::sar_segment_seqnum, number.part)}};
}

std::optional<PartNumber> possible(PartNumber number) noexcept {
    if (number.part == 0 || number.part > number.total) return std::nullopt;
    return number;
}

/// Of one information element.
std::optional<PartNumber> element_number(char element, std::string_view data) noexcept {
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(data[at]); };
    if (element == octet_reference_element && data.size() == 3)
        return possible({PartScheme::octet_reference, octet(0), octet(1), octet(2)});
    if (element == wide_reference_element && data.size() == 4) {
        const auto reference = static_cast<std::uint16_t>(octet(0) << 8U | octet(1));
        return possible({PartScheme::wide_reference, reference, octet(2), octet(3)});
    }
    return std::nullopt;
}

/// The last element counts, as 3GPP TS 23.040 wants of repeated ones.
std::optional<PartNumber> header_number(std::string_view header) noexcept {
    std::optional<PartNumber> number;
    while (header.size() >= 2) {
        const std::size_t size = static_cast<unsigned char>(header[1]);
        if (size > header.size() - 2) break;
        if (const auto found = element_number(header[0], header.substr(2, size))) number = found;
        header.remove_prefix(2 + size);
    }
    return number;
}

std::optional<PartNumber> tlvs_number(const Tlvs& tlvs) noexcept {
    const auto reference = tlv_number(tlvs, Tag::sar_msg_ref_num);
    const auto total = tlv_number(tlvs, Tag::sar_total_segments);
    const auto part = tlv_number(tlvs, Tag::sar_segment_seqnum);
    if (!reference || !total || !part || *reference > 0xFFFF || *total > max_parts || *part > max_parts)
        return std::nullopt;
    return possible({PartScheme::segment_tlvs, static_cast<std::uint16_t>(*reference),
                     static_cast<std::uint8_t>(*total), static_cast<std::uint8_t>(*part)});
}

std::optional<ReceivedText> received(std::uint8_t esm_class, std::string_view octets, const Tlvs& tlvs) noexcept {
    auto number = tlvs_number(tlvs);
    if ((esm_class & esm_user_data_header) == 0 || octets.empty()) return ReceivedText{number, octets};
    const std::size_t size = static_cast<unsigned char>(octets.front());
#ifdef SIMTRAIL_PLANTED_BUGS  // the bug that sms_text_fuzzer must find
    if (size > octets.size()) return std::nullopt;
#else
    if (size + 1 > octets.size()) return std::nullopt;
#endif
    if (const auto found = header_number(octets.substr(1, size))) number = found;
    return ReceivedText{number, octets.substr(size + 1)};
}

}  // namespace

std::optional<SplitText> split_text(std::string_view utf8, Alphabet default_alphabet, LongTexts how,
                                    std::uint16_t reference) {
    const CodedText text = encode_text(utf8, default_alphabet);
    SplitText split{.data_coding = text.data_coding};
    const Room room = room_of(text.alphabet);
    if (text.octets.size() <= room.message) {
        split.parts.push_back({.short_message = text.octets});
        return split;
    }
    if (how == LongTexts::message_payload) {
        if (text.octets.size() > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
        split.parts.push_back({.tlvs = {{Tag::message_payload, text.octets}}});
        return split;
    }
    const auto pieces = pieces_of(text, room.part);
    if (pieces.size() > max_parts) return std::nullopt;
    PartNumber number{.reference = reference, .total = static_cast<std::uint8_t>(pieces.size())};
    for (const auto piece : pieces) {
        ++number.part;
        split.parts.push_back(how == LongTexts::segment_tlvs ? with_tlvs(number, piece) : with_header(number, piece));
    }
    return split;
}

std::optional<ReceivedText> received_text(const ShortMessage& message) noexcept {
    return received(message.esm_class, user_data(message), message.tlvs);
}

std::optional<ReceivedText> received_text(const DataSm& message) noexcept {
    return received(message.esm_class, user_data(message), message.tlvs);
}

}  // namespace simtrail::sms::smpp
