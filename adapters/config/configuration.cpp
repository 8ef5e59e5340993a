#include "adapters/config/configuration.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <span>

#include "adapters/config/key_suggestion.hpp"
#include "adapters/config/toml_entries.hpp"
#include "adapters/config/value_readers.hpp"

namespace simtrail::config {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr DurationRange kept{1s, days{3650}};    // what is kept or valid: up to ten years
constexpr DurationRange waited{0s, days{60}};    // what is waited for: up to a track's longest life
constexpr DurationRange held{0s, 1h};            // later events are dropped anyway
constexpr milliseconds longest_trip = days{60};  // a track's longest life
constexpr Range port{1, 65535};
constexpr Range rate{0, 1'000'000};
constexpr Range day_mib{1, 1'048'576};
constexpr Range connections{1, 100'000};
constexpr Range octet{0, 255};
constexpr DurationRange talk{1s, 1h};  // with a gateway

using Read = Fault (*)(const Value&, Configuration&);
struct Key {
    std::string_view name;
    Read read;
};

// In the order of the example file.
constexpr auto keys = std::to_array<Key>({
    {"storage.path", [](const Value& v, Configuration& c) { return read(v, c.storage.path); }},
    {"storage.retention", [](const Value& v, Configuration& c) { return read_duration(v, kept, c.storage.retention); }},
    {"cells.files", [](const Value& v, Configuration& c) { return read(v, c.cells.files); }},
    {"positioning.candidates", [](const Value& v, Configuration& c) { return read(v, c.positioning.candidates); }},
    {"tracks.silent_after",
     [](const Value& v, Configuration& c) { return read_duration(v, waited, c.tracks.silent_after); }},
    {"api.listen", [](const Value& v, Configuration& c) { return read_address(v, c.api.listen); }},
    {"api.plain_beyond_loopback",
     [](const Value& v, Configuration& c) { return read(v, c.api.plain_beyond_loopback); }},
    {"api.msisdn_max_digits",
     [](const Value& v, Configuration& c) { return read_number(v, {12, 15}, c.api.msisdn_max_digits); }},
    {"api.requests_per_second",
     [](const Value& v, Configuration& c) { return read_number(v, rate, c.api.requests_per_second); }},
    {"api.tls.certificate", [](const Value& v, Configuration& c) { return read(v, c.api.tls.certificate); }},
    {"api.tls.key", [](const Value& v, Configuration& c) { return read(v, c.api.tls.key); }},
    {"operator.listen", [](const Value& v, Configuration& c) { return read_address(v, c.operator_port.listen); }},
    {"operator.plain_beyond_loopback",
     [](const Value& v, Configuration& c) { return read(v, c.operator_port.plain_beyond_loopback); }},
    {"feed.hold", [](const Value& v, Configuration& c) { return read_duration(v, held, c.feed.hold); }},
    {"feed.tcp.listen", [](const Value& v, Configuration& c) { return read_address(v, c.feed.tcp.listen); }},
    {"feed.tcp.trust", [](const Value& v, Configuration& c) { return read_trust(v, c.feed.tcp); }},
    {"feed.tcp.max_connections",
     [](const Value& v, Configuration& c) { return read_number(v, connections, c.feed.tcp.max_connections); }},
    {"feed.tcp.tls.certificate", [](const Value& v, Configuration& c) { return read(v, c.feed.tcp.tls.certificate); }},
    {"feed.tcp.tls.key", [](const Value& v, Configuration& c) { return read(v, c.feed.tcp.tls.key); }},
    {"feed.tcp.tls.client_ca", [](const Value& v, Configuration& c) { return read(v, c.feed.tcp.tls.client_ca); }},
    {"feed.directory.path", [](const Value& v, Configuration& c) { return read(v, c.feed.directory.path); }},
    {"feed.directory.done", [](const Value& v, Configuration& c) { return read(v, c.feed.directory.done); }},
    {"record.path", [](const Value& v, Configuration& c) { return read(v, c.record.path); }},
    {"record.keep", [](const Value& v, Configuration& c) { return read_duration(v, kept, c.record.keep); }},
    {"record.max_mib", [](const Value& v, Configuration& c) { return read_number(v, day_mib, c.record.max_mib); }},
    {"consent.profile", [](const Value& v, Configuration& c) { return read(v, c.consent.profile); }},
    {"consent.validity", [](const Value& v, Configuration& c) { return read_duration(v, kept, c.consent.validity); }},
    {"consent.request_lapse",
     [](const Value& v, Configuration& c) { return read_duration(v, kept, c.consent.request_lapse); }},
    {"consent.reminder", [](const Value& v, Configuration& c) { return read_duration(v, waited, c.consent.reminder); }},
    {"consent.min_interval",
     [](const Value& v, Configuration& c) { return read_duration(v, waited, c.consent.min_interval); }},
    {"consent.purge", [](const Value& v, Configuration& c) { return read_duration(v, kept, c.consent.purge); }},
    {"consent.erase_on_withdrawal",
     [](const Value& v, Configuration& c) { return read(v, c.consent.erase_on_withdrawal); }},
    {"sms.gateway", [](const Value& v, Configuration& c) { return read(v, c.sms.gateway); }},
    {"sms.words.grant", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.grant); }},
    {"sms.words.deny", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.deny); }},
    {"sms.words.stop", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.stop); }},
    {"sms.words.doubt", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.doubt); }},
    {"sms.texts.request", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.request_text); }},
    {"sms.texts.reminder", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.reminder_text); }},
    {"sms.texts.allowed", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.allowed_text); }},
    {"sms.texts.denied", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.denied_text); }},
    {"sms.texts.stopped", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.stopped_text); }},
    {"sms.texts.which", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.which_text); }},
    {"sms.texts.hint", [](const Value& v, Configuration& c) { return read(v, c.sms.conversation.hint_text); }},
    {"sms.smpp.host", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.host); }},
    {"sms.smpp.port", [](const Value& v, Configuration& c) { return read_number(v, port, c.sms.smpp.port); }},
    {"sms.smpp.tls", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.tls); }},
    {"sms.smpp.ca_file", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.ca_file); }},
    {"sms.smpp.system_id", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.system_id); }},
    {"sms.smpp.password",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::text, c.sms.smpp.password); }},
    {"sms.smpp.password_file",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::file, c.sms.smpp.password); }},
    {"sms.smpp.password_env",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::environment, c.sms.smpp.password); }},
    {"sms.smpp.system_type", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.system_type); }},
    {"sms.smpp.bind", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.bind); }},
    {"sms.smpp.binds", [](const Value& v, Configuration& c) { return read_number(v, {1, 16}, c.sms.smpp.binds); }},
    {"sms.smpp.source_address", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.source_address); }},
    {"sms.smpp.source_ton",
     [](const Value& v, Configuration& c) { return read_number(v, octet, c.sms.smpp.source_ton); }},
    {"sms.smpp.source_npi",
     [](const Value& v, Configuration& c) { return read_number(v, octet, c.sms.smpp.source_npi); }},
    {"sms.smpp.destination_ton",
     [](const Value& v, Configuration& c) { return read_number(v, octet, c.sms.smpp.destination_ton); }},
    {"sms.smpp.destination_npi",
     [](const Value& v, Configuration& c) { return read_number(v, octet, c.sms.smpp.destination_npi); }},
    {"sms.smpp.service_type", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.service_type); }},
    {"sms.smpp.alphabet", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.alphabet); }},
    {"sms.smpp.long_texts", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.long_texts); }},
    {"sms.smpp.tlvs", [](const Value& v, Configuration& c) { return read(v, c.sms.smpp.tlvs); }},
    {"sms.smpp.window", [](const Value& v, Configuration& c) { return read_number(v, {1, 1000}, c.sms.smpp.window); }},
    {"sms.smpp.rate", [](const Value& v, Configuration& c) { return read_number(v, rate, c.sms.smpp.rate); }},
    {"sms.smpp.enquire_interval",
     [](const Value& v, Configuration& c) { return read_duration(v, talk, c.sms.smpp.enquire_interval); }},
    {"sms.smpp.response_timeout",
     [](const Value& v, Configuration& c) { return read_duration(v, talk, c.sms.smpp.response_timeout); }},
    {"sms.kannel.send_url", [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.send_url); }},
    {"sms.kannel.username", [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.username); }},
    {"sms.kannel.password",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::text, c.sms.kannel.password); }},
    {"sms.kannel.password_file",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::file, c.sms.kannel.password); }},
    {"sms.kannel.password_env",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::environment, c.sms.kannel.password); }},
    {"sms.kannel.source_address",
     [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.source_address); }},
    {"sms.kannel.listen", [](const Value& v, Configuration& c) { return read_address(v, c.sms.kannel.listen); }},
    {"sms.kannel.receive_url", [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.receive_url); }},
    {"sms.kannel.secret",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::text, c.sms.kannel.secret); }},
    {"sms.kannel.secret_file",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::file, c.sms.kannel.secret); }},
    {"sms.kannel.secret_env",
     [](const Value& v, Configuration& c) { return read_secret(v, SecretSource::environment, c.sms.kannel.secret); }},
    {"sms.kannel.allowed_sources",
     [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.allowed_sources); }},
    {"sms.kannel.ca_file", [](const Value& v, Configuration& c) { return read(v, c.sms.kannel.ca_file); }},
    {"sms.kannel.window",
     [](const Value& v, Configuration& c) { return read_number(v, {1, 1000}, c.sms.kannel.window); }},
    {"callbacks.allow_private_addresses",
     [](const Value& v, Configuration& c) { return read(v, c.callbacks.allow_private_addresses); }},
    {"callbacks.ca_file", [](const Value& v, Configuration& c) { return read(v, c.callbacks.ca_file); }},
    {"log.level", [](const Value& v, Configuration& c) { return read(v, c.log.level); }},
    {"runtime.shards", [](const Value& v, Configuration& c) { return read_number(v, {1, 64}, c.runtime.shards); }},
});

bool is_section(std::string_view name) {
    return std::ranges::any_of(keys, [&](const Key& key) {
        return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
    });
}

/// The tables above a key: "feed" and "feed.tcp".
std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const auto& key : keys)
        for (auto dot = key.name.find('.'); dot != std::string_view::npos; dot = key.name.find('.', dot + 1))
            names.push_back(key.name.substr(0, dot));
    return names;
}

/// "feed.tcp.listen" as people find it in the file: "[feed.tcp] listen".
std::string shown_key(std::string_view key) {
    const auto dot = key.rfind('.');
    if (dot == std::string_view::npos) return std::string{key};
    return '[' + std::string{key.substr(0, dot)} + "] " + std::string{key.substr(dot + 1)};
}

std::string shown_table(std::string_view name) { return '[' + std::string{name} + ']'; }

bool is_table(const Entry& entry) { return std::holds_alternative<TableHead>(entry.value); }

std::string unknown(const Entry& entry) {
    const auto closest = closest_key(entry.key, is_table(entry) ? section_names() : configuration_keys());
    std::string what = is_table(entry) ? "there is no such table" : "there is no such key";
    if (closest.empty()) return what;
    return what + "; did you mean " + (is_table(entry) ? shown_table(closest) : shown_key(closest)) + '?';
}

Fault read_entry(const Entry& entry, Configuration& configuration) {
    if (is_table(entry) && is_section(entry.key)) return {};
    const auto* const key = std::ranges::find(keys, entry.key, &Key::name);
    if (key != keys.end()) return key->read(entry.value, configuration);
    if (is_section(entry.key)) return "is a table, [" + entry.key + "], with keys of its own";
    return unknown(entry);
}

struct Complaint {
    std::string key;
    std::string what;
};

std::optional<Complaint> check_tls(std::string_view certificate_key, const Tls& tls) {
    if (tls.certificate.empty() == tls.key.empty()) return {};
    return Complaint{std::string(certificate_key), "certificate and key come together: give both, or neither"};
}

std::optional<Complaint> check_api(const Configuration& c) {
    if (!is_loopback(c.api.listen) && !c.api.tls.enabled() && !c.api.plain_beyond_loopback)
        return Complaint{
            "api.listen",
            "plain HTTP beyond loopback would show keys and numbers to the network: give [api.tls] certificate "
            "and key, or say plain_beyond_loopback = true where a proxy speaks TLS"};
    return check_tls("api.tls.certificate", c.api.tls);
}

std::optional<Complaint> check_operator_port(const Configuration& c) {
    if (is_loopback(c.operator_port.listen)) return {};
    if (c.sms.gateway == SmsGateway::console)
        return Complaint{
            "operator.listen",
            "with the console gateway this port takes replies in any subscriber's name: keep it on loopback"};
    if (!c.operator_port.plain_beyond_loopback)
        return Complaint{"operator.listen", "is plain HTTP: keep it on loopback, or say plain_beyond_loopback = true"};
    return {};
}

std::optional<Complaint> check_feed(const Configuration& c) {
    const Tls& tls = c.feed.tcp.tls;
    if (auto complaint = check_tls("feed.tcp.tls.certificate", tls)) return complaint;
    if (!tls.client_ca.empty() && !tls.enabled())
        return Complaint{"feed.tcp.tls.client_ca", "has no effect without certificate and key"};
    if (!is_loopback(c.feed.tcp.listen) && (!tls.enabled() || tls.client_ca.empty()))
        return Complaint{
            "feed.tcp.listen",
            "beyond loopback a feed needs TLS with client certificates: give [feed.tcp.tls] certificate, key and "
            "client_ca"};
    if (!c.feed.directory.done.empty() && c.feed.directory.path.empty())
        return Complaint{"feed.directory.done", "has no effect without path"};
    return {};
}

std::optional<Complaint> check_smpp(const Smpp& smpp) {
    if (smpp.host.empty())
        return Complaint{"sms.smpp.host", "is needed for the smpp gateway: where is the SMS centre?"};
    if (smpp.system_id.empty())
        return Complaint{"sms.smpp.system_id",
                         "is needed for the smpp gateway: the name that the SMS centre knows us by"};
    if (smpp.source_address.empty())
        return Complaint{"sms.smpp.source_address", "is needed: what do subscribers answer to?"};
    if (!smpp.ca_file.empty() && !smpp.tls) return Complaint{"sms.smpp.ca_file", "has no effect without tls = true"};
    return {};
}

std::optional<Complaint> check_kannel(const Kannel& kannel) {
    if (kannel.send_url.empty())
        return Complaint{"sms.kannel.send_url", "is needed for the kannel gateway: where is smsbox's sendsms service?"};
    if (kannel.source_address.empty())
        return Complaint{"sms.kannel.source_address", "is needed: what do subscribers answer to?"};
    if (kannel.secret.empty())
        return Complaint{"sms.kannel.secret", "is needed: without it anybody could answer in a subscriber's name"};
    return {};
}

std::optional<Complaint> check_sms(const Configuration& c) {
    if (auto fault = ledger::fault_of(c.sms.conversation))
        return Complaint{"sms." + std::string(fault->where), std::move(fault->what)};
    if (c.sms.gateway == SmsGateway::smpp) return check_smpp(c.sms.smpp);
    if (c.sms.gateway == SmsGateway::kannel) return check_kannel(c.sms.kannel);
    return {};
}

std::optional<Complaint> check_consent(const Configuration& c) {
    if (c.consent.reminder >= c.consent.request_lapse)
        return Complaint{"consent.reminder", "comes too late: the request lapses before it"};
    return {};
}

std::optional<Complaint> check_whole(const Configuration& configuration) {
    for (const auto check : {check_consent, check_sms, check_api, check_operator_port, check_feed})
        if (auto complaint = check(configuration)) return complaint;
    return {};
}

ConfigurationError error_at(std::string_view path, std::uint32_t line, std::string_view shown,
                            const std::string& what) {
    return {std::string{path} + ':' + std::to_string(line) + ": " + std::string{shown} + ": " + what};
}

bool has(std::string_view key, std::span<const Entry> entries) {
    return std::ranges::find(entries, key, &Entry::key) != entries.end();
}

/// The line of a key, or of the last line where it was left at its default.
std::uint32_t line_of(std::string_view key, std::span<const Entry> entries) {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    if (found != entries.end()) return found->line;
    return entries.empty() ? 1 : entries.back().line;
}

}  // namespace

std::expected<Configuration, ConfigurationError> parse_configuration(std::string_view toml, std::string_view path) {
    const auto entries = toml_entries(toml, path);
    if (!entries) return std::unexpected(entries.error());
    Configuration configuration;
    for (const auto& entry : *entries)
        if (const auto fault = read_entry(entry, configuration))
            return std::unexpected(
                error_at(path, entry.line, is_table(entry) ? shown_table(entry.key) : shown_key(entry.key), *fault));
    if (configuration.consent.profile == ConsentProfile::per_trip && !has("consent.validity", *entries))
        configuration.consent.validity = longest_trip;
    if (const auto complaint = check_whole(configuration))
        return std::unexpected(
            error_at(path, line_of(complaint->key, *entries), shown_key(complaint->key), complaint->what));
    return configuration;
}

std::expected<Configuration, ConfigurationError> load_configuration(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(max_configuration_bytes + 1, '\0');
    file.read(text.data(), std::ssize(text));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad())
        return std::unexpected(
            ConfigurationError{path.string() + ": cannot be read: does it exist, and may this user read it?"});
    return parse_configuration(text, path.string());
}

std::vector<std::string_view> configuration_keys() {
    std::vector<std::string_view> names;
    for (const auto& key : keys) names.push_back(key.name);
    return names;
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address.starts_with("[::1]:"); }

}  // namespace simtrail::config
