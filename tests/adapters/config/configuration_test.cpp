#include "adapters/config/configuration.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "adapters/config/key_suggestion.hpp"
#include "tests/support/executable.hpp"
#include "tests/support/places.hpp"

namespace simtrail::config {
namespace {

using namespace std::chrono_literals;
using simtrail::testing::content;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string example_path = simtrail::places::source_dir() + "/packaging/simtrail.example.toml";

Configuration parsed(const std::string& toml) {
    const auto configuration = parse_configuration(toml, "test.toml");
    EXPECT_TRUE(configuration) << configuration.error().message;
    return configuration.value_or(Configuration{});
}

std::string complaint(const std::string& toml) {
    const auto configuration = parse_configuration(toml, "test.toml");
    EXPECT_FALSE(configuration) << toml;
    const std::string message = configuration ? "" : configuration.error().message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
    return message;
}

/// "[feed.tcp]" and "listen = …" as lines, each key with the line before it.
struct KeyInFile {
    std::string key, line_before;
};
std::vector<KeyInFile> keys_of(const std::string& toml) {
    std::vector<KeyInFile> keys;
    std::istringstream lines(toml);
    std::string section, before;
    for (std::string line; std::getline(lines, line); before = line) {
        if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
        if (const auto equals = line.find(" = "); equals != std::string::npos && !line.starts_with('#'))
            keys.push_back({section + '.' + line.substr(0, equals), before});
    }
    return keys;
}

TEST(Configuration, NothingAtAllIsTheEmbeddedDefault) { EXPECT_EQ(parsed(""), Configuration{}); }

TEST(Configuration, TheExampleHoldsEveryKeyWithItsDefault) {
    const std::string example = content(example_path);
    EXPECT_EQ(parsed(example), Configuration{});
    std::vector<std::string> in_file;
    for (const auto& entry : keys_of(example)) in_file.push_back(entry.key);
    std::vector<std::string> known;
    for (const auto key : configuration_keys()) known.emplace_back(key);
    EXPECT_THAT(in_file, ::testing::UnorderedElementsAreArray(known));
}

TEST(Configuration, TheExampleSaysWhatEachKeyIsFor) {
    const auto keys = keys_of(content(example_path));
    ASSERT_FALSE(keys.empty());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        // Keys that stand together share what is said before the first.
        const bool shares = i > 0 && keys[i].line_before.contains(" = ");
        EXPECT_TRUE(shares || keys[i].line_before.starts_with("# ")) << keys[i].key;
    }
}

TEST(Configuration, EveryKeyOfTheExampleIsRead) {
    const auto c = parsed(R"(
storage = { path = "/var/a.db", retention = "7d" }
cells.files = ["a.csv", "b.model"]
positioning.candidates = "auto"
tracks.silent_after = "0s"
runtime.shards = 3
[api]
listen = "0.0.0.0:80"
msisdn_max_digits = 15
requests_per_second = 7
tls = { certificate = "c.pem", key = "k.pem" }
[operator]
listen = "[::1]:0"
[feed]
hold = "90s"
[feed.tcp]
listen = "10.0.0.1:7400"
trust = ["control", "cell", "sms"]
max_connections = 9
[feed.tcp.tls]
certificate = "fc.pem"
key = "fk.pem"
client_ca = "ca.pem"
[feed.directory]
path = "in"
done = "out"
[consent]
profile = "per-trip"
validity = "1d"
reminder = "1h"
request_lapse = "2h"
min_interval = "0s"
purge = "3d"
erase_on_withdrawal = true
[callbacks]
allow_private_addresses = true
ca_file = "roots.pem"
[log]
level = "warning"
[sms.words]
grant = ["JA", "OUI"]
deny = ["NEIN"]
stop = ["HALT"]
doubt = []
[sms.texts]
request = "1 {tenant} {code}"
reminder = "2 {tenant} {code}"
allowed = "3"
denied = "4"
stopped = "5"
which = "6"
hint = "7"
[sms.smpp]
host = "smsc"
port = 2776
tls = true
ca_file = "r.pem"
system_id = "me"
password = "s3cret"
system_type = "T"
bind = "pair"
binds = 2
source_address = "56767"
source_ton = 3
source_npi = 4
destination_ton = 5
destination_npi = 6
service_type = "CMT"
alphabet = "latin1"
long_texts = "sar"
tlvs = ["0x1400=1101", "0x1401=a=b"]
window = 100
rate = 50
enquire_interval = "1m"
response_timeout = "5s"
[sms.kannel]
send_url = "http://127.0.0.1/"
username = "u"
password = "p"
source_address = "1"
listen = "10.0.0.1:9"
receive_url = "http://k/"
secret = "hush"
allowed_sources = ["10.0.0.0/8"]
ca_file = "k.pem"
window = 3)");
    EXPECT_EQ(c.storage, (Storage{"/var/a.db", std::chrono::days{7}}));
    EXPECT_EQ(c.cells.files, (std::vector<std::string>{"a.csv", "b.model"}));
    EXPECT_EQ(c.positioning.candidates, Candidates::automatic);
    EXPECT_EQ(c.tracks.silent_after, 0ms);
    EXPECT_EQ(c.runtime.shards, 3);
    EXPECT_EQ(c.api, (Api{"0.0.0.0:80", false, 15, 7, {"c.pem", "k.pem", ""}}));
    EXPECT_EQ(c.operator_port.listen, "[::1]:0");
    EXPECT_EQ(c.feed, (Feed{90s, {"10.0.0.1:7400", true, true, 9, {"fc.pem", "fk.pem", "ca.pem"}}, {"in", "out"}}));
    EXPECT_EQ(c.consent,
              (Consent{ConsentProfile::per_trip, std::chrono::days{1}, 2h, 1h, 0ms, std::chrono::days{3}, true}));
    EXPECT_EQ(c.callbacks, (Callbacks{true, "roots.pem"}));
    EXPECT_EQ(c.log.level, LogLevel::warning);
    const auto& words = c.sms.conversation;
    EXPECT_THAT(words.grant, ElementsAre("JA", "OUI"));
    EXPECT_THAT(words.deny, ElementsAre("NEIN"));
    EXPECT_THAT(words.stop, ElementsAre("HALT"));
    EXPECT_THAT(words.doubt, IsEmpty());
    EXPECT_EQ(words.request_text + words.reminder_text, "1 {tenant} {code}2 {tenant} {code}");
    EXPECT_EQ(words.allowed_text + words.denied_text + words.stopped_text + words.which_text + words.hint_text,
              "34567");
    EXPECT_EQ(c.sms.smpp, (Smpp{.host = "smsc",
                                .port = 2776,
                                .tls = true,
                                .ca_file = "r.pem",
                                .system_id = "me",
                                .password = Secret{"s3cret"},
                                .system_type = "T",
                                .bind = SmppBind::pair,
                                .binds = 2,
                                .source_address = "56767",
                                .source_ton = 3,
                                .source_npi = 4,
                                .destination_ton = 5,
                                .destination_npi = 6,
                                .service_type = "CMT",
                                .alphabet = SmppAlphabet::latin1,
                                .long_texts = SmppLongTexts::sar,
                                .tlvs = {{0x1400, "1101"}, {0x1401, "a=b"}},
                                .window = 100,
                                .rate = 50,
                                .enquire_interval = 1min,
                                .response_timeout = 5s}));
    EXPECT_EQ(c.sms.kannel, (Kannel{.send_url = "http://127.0.0.1/",
                                    .username = "u",
                                    .password = Secret{"p"},
                                    .source_address = "1",
                                    .listen = "10.0.0.1:9",
                                    .receive_url = "http://k/",
                                    .secret = Secret{"hush"},
                                    .allowed_sources = {"10.0.0.0/8"},
                                    .ca_file = "k.pem",
                                    .window = 3}));
}

TEST(Configuration, AnUnknownKeyIsAnErrorWithASuggestion) {
    EXPECT_EQ(complaint("[storage]\n\nretension = \"9d\"\n"),
              "test.toml:3: [storage] retension: there is no such key; did you mean [storage] retention?");
    EXPECT_EQ(complaint("[feeds.tcp]\nlisten = \"127.0.0.1:1\"\n"),
              "test.toml:1: [feeds]: there is no such table; did you mean [feed]?");
    EXPECT_EQ(complaint("[api]\nsilent_after = \"9d\"\n"),
              "test.toml:2: [api] silent_after: there is no such key; did you mean [tracks] silent_after?");
    EXPECT_EQ(complaint("[positioning]\ncandidate = \"few\"\n"),
              "test.toml:2: [positioning] candidate: there is no such key; did you mean [positioning] candidates?");
    EXPECT_EQ(complaint("xyzzy = 1\n"), "test.toml:1: xyzzy: there is no such key");
    EXPECT_THAT(complaint("\"feed.hold\" = \"1s\"\n"), HasSubstr("there is no such key"));
    EXPECT_THAT(complaint("api = 1\n"), HasSubstr("is a table"));
}

TEST(Configuration, AMistakeNamesFileLineKeyAndCure) {
    EXPECT_EQ(complaint("[consent]\nvalidity = \"365 days\"\n"),
              "test.toml:2: [consent] validity: \"365 days\" is no duration from 1s to 3650d: write it like \"90d\", "
              "\"3h30m\" or \"15s\"");
    EXPECT_EQ(complaint("[positioning]\ncandidates = \"some\"\n"),
              "test.toml:2: [positioning] candidates: \"some\" is none of them: must be \"full\", \"few\" or \"auto\"");
    EXPECT_EQ(complaint("[api]\nmsisdn_max_digits = 16\n"),
              "test.toml:2: [api] msisdn_max_digits: 16 is out of range: must be 12 to 15");
    EXPECT_EQ(complaint("[cells]\nfiles = \"a.csv\"\n"),
              "test.toml:2: [cells] files: must be a list of texts, not a text");
    EXPECT_EQ(complaint("[consent]\nerase_on_withdrawal = \"yes\"\n"),
              "test.toml:2: [consent] erase_on_withdrawal: must be true or false, not a text");
    EXPECT_THAT(complaint("[log]\nlevel = \"loud\"\n"), HasSubstr(R"(must be "debug", "info", "warning" or "error")"));
    EXPECT_THAT(complaint("[feed.tcp]\ntrust = [\"cel\"]\n"), HasSubstr("\"cel\" is no kind of line"));
    EXPECT_THAT(complaint("[feed.tcp]\ntrust = [\"sms\"]\n"), HasSubstr("must have \"cell\""));
    EXPECT_THAT(complaint("a = \n"), StartsWith("test.toml:1: "));
    EXPECT_THAT(complaint("[log]\nlevel = 'info'\n[log]\n"), StartsWith("test.toml:3: "));
    EXPECT_EQ(
        complaint("[.api]\n"),
        "test.toml:1: Error while parsing key: expected bare key starting character or string delimiter, saw '.'");
    EXPECT_THAT(complaint("[api]\nlisten = 2026-01-01\n"), HasSubstr("not a date or time"));
}

TEST(Configuration, TheFirstMistakeOfTheFileIsTold) {
    EXPECT_THAT(complaint("[storage]\nretention = 1\n[api]\nlisten = 2\n"), StartsWith("test.toml:2: "));
    EXPECT_THAT(complaint("[zeta]\n[api]\nlisten = 2\n"), StartsWith("test.toml:1: "));
}

TEST(Configuration, AddressesAreANumericHostAndAPort) {
    for (const auto* good : {"127.0.0.1:0", "[::1]:65535", "127.9.9.9:80"})
        EXPECT_EQ(parsed("[operator]\nlisten = '" + std::string{good} + "'").operator_port.listen, good);
    for (const auto* bad : {"", ":80", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1",
                            "1:2:3", "::1:80", "[]:80", "[::1]", "127.0.0.1: 80", "[:80", "127.0.0.1:80x"})
        EXPECT_THAT(complaint("[operator]\nlisten = '" + std::string{bad} + "'"), HasSubstr("is no address")) << bad;
}

TEST(Configuration, ZeroIsADurationOnlyWhereWaitingNotAtAllMakesSense) {
    EXPECT_EQ(parsed("[feed]\nhold = '0s'").feed.hold, 0ms);
    EXPECT_THAT(complaint("[storage]\nretention = '0s'"), HasSubstr("no duration from 1s"));
    EXPECT_THAT(complaint("[feed]\nhold = '2h'"), HasSubstr("no duration from 0s to 1h"));
}

TEST(Configuration, PlainHttpBeyondLoopbackHasToBeSaid) {
    const std::string open = "[api]\nlisten = '0.0.0.0:7480'\n";
    EXPECT_THAT(complaint(open), AllOf(StartsWith("test.toml:2: [api] listen: "), HasSubstr("plain_beyond_loopback")));
    EXPECT_TRUE(parsed(open + "plain_beyond_loopback = true").api.plain_beyond_loopback);
    EXPECT_TRUE(parsed(open + "tls = { certificate = 'c', key = 'k' }").api.tls.enabled());
    EXPECT_THAT(complaint("[api.tls]\ncertificate = 'c'"), HasSubstr("come together"));
}

TEST(Configuration, TheConsoleGatewayStaysOnLoopback) {
    EXPECT_THAT(complaint("[operator]\nlisten = '0.0.0.0:7490'\nplain_beyond_loopback = true"),
                HasSubstr("keep it on loopback"));
}

TEST(Configuration, FeedsBeyondLoopbackNeedClientCertificates) {
    const std::string open = "[feed.tcp]\nlisten = '0.0.0.0:7400'\n";
    EXPECT_THAT(complaint(open), HasSubstr("client certificates"));
    EXPECT_THAT(complaint(open + "tls = { certificate = 'c', key = 'k' }"), HasSubstr("client certificates"));
    EXPECT_EQ(parsed(open + "tls = { certificate = 'c', key = 'k', client_ca = 'a' }").feed.tcp.tls.client_ca, "a");
    EXPECT_THAT(complaint("[feed.tcp.tls]\nclient_ca = 'a'"), HasSubstr("no effect"));
    EXPECT_THAT(complaint("[feed.directory]\ndone = 'a'"), HasSubstr("no effect"));
}

TEST(Configuration, AGatewaySaysWhatItNeeds) {
    const std::string smpp = "sms.gateway = 'smpp'\n[sms.smpp]\n";
    EXPECT_THAT(complaint(smpp), HasSubstr("[sms.smpp] host: is needed"));
    EXPECT_THAT(complaint(smpp + "host = 'h'"), HasSubstr("[sms.smpp] system_id: is needed"));
    EXPECT_THAT(complaint(smpp + "host = 'h'\nsystem_id = 's'"), HasSubstr("source_address: is needed"));
    EXPECT_EQ(parsed(smpp + "host = 'h'\nsystem_id = 's'\nsource_address = '5'").sms.gateway, SmsGateway::smpp);
    const std::string kannel = "sms.gateway = 'kannel'\n[sms.kannel]\nsend_url = 'http://h'\n";
    EXPECT_THAT(complaint(kannel + "source_address = '5'"), HasSubstr("[sms.kannel] secret: is needed"));
    for (const auto* tlv : {"1400=1", "0x140=1", "0x14zz=1", "0x1400=", "0x1400"})
        EXPECT_THAT(complaint("[sms.smpp]\ntlvs = ['" + std::string{tlv} + "']"), HasSubstr("is no parameter"));
}

TEST(Configuration, WordsThatContradictEachOtherAreRefused) {
    EXPECT_THAT(complaint("[sms.words]\ndeny = ['yes']"), HasSubstr("test.toml:2: [sms.words] deny: 'yes'"));
    EXPECT_THAT(complaint("[sms.texts]\nrequest = 'hello'"), HasSubstr("[sms.texts] request: "));
}

TEST(Configuration, ATripsConsentLastsAsLongAsATrackMayUnlessItSaysOtherwise) {
    EXPECT_EQ(parsed("").consent.validity, std::chrono::days{365});
    EXPECT_EQ(parsed("[consent]\nprofile = 'per-trip'").consent.validity, std::chrono::days{60});
    EXPECT_EQ(parsed("[consent]\nvalidity = '2d'\nprofile = 'per-trip'").consent.validity, std::chrono::days{2});
    EXPECT_THAT(complaint("[consent]\nreminder = '24h'"), HasSubstr("comes too late"));
}

TEST(Configuration, SecretsComeFromFilesOrTheEnvironment) {
    const simtrail::testing::TemporaryFolder folder;
    const auto file = folder.write("password", "from file\n");
    EXPECT_EQ(parsed("[sms.smpp]\npassword_file = '" + file + "'").sms.smpp.password.reveal(), "from file");
    ::setenv("SIMTRAIL_TEST_PASSWORD", "from environment", 1);
    EXPECT_EQ(parsed("[sms.smpp]\npassword_env = 'SIMTRAIL_TEST_PASSWORD'").sms.smpp.password.reveal(),
              "from environment");
    EXPECT_THAT(complaint("[sms.smpp]\npassword_env = 'SIMTRAIL_NO_SUCH'"), HasSubstr("\"SIMTRAIL_NO_SUCH\""));
    EXPECT_THAT(complaint("[sms.smpp]\npassword_file = '/no/such'"), HasSubstr("cannot be read"));
    EXPECT_THAT(complaint("[sms.smpp]\npassword_file = '" + folder.write("empty", "\n") + "'"), HasSubstr("is empty"));
    EXPECT_THAT(complaint("[sms.smpp]\npassword_file = '" + folder.write("big", std::string(2000, 'x')) + "'"),
                HasSubstr("longer"));
}

TEST(Configuration, NoMessageQuotesASecret) {
    const auto message = complaint("[sms.smpp]\npassword = 'hush-hush'\npassword_env = 'PATH'\n");
    EXPECT_THAT(message, AllOf(HasSubstr("given twice"), Not(HasSubstr("hush"))));
}

TEST(Configuration, AFileIsReadOrItsAbsenceTold) {
    EXPECT_EQ(load_configuration(example_path).value(), Configuration{});
    EXPECT_THAT(load_configuration("/no/such.toml").error().message, StartsWith("/no/such.toml: cannot be read"));
    EXPECT_THAT(load_configuration("/").error().message, HasSubstr("cannot be read"));
}

TEST(Configuration, CharactersOutsideOfTheTomlLibrarysTablesAreNoKeys) {
    for (const auto* key : {"\u00E4", "[a\uFEFD]", "\u02D3", "\u3001"})
        EXPECT_THAT(complaint("\n" + std::string{key} + " = 1"), StartsWith("test.toml:2: Error")) << key;
    EXPECT_EQ(parsed("\uFEFF# a byte order mark; \uFE0F \u00E4").storage, Storage{});
}

TEST(Configuration, HugeTextsAreRefusedBeforeTheyAreParsed) {
    EXPECT_THAT(complaint(std::string(2 << 20, '\n')), HasSubstr("1 MiB"));
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "a.";
    EXPECT_THAT(complaint(deep + "a = 1"), HasSubstr("4096"));
}

TEST(KeySuggestion, IsTheNearestKeyAndNothingWhereNoneIsNear) {
    const std::vector<std::string_view> keys{"feed.hold", "feed.tcp.listen"};
    EXPECT_EQ(closest_key("feed.hlod", keys), "feed.hold");
    EXPECT_EQ(closest_key("listen", keys), "feed.tcp.listen");
    EXPECT_EQ(closest_key("something", keys), "");
    EXPECT_EQ(closest_key("", keys), "");
}

}  // namespace
}  // namespace simtrail::config
