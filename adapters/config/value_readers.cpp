#include "adapters/config/value_readers.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "engine/ledger/duration.hpp"

namespace simtrail::config {

namespace {

constexpr std::size_t max_quoted = 60;
constexpr std::streamsize max_secret_bytes = 1024;

struct TypeName {
    std::string_view operator()(bool) const { return "true or false"; }
    std::string_view operator()(std::int64_t) const { return "a whole number"; }
    std::string_view operator()(double) const { return "a number with a fraction"; }
    std::string_view operator()(const std::string&) const { return "a text"; }
    std::string_view operator()(const std::vector<std::string>&) const { return "a list of texts"; }
    std::string_view operator()(OtherValue other) const { return other.type; }
    std::string_view operator()(TableHead) const { return "a table"; }
};

std::string must_be(std::string_view what, const Value& value) {
    return "must be " + std::string{what} + ", not " + std::string{std::visit(TypeName{}, value)};
}

/// For messages: short, and on one line.
std::string in_quotes(std::string_view text) {
    std::string shown{text.substr(0, max_quoted)};
    std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return '"' + shown + (text.size() > max_quoted ? "…\"" : "\"");
}

template <class T>
Fault read_as(const Value& value, std::string_view what, T& into) {
    const T* found = std::get_if<T>(&value);
    if (found == nullptr) return must_be(what, value);
    into = *found;
    return {};
}

template <class Enum, std::size_t size>
Fault read_name(const Value& value, const std::array<std::string_view, size>& names, std::string_view what,
                Enum& into) {
    std::string text;
    if (auto fault = read_as(value, what, text)) return fault;
    const auto* const found = std::ranges::find(names, text);
    if (found == names.end()) return in_quotes(text) + " is none of them: must be " + std::string{what};
    into = static_cast<Enum>(found - names.begin());
    return {};
}

std::string as_text(milliseconds duration) {
    return duration.count() == 0 ? "0s" : ledger::duration_text(duration.count());
}

std::expected<milliseconds, std::string> parse(std::string_view text, DurationRange range) {
    if (text == "0s" && range.least.count() == 0) return milliseconds{0};
    const auto ms = ledger::parse_duration(text, range.most.count());
    if (!ms) return std::unexpected(ms.error());
    return milliseconds{*ms};
}

bool is_numeric_host(std::string_view host) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
#ifndef SIMTRAIL_PLANTED_BUGS  // the bug that configuration_fuzzer must find
    if (host.empty()) return false;
#endif
    if (host.front() == '[' && host.back() == ']')
        return inet_pton(AF_INET6, std::string{host.substr(1, host.size() - 2)}.c_str(), address.data()) == 1;
    return inet_pton(AF_INET, std::string{host}.c_str(), address.data()) == 1;
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size();
}

std::expected<std::string, std::string> secret_in_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(max_secret_bytes + 1, '\0');
    file.read(text.data(), std::ssize(text));
    if (file.bad() || !file.is_open())
        return std::unexpected(in_quotes(path) + " cannot be read: does it exist, and may this user read it?");
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (std::ssize(text) > max_secret_bytes)
        return std::unexpected(in_quotes(path) + " is longer than a secret can be");
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

std::expected<std::string, std::string> secret_of(const std::string& text, SecretSource source) {
    if (source == SecretSource::text) return text;
    if (source == SecretSource::file) return secret_in_file(text);
    const char* const found = std::getenv(text.c_str());  // NOLINT(concurrency-mt-unsafe): nothing changes it here
    if (found == nullptr) return std::unexpected("there is no " + in_quotes(text) + " in the environment");
    return std::string{found};
}

std::optional<SmppTlv> parse_tlv(std::string_view text) {
    constexpr std::string_view prefix = "0x";
    constexpr std::size_t tag_digits = 4, most_octets = 255;
    const auto equals = text.find('=');
    if (!text.starts_with(prefix) || equals != prefix.size() + tag_digits) return std::nullopt;
    SmppTlv tlv{.tag = 0, .value = std::string(text.substr(equals + 1))};
    const char* const end = text.data() + equals;
    const auto read_up_to = std::from_chars(text.data() + prefix.size(), end, tlv.tag, 16);
    if (read_up_to.ptr != end || tlv.value.empty() || tlv.value.size() > most_octets) return std::nullopt;
    return tlv;
}

}  // namespace

Fault read(const Value& value, bool& into) { return read_as(value, "true or false", into); }

Fault read(const Value& value, std::string& into) {
    if (auto fault = read_as(value, "a text", into)) return fault;
    if (into.find('\0') != std::string::npos) return "must not hold a NUL";
    return {};
}

Fault read(const Value& value, std::vector<std::string>& into) {
    // An empty list has no type of its own in TOML; here it is a list of texts.
    return read_as(value, "a list of texts", into);
}

Fault read(const Value& value, Candidates& into) {
    constexpr std::array<std::string_view, 3> names{"full", "few", "auto"};
    return read_name(value, names, R"("full", "few" or "auto")", into);
}

Fault read(const Value& value, LogLevel& into) {
    constexpr std::array<std::string_view, 4> names{"debug", "info", "warning", "error"};
    return read_name(value, names, R"("debug", "info", "warning" or "error")", into);
}

Fault read(const Value& value, SmsGateway& into) {
    constexpr std::array<std::string_view, 3> names{"console", "smpp", "kannel"};
    return read_name(value, names, R"("console", "smpp" or "kannel")", into);
}

Fault read(const Value& value, ConsentProfile& into) {
    constexpr std::array<std::string_view, 2> names{"per-year", "per-trip"};
    return read_name(value, names, R"("per-year" or "per-trip")", into);
}

Fault read(const Value& value, SmppBind& into) {
    constexpr std::array<std::string_view, 2> names{"transceiver", "pair"};
    return read_name(value, names, R"("transceiver" or "pair")", into);
}

Fault read(const Value& value, SmppAlphabet& into) {
    constexpr std::array<std::string_view, 3> names{"gsm", "latin1", "ascii"};
    return read_name(value, names, R"("gsm", "latin1" or "ascii")", into);
}

Fault read(const Value& value, SmppLongTexts& into) {
    constexpr std::array<std::string_view, 3> names{"udh", "payload", "sar"};
    return read_name(value, names, R"("udh", "payload" or "sar")", into);
}

Fault read(const Value& value, std::vector<SmppTlv>& into) {
    std::vector<std::string> texts;
    if (auto fault = read(value, texts)) return fault;
    for (const auto& text : texts) {
        const auto tlv = parse_tlv(text);
        if (!tlv)
            return in_quotes(text) + R"( is no parameter: write its tag in hex and its text, "0x1400=1101234567890")";
        into.push_back(*tlv);
    }
    return {};
}

Fault read_number(const Value& value, Range range, int& into) {
    std::int64_t number = 0;
    if (auto fault = read_as(value, "a whole number", number)) return fault;
    if (number < range.least || number > range.most)
        return std::to_string(number) + " is out of range: must be " + std::to_string(range.least) + " to " +
               std::to_string(range.most);
    into = static_cast<int>(number);
    return {};
}

Fault read_duration(const Value& value, DurationRange range, milliseconds& into) {
    std::string text;
    if (auto fault = read_as(value, R"(a duration such as "90d" or "3h30m")", text)) return fault;
    const auto duration = parse(text, range);
    if (!duration || *duration < range.least)
        return in_quotes(text) + " is no duration from " + as_text(range.least) + " to " + as_text(range.most) +
               R"(: write it like "90d", "3h30m" or "15s")";
    into = *duration;
    return {};
}

Fault read_address(const Value& value, std::string& into) {
    std::string text;
    if (auto fault = read_as(value, R"(an address such as "127.0.0.1:7480")", text)) return fault;
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || !is_numeric_host(std::string_view{text}.substr(0, colon)) ||
        !is_port(std::string_view{text}.substr(colon + 1)))
        return in_quotes(text) + R"( is no address: write a numeric host and a port, "127.0.0.1:7480" or "[::1]:7480")";
    into = text;
    return {};
}

Fault read_trust(const Value& value, FeedTcp& into) {
    std::vector<std::string> kinds;
    if (auto fault = read_as(value, R"(a list such as ["cell"])", kinds)) return fault;
    const auto has = [&](std::string_view kind) { return std::ranges::find(kinds, kind) != kinds.end(); };
    for (const auto& kind : kinds)
        if (kind != "cell" && kind != "sms" && kind != "control")
            return in_quotes(kind) + R"( is no kind of line: there are "cell", "sms" and "control")";
    if (!has("cell")) return R"(must have "cell": cell events come from every source)";
    into.trust_sms = has("sms");
    into.trust_control = has("control");
    return {};
}

Fault read_secret(const Value& value, SecretSource source, Secret& into) {
    std::string text;
    if (auto fault = read(value, text)) return fault;
    if (text.empty()) return {};
    if (!into.empty()) return "the secret is given twice: keep one of the text itself, its _file and its _env";
    auto secret = secret_of(text, source);
    if (!secret) return secret.error();
    if (secret->empty()) return "the secret is empty";
    into = Secret{*std::move(secret)};
    return {};
}

}  // namespace simtrail::config
