#include "adapters/sms/smpp/esme.hpp"

#include <gtest/gtest.h>

#include "tests/support/caught_log.hpp"
#include "tests/support/made_smsc.hpp"

namespace simtrail::tests {
namespace {

using namespace sms::smpp;

constexpr std::int64_t second = 1000;
constexpr std::int64_t hour = 3600 * second;

/// A warning for each of thousands of made cuts is not worth reading.
class Esmes : public ::testing::Test {
   protected:
    void SetUp() override { spdlog::set_level(spdlog::level::off); }
    void TearDown() override { spdlog::set_level(spdlog::level::info); }
};

std::size_t accepted(const MadeSmsc& made) {
    return static_cast<std::size_t>(std::ranges::count_if(made.results, &sms::TextResult::accepted));
}

TEST_F(Esmes, AnOutageOfAnHourMidWindowLosesNoText) {
    MadeSmsc made({.window = 10, .capacity = 500});
    for (std::int64_t number = 1; number <= 500; ++number) made.send(number);
    int answers = 0;
    made.status = [&] {
        if (++answers == 100) made.silent = true;  // ten are under way, taken and not answered, when it goes
        return Status::ESME_ROK;
    };
    ASSERT_TRUE(made.until([&] { return made.taken.size() == 109; }, second));
    made.up = made.silent = false;
    made.cut();
    made.pass(hour);
    EXPECT_EQ(made.results.size(), 99);
    EXPECT_EQ(made.esme.room(), 99);
    EXPECT_LE(made.refusals, 730);  // every five seconds
    EXPECT_GE(made.refusals, 700);
    made.up = true;
    ASSERT_TRUE(made.until([&] { return made.esme.links()[0]->is_bound(); }, 10 * second));
    ASSERT_TRUE(made.until([&] { return made.results.size() == 500; }, 10 * second));
    EXPECT_EQ(accepted(made), 500);
    EXPECT_EQ(made.taken.size(), 500);
    int twice = 0;
    for (const auto& [text, times] : made.taken) twice += times - 1;
    EXPECT_EQ(twice, 10);
}

TEST_F(Esmes, LinksCutAtRandomLoseNoTextOfTenThousand) {
    for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
        MadeSmsc made({.binds = 2, .window = 20, .capacity = 10'000}, seed);
        made.cut_one_in = 200;
        for (std::int64_t number = 1; number <= 10'000; ++number) made.send(number);
        ASSERT_TRUE(made.until([&] { return made.results.size() == 10'000; }, hour)) << seed;
        EXPECT_EQ(accepted(made), 10'000) << seed;
        EXPECT_EQ(made.taken.size(), 10'000) << seed;
        EXPECT_GE(made.cuts, 30) << seed;
        std::size_t again = 0, thrice = 0;
        for (const auto& [text, times] : made.taken) {
            again += static_cast<std::size_t>(times - 1);
            thrice += times > 2 ? 1 : 0;
            EXPECT_LE(times, 3) << seed;
        }
        EXPECT_LE(again, made.cuts * 20) << seed;  // no more than was under way
        EXPECT_LE(thrice, 5) << seed;              // cut again while sent alone: one in 200 of those sent again
    }
}

TEST_F(Esmes, AnSmscThatThrottlesGetsWhatItTakesAndIsNotHammered) {
    MadeSmsc made({.window = 100, .capacity = 1000});
    std::int64_t of_second = 0, left = 0;
    std::size_t throttled = 0;
    made.status = [&] {  // 20 in each of its seconds
        if (made.now / second != of_second) of_second = made.now / second, left = 20;
        if (left == 0) return ++throttled, throttled % 2 == 0 ? Status::ESME_RTHROTTLED : Status::ESME_RMSGQFUL;
        --left;
        return Status::ESME_ROK;
    };
    for (std::int64_t number = 1; number <= 400; ++number) made.send(number);
    ASSERT_TRUE(made.until([&] { return made.results.size() == 400; }, 120 * second));
    EXPECT_EQ(accepted(made), 400);
    for (const auto& [text, times] : made.taken) EXPECT_EQ(times, 1) << text;
    EXPECT_LE(throttled, 400);
}

TEST_F(Esmes, TemporaryErrorsAreOutlivedAndPermanentOnesEndATextAtOnce) {
    MadeSmsc made;
    int count = 0;
    made.status = [&] {
        return ++count <= 3 ? Status::ESME_RSYSERR : count == 4 ? Status::ESME_RINVDSTADR : Status::ESME_ROK;
    };
    for (std::int64_t number = 1; number <= 4; ++number) made.send(number);
    ASSERT_TRUE(made.until([&] { return made.results.size() == 4; }, 10 * second));
    EXPECT_EQ(accepted(made), 3);
    EXPECT_EQ(made.results.front().number, 4);
}

TEST_F(Esmes, AnOutageIsLoggedByTheMinuteAndNotByTheAttempt) {
    const CaughtLog log;
    MadeSmsc made;
    made.up = false;
    made.pass(600 * second);
    EXPECT_GE(made.refusals, 100);
    EXPECT_GE(log.count("connection refused"), 9);
    EXPECT_LE(log.count("connection refused"), 11);
}

TEST_F(Esmes, ARefusedBindIsTriedEveryTenSeconds) {
    const CaughtLog log;
    MadeSmsc made;
    made.bind_status = Status::ESME_RINVPASWD;
    made.pass(600 * second);
    EXPECT_GE(made.connections, 60);
    EXPECT_LE(made.connections, 80);
    EXPECT_LE(log.count("the bind is refused"), 11);
    made.bind_status = Status::ESME_ROK;
    EXPECT_TRUE(made.until([&] { return made.esme.links()[0]->is_bound(); }, 10 * second));
}

TEST_F(Esmes, BindsOnceEachOfItsLinks) {
    MadeSmsc made({.mode = BindMode::transmitter_and_receiver, .binds = 3});
    made.pass(second);
    EXPECT_EQ(made.connections, 6);
    EXPECT_TRUE(std::ranges::all_of(made.esme.links(), &EsmeLink::is_bound));
}

TEST_F(Esmes, SaysOnceWhenHalfOfItsRoomIsThereAgain) {
    MadeSmsc made({.window = 1, .capacity = 10});
    for (std::int64_t number = 1; number <= 10; ++number) made.send(number);
    EXPECT_EQ(made.esme.room(), 0);
    int answers = 0;
    made.status = [&] {
        made.silent = ++answers > 4;
        return Status::ESME_ROK;
    };
    made.pass(second);
    EXPECT_EQ(made.esme.room(), 4);
    EXPECT_EQ(made.rooms, 0);
    made.status = [] { return Status::ESME_ROK; };
    made.silent = false;
    ASSERT_TRUE(made.until([&] { return made.results.size() == 10; }, 60 * second));
    EXPECT_EQ(made.rooms, 1);
}

TEST_F(Esmes, ADrainEndsWithAGoodByeOnceWhatWasSentIsAnswered) {
    MadeSmsc made;
    made.pass(second);
    made.send(1);
    made.turn();
    bool ended = false;
    made.esme.drain([&] { ended = true; }, made.now);
    ASSERT_TRUE(made.until([&] { return ended; }, second));
    EXPECT_EQ(accepted(made), 1);
    EXPECT_EQ(made.unbinds, 1);
    EXPECT_EQ(made.esme.room(), 0);
}

TEST_F(Esmes, ADrainEndsInTimeWhateverTheSmscDoes) {
    MadeSmsc made;
    made.pass(second);
    made.silent = true;
    made.send(1);
    made.turn();
    bool ended = false;
    const auto started = made.now;
    made.esme.drain([&] { ended = true; }, made.now);
    ASSERT_TRUE(made.until([&] { return ended; }, 60 * second));
    EXPECT_LE(made.now - started, Esme::drain_ms);
    EXPECT_EQ(made.unbinds, 1);
}

TEST_F(Esmes, AfterADrainNothingConnectsAnyMore) {
    MadeSmsc made;
    made.up = false;
    made.pass(second);
    bool ended = false;
    made.esme.drain([&] { ended = true; }, made.now);
    made.turn();
    EXPECT_TRUE(ended);
    const auto before = made.refusals;
    made.pass(60 * second);
    EXPECT_EQ(made.refusals, before);
}

TEST(SmppOptions, AreCheckedAgainstTheProtocol) {
    const auto fault = [](auto change) -> std::string {
        SmppOptions options;
        change(options);
        try {
            check(options);
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(fault([](SmppOptions&) {}), "");
    EXPECT_EQ(fault([](SmppOptions& options) { options.window = 0; }), "window must be 1 to 1000");
    EXPECT_EQ(fault([](SmppOptions& options) { options.window = 1001; }), "window must be 1 to 1000");
    EXPECT_EQ(fault([](SmppOptions& options) { options.binds = 17; }), "binds must be 1 to 16");
    EXPECT_EQ(fault([](SmppOptions& options) { options.port = 0; }), "port must be 1 to 65535");
    EXPECT_NE(fault([](SmppOptions& options) { options.password = std::string(65, 'x'); }).find("password"),
              std::string::npos);
    EXPECT_NE(fault([](SmppOptions& options) { options.system_id = std::string(1, '\0'); }).find("system_id"),
              std::string::npos);
    EXPECT_NE(
        fault([](SmppOptions& options) { options.extra_tlvs = {{static_cast<Tag>(0x1400), std::string(256, 'x')}}; }),
        "");
}

}  // namespace
}  // namespace simtrail::tests
