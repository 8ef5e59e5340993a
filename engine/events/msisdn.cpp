#include "engine/events/msisdn.hpp"

#include <algorithm>

namespace simtrail {

std::string Msisdn::text() const {
    std::string digits(packed_ >> digits_shift, '0');
    std::uint64_t value = packed_ & ((std::uint64_t{1} << digits_shift) - 1);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, value /= 10)
        *digit = static_cast<char>('0' + value % 10);
    return digits;
}

std::string Msisdn::masked() const {
    constexpr std::ptrdiff_t head = 2, tail = 4;
    std::string digits = text();
    const bool short_number = std::ssize(digits) <= head + tail;
    std::fill(short_number ? digits.begin() : digits.begin() + head, short_number ? digits.end() : digits.end() - tail,
              '*');
    return digits;
}

}  // namespace simtrail
