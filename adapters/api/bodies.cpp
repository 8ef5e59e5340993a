#include "adapters/api/bodies.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/callbacks/target.hpp"
#include "engine/ledger/duration.hpp"

namespace simtrail::api {

namespace {

using Json = nlohmann::json;
using ledger::CallbackTarget;

constexpr std::size_t max_depth = 32;                // a callback's meta may nest; writing it out recurses
constexpr std::size_t max_name_chars = 128;          // contract, section 4
constexpr std::size_t max_external_ref_bytes = 256;  // kept with each track, given back in each status

template <class Value>
using Checked = std::expected<Value, Problem>;

std::unexpected<Problem> bad(std::string_view field, std::string_view what) {
    return std::unexpected(invalid(field, what));
}

/// Looks at the text alone: a parser would already have built what is too deep.
bool nests_too_deep(std::string_view json) noexcept {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > max_depth) return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return false;
}

Checked<Json> parse_object(std::string_view text) {
    if (nests_too_deep(text)) return bad("body", "nests deeper than 32 levels");
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return bad("body", "is not JSON (RFC 8259, UTF-8)");
    if (!json.is_object()) return bad("body", "is not a JSON object");
    return json;
}

/// The member of that name; nullptr where it is absent or null.
const Json* member(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// Named as the client wrote it: "callback.url".
std::string path_of(std::string_view parent, std::string_view name) {
    return parent.empty() ? std::string(name) : std::string(parent).append(".").append(name);
}

Checked<std::optional<std::string>> text_member(const Json& object, const char* name, std::string_view parent = {}) {
    const Json* found = member(object, name);
    if (found == nullptr) return std::nullopt;
    if (!found->is_string()) return bad(path_of(parent, name), "is not a string");
    return found->get<std::string>();
}

Checked<std::string> required_text(const Json& object, const char* name) {
    auto text = text_member(object, name);
    if (!text) return std::unexpected(std::move(text).error());
    if (!*text) return bad(name, "is missing: give it as a string");
    return **std::move(text);
}

Checked<std::optional<std::string>> meta_of(const Json& callback) {
    const Json* meta = member(callback, "meta");
    if (meta == nullptr) return std::nullopt;
    if (!meta->is_object()) return bad("callback.meta", "is not a JSON object");
    return meta->dump();
}

Checked<std::optional<CallbackTarget>> callback_of(const Json& body, const BodyRules& rules) {
    const Json* callback = member(body, "callback");
    if (callback == nullptr) return std::nullopt;
    if (!callback->is_object()) return bad("callback", R"(is not an object: {"url","meta"?,"secret"?})");
    auto url = text_member(*callback, "url", "callback");
    auto secret = text_member(*callback, "secret", "callback");
    auto meta = meta_of(*callback);
    if (!url) return std::unexpected(std::move(url).error());
    if (!secret) return std::unexpected(std::move(secret).error());
    if (!meta) return std::unexpected(std::move(meta).error());
    if (!*url) return bad("callback.url", "is missing: give an http or https URL");
    auto target = callbacks::check_target(**std::move(url), *std::move(meta), *secret, rules.allow_private_callbacks);
    if (!target) return bad(target.error().field, target.error().what);
    return CallbackTarget{
        .url = std::move(target->url), .meta_json = std::move(target->meta_json), .secret = std::move(target->key)};
}

bool is_track_name(std::string_view text) noexcept {
    static constexpr std::string_view symbols = " ._-";
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               symbols.find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= max_name_chars && std::ranges::all_of(text, fits);
}

Checked<std::string> track_name_of(const Json& body) {
    auto name = text_member(body, "trackName");
    if (!name) return std::unexpected(std::move(name).error());
    if (!*name) return std::string();
    if (!is_track_name(**name)) return bad("trackName", "is not 1 to 128 of letters, digits, space, '.', '_' and '-'");
    return **std::move(name);
}

Checked<std::string> external_ref_of(const Json& body) {
    auto text = text_member(body, "externalRefId");
    if (!text) return std::unexpected(std::move(text).error());
    std::string ref = (*std::move(text)).value_or("");
    if (ref.size() > max_external_ref_bytes) return bad("externalRefId", "is longer than 256 bytes");
    return ref;
}

Checked<bool> flag_of(const Json& body, const char* name) {
    const Json* found = member(body, name);
    if (found != nullptr && !found->is_boolean()) return bad(name, "is not true or false");
    return found != nullptr && found->get<bool>();
}

Checked<std::int64_t> expiry_of(const Json& body) {
    auto text = text_member(body, "expiry");
    if (!text) return std::unexpected(std::move(text).error());
    if (!*text) return ledger::max_track_expiry_ms;
    const auto duration = ledger::parse_duration(**text, ledger::max_track_expiry_ms);
    if (!duration) return bad("expiry", duration.error());
    return *duration;
}

Checked<Msisdn> msisdn_of(const Json& body, const BodyRules& rules) {
    const auto text = required_text(body, "msisdn");
    if (!text) return std::unexpected(text.error());
    return parse_msisdn(*text, rules.msisdn_max_digits);
}

Checked<bool> operation_of(const Json& body) {
    const auto operation = required_text(body, "operation");
    if (!operation) return std::unexpected(operation.error());
    if (*operation != "start" && *operation != "stop") return bad("operation", R"(is neither "start" nor "stop")");
    return *operation == "start";
}

}  // namespace

Checked<Msisdn> parse_msisdn(std::string_view text, int max_digits) {
    const auto msisdn = Msisdn::parse(text);
    if (!msisdn || text.size() > static_cast<std::size_t>(max_digits))
        return bad("msisdn", "is not 1 to " + std::to_string(max_digits) + " digits (no plus sign, no blanks)");
    return *msisdn;
}

Checked<ConsentBody> parse_consent_body(std::string_view json, const BodyRules& rules) {
    if (json.empty()) return ConsentBody{};
    const auto body = parse_object(json);
    if (!body) return std::unexpected(body.error());
    auto callback = callback_of(*body, rules);
    if (!callback) return std::unexpected(std::move(callback).error());
    return ConsentBody{*std::move(callback)};
}

Checked<CreateBody> parse_create_body(std::string_view json, const BodyRules& rules) {
    const auto body = parse_object(json);
    if (!body) return std::unexpected(body.error());
    const auto msisdn = msisdn_of(*body, rules);
    auto name = track_name_of(*body);
    auto external_ref = external_ref_of(*body);
    const auto start = flag_of(*body, "defaultStart");
    const auto expiry_ms = expiry_of(*body);
    auto callback = callback_of(*body, rules);
    if (!msisdn) return std::unexpected(msisdn.error());
    if (!name) return std::unexpected(std::move(name).error());
    if (!external_ref) return std::unexpected(std::move(external_ref).error());
    if (!start) return std::unexpected(start.error());
    if (!expiry_ms) return std::unexpected(expiry_ms.error());
    if (!callback) return std::unexpected(std::move(callback).error());
    return CreateBody{.msisdn = *msisdn,
                      .name = *std::move(name),
                      .external_ref = *std::move(external_ref),
                      .start = *start,
                      .expiry_ms = *expiry_ms,
                      .callback = *std::move(callback)};
}

Checked<UpdateBody> parse_update_body(std::string_view json, const BodyRules& rules) {
    const auto body = parse_object(json);
    if (!body) return std::unexpected(body.error());
    const auto start = operation_of(*body);
    auto callback = callback_of(*body, rules);
    if (!start) return std::unexpected(start.error());
    if (!callback) return std::unexpected(std::move(callback).error());
    return UpdateBody{*start, *std::move(callback)};
}

}  // namespace simtrail::api
