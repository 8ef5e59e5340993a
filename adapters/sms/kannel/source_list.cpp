#include "adapters/sms/kannel/source_list.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace simtrail::sms::kannel {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int mapped_bits = 96;  // of ::ffff:0:0, before the IPv4 address

struct Address {
    Bytes bytes{};
    bool four = false;
};

/// IPv4 as the mapped form of IPv6: one kind to compare.
std::optional<Address> parse_address(const std::string& text) {
    Address address;
    if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
    address.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    address.four = true;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data() + mapped_bits / 8) == 1) return address;
    return std::nullopt;
}

std::optional<int> parse_bits(std::string_view text, int most) {
    int bits = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, bits);
    if (error != std::errc{} || end != last || bits < 0 || bits > most) return std::nullopt;
    return bits;
}

bool same_prefix(const Bytes& a, const Bytes& b, int bits) {
    const auto whole = static_cast<std::size_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + bits / 8, b.begin())) return false;
    const int rest = bits % 8;
    return rest == 0 || ((a.at(whole) ^ b.at(whole)) >> (8 - rest)) == 0;
}

}  // namespace

std::expected<SourceList, std::string> SourceList::parse(const std::vector<std::string>& entries) {
    SourceList list;
    for (const std::string& entry : entries) {
        const auto slash = entry.find('/');
        const auto address = parse_address(entry.substr(0, slash));
        const int most = address && address->four ? 128 - mapped_bits : 128;
        const auto bits =
            slash == std::string::npos ? most : parse_bits(std::string_view(entry).substr(slash + 1), most);
        if (!address || !bits)
            return std::unexpected("'" + entry +
                                   "' is neither an address nor a prefix: write \"10.1.2.3\" or \"10.1.2.0/24\"");
        list.ranges_.push_back({address->bytes, *bits + (address->four ? mapped_bits : 0)});
    }
    return list;
}

bool SourceList::contains(const std::string& address) const {
    const auto found = parse_address(address);
    return found && std::ranges::any_of(
                        ranges_, [&](const Range& range) { return same_prefix(found->bytes, range.base, range.bits); });
}

}  // namespace simtrail::sms::kannel
