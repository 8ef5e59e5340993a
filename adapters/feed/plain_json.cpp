#include "adapters/feed/plain_json.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "adapters/feed/json_keys.hpp"
#include "adapters/feed/seen_fields.hpp"

namespace simtrail::feed {

namespace {

constexpr auto alphanumeric = [] {
    std::array<bool, 256> table{};
    for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
    return table;
}();

constexpr bool is_alphanumeric(char c) noexcept { return alphanumeric[static_cast<unsigned char>(c)]; }

/// The digits at the front of eight bytes, read without a branch a digit: lengths vary, and a wrong guess costs as much
/// as the whole number.
struct Digits {
    int count = 0;
    std::uint64_t value = 0;

    static constexpr int most = 8;

    static Digits at(const char* text) noexcept {
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text, sizeof bytes);
        bytes ^= 0x3030303030303030;  // a digit becomes its value, anything else 10 or more
        const auto others = (bytes | (bytes + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0;  // right up to the first
        const int count = std::countr_zero(others) / 8;
        if (count == 0) return {};
        bytes <<= 64 - 8 * count;  // zeros in front
        bytes = bytes * 10 + (bytes >> 8);
        constexpr std::uint64_t pairs = 0x000000FF000000FF;
        const auto upper = (bytes & pairs) * (100 + (std::uint64_t{1'000'000} << 32));
        const auto lower = ((bytes >> 16) & pairs) * (1 + (std::uint64_t{10'000} << 32));
        return {count, (upper + lower) >> 32};
    }
};

/// Needs no bound but the line's last byte, a brace: every token ends before it, and `ended` is asked behind each brace.
class PlainReader {
   public:
    PlainReader(std::string_view line, EventFields& fields, KeyOrder& event_order, KeyOrder& neighbour_order) noexcept
        : at_(line.data()),
          end_(line.data() + line.size()),
          fields_(fields),
          event_order_(event_order),
          neighbour_order_(neighbour_order) {}

    bool read() noexcept {
        if (!take('{')) return false;
        SeenFields seen;
        auto field = Field::unknown;
        do {
            field = take_key(event_order_.after(field));
            if (field == Field::unknown || !seen.first(field) || !take_value(field)) return false;
        } while (take_spaced(','));
        return take('}') && ended();
    }

   private:
    bool ended() const noexcept { return at_ >= end_; }

    bool take(char c) noexcept {
        if (*at_ != c) return false;
        ++at_;
        return true;
    }
    bool take_spaced(char c) noexcept {
        if (!take(c)) return false;
        if (*at_ == ' ') [[unlikely]]  // a branch, guessed right line after line, and not an addition to wait for
            ++at_;
        return true;
    }

    /// A known key and its colon; else `unknown`. Tries the expected key first, and learns.
    Field take_key(Field& expected) noexcept {
        if (!take('"')) return Field::unknown;
        if (!JsonKeys::is(expected, at_)) {
            const auto field = JsonKeys::at(at_);
            if (field == Field::unknown) return field;
            expected = field;
        }
        const auto field = expected;
        at_ += JsonKeys::size(field);
        return take_spaced(':') ? field : Field::unknown;
    }

    bool take_value(Field field) noexcept {
        if (is_number(field)) return take_number(fields_.number(field));
        if (is_text(field)) return take_text(fields_.text(field));
        return take_neighbours();
    }

    bool take_text(TextField& field) noexcept {
        if (!take('"')) return false;
        const char* const first = at_;
        while (is_alphanumeric(*at_)) ++at_;
        field = {{first, at_}, TextField::Spelling::text};
        return take('"');
    }

    /// An integer of up to 16 digits.
    bool take_number(NumberField& number) noexcept {
        const bool negative = take('-');
        [[maybe_unused]] const bool leading_zero = *at_ == '0';  // the planted bug overlooks it
        auto digits = Digits::at(at_);
        auto count = digits.count;
        auto value = static_cast<std::int64_t>(digits.value);
        if (count == Digits::most) {
            constexpr std::array<std::int64_t, Digits::most + 1> shifts{
                1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};
            digits = Digits::at(at_ + count);
            value = value * shifts[static_cast<std::size_t>(digits.count)] + static_cast<std::int64_t>(digits.value);
            count += digits.count;
        }
        at_ += count;
        number = {negative ? -value : value, NumberField::Spelling::integer};
#ifdef SIMTRAIL_PLANTED_BUGS
        return count > 0;  // leading zeros overlooked
#else
        return count == 1 || (count > 0 && !leading_zero);
#endif
    }

    bool take_neighbours() noexcept {
        if (!take('[')) return false;
        if (take(']')) return true;
        do {
            if (!take_neighbour() || ended()) return false;
        } while (take_spaced(','));
        return take(']');
    }

    bool take_neighbour() noexcept {
        auto* const neighbour = take('{') ? fields_.add_neighbour() : nullptr;
        if (!neighbour) return false;
        SeenFields seen;
        auto field = Field::unknown;
        do {
            field = take_key(neighbour_order_.after(field));
            auto* const number = neighbour->slot(field);
            if (!number || !seen.first(field) || !take_number(*number)) return false;
        } while (take_spaced(','));
        return take('}');
    }

    const char* at_;
    const char* const end_;
    EventFields& fields_;
    KeyOrder& event_order_;
    KeyOrder& neighbour_order_;
};

}  // namespace

bool PlainJson::read(std::string_view line, EventFields& fields) noexcept {
    if (!line.ends_with('}')) return false;
    fields.clear();
    return PlainReader(line, fields, event_order_, neighbour_order_).read();
}

}  // namespace simtrail::feed
