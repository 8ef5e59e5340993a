#include "engine/ledger/conversation.hpp"

#include <algorithm>

namespace simtrail::ledger {
namespace {

constexpr std::size_t code_digits = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
/// Letters, digits and whatever is beyond ASCII; the rest separates.
bool is_wordly(char c) {
    return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string_view> tokens_of(std::string_view text) {
    std::vector<std::string_view> tokens;
    for (std::size_t from = 0; from < text.size();) {
        const auto* const begin = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), is_wordly);
        const auto* const end = std::find_if_not(begin, text.end(), is_wordly);
        if (begin != end) tokens.emplace_back(begin, end);
        from = static_cast<std::size_t>(end - text.begin());
    }
    return tokens;
}

bool is_among(std::string_view token, const std::vector<std::string>& words) {
    return std::ranges::any_of(
        words, [&](const std::string& word) { return std::ranges::equal(token, word, {}, upper, upper); });
}

std::optional<std::uint16_t> code_of(std::string_view token) {
    if (token.size() != code_digits || !std::ranges::all_of(token, is_digit)) return std::nullopt;
    unsigned code = 0;
    for (const char digit : token) code = code * 10 + static_cast<unsigned>(digit - '0');
    return static_cast<std::uint16_t>(code);
}

Word word_of(std::string_view token, const ConversationRules& rules) {
    if (is_among(token, rules.grant)) return Word::grant;
    if (is_among(token, rules.deny)) return Word::deny;
    return is_among(token, rules.stop) ? Word::stop : Word::unclear;
}

}  // namespace

Reply read_reply(std::string_view text, const ConversationRules& rules) {
    auto tokens = tokens_of(text);
    if (tokens.empty()) return {};
    if (word_of(tokens.front(), rules) == Word::stop) return {.word = Word::stop, .code = {}};
    if (tokens.size() > 2) return {};
    if (tokens.size() == 2 && code_of(tokens.front())) std::swap(tokens.front(), tokens.back());
    if (tokens.size() == 1) {
        const auto code = code_of(tokens.front());
        return {.word = code ? Word::unclear : word_of(tokens.front(), rules), .code = code};
    }
    const auto code = code_of(tokens.back());
    return code ? Reply{.word = word_of(tokens.front(), rules), .code = code} : Reply{};
}

std::string filled(std::string_view form, std::string_view tenant, std::string_view code) {
    static constexpr std::string_view tenant_place = "{tenant}", code_place = "{code}";
    std::string text;
    while (!form.empty()) {
        if (form.starts_with(tenant_place)) {
            text += tenant;
            form.remove_prefix(tenant_place.size());
        } else if (form.starts_with(code_place)) {
            text += code;
            form.remove_prefix(code_place.size());
        } else {
            text += form.front();
            form.remove_prefix(1);
        }
    }
    return text;
}

std::string code_text(std::uint16_t code) {
    const std::string digits = std::to_string(code);
    return std::string(code_digits - std::min(code_digits, digits.size()), '0') + digits;
}

}  // namespace simtrail::ledger
