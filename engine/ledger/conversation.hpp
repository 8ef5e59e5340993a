#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simtrail::ledger {

/// The words that subscribers answer with, in any case, and the texts that they get. In texts, `{tenant}` is the asking
/// tenant's name and `{code}` the request's code.
struct ConversationRules {
    std::vector<std::string> grant{"YES", "Y", "ALLOW"};
    std::vector<std::string> deny{"NO", "N", "DENY"};
    std::vector<std::string> stop{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"};

    std::string request_text =
        "{tenant} asks to see where this phone is. Reply YES {code} to allow it or NO {code} to deny it. "
        "STOP ends it at any time.";
    std::string allowed_text = "{tenant} may see where this phone is from now on. Reply STOP to end it at any time.";
    std::string denied_text = "{tenant} may not see where this phone is.";
    std::string stopped_text = "Nobody may see where this phone is any more.";
    std::string which_text = "Which request do you mean? Reply YES or NO with its four-digit code.";

    std::string gateway = "console";  // which one texts leave by: kept as evidence
};

/// What a reply says. `unclear`: neither of the words, or more than a word and a code.
enum class Word : std::uint8_t { unclear, grant, deny, stop };
struct Reply {
    Word word = Word::unclear;
    std::optional<std::uint16_t> code;
};

/// Reads a reply: a word and a four-digit code in either order, or one of them alone; case, spaces and punctuation do not
/// matter. A stop word counts with anything after it.
Reply read_reply(std::string_view text, const ConversationRules& rules);

/// `form` with its placeholders filled in.
std::string filled(std::string_view form, std::string_view tenant, std::string_view code);

/// Four digits.
std::string code_text(std::uint16_t code);

}  // namespace simtrail::ledger
