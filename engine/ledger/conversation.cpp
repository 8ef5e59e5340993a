#include "engine/ledger/conversation.hpp"

#include <algorithm>
#include <array>

#include "engine/ledger/reply_words.hpp"

namespace simtrail::ledger {
namespace {

constexpr std::size_t code_digits = 4;
constexpr std::size_t few_words = 3;
constexpr std::size_t max_text_bytes = 1530;  // ten messages: more is a mistake in the configuration

using Words = std::vector<std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number(std::string_view word) { return is_digit(word.front()); }

std::uint16_t value_of(std::string_view digits) {
    unsigned value = 0;
    for (const char digit : digits) value = value * 10 + static_cast<unsigned>(digit - '0');
    return static_cast<std::uint16_t>(value);
}

struct List {
    std::string_view name;
    const std::vector<std::string>& words;
};

/// In the order of the symbols.
std::array<List, 4> lists_of(const ConversationRules& rules) {
    return {{{"words.grant", rules.grant},
             {"words.deny", rules.deny},
             {"words.stop", rules.stop},
             {"words.doubt", rules.doubt}}};
}

struct Text {
    std::string_view name;
    const std::string& form;
    bool of_request = false, of_answer = false;

    bool of_tenant() const { return of_request || of_answer; }
};

std::array<Text, 7> texts_of(const ConversationRules& rules) {
    return {{{"texts.request", rules.request_text, true},
             {"texts.reminder", rules.reminder_text, true},
             {"texts.allowed", rules.allowed_text, false, true},
             {"texts.denied", rules.denied_text, false, true},
             {"texts.stopped", rules.stopped_text},
             {"texts.which", rules.which_text},
             {"texts.hint", rules.hint_text}}};
}

std::optional<ConversationFault> fault_of_words(const ConversationRules& rules) {
    std::vector<Words> seen;
    for (const List& list : lists_of(rules)) {
        if (list.words.empty() && &list.words != &rules.doubt)
            return ConversationFault{list.name, "must have a word at least"};
        for (const std::string& word : list.words) {
            const Words phrase = folded_words(word);
            if (phrase.empty() || std::ranges::any_of(phrase, is_number))
                return ConversationFault{list.name, "'" + word + "' is no word: letters alone, without digits"};
            if (std::ranges::find(seen, phrase) != seen.end())
                return ConversationFault{list.name, "'" + word + "' stands there twice: a word means one thing"};
            seen.push_back(phrase);
        }
    }
    return std::nullopt;
}

}  // namespace

/// A reply's words, as what they mean; numbers apart.
struct ReplyReader::Symbols {
    std::vector<Symbol> words;
    std::vector<std::uint16_t> codes;
    bool other_numbers = false;

    bool has(Symbol symbol) const { return std::ranges::find(words, symbol) != words.end(); }
    bool stops() const {
        if (words.empty() || !has(Symbol::stop)) return false;
        return words.front() == Symbol::stop || (words.size() <= few_words && words.front() != Symbol::grant);
    }
    bool has_one_code() const {
#ifdef SIMTRAIL_PLANTED_BUGS
        return !codes.empty();  // the bug that reply_fuzzer must find: of two codes the first is taken
#else
        return !codes.empty() && std::ranges::count(codes, codes.front()) == std::ssize(codes);
#endif
    }
};

ReplyReader::ReplyReader(const ConversationRules& rules) {
    auto symbol = static_cast<std::uint8_t>(Symbol::grant);
    for (const List& list : lists_of(rules)) {
        for (const std::string& word : list.words)
            phrases_.push_back({static_cast<Symbol>(symbol), folded_words(word)});
        ++symbol;
    }
}

/// Of the listed phrases the longest that the words begin with.
const ReplyReader::Phrase* ReplyReader::longest_at(std::span<const std::string> words) const {
    const Phrase* longest = nullptr;
    for (const Phrase& phrase : phrases_) {
        if (phrase.words.empty() || phrase.words.size() > words.size()) continue;
        if (longest != nullptr && phrase.words.size() <= longest->words.size()) continue;
        if (std::ranges::equal(phrase.words, words.first(phrase.words.size()))) longest = &phrase;
    }
    return longest;
}

ReplyReader::Symbols ReplyReader::symbols_of(std::span<const std::string> words) const {
    Symbols symbols;
    while (!words.empty()) {
        const Phrase* found = longest_at(words);
        if (found == nullptr && is_number(words.front())) {
            if (words.front().size() == code_digits)
                symbols.codes.push_back(value_of(words.front()));
            else
                symbols.other_numbers = true;
        } else {
            symbols.words.push_back(found == nullptr ? Symbol::other : found->symbol);
        }
        words = words.subspan(found == nullptr ? 1 : found->words.size());
    }
    return symbols;
}

Reply ReplyReader::read(std::string_view text) const {
    const Symbols symbols = symbols_of(folded_words(text));
    if (symbols.stops()) return {.word = Word::stop, .code = {}};
    const auto code = symbols.has_one_code() ? std::optional(symbols.codes.front()) : std::nullopt;
    const bool several_codes = !symbols.codes.empty() && !code;
    if (symbols.other_numbers || several_codes) return {};
    const Symbol first = symbols.words.empty() ? Symbol::other : symbols.words.front();
    const bool takes_back = symbols.has(Symbol::deny) || symbols.has(Symbol::doubt);
    const bool says_more = !code && symbols.words.size() > few_words;
    if (first == Symbol::deny && !symbols.has(Symbol::grant)) return {.word = Word::deny, .code = code};
    if (first == Symbol::deny) return {.word = Word::both, .code = {}};
    if (first != Symbol::grant || symbols.has(Symbol::stop)) return {};
    if (takes_back) return {.word = Word::both, .code = {}};
    if (says_more) return {};
    return {.word = Word::grant, .code = code};
}

std::optional<ConversationFault> fault_of(const ConversationRules& rules) {
    if (auto fault = fault_of_words(rules)) return fault;
    for (const Text& text : texts_of(rules)) {
        if (text.of_request && (!text.form.contains("{tenant}") || !text.form.contains("{code}")))
            return ConversationFault{text.name, "must name {tenant} and {code}"};
        if ((!text.of_request && text.form.contains("{code}")) || (!text.of_tenant() && text.form.contains("{tenant}")))
            return ConversationFault{text.name,
                                     "cannot name what it does not know: {code} is known to request and "
                                     "reminder, {tenant} to these, allowed and denied"};
        if (text.form.empty() || text.form.size() > max_text_bytes)
            return ConversationFault{text.name, "must have 1 to " + std::to_string(max_text_bytes) + " bytes"};
    }
    return std::nullopt;
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
