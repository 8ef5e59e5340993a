// The shipped made day of calls, texts and cells through the real executable, against the expected outputs that lie beside
// it. SIMTRAIL_UPDATE_EXPECTED=1 writes these anew (data/recorded-day/README.md).

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/executable.hpp"
#include "tests/support/places.hpp"

namespace simtrail {
namespace {

using Json = nlohmann::ordered_json;
using testing::content;

class RecordedDay : public ::testing::Test {
   protected:
    static std::string shipped(const std::string& name) {
        return simtrail::places::source_dir() + "/data/recorded-day/" + name;
    }

    std::string out_of(const std::string& command) const {
        const auto ran = place_.run(command);
        EXPECT_EQ(ran.exit_code, 0) << command << "\n" << ran.err;
        return ran.out;
    }
    Json replay(const std::string& database, const std::string& rest = "") const {
        return Json::parse(out_of("simtrail replay --cells '" + shipped("towers.csv") + "' --feed '" +
                                  shipped("day.ndjson") + "' --json --db " + database + " " + rest));
    }
    std::string counts(const Json& told) const {
        Json json;
        for (const char* key : {"lines", "outcomes", "rejected", "points", "newTracks"}) json[key] = told.at(key);
        return json.dump(2) + "\n";
    }
    std::string evidence(const std::string& database) const {
        return out_of("simtrail consents export --db " + database);
    }
    std::string ledger(const std::string& database) const {
        return out_of(
            "sqlite3 " + database +
            " 'select consent, msisdn, tenant, state, requested, received, expires, ended, code, tenant_name "
            "from consent join subscriber using (subscriber) order by consent; "
            "select track, msisdn, track_id, name, tenant, external_ref, state, reason, has_position, silent, "
            "created, started, stopped, expiry, windows from track join subscriber using (subscriber) "
            "order by track; select number, event_type, body from callback_outbox order by number'");
    }
    std::string traces(const std::string& database) const {
        return out_of("simtrail export --all --format csv --db " + database);
    }
    /// All that a day leaves behind.
    std::string everything(const std::string& database) const {
        return evidence(database) + ledger(database) + traces(database);
    }

    testing::Workplace place_;
};

TEST_F(RecordedDay, GivesTheExpectedLedgerEvidenceAndTraces) {
    const Json told = replay("day.db");
    const std::vector<std::pair<std::string, std::string>> outputs{{"expected-counts.json", counts(told)},
                                                                   {"expected-evidence.ndjson", evidence("day.db")},
                                                                   {"expected-ledger.txt", ledger("day.db")},
                                                                   {"expected.csv", traces("day.db")}};
    for (const auto& [name, text] : outputs) {
        if (std::getenv("SIMTRAIL_UPDATE_EXPECTED") != nullptr)
            std::ofstream(shipped(name), std::ios::binary) << text;
        else
            EXPECT_EQ(text, content(shipped(name))) << name;
    }
}

TEST_F(RecordedDay, TwiceAndOverThreeShardsGivesTheSameBytes) {
    replay("once.db");
    replay("again.db");
    replay("shards.db", "--shards 3");
    EXPECT_TRUE(content(place_.file("again.db")) == content(place_.file("once.db")));
    EXPECT_TRUE(everything("shards.db") == everything("once.db"));
}

TEST_F(RecordedDay, AnotherSeedGivesOtherIdsAndCodesButThoseThatTheDaySays) {
    replay("one.db");
    replay("two.db", "--seed 2");
    const std::string one = everything("one.db"), two = everything("two.db");
    EXPECT_NE(one, two);
    for (const char* said : {"YES 4821", "NO 0042", "mts:track:0b8f6a52-2a6c-4c51-9d3e-0c2f5a1b7e10"}) {
        EXPECT_NE(one.find(said), one.npos) << said;
        EXPECT_NE(two.find(said), two.npos) << said;
    }
}

TEST_F(RecordedDay, InTwoFeedsMergesByTime) {
    place_.run("grep '\"type\"' '" + shipped("day.ndjson") + "' > said.ndjson; grep -v '\"type\"' '" +
               shipped("day.ndjson") + "' > cells.ndjson");
    out_of("simtrail replay --cells '" + shipped("towers.csv") + "' --feed cells.ndjson said.ndjson --db two.db");
    replay("one.db");
    EXPECT_TRUE(everything("two.db") == everything("one.db"));  // else a page of bytes
}

TEST_F(RecordedDay, SendsNoTextAndNoCallback) {
    replay("day.db");
    EXPECT_EQ(out_of("sqlite3 day.db 'select count(*) from text_outbox'"), "0\n");
    EXPECT_EQ(out_of("sqlite3 day.db 'select distinct dead, last_error from callback_outbox'"),
              "1|of a replay: not sent\n");
}

TEST_F(RecordedDay, AReplyOlderThanTheLastChangesNothing) {
    place_.write(
        "day.ndjson",
        R"({"type":"control","ts":1700000000000,"tenant":"acme","op":"requestConsent","path":"919","code":"1111"}
{"type":"sms","ts":1700000010000,"from":"919","to":"1","text":"YES 1111"}
{"type":"sms","ts":1700000009000,"from":"919","to":"1","text":"STOP"}
)");
    out_of("simtrail replay --cells '" + shipped("towers.csv") + "' --feed day.ndjson --db late.db");
    EXPECT_EQ(out_of("sqlite3 late.db 'select state, ended from consent'"), "allowed|0\n");
    EXPECT_EQ(evidence("late.db").find("revoked"), std::string::npos);
}

TEST_F(RecordedDay, ByAConfigurationHasItsRules) {
    place_.write("short.toml", "[consent]\nrequest_lapse = \"30s\"\n");
    replay("short.db", "--config short.toml");
    EXPECT_EQ(traces("short.db").find("919876543210"), std::string::npos);  // its YES came a minute later
    EXPECT_NE(evidence("short.db").find("lapsed"), std::string::npos);
    place_.write("wrong.toml", "[consent]\nlapse = 1\n");
    const auto wrong =
        place_.run("simtrail replay --feed '" + shipped("day.ndjson") + "' --db w.db --config wrong.toml");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_TRUE(wrong.one_line_only()) << wrong.err;
}

TEST_F(RecordedDay, UnderALaboratoryModeItsCallsAreUntrusted) {
    const Json told = replay("laboratory.db", "--track-all");
    EXPECT_EQ(told["outcomes"]["untrusted"], 21);
    EXPECT_EQ(told["outcomes"]["control"], 0);
}

}  // namespace
}  // namespace simtrail
