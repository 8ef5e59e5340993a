#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace simtrail::simulate {

/// A line being written: literal pieces and numbers, no format strings.
class TextLine {
   public:
    void clear() noexcept { text_.clear(); }
    TextLine& operator<<(std::string_view piece) {
        text_ += piece;
        return *this;
    }
    TextLine& operator<<(std::int64_t number) {
        std::array<char, 24> digits{};
        text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
        return *this;
    }
    /// Degrees with six decimals (0.1 m).
    TextLine& degrees(double value) {
        constexpr std::int64_t unit = 1'000'000;
        const auto scaled = static_cast<std::int64_t>(value * unit + (value < 0 ? -0.5 : 0.5));
        if (scaled < 0) text_ += '-';
        const auto size = scaled < 0 ? -scaled : scaled;
        *this << size / unit << ".";
        const auto fraction = std::to_string(unit + size % unit);
        return *this << std::string_view{fraction}.substr(1);
    }
    const std::string& text() const noexcept { return text_; }

   private:
    std::string text_;
};

}  // namespace simtrail::simulate
