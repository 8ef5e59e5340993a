#include "adapters/access/api_keys.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace simtrail::access {

namespace {

constexpr std::size_t id_bytes = 6;       // public; two alike are refused by the store
constexpr std::size_t secret_bytes = 32;  // nothing to guess: a fast hash is enough

std::string random_hex(std::size_t bytes) {
    std::array<unsigned char, secret_bytes> random{};
    if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1)
        throw std::runtime_error("the system's random generator failed: no key was made");
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) {
        text.push_back("0123456789abcdef"[random[i] >> 4]);
        text.push_back("0123456789abcdef"[random[i] & 15]);
    }
    OPENSSL_cleanse(random.data(), random.size());
    return text;
}

/// False where the library has no SHA-256 (a broken installation): then no key is the presented one.
bool hash_of(std::string_view text, std::array<std::uint8_t, 32>& hash) noexcept {
    unsigned size = 0;
    return EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr) == 1 && size == hash.size();
}

}  // namespace

NewKey make_key() {
    NewKey key;
    key.record.id = random_hex(id_bytes);
    key.text = "sk_" + key.record.id + '_' + random_hex(secret_bytes);
    if (!hash_of(key.text, key.record.hash)) throw std::runtime_error("OpenSSL has no SHA-256: no key was made");
    return key;
}

std::optional<std::size_t> find_key(std::span<const ApiKey> keys, std::string_view presented) noexcept {
    std::array<std::uint8_t, 32> hash{};
    if (!hash_of(presented, hash)) return std::nullopt;
    std::size_t found = keys.size();
    for (std::size_t i = 0; i < keys.size(); ++i) {  // all of them, wherever the right one is
        const bool same = CRYPTO_memcmp(keys[i].hash.data(), hash.data(), hash.size()) == 0;
        found = same ? i : found;
    }
    return found == keys.size() ? std::nullopt : std::optional(found);
}

}  // namespace simtrail::access
