#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/config/configuration.hpp"
#include "adapters/config/toml_entries.hpp"

// Each reads a value into its place, or says what is wrong and how to mend it, in words that follow "[section] key: ".
namespace simtrail::config {

using Fault = std::optional<std::string>;

struct Range {
    std::int64_t least, most;
};
struct DurationRange {
    milliseconds least, most;
};

Fault read(const Value& value, bool& into);
Fault read(const Value& value, std::string& into);
Fault read(const Value& value, std::vector<std::string>& into);
Fault read(const Value& value, Candidates& into);
Fault read(const Value& value, LogLevel& into);
Fault read(const Value& value, SmsGateway& into);
Fault read(const Value& value, ConsentProfile& into);
Fault read(const Value& value, SmppBind& into);
Fault read(const Value& value, SmppAlphabet& into);
Fault read(const Value& value, SmppLongTexts& into);
/// "0x1400=1101234567890" each.
Fault read(const Value& value, std::vector<SmppTlv>& into);
Fault read_number(const Value& value, Range range, int& into);
/// `90d`, `3h4m7s`; and `0s` where the range has it.
Fault read_duration(const Value& value, DurationRange range, milliseconds& into);
/// A numeric host and a port.
Fault read_address(const Value& value, std::string& into);
/// The feed's `trust`: "cell" and perhaps others.
Fault read_trust(const Value& value, FeedTcp& into);

enum class SecretSource : std::uint8_t { text, file, environment };
/// A second source of the same secret is a fault.
Fault read_secret(const Value& value, SecretSource source, Secret& into);

}  // namespace simtrail::config
