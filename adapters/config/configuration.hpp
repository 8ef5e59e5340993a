#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/ledger/conversation.hpp"

namespace simtrail::config {

using std::chrono::milliseconds;

/// How many candidates live events are located with; `automatic`: few while there is more to do than can be done.
enum class Candidates : std::uint8_t { full, few, automatic };
enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class SmsGateway : std::uint8_t { console, smpp, kannel };
/// How long a carrier lets a consent be: until its time is over, or for one trip, until the last track under it has ended.
enum class ConsentProfile : std::uint8_t { per_year, per_trip };
enum class SmppBind : std::uint8_t { transceiver, pair };
enum class SmppAlphabet : std::uint8_t { gsm, latin1, ascii };
enum class SmppLongTexts : std::uint8_t { udh, payload, sar };

/// A secret: nothing prints it by accident, it has to be asked for by name.
class Secret {
   public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}

    bool empty() const noexcept { return text_.empty(); }
    const std::string& reveal() const noexcept { return text_; }
    bool operator==(const Secret&) const = default;

   private:
    std::string text_;
};

/// PEM files. All are empty (no TLS) or certificate and key are not.
struct Tls {
    std::string certificate;  // with its chain
    std::string key;
    std::string client_ca;  // the feed's alone: clients show a certificate that it signed

    bool enabled() const noexcept { return !certificate.empty(); }
    bool operator==(const Tls&) const = default;
};

struct Storage {
    std::string path = "simtrail.db";
    milliseconds retention = std::chrono::days{90};
    bool operator==(const Storage&) const = default;
};

struct Cells {
    std::vector<std::string> files;
    bool operator==(const Cells&) const = default;
};

struct Positioning {
    Candidates candidates = Candidates::full;
    bool operator==(const Positioning&) const = default;
};

struct Tracks {
    milliseconds silent_after = std::chrono::hours{1};  // 0: never
    bool operator==(const Tracks&) const = default;
};

struct Api {
    std::string listen = "127.0.0.1:7480";
    bool plain_beyond_loopback = false;
    int msisdn_max_digits = 12;
    int requests_per_second = 1000;  // of each key; 0: no limit
    Tls tls;
    bool operator==(const Api&) const = default;
};

struct OperatorPort {
    std::string listen = "127.0.0.1:7490";
    bool plain_beyond_loopback = false;
    bool operator==(const OperatorPort&) const = default;
};

struct FeedTcp {
    std::string listen = "127.0.0.1:7400";
    bool trust_sms = false;
    bool trust_control = false;
    int max_connections = 1024;
    Tls tls;
    bool operator==(const FeedTcp&) const = default;
};

struct FeedDirectory {
    std::string path;  // empty: none is watched
    std::string done;  // read files are moved there; empty: they stay
    bool operator==(const FeedDirectory&) const = default;
};

struct Feed {
    milliseconds hold{0};
    FeedTcp tcp;
    FeedDirectory directory;
    bool operator==(const Feed&) const = default;
};

struct Record {
    std::string path;  // of a folder; empty: nothing is recorded
    milliseconds keep = std::chrono::days{7};
    int max_mib = 1024;  // of a day
    bool operator==(const Record&) const = default;
};

struct Consent {
    ConsentProfile profile = ConsentProfile::per_year;
    milliseconds validity = std::chrono::days{365};  // per trip: 60 days, a track's longest life
    milliseconds request_lapse = std::chrono::hours{24};
    milliseconds reminder{0};  // after the request; 0: none
    milliseconds min_interval = std::chrono::minutes{5};
    milliseconds purge = std::chrono::days{30};
    bool erase_on_withdrawal = false;
    bool operator==(const Consent&) const = default;
};

struct Callbacks {
    bool allow_private_addresses = false;
    std::string ca_file;  // empty: the system's certificates
    bool operator==(const Callbacks&) const = default;
};

/// An optional parameter on every submit_sm.
struct SmppTlv {
    std::uint16_t tag = 0;
    std::string value;
    bool operator==(const SmppTlv&) const = default;
};

struct Smpp {
    std::string host;
    int port = 2775;
    bool tls = false;
    std::string ca_file;  // empty: the system's certificates
    std::string system_id;
    Secret password;
    std::string system_type;
    SmppBind bind = SmppBind::transceiver;
    int binds = 1;
    std::string source_address;
    int source_ton = 0, source_npi = 0, destination_ton = 1, destination_npi = 1;  // SMPP 3.4, sections 5.2.5 and 5.2.6
    std::string service_type;
    SmppAlphabet alphabet = SmppAlphabet::gsm;
    SmppLongTexts long_texts = SmppLongTexts::udh;
    std::vector<SmppTlv> tlvs;
    int window = 10;
    int rate = 0;  // a second; 0: no cap
    milliseconds enquire_interval = std::chrono::seconds{30};
    milliseconds response_timeout = std::chrono::seconds{10};
    bool operator==(const Smpp&) const = default;
};

struct Kannel {
    std::string send_url;
    std::string username;
    Secret password;
    std::string source_address;
    std::string listen = "127.0.0.1:7420";
    std::string receive_url;  // empty: where it listens
    Secret secret;
    std::vector<std::string> allowed_sources{"127.0.0.0/8", "::1"};
    std::string ca_file;
    int window = 8;
    bool operator==(const Kannel&) const = default;
};

struct Sms {
    SmsGateway gateway = SmsGateway::console;
    ledger::ConversationRules conversation;  // its words and texts
    Smpp smpp;
    Kannel kannel;
    bool operator==(const Sms&) const = default;
};

struct Log {
    LogLevel level = LogLevel::info;
    bool operator==(const Log&) const = default;
};

struct Runtime {
    int shards = 1;
    bool operator==(const Runtime&) const = default;
};

/// The whole configuration, checked. The members' values are the embedded default; packaging/simtrail.example.toml documents
/// every key. Addresses are a numeric host and a port: "127.0.0.1:7480", "[::1]:7480".
struct Configuration {
    Storage storage;
    Cells cells;
    Positioning positioning;
    Tracks tracks;
    Api api;
    OperatorPort operator_port;  // [operator]
    Feed feed;
    Record record;
    Consent consent;
    Sms sms;
    Callbacks callbacks;
    Log log;
    Runtime runtime;
    bool operator==(const Configuration&) const = default;
};

/// One line for the operator: file, line, key, what is wrong and how to mend it. No secret is in it.
struct ConfigurationError {
    std::string message;
};

inline constexpr std::size_t max_configuration_bytes = 1024 * 1024;  // it is a page or two

/// `path` is for messages. Reads the secrets that the text refers to, from their files and from the environment.
std::expected<Configuration, ConfigurationError> parse_configuration(std::string_view toml, std::string_view path);

std::expected<Configuration, ConfigurationError> load_configuration(const std::filesystem::path& path);

/// Every key there is, as "feed.tcp.listen".
std::vector<std::string_view> configuration_keys();

/// 127.0.0.0/8 or ::1, of a checked address.
bool is_loopback(std::string_view address);

}  // namespace simtrail::config
