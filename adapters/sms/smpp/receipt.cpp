#include "adapters/sms/smpp/receipt.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "adapters/sms/smpp/segmentation.hpp"
#include "adapters/sms/smpp/text_coding.hpp"

namespace simtrail::sms::smpp {

namespace {

constexpr std::string_view blanks = " \t\r\n";

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_code(char c) noexcept { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

bool same_start(std::string_view text, std::string_view lower_case) noexcept {
    return text.size() >= lower_case.size() &&
           std::ranges::equal(text.substr(0, lower_case.size()), lower_case, {}, lower);
}

/// Names of message_state (section 5.2.28), by their number.
constexpr std::array<std::string_view, 10> state_names{"SCHEDULED", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED",
                                                       "UNDELIV",   "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED"};

/// By the words' beginnings, which their spellings (DELIVRD, DELIVERED) have in common.
ReceiptState state_of(std::string_view word) noexcept {
    if (same_start(word, "deliv")) return ReceiptState::delivered;
    for (const std::string_view failed : {"expir", "delet", "undel", "rejec", "fail", "skip"})
        if (same_start(word, failed)) return ReceiptState::failed;
    return ReceiptState::under_way;
}

/// A value of "key:value", the first of that key at the text's start or after a blank; empty where there is none.
std::string_view field(std::string_view text, std::string_view key) noexcept {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (at != 0 && blanks.find(text[at - 1]) == std::string_view::npos) continue;
        auto rest = text.substr(at);
        if (!same_start(rest, key) || rest.size() <= key.size() || rest[key.size()] != ':') continue;
        rest.remove_prefix(key.size() + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        return rest.substr(0, rest.find_first_of(blanks));
    }
    return {};
}

/// The text of a receipt. SMSCs write it in ASCII whatever data_coding says, but for those that write it as UCS-2.
std::string text_of(std::string_view octets) {
    const bool ucs2 = octets.size() >= 2 && octets[0] == '\0' && octets[1] != '\0';
    return ucs2 ? decode_text(octets, Alphabet::ucs2) : std::string(octets);
}

/// A value that is an id or a code, not the next key ("id: sub:001").
std::string_view value_of(std::string_view text, std::string_view key) noexcept {
    const auto value = field(text, key);
    for (const std::string_view lower_case : {"id:", "sub:", "dlvrd:", "stat:", "err:", "text:"})
        if (same_start(value, lower_case)) return {};
    return value;
}

/// At most so many letters and digits: enough for any code, too few for a subscriber's number.
std::string code_text(std::string_view value, std::size_t most) {
    std::string code;
    for (const char c : value.substr(0, most))
        if (is_code(c)) code += c;
    return code;
}

Receipt receipt_of(std::string_view text, const Tlvs& tlvs) {
    constexpr std::size_t most_of_a_state = 9, most_of_an_error = 6;
    Receipt receipt;
    const std::string* const id = find_tlv(tlvs, Tag::receipted_message_id);
    if (id != nullptr) receipt.message_id = id->substr(0, std::min(id->find('\0'), max_text_octets));
    if (receipt.message_id.empty()) receipt.message_id = value_of(text, "id").substr(0, max_text_octets);
    const auto number = tlv_number(tlvs, Tag::message_state);
    const auto word = number && *number < state_names.size() ? state_names[*number] : value_of(text, "stat");
    receipt.state = state_of(word);
    receipt.detail = code_text(word, most_of_a_state);
    if (receipt.detail.empty()) receipt.detail = "no state";
    if (const auto error = code_text(value_of(text, "err"), most_of_an_error); !error.empty())
        receipt.detail += " err:" + error;
    return receipt;
}

template <class Message>
std::optional<Receipt> read(const Message& message) {
    const auto type = message.esm_class & esm_type_mask;
    const bool said = type == esm_delivery_receipt || type == esm_intermediate_notification;
    if (!said && find_tlv(message.tlvs, Tag::receipted_message_id) == nullptr) return std::nullopt;
    const auto text = received_text(message);
    return receipt_of(text ? text_of(text->octets) : std::string(), message.tlvs);
}

/// The number that all of the text is, in that base; nothing where it is none or over 64 bits.
std::optional<std::uint64_t> number_of(std::string_view text, int base) noexcept {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

std::optional<Receipt> read_receipt(const ShortMessage& message) { return read(message); }
std::optional<Receipt> read_receipt(const DataSm& message) { return read(message); }

std::string normal_id(std::string_view id) {
    const auto zeros = std::min(id.find_first_not_of('0'), id.empty() ? 0 : id.size() - 1);
    std::string normal(id.substr(zeros));
    const bool hexadecimal = normal.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
    if (hexadecimal) std::ranges::transform(normal, normal.begin(), lower);
    return normal;
}

std::vector<std::string> alternative_ids(std::string_view id) {
    std::vector<std::string> ids{normal_id(id)};
    const auto add = [&](std::string other) {
        if (std::ranges::find(ids, other) == ids.end()) ids.push_back(std::move(other));
    };
    if (const auto number = number_of(ids.front(), 16)) add(std::to_string(*number));
    if (const auto number = number_of(ids.front(), 10)) {
        std::array<char, 16> digits{};
        auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), *number, 16).ptr;
        add({digits.data(), end});
    }
    return ids;
}

}  // namespace simtrail::sms::smpp
