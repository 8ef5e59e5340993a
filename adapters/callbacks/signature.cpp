#include "adapters/callbacks/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace simtrail::callbacks {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

using Digest = std::array<unsigned char, 32>;

Digest hmac_sha256(std::string_view key, std::string_view text) {
    Digest digest{};
    unsigned size = 0;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), digest.data(), &size) ==
        nullptr)
        throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
    return digest;
}

std::string hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) text.append({digits[byte >> 4U], digits[byte & 15U]});
    return text;
}

std::string base64(const Digest& digest) {
    std::array<unsigned char, 4 * ((Digest{}.size() + 2) / 3) + 1> text{};
    const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return {text.begin(), text.begin() + size};
}

}  // namespace

std::expected<std::string, std::string> decode_secret(std::string_view base64) {
    constexpr std::size_t longest = 4 * ((max_secret_bytes + 2) / 3);
    const auto bad = std::unexpected("is not base64 of 1 to " + std::to_string(max_secret_bytes) + " bytes");
    if (base64.empty() || base64.size() % 4 != 0 || base64.size() > longest) return bad;
    const std::size_t padding = base64.ends_with("==") ? 2 : base64.ends_with('=') ? 1 : 0;
    base64.remove_suffix(padding);
    std::string key;
    std::uint32_t bits = 0;
    std::size_t have = 0;
    for (const char c : base64) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos) return bad;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        key += static_cast<char>((bits >> have) & 0xffU);
    }
    // Bits beyond the last byte must be zero: one key, one spelling.
    if ((bits & ((1U << have) - 1)) != 0 || key.size() > max_secret_bytes) return bad;
    return key;
}

http::Headers signature_headers(std::string_view event_id, std::int64_t at_s, std::string_view body,
                                std::string_view key) {
    const auto timestamp = std::to_string(at_s);
    http::Headers headers{{"webhook-id", std::string(event_id)}, {"webhook-timestamp", timestamp}};
    if (key.empty()) return headers;
    std::string signed_text(event_id);
    signed_text.append(".").append(timestamp).append(".").append(body);
    headers.emplace_back("webhook-signature", "v1," + base64(hmac_sha256(key, signed_text)));
    headers.emplace_back("X-COREOS-HMAC-SIGNATURE", hex(hmac_sha256(key, body)));
    return headers;
}

}  // namespace simtrail::callbacks
