// Texts as SMSCs carry them: any octets are read as well-formed UTF-8, any text comes back whole from the messages it is cut
// into, in any order; headers, parts and receipts of hostile peers stay within their bounds.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/reassembly.hpp"
#include "adapters/sms/smpp/receipt.hpp"
#include "adapters/sms/smpp/segmentation.hpp"
#include "adapters/sms/smpp/text_coding.hpp"
#include "adapters/sms/smpp/utf8.hpp"

namespace {

using namespace simtrail::sms::smpp;

constexpr std::array alphabets{Alphabet::gsm, Alphabet::latin1, Alphabet::ascii, Alphabet::ucs2};

void require(bool holds) {
    if (!holds) std::abort();
}

std::string well_formed(std::string_view text) {
    std::string formed;
    while (!text.empty()) append_utf8(formed, take_utf8(text));
    return formed;
}

void octets_are_read_as_utf8(std::string_view octets, Alphabet alphabet) {
    const auto text = decode_text(octets, alphabet);
    require(well_formed(text) == text);
    const auto coded = encode_text(text, alphabet);
    require(alphabet_of(coded.data_coding, alphabet) == coded.alphabet);
    if (!text.starts_with("\uFEFF")) require(decode_text(coded.octets, coded.alphabet) == text);
}

std::optional<std::string> sent_and_joined(const SplitText& split, Alphabet default_alphabet, std::size_t first) {
    Reassembly reassembly;
    std::optional<std::string> whole;
    std::map<int, std::string> apart;
    const auto alphabet = alphabet_of(split.data_coding, default_alphabet);
    require(alphabet.has_value());
    for (std::size_t i = 0; i < split.parts.size(); ++i) {
        require(!whole);
        const TextPart& part = split.parts[(first + i) % split.parts.size()];
        require(part.short_message.size() <= 160);
        const ShortMessage message{.esm_class = part.esm_class, .short_message = part.short_message, .tlvs = part.tlvs};
        const auto received = received_text(message);
        require(received.has_value());
        if (!received->part) return decode_text(received->octets, *alphabet);
        apart[received->part->part] = decode_text(received->octets, *alphabet);
        whole = reassembly.add({"1", "2", *received->part, *alphabet, std::string(received->octets)}, 0);
    }
    std::string together;
    for (const auto& [number, text] : apart) together += text;
    require(whole == together);  // each part can be read alone: no pair is cut
    return whole;
}

void text_comes_back_from_its_parts(std::string_view input, Alphabet alphabet, LongTexts how, std::size_t first) {
    const auto text = well_formed(input);
    if (text.contains("\uFEFF")) return;  // taken for a byte order mark where it begins a part
    if (const auto split = split_text(input, alphabet, how, 0x1234))
        require(sent_and_joined(*split, alphabet, first) == text);
}

/// The input as messages of one sender: a byte of length, then that many octets, the first of which makes the TLVs.
void parts_stay_within_their_bounds(std::string_view input) {
    constexpr Reassembly::Limits limits{.texts = 3, .octets = 2000, .keep_ms = 10};
    Reassembly reassembly(limits);
    for (std::int64_t now_ms = 0; input.size() >= 2; ++now_ms) {
        const std::size_t size = std::min<std::size_t>(static_cast<unsigned char>(input[0]), input.size() - 2);
        const auto mark = static_cast<std::uint8_t>(input[1]);
        ShortMessage message{.esm_class = static_cast<std::uint8_t>(mark & esm_user_data_header),
                             .short_message = std::string(input.substr(2, size))};
        if ((mark & 1U) != 0)
            message.tlvs = {wide_number_tlv(Tag::sar_msg_ref_num, 7),
                            number_tlv(Tag::sar_total_segments, mark >> 3U & 7U),
                            number_tlv(Tag::sar_segment_seqnum, mark >> 1U & 3U)};
        input.remove_prefix(2 + size);
        const auto received = received_text(message);
        if (!received) continue;
        require(received->octets.size() <= message.short_message.size());
        if (!received->part) continue;
        require(received->part->part >= 1 && received->part->part <= received->part->total);
        const auto whole =
            reassembly.add({"1", "2", *received->part, alphabets[mark % 4], std::string(received->octets)}, now_ms);
        require(reassembly.incomplete() <= limits.texts && reassembly.octets() <= limits.octets);
        require(!whole || well_formed(*whole) == *whole);
    }
    reassembly.expire(INT64_MAX);
    require(reassembly.incomplete() == 0 && reassembly.octets() == 0);
}

void receipt_is_fit_for_a_log(std::string_view text) {
    const auto split = text.find('|');
    ShortMessage message{.esm_class = esm_delivery_receipt, .short_message = std::string(text.substr(0, split))};
    if (split != std::string_view::npos)
        message.tlvs = {{Tag::receipted_message_id, std::string(text.substr(split + 1))},
                        {Tag::message_state, std::string(text.substr(split + 1, 1))}};
    const auto receipt = read_receipt(message);
    require(receipt && receipt->message_id.size() <= max_text_octets && receipt->detail.size() <= 24);
    require(std::ranges::all_of(receipt->detail, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == ':';
    }));
    const auto ids = alternative_ids(receipt->message_id);
    require(ids.size() <= 3 && ids.front() == normal_id(receipt->message_id));
    for (const std::string& id : ids) require(normal_id(id) == id);
}

}  // namespace

/// The first byte chooses, so that each execution is quick.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t choice = data[0];
    const Alphabet alphabet = alphabets[choice % 4];
    const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
    octets_are_read_as_utf8(input, alphabet);
    text_comes_back_from_its_parts(input, alphabet, static_cast<LongTexts>(choice / 4 % 3), choice / 12);
    parts_stay_within_their_bounds(input);
    receipt_is_fit_for_a_log(input);
    return 0;
}
