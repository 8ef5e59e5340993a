#pragma once

#include <cstdint>
#include <string_view>

namespace simtrail::feed {

/// A number as its line spelt it, before the contract's ranges are applied.
struct NumberField {
    enum class Spelling : std::uint8_t {
        absent,      // not there, `null`, or empty
        integer,     // digits with an optional minus, within 18 digits
        fraction,    // with a fraction or an exponent: `value` is the nearest integer, half away from zero
        beyond,      // a number past 18 digits
        unreadable,  // text that is no number
        other_type,  // another JSON type: a string, an object...
    };

    std::int64_t value = 0;  // of an integer or a fraction; else 0
    Spelling spelling = Spelling::absent;
};

/// Reads the whole of `text` by JSON's grammar: no leading zeros, no plus sign, no blanks.
NumberField parse_number(std::string_view text) noexcept;

}  // namespace simtrail::feed
