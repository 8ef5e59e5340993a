#include "adapters/sms/kannel/charset.hpp"

#include <algorithm>

#include "adapters/http/message.hpp"
#include "adapters/sms/smpp/text_coding.hpp"
#include "adapters/sms/smpp/utf8.hpp"

namespace simtrail::sms::kannel {

namespace {

using smpp::Alphabet;

std::string mended(std::string_view text) {
    std::string out;
    while (!text.empty()) smpp::append_utf8(out, smpp::take_utf8(text));
    return out;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view each) { return http::same_letters(name, each); });
}

}  // namespace

bool is_gsm_text(std::string_view text) { return smpp::encode_text(text, Alphabet::gsm).alphabet == Alphabet::gsm; }

std::optional<std::string> utf8_of(std::string_view bytes, std::string_view charset) {
    if (is_one_of(charset, {"utf-8", "us-ascii"})) return mended(bytes);
    if (is_one_of(charset, {"utf-16be", "ucs-2"})) return smpp::decode_text(bytes, Alphabet::ucs2);
    if (is_one_of(charset, {"iso-8859-1"})) return smpp::decode_text(bytes, Alphabet::latin1);
    if (smpp::is_plain_text(bytes)) return std::string(bytes);
    return std::nullopt;
}

}  // namespace simtrail::sms::kannel
