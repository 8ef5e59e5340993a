#include "adapters/callbacks/target.hpp"

#include <algorithm>
#include <array>

#include "adapters/callbacks/signature.hpp"
#include "adapters/http/client.hpp"

namespace simtrail::callbacks {

namespace {

/// Names that no public resolver knows (RFC 6761, 6762, 7686, 8375, 9476; ICANN's .internal): what answers to them is ours.
bool is_private_name(std::string_view host) {
    constexpr std::array<std::string_view, 12> endings{"localhost",   "local", "internal", "intranet",
                                                       "lan",         "home",  "corp",     "arpa",
                                                       "localdomain", "onion", "test",     "invalid"};
    if (!host.contains('.')) return true;
    const auto last = host.substr(host.rfind('.') + 1);
    return std::ranges::find(endings, last) != endings.end();
}

}  // namespace

std::expected<Target, TargetFault> check_target(std::string url, std::optional<std::string> meta_json,
                                                const std::optional<std::string>& secret_base64,
                                                bool allow_private_addresses) {
    const auto parsed = http::parse_url(url);
    if (!parsed) return std::unexpected(TargetFault{"callback.url", "is not usable: " + parsed.error()});
    const bool is_private =
        parsed->literal_address ? !http::is_public_address(parsed->host) : is_private_name(parsed->host);
    if (is_private && !allow_private_addresses)
        return std::unexpected(TargetFault{"callback.url", "does not name a public address"});
    Target target{.url = std::move(url), .meta_json = std::move(meta_json).value_or("{}"), .key = {}};
    if (target.meta_json.size() > max_meta_bytes)
        return std::unexpected(
            TargetFault{"callback.meta", "is larger than " + std::to_string(max_meta_bytes) + " bytes"});
    if (!secret_base64) return target;
    auto key = decode_secret(*secret_base64);
    if (!key) return std::unexpected(TargetFault{"callback.secret", key.error()});
    target.key = *std::move(key);
    return target;
}

}  // namespace simtrail::callbacks
