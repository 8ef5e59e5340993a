// A recorded day, killed at any moment, ends with the same ledger, evidence, callbacks and traces.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/support/executable.hpp"
#include "tests/support/made_feed.hpp"
#include "tests/support/made_replay.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail {
namespace {

using storage::Phase;
using testing::killed;
using testing::Replay;

constexpr std::int64_t start_ms = 1'700'000'000'000;  // of the made feed

/// What the subscribers of a made feed and their tenant say, in order of time.
class MadeCalls {
   public:
    explicit MadeCalls(int subscribers) {
        for (int i = 0; i < subscribers; ++i) subscriber(i);
    }
    std::string lines() const {
        std::string text;
        for (const auto& [at_ms, line] : said_) text += line + "\n";
        return text;
    }

   private:
    void sms(std::int64_t at_ms, const std::string& from, const std::string& text) {
        said_.emplace(at_ms, R"({"type":"sms","ts":)" + std::to_string(at_ms) + R"(,"from":")" + from +
                                 R"(","text":")" + text + R"("})");
    }
    void control(std::int64_t at_ms, const std::string& rest) {
        said_.emplace(at_ms,
                      R"({"type":"control","ts":)" + std::to_string(at_ms) + R"(,"tenant":"acme",)" + rest + "}");
    }
    void subscriber(int i) {
        const std::string msisdn = "9198" + std::to_string(10'000'000 + i), name = "van " + std::to_string(i);
        const std::int64_t minute = 60'000, before_ms = start_ms - 10 * minute + i * 101;
        const std::string hook = R"("callback":{"url":"https://example.com/"})";
        control(before_ms, R"("op":"requestConsent","path":")" + msisdn + R"(","body":{)" + hook + "}");
        if (i % 7 == 6) return;  // never answers
        sms(before_ms + minute, msisdn, "yes");
        const std::string expiry = i % 5 == 0 ? R"("expiry":"20m",)" : "";
        control(before_ms + 2 * minute, R"("op":"createSimTrack","body":{"msisdn":")" + msisdn + R"(","trackName":")" +
                                            name + R"(","defaultStart":true,)" + expiry + hook + "}");
        const std::int64_t during_ms = start_ms + (5 + i % 30) * minute + i * 37;
        const auto update = [&](std::int64_t at_ms, const std::string& operation) {
            control(at_ms,
                    R"("op":"updateSimTrack","path":")" + name + R"(","body":{"operation":")" + operation + "\"}");
        };
        if (i % 3 == 1) {
            update(during_ms, "stop");
            update(during_ms + 4 * minute, "start");
        }
        if (i % 4 == 2) sms(during_ms + 6 * minute, msisdn, "STOP");
        if (i % 11 == 3) control(during_ms + 7 * minute, R"("op":"deleteSimTrack","path":")" + name + "\"");
    }

    std::multimap<std::int64_t, std::string> said_;
};

class RecordedDayKill : public ::testing::Test {
   protected:
    Replay replay(const std::string& database, std::uint32_t shards = 1) const {
        return {.feed = feed_, .database = place_.file(database), .cells = &cells_, .shards = shards, .said = said_};
    }
    /// All that a day leaves behind.
    std::string left(const std::string& database) const {
        const auto ran = place_.run(
            "sqlite3 " + database +
            " 'select * from consent order by consent; select * from track order by track; select * from evidence "
            "order "
            "by number; select number, event_id, event_type, body, created, dead from callback_outbox order by number; "
            "select name, value from counter where name in (\"consent\", \"track\", \"text\", \"callback\", "
            "\"evidence\")'");
        EXPECT_EQ(ran.exit_code, 0) << ran.err;
        return ran.out + testing::told(place_.file(database));
    }

    testing::Workplace place_;
    testing::MadeFeed made_{12, 60, 90};
    std::string feed_ = place_.file("day.ndjson"), said_ = place_.file("said.ndjson");
    const CellTable& cells_ = made_.cells.table();

    RecordedDayKill() {
        place_.write("day.ndjson", made_.lines);
        place_.write("said.ndjson", MadeCalls(60).lines());
    }
};

TEST_F(RecordedDayKill, AtManyMomentsOfEveryPhaseLosesAndRepeatsNothing) {
    const auto result = replay("whole.db").run();
    EXPECT_GT(result.totals.points, 2000U);
    EXPECT_GT(result.totals.outcomes[feed::Outcome::control], 120U);
    EXPECT_EQ(result.totals.outcomes[feed::Outcome::refused], 3U);  // a start after the expiry
    const std::string whole = left("whole.db");
    constexpr std::array phases{Phase::recovery,     Phase::before_commit, Phase::within_commit,
                                Phase::after_commit, Phase::cut,           Phase::checkpoint};
    std::mt19937_64 random(2027);
    int kills = 0;
    for (int i = 0; i < 6; ++i) {
        const std::string database = "killed-" + std::to_string(i) + ".db";
        for (std::size_t attempt = 0; attempt < phases.size(); ++attempt) {
            const Phase phase = phases[(attempt + static_cast<std::size_t>(i)) % phases.size()];
            const unsigned latest = phase == Phase::recovery || phase == Phase::checkpoint ? 2 : 5;
            kills += killed(replay(database), {phase, 1 + static_cast<int>(random() % latest)}) ? 1 : 0;
        }
        replay(database).run();
        ASSERT_TRUE(left(database) == whole) << "database " << database;
    }
    EXPECT_GE(kills, 15);
}

TEST_F(RecordedDayKill, OverThreeShardsAndAgainLeavesTheSame) {
    replay("whole.db").run();
    const std::string whole = left("whole.db");
    EXPECT_TRUE(killed(replay("shards.db", 3), {Phase::after_commit, 3}));
    replay("shards.db", 3).run();
    EXPECT_TRUE(left("shards.db") == whole);
    const auto again = replay("shards.db", 2).run();
    EXPECT_EQ(again.totals.lines, 0U);
    EXPECT_TRUE(left("shards.db") == whole);
}

}  // namespace
}  // namespace simtrail
