// Subscribers' texts: their words are whole, and folding them again changes nothing; what a reply says is what a plain
// reading of its words says, by the rules that the documentation has.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/conversation.hpp"
#include "engine/ledger/reply_words.hpp"

namespace {

using namespace simtrail::ledger;
using Words = std::vector<std::string>;

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_number(const std::string& word) { return word[0] >= '0' && word[0] <= '9'; }

bool any(const Words& words, std::initializer_list<std::string_view> listed) {
    return std::ranges::any_of(words, [&](const std::string& word) {
        return std::ranges::find(listed, std::string_view(word)) != listed.end();
    });
}

Reply plainly_read(const Words& words) {
    Words spoken, numbers;
    for (const std::string& word : words) (is_number(word) ? numbers : spoken).push_back(word);
    const Words first(spoken.begin(), spoken.begin() + (spoken.empty() ? 0 : 1));
    const auto grants = [](const Words& said) { return any(said, {"yes", "y", "allow"}); };
    const auto denies = [](const Words& said) { return any(said, {"no", "n", "deny"}); };
    const auto stops = [](const Words& said) {
        return any(said, {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"});
    };
    const bool doubts = any(spoken, {"not", "dont", "never", "cannot", "cant", "wont", "but", "unless", "if"});
    if (stops(first) || (stops(spoken) && spoken.size() <= 3 && !grants(first)))
        return {.word = Word::stop, .code = {}};
    for (const std::string& number : numbers)
        if (number.size() != 4 || number != numbers.front()) return {};
    Reply reply;
    const bool says_more = numbers.empty() && spoken.size() > 3;
    if (grants(first) && !denies(spoken) && !stops(spoken) && !doubts && !says_more) reply.word = Word::grant;
    if (denies(first)) reply.word = grants(spoken) ? Word::both : Word::deny;
    if (grants(first) && (denies(spoken) || doubts) && !stops(spoken)) reply.word = Word::both;
    if ((reply.word == Word::grant || reply.word == Word::deny) && !numbers.empty())
        reply.code = static_cast<std::uint16_t>(std::stoi(numbers.front()));
    return reply;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Words words = folded_words(text);
    std::string again;
    for (const std::string& word : words) {
        require(!word.empty());
        require(std::ranges::all_of(word, [&](char c) { return (c >= '0' && c <= '9') == is_number(word); }));
        again += word + ' ';
    }
    require(folded_words(again) == words);
    static const ReplyReader reader{ConversationRules{}};
    require(reader.read(text) == plainly_read(words));
    return 0;
}
