#include "engine/ledger/reply_words.hpp"

#include <utf8proc.h>

#include <array>
#include <optional>
#include <utility>

namespace simtrail::ledger {
namespace {

using CodePoint = utf8proc_int32_t;

/// Where the ten digits of scripts in use begin (Unicode, general category Nd); ASCII first. Full-width ones decompose.
constexpr std::array<CodePoint, 21> zeros{'0',    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66,
                                          0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
                                          0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x19D0};

std::optional<CodePoint> digit_of(CodePoint c) {
    for (const CodePoint zero : zeros)
        if (c >= zero && c < zero + 10) return c - zero;
    return std::nullopt;
}

/// Marks that people leave out: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs. Those of Indic scripts
/// are letters, and stay.
bool is_accent(CodePoint c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7) || (c >= 0x064B && c <= 0x065F) || c == 0x0640;
}

/// Letters that have no accent to take away, and are written without theirs all the same.
CodePoint plain_letter(CodePoint c) {
    switch (c) {
        case 0x0131: return 'i';  // dotless i
        case 0x0111: return 'd';  // with stroke
        case 0x0142: return 'l';
        case 0x00F8: return 'o';
        case 0x0127: return 'h';
        default: return c;
    }
}

bool is_apostrophe(CodePoint c) { return c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == '`'; }

bool is_letter(CodePoint c) {
    const auto category = utf8proc_category(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;  // letters, marks, numbers
}

std::vector<CodePoint> folded(std::string_view text) {
    constexpr auto how =
        static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto length = static_cast<utf8proc_ssize_t>(text.size());
    const auto count = utf8proc_decompose(bytes, length, nullptr, 0, how);
    if (count <= 0) return {};
    std::vector<CodePoint> points(static_cast<std::size_t>(count));
    utf8proc_decompose(bytes, length, points.data(), count, how);
    return points;
}

void append(std::string& word, CodePoint c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = utf8proc_encode_char(c, bytes.data());
    word.append(bytes.begin(), bytes.begin() + size);
}

std::string encoded(const std::vector<CodePoint>& points) {
    std::string text;
    for (const CodePoint c : points) append(text, c);
    return text;
}

class Words {
   public:
    void take(CodePoint c) {
        if (is_apostrophe(c) || is_accent(c)) return;
        const auto digit = digit_of(c);
        if (digit.has_value() != in_number_ || (!digit && !is_letter(c))) end();
        in_number_ = digit.has_value();
        if (digit)
            word_ += static_cast<char>('0' + *digit);
        else if (is_letter(c))
            append(word_, plain_letter(c));
    }

    /// The word is whole. Where something was left out between marks, they may have to change places (canonical order).
    void end() {
        if (!word_.empty()) words_.push_back(encoded(folded(word_)));
        word_.clear();
    }

    std::vector<std::string> taken() && { return std::move(words_); }

   private:
    std::vector<std::string> words_;
    std::string word_;
    bool in_number_ = false;
};

}  // namespace

std::vector<std::string> folded_words(std::string_view text) {
    Words words;
    for (const CodePoint c : folded(text)) words.take(c);
    words.end();
    return std::move(words).taken();
}

}  // namespace simtrail::ledger
