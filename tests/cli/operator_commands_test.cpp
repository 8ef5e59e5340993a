#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "adapters/access/api_keys.hpp"
#include "storage/key_store.hpp"
#include "storage/outbox_depths.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/executable.hpp"

namespace simtrail {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr const char* subscriber = "919876543210";

/// A database with one subscriber's consent, evidence and a dead letter.
void plant(storage::SqliteTraceStore& store) {
    const Msisdn msisdn = *Msisdn::parse(subscriber);
    ledger::LedgerChanges changes;
    changes.consents.push_back({.number = 1, .tenant = "acme", .msisdn = msisdn});
    changes.evidence.push_back({.number = 1,
                                .at_ms = 1000,
                                .tenant = "acme",
                                .msisdn = msisdn,
                                .step = "textSent",
                                .actor = "k1",
                                .text = "Acme asks: \"YES\" or \xff NO",
                                .gateway = "console"});
    changes.evidence.push_back({.number = 2,
                                .at_ms = 2000,
                                .tenant = "acme",
                                .msisdn = msisdn,
                                .step = "textReceived",
                                .actor = "subscriber",
                                .text = "=YES,4821",
                                .gateway = "console"});
    ledger::LedgerBatch batch{.changes = &changes, .counters = {.consent = 1, .evidence = 2}};
    for (std::int64_t number = 1; number <= 3; ++number)
        batch.callbacks.push_back({.number = number,
                                   .event_id = "event-" + std::to_string(number),
                                   .event_type = "consent.updated",
                                   .tenant = "acme",
                                   .msisdn = msisdn,
                                   .lane = 1,
                                   .target = {"https://a.example/", "", "hush"},
                                   .body = std::string("{\"msisdn\":\"") + subscriber + "\"}",
                                   .created_ms = 1'700'000'000'000,
                                   .attempts = 12,
                                   .dead = number < 3,
                                   .last_error = "connection refused"});
    store.commit({.ledger = batch});
}

class OperatorCommands : public ::testing::Test {
   protected:
    std::unique_ptr<storage::SqliteTraceStore> open() { return storage::open_trace_store({.path = path_}); }

    testing::Workplace place_;
    std::string path_ = place_.file("simtrail.db");
};

TEST_F(OperatorCommands, KeysAddPrintsTheKeyAloneAndStoresItHashed) {
    const auto added =
        place_.run("simtrail keys add --tenant acme --name 'Acme Logistics' --scopes consent,track --expires 90d");
    ASSERT_EQ(added.exit_code, 0) << added.err;
    EXPECT_THAT(added.out, MatchesRegex("sk_[0-9a-f]+_[0-9a-f]+\n"));
    const auto keys = storage::list_keys(path_);
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(access::find_key(keys, added.out.substr(0, added.out.size() - 1)), 0U);
    EXPECT_EQ(keys[0].tenant_name, "Acme Logistics");
    EXPECT_TRUE(keys[0].scopes.has(access::Scope::track));
    EXPECT_FALSE(keys[0].scopes.has(access::Scope::admin));
    EXPECT_EQ(keys[0].expires_ms - keys[0].created_ms, 90LL * 86'400'000);
    for (const char* file : {"simtrail.db", "simtrail.db-wal"})
        EXPECT_THAT(testing::content(place_.file(file)), Not(HasSubstr(added.out.substr(16, 64))));
}

TEST_F(OperatorCommands, ATenantsNameFitsIntoAText) {
    for (const std::string& name : {std::string("$'Evil\\nReply YES 0000'"), std::string(65, 'n')}) {
        const auto refused = place_.run("simtrail keys add --tenant acme --scopes feed --name " + name);
        EXPECT_EQ(refused.exit_code, 2);
        EXPECT_THAT(refused.err, HasSubstr("--name"));
    }
}

TEST_F(OperatorCommands, KeysAreListedAndRevokedBesideTheProcessThatHasTheDatabase) {
    const auto store = open();
    ASSERT_EQ(place_.run("simtrail keys add --db simtrail.db --tenant acme --scopes feed").exit_code, 0);
    const auto json = nlohmann::json::parse(place_.run("simtrail keys list --json").out);
    ASSERT_EQ(json["keys"].size(), 1U);
    EXPECT_EQ(json["keys"][0]["scopes"], nlohmann::json({"feed"}));
    EXPECT_EQ(json["keys"][0]["status"], "valid");
    const std::string id = json["keys"][0]["id"];
    EXPECT_EQ(place_.run("simtrail keys revoke " + id).exit_code, 0);
    EXPECT_THAT(place_.run("simtrail keys list").out, HasSubstr("revoked"));
    EXPECT_TRUE(place_.run("simtrail keys revoke nobody").one_line_only());
}

TEST_F(OperatorCommands, WhatWaitsIsCounted) {
    const auto store = open();
    storage::OutboxDepths depths(path_);
    EXPECT_EQ(depths.look().callbacks, 0U);
    plant(*store);
    EXPECT_EQ(depths.look().callbacks, 1U);
    EXPECT_EQ(depths.look().dead_callbacks, 2U);
    EXPECT_EQ(depths.look().texts, 0U);
}

TEST_F(OperatorCommands, ANumberThatIsNoneIsRefusedInAWord) {
    open();
    const auto refused = place_.run("simtrail callbacks resend x");
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_LT(refused.err.size(), 120U) << refused.err;
}

TEST_F(OperatorCommands, TakeTheDatabaseFromTheConfiguration) {
    place_.write("simtrail.toml", "[storage]\npath = \"" + place_.file("other.db") + "\"\n");
    ASSERT_EQ(place_.run("simtrail keys add --config simtrail.toml --tenant acme --scopes feed").exit_code, 0);
    EXPECT_EQ(storage::list_keys(place_.file("other.db")).size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(path_));
    place_.write("wrong.toml", "[storage]\npaht = \"x\"\n");
    const auto wrong = place_.run("simtrail keys list --config wrong.toml");
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_TRUE(wrong.one_line_only());
}

TEST_F(OperatorCommands, SayInOneLineWhatIsWrong) {
    for (const char* command :
         {"keys add --tenant acme --scopes everything", "keys add --tenant 'a b' --scopes feed",
          "keys add --tenant acme", "keys add --tenant acme --scopes feed --expires soon", "subscriber erase 12x",
          "callbacks resend", "consents export --format xml", "keys list --db a --config b"}) {
        const auto ran = place_.run(std::string("simtrail ") + command);
        EXPECT_EQ(ran.exit_code, 2) << command;
        EXPECT_TRUE(ran.one_line_only()) << command << ran.err;
    }
}

TEST_F(OperatorCommands, FailWhereThereIsNoDatabaseAndMakeNone) {
    for (const char* command : {"keys list", "keys revoke x", "callbacks list", "callbacks resend --all",
                                "consents export", "subscriber erase 123", "backup copy.db"}) {
        const auto ran = place_.run(std::string("simtrail ") + command);
        EXPECT_EQ(ran.exit_code, 1) << command;
        EXPECT_TRUE(ran.one_line_only()) << command << ran.err;
    }
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(OperatorCommands, ConsentsExportGivesTheEvidenceByLine) {
    const auto store = open();
    plant(*store);
    const auto json = place_.run("simtrail consents export");
    ASSERT_EQ(json.exit_code, 0) << json.err;
    std::istringstream lines(json.out);
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const auto first = nlohmann::json::parse(line);
    EXPECT_EQ(first["msisdn"], subscriber);
    EXPECT_EQ(first["step"], "textSent");
    EXPECT_EQ(first["text"], "Acme asks: \"YES\" or \xEF\xBF\xBD NO") << "what is no UTF-8 is replaced";
    EXPECT_EQ(
        place_.run("simtrail consents export --format csv").out,
        "number,at,tenant,msisdn,step,actor,text,gateway\r\n"
        "1,1000,\"acme\",\"919876543210\",\"textSent\",\"k1\",\"Acme asks: \"\"YES\"\" or \xff NO\",\"console\"\r\n"
        "2,2000,\"acme\",\"919876543210\",\"textReceived\",\"subscriber\",\"'=YES,4821\",\"console\"\r\n");
}

TEST_F(OperatorCommands, CallbacksAreListedWithoutSecretsAndSentAgain) {
    const auto store = open();
    plant(*store);
    const auto listed = place_.run("simtrail callbacks list");
    EXPECT_THAT(listed.out, HasSubstr("connection refused"));
    EXPECT_THAT(listed.out, HasSubstr("2023-11-14T22:13:20Z"));
    for (const char* kept : {"hush", subscriber}) EXPECT_THAT(listed.out, Not(HasSubstr(kept)));
    EXPECT_EQ(nlohmann::json::parse(place_.run("simtrail callbacks list --json").out)["callbacks"].size(), 2U);
    EXPECT_EQ(store->due_callbacks(1LL << 50, 10).at(0).number, 3);
    EXPECT_EQ(place_.run("simtrail callbacks resend 2").exit_code, 0);
    EXPECT_EQ(store->due_callbacks(1LL << 50, 10).at(0).number, 2) << "in the order of its lane";
    EXPECT_EQ(place_.run("simtrail callbacks resend 2").exit_code, 1);
    EXPECT_THAT(place_.run("simtrail callbacks resend --all").out, HasSubstr("1 callback waits again"));
    const auto due = store->due_callbacks(1LL << 50, 10);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].number, 1);
    EXPECT_EQ(due[0].attempts, 0U);
}

TEST_F(OperatorCommands, SubscriberEraseWorksOnADatabaseThatNobodyHas) {
    plant(*open());
    const auto ran = place_.run(std::string("simtrail subscriber erase ") + subscriber);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out, "91******3210 is erased\n");
    EXPECT_TRUE(open()->recover_ledger().consents.empty());
    EXPECT_EQ(place_.run("simtrail consents export").out, "");
}

TEST_F(OperatorCommands, SubscriberEraseAsksTheProcessThatHasTheDatabase) {
    const auto store = open();
    plant(*store);
    std::atomic<bool> stop = false;
    std::jthread daemon([&] {
        for (; !stop; std::this_thread::yield())
            for (const auto& request : store->operator_requests()) {
                ledger::LedgerChanges changes{.erased_subscribers = {*Msisdn::parse(request.argument)}};
                store->commit(
                    {.ledger = {.changes = &changes, .operator_answers = {{request.number, true, "erased"}}}});
            }
    });
    const auto ran = place_.run(std::string("simtrail subscriber erase ") + subscriber);
    stop = true;
    daemon.join();
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_TRUE(store->recover_ledger().consents.empty());
    EXPECT_EQ(
        storage::Database(path_, storage::Database::Mode::read_only).number("SELECT count(*) FROM operator_request"),
        0);
}

TEST_F(OperatorCommands, SubscriberEraseTakesBackARequestThatNobodyAnswers) {
    const auto store = open();
    plant(*store);
    const auto ran = place_.run(std::string("simtrail subscriber erase --wait 1 ") + subscriber);
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_TRUE(ran.one_line_only());
    EXPECT_THAT(ran.err, HasSubstr("did not answer within 1 s"));
    EXPECT_TRUE(store->operator_requests().empty());
    EXPECT_EQ(store->recover_ledger().consents.size(), 1U);
}

TEST_F(OperatorCommands, BackupCopiesBesideTheProcessThatHasTheDatabase) {
    const auto store = open();
    plant(*store);
    EXPECT_EQ(place_.run("simtrail backup copy.db").exit_code, 0);
    EXPECT_EQ(storage::open_trace_store({.path = place_.file("copy.db")})->recover_ledger().consents.size(), 1U);
    const auto again = place_.run("simtrail backup copy.db");
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("exists already"));
}

}  // namespace
}  // namespace simtrail
