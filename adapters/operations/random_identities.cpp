#include "adapters/operations/random_identities.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace simtrail::operations {

namespace {

template <std::size_t size>
std::array<std::uint8_t, size> random_bytes() {
    std::array<std::uint8_t, size> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(size)) != 1)
        throw std::runtime_error("the system's random generator has failed");
    return bytes;
}

}  // namespace

std::array<std::uint8_t, 16> RandomIdentities::uuid() {
    auto bytes = random_bytes<16>();
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);  // version 4
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 9562
    return bytes;
}

std::uint16_t RandomIdentities::code() {
    std::uint16_t code = no_code;
    while (code == no_code) {
        const auto bytes = random_bytes<2>();
        code = code_of(static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]));
    }
    return code;
}

}  // namespace simtrail::operations
