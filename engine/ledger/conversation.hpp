#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace simtrail::ledger {

/// The words that subscribers answer with, and the texts that they get, in the operator's languages. A word may be several
/// ("DE ACUERDO"); case, accents, width and punctuation do not matter. In texts, `{tenant}` is the asking tenant's name and
/// `{code}` the request's code.
struct ConversationRules {
    std::vector<std::string> grant{"YES", "Y", "ALLOW"};
    std::vector<std::string> deny{"NO", "N", "DENY"};
    std::vector<std::string> stop{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"};
    /// A text that begins with a grant and has one of these in it is asked about, not taken.
    std::vector<std::string> doubt{"NOT", "DONT", "NEVER", "CANNOT", "CANT", "WONT", "BUT", "UNLESS", "IF"};

    std::string request_text =
        "{tenant} asks to see where this phone is. Reply YES {code} to allow it or NO {code} to deny it. "
        "STOP ends it at any time.";
    std::string reminder_text =
        "{tenant} still waits for your answer: may it see where this phone is? Reply YES {code} or NO {code}.";
    std::string allowed_text = "{tenant} may see where this phone is from now on. Reply STOP to end it at any time.";
    std::string denied_text = "{tenant} may not see where this phone is.";
    std::string stopped_text = "Nobody may see where this phone is any more.";
    std::string which_text = "Which request do you mean? Reply YES or NO with its four-digit code.";
    std::string hint_text =
        "Sorry, we did not understand. Reply YES or NO with the four-digit code of a request, or STOP to end all "
        "tracking of this phone.";

    std::string gateway = "console";  // which one texts leave by: kept as evidence

    bool operator==(const ConversationRules&) const = default;
};

/// What is wrong with rules, for the operator, and where: "words.deny", "texts.hint".
struct ConversationFault {
    std::string_view where;
    std::string what;
};

/// A list without words, a word in two lists or with digits, a text without its placeholders or longer than ten messages.
std::optional<ConversationFault> fault_of(const ConversationRules& rules);

/// What a reply says. `unclear`: no word that is known. `both`: yes and no, or yes and a doubt: to be asked again.
enum class Word : std::uint8_t { unclear, both, grant, deny, stop };
struct Reply {
    Word word = Word::unclear;
    std::optional<std::uint16_t> code;

    bool operator==(const Reply&) const = default;
};

/// Reads replies. The first word decides, and a four-digit code anywhere: "YES please", "4821 yes". Nothing is granted by a
/// text that speaks both ways ("yes no"), doubts ("yes but not now"), has other numbers in it, or has no code and more than
/// three words ("Yes who is this"). A stop word counts at the
/// beginning of any text, and anywhere in one of at most three words that does not begin with a grant: in doubt nobody is
/// tracked.
class ReplyReader {
   public:
    explicit ReplyReader(const ConversationRules& rules);

    Reply read(std::string_view text) const;

   private:
    /// What words mean; `other`: nothing that was listed.
    enum class Symbol : std::uint8_t { other, grant, deny, stop, doubt };
    struct Phrase {
        Symbol symbol;
        std::vector<std::string> words;  // folded
    };
    struct Symbols;

    const Phrase* longest_at(std::span<const std::string> words) const;
    Symbols symbols_of(std::span<const std::string> words) const;

    std::vector<Phrase> phrases_;
};

/// `form` with its placeholders filled in.
std::string filled(std::string_view form, std::string_view tenant, std::string_view code);

/// Four digits.
std::string code_text(std::uint16_t code);

}  // namespace simtrail::ledger
