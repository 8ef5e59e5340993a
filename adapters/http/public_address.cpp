// IANA's registries of special-purpose addresses, IPv4 and IPv6 (RFC 6890, 8190, 9637), as of 2026.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "adapters/http/client.hpp"

namespace simtrail::http {

namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

struct Range4 {
    Bytes4 base;
    int bits;
};

/// Not reachable by everyone, or not one machine. Anycast of IETF protocols (192.0.0.9, 192.88.99.1) is in: no receiver of
/// callbacks is there.
constexpr std::array special4{
    Range4{{0, 0, 0, 0}, 8},        // this network
    Range4{{10, 0, 0, 0}, 8},       // private
    Range4{{100, 64, 0, 0}, 10},    // carriers' shared space: an operator's own network
    Range4{{127, 0, 0, 0}, 8},      // loopback
    Range4{{169, 254, 0, 0}, 16},   // link-local, and clouds' metadata services
    Range4{{172, 16, 0, 0}, 12},    // private
    Range4{{192, 0, 0, 0}, 24},     // IETF protocols
    Range4{{192, 0, 2, 0}, 24},     // documentation
    Range4{{192, 88, 99, 0}, 24},   // 6to4 relays, given up
    Range4{{192, 168, 0, 0}, 16},   // private
    Range4{{198, 18, 0, 0}, 15},    // benchmarks
    Range4{{198, 51, 100, 0}, 24},  // documentation
    Range4{{203, 0, 113, 0}, 24},   // documentation
    Range4{{224, 0, 0, 0}, 4},      // multicast
    Range4{{240, 0, 0, 0}, 4},      // reserved, and broadcast
};

struct Range6 {
    Bytes16 base;
    int bits;
};

constexpr Range6 global_unicast{{0x20}, 3};  // all of IPv6 that was given out
/// Within it.
constexpr std::array special6{
    Range6{{0x20, 0x01}, 23},              // IETF protocols: Teredo, ORCHID, benchmarks, ...
    Range6{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    Range6{{0x3f, 0xff}, 20},              // documentation
};
/// Addresses that stand for the IPv4 one at `at`: where that is public, so are they.
struct Embedding {
    Range6 range;
    std::size_t at;
};
constexpr std::array embeddings{
    Embedding{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped: the system connects by IPv4
    Embedding{{{0, 0x64, 0xff, 0x9b}, 96}, 12},                       // NAT64
    Embedding{{{0x20, 0x02}, 16}, 2},                                 // 6to4
};

template <std::size_t size>
bool within(const std::array<std::uint8_t, size>& address, const std::array<std::uint8_t, size>& base, int bits) {
    const auto bytes = static_cast<std::size_t>(bits / 8);
    if (!std::equal(base.begin(), base.begin() + bytes, address.begin())) return false;
    const int rest = bits % 8;
    return rest == 0 || ((address[bytes] ^ base[bytes]) >> (8 - rest)) == 0;
}

bool is_public(const Bytes4& address) {
    return std::ranges::none_of(special4, [&](const Range4& each) { return within(address, each.base, each.bits); });
}

Bytes4 embedded(const Bytes16& address, std::size_t at) {
    Bytes4 inner{};
    std::copy_n(address.begin() + static_cast<std::ptrdiff_t>(at), inner.size(), inner.begin());
    return inner;
}

/// RFC 5214: the interface's half is 0000:5efe or 0200:5efe and an IPv4 address, to which routers tunnel.
bool is_isatap(const Bytes16& address) {
    return (address[8] & 0xfdU) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == 0xfe;
}

bool is_public(const Bytes16& address) {
    for (const Embedding& each : embeddings)
        if (within(address, each.range.base, each.range.bits)) return is_public(embedded(address, each.at));
    const auto is_within = [&](const Range6& each) { return within(address, each.base, each.bits); };
    if (!is_within(global_unicast) || std::ranges::any_of(special6, is_within)) return false;
    return !is_isatap(address) || is_public(embedded(address, 12));
}

}  // namespace

bool is_public_address(const std::string& address) {
    Bytes4 four{};
    if (inet_pton(AF_INET, address.c_str(), four.data()) == 1) return is_public(four);
    Bytes16 six{};
    return inet_pton(AF_INET6, address.c_str(), six.data()) == 1 && is_public(six);
}

}  // namespace simtrail::http
