#include "adapters/record/day_recorder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "adapters/record/recordings.hpp"
#include "tests/support/caught_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::record {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day_ms = 86'400'000, noon = 1'700'000'000'000 / day_ms * day_ms + day_ms / 2;  // 2023-11-14

std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string event(const std::string& msisdn) { return R"({"ts":1,"msisdn":")" + msisdn + "\"}\n"; }

class DayRecording : public ::testing::Test {
   protected:
    /// Recorded, and the recorder gone.
    void record(const std::vector<Recorded>& all, DayRecorder::Options options = {}) {
        options.folder = days_;
        options.pause = std::chrono::milliseconds(0);
        DayRecorder recorder(options);
        for (const auto& recorded : all) recorder.put(recorded);
    }
    fs::path day(std::int64_t now_ms) const { return file_of_day(days_, now_ms); }

    testing::TemporaryFolder folder_;
    fs::path days_ = folder_.file("days");
};

TEST_F(DayRecording, IsAFileAUtcDayForTheOwnerAlone) {
    record({{.now_ms = noon, .lines = "a\n"}, {.now_ms = noon + day_ms, .lines = "b\n"}});
    record({{.now_ms = noon + day_ms, .lines = "c\n"}});
    EXPECT_EQ(day(noon).filename(), "2023-11-14.ndjson");
    EXPECT_EQ(content(day(noon)), "a\n");
    EXPECT_EQ(content(day(noon + day_ms)), "b\nc\n");
    struct stat told{};
    ASSERT_EQ(::stat(day(noon).c_str(), &told), 0);
    EXPECT_EQ(told.st_mode & 0777U, 0600U);
    ASSERT_EQ(::stat(days_.c_str(), &told), 0);
    EXPECT_EQ(told.st_mode & 0777U, 0700U);
}

TEST_F(DayRecording, IsDroppedWhenItsTimeIsOver) {
    record({{.now_ms = noon, .lines = "a\n"}});
    std::ofstream(days_ / "notes.ndjson") << "mine";
    record({{.now_ms = noon + 2 * day_ms, .lines = "b\n"}}, {.keep_ms = 2 * day_ms});
    EXPECT_TRUE(fs::exists(day(noon)));
    record({{.now_ms = noon + 3 * day_ms, .lines = "c\n"}}, {.keep_ms = 2 * day_ms});
    EXPECT_FALSE(fs::exists(day(noon)));
    EXPECT_TRUE(fs::exists(day(noon + 2 * day_ms)));
    EXPECT_TRUE(fs::exists(days_ / "notes.ndjson"));
}

TEST_F(DayRecording, GoesOnBehindALineThatACrashTore) {
    record({{.now_ms = noon, .lines = "a\n"}});
    std::ofstream(day(noon), std::ios::app) << "to";
    record({{.now_ms = noon, .lines = "b\n"}});
    EXPECT_EQ(content(day(noon)), "a\nto\nb\n");
}

TEST_F(DayRecording, ThatHasItsMostBytesPausesUntilTheNextDayWhichTellsTheGap) {
    record({{.now_ms = noon, .lines = "0123456789\n"},
            {.now_ms = noon, .lines = "too much\n"},
            {.now_ms = noon + day_ms, .lines = "b\n"}},
           {.max_day_bytes = 120});
    EXPECT_EQ(content(day(noon)).substr(0, 20), "0123456789\ntoo much\n");
    fs::remove_all(days_);
    record({{.now_ms = noon, .lines = std::string(100, 'a') + "\n"},
            {.now_ms = noon, .lines = std::string(100, 'b') + "\n"},
            {.now_ms = noon + day_ms, .lines = "c\n"}},
           {.max_day_bytes = 120});
    EXPECT_EQ(content(day(noon)), std::string(100, 'a') + "\n");
    const std::string next = content(day(noon + day_ms));
    EXPECT_NE(next.find("recordingGap"), std::string::npos);
    EXPECT_TRUE(next.ends_with("\nc\n"));
}

TEST_F(DayRecording, SaysOnceThatADayHasItsMostBytes) {
    const tests::CaughtLog log;
    const Recorded much{.now_ms = noon, .lines = std::string(100, 'a') + "\n"};
    const Recorded next_day{.now_ms = noon + day_ms, .lines = "b\n"};
    record({much, much, much, next_day, much, much}, {.max_day_bytes = 120});
    EXPECT_EQ(log.count("recording pauses"), 2);
}

TEST_F(DayRecording, CountsWhatADiskThatFailsLosesAndGoesOnWhenItDoesNot) {
    fs::create_directories(day(noon));  // a folder where the file should be
    DayRecorder recorder({.folder = days_, .pause = std::chrono::milliseconds(0)});
    recorder.put({.now_ms = noon, .lines = "a\nb\n"});
    while (recorder.lost_lines() < 2) std::this_thread::yield();
    fs::remove(day(noon));
    recorder.put({.now_ms = noon, .lines = "c\n"});
    while (!fs::exists(day(noon)) || !content(day(noon)).ends_with("c\n")) std::this_thread::yield();
    EXPECT_NE(content(day(noon)).find("recordingGap"), std::string::npos);
    EXPECT_EQ(recorder.lost_lines(), 2U);
}

TEST_F(DayRecording, ThatDoesNotFitTheQueueIsLostAndNobodyWaits) {
    DayRecorder recorder({.folder = days_, .max_queue_bytes = 4});
    recorder.put({.now_ms = noon, .lines = "0123456789\n"});
    EXPECT_EQ(recorder.lost_lines(), 1U);
}

TEST_F(DayRecording, ForgetsAnErasedSubscriberAndKeepsTheOthers) {
    const std::string create =
        R"({"type":"control","ts":2,"tenant":"acme","op":"createSimTrack","body":{"msisdn":"91","trackName":"van"},"trackId":"t1"})"
        "\n";
    const std::string start =
        R"({"type":"control","ts":3,"tenant":"acme","op":"updateSimTrack","path":"van","body":{"operation":"start"}})"
        "\n";
    const std::string remove = R"({"type":"control","ts":4,"tenant":"acme","op":"deleteSimTrack","path":"t1"})"
                               "\n";
    const std::string others = R"({"type":"control","ts":3,"tenant":"globex","op":"deleteSimTrack","path":"van"})"
                               "\n" +
                               event("911") + R"({"type":"sms","ts":5,"from":"92","text":"91"})" + "\n";
    const std::string theirs = R"({"type":"control","ts":1,"tenant":"acme","op":"requestConsent","path":"91"})"
                               "\n" +
                               create + start + event("91") + R"({"type":"sms","ts":5,"from":"91","text":"YES"})" +
                               "\n";
    record({{.now_ms = noon, .lines = theirs + others},
            {.now_ms = noon + day_ms, .lines = remove + event("91") + others},
            {.now_ms = noon + day_ms, .lines = "", .erased = {*Msisdn::parse("91")}},
            {.now_ms = noon + day_ms, .lines = "later\n"}});
    EXPECT_EQ(content(day(noon)), others);
    EXPECT_EQ(content(day(noon + day_ms)), others + "later\n");
}

TEST_F(DayRecording, FinishesAtItsStartTheErasuresThatAKillCutOff) {
    record({{.now_ms = noon, .lines = event("91") + event("92")}});
    std::ofstream(days_ / "2023-11-13.ndjson.erasing") << event("91");
    {
        ErasingList killed(days_);
        killed.add({*Msisdn::parse("91")});
    }
    record({});
    EXPECT_EQ(content(day(noon)), event("92"));
    EXPECT_FALSE(fs::exists(days_ / "2023-11-13.ndjson.erasing"));
    EXPECT_TRUE(ErasingList(days_).subscribers().empty());
}

TEST_F(DayRecording, RemembersAnErasureThatFailsUntilAStartThatCanDoIt) {
    const fs::path unreadable = days_ / "2023-11-13.ndjson";
    fs::create_directories(unreadable);
    const auto erase_noted = [&] {
        DayRecorder recorder({.folder = days_});
        recorder.note_erasure({*Msisdn::parse("91")});
        recorder.put({.now_ms = noon, .lines = event("91"), .erased = {*Msisdn::parse("91")}});
    };
    erase_noted();
    EXPECT_EQ(ErasingList(days_).subscribers(), std::vector{*Msisdn::parse("91")});
    fs::remove(unreadable);
    record({});
    EXPECT_TRUE(ErasingList(days_).subscribers().empty());
    EXPECT_EQ(content(day(noon)), "");
    erase_noted();
    EXPECT_TRUE(ErasingList(days_).subscribers().empty());
}

TEST_F(DayRecording, ErasedKeepsATrackNameThatIsAnothersNow) {
    const auto create = [](const std::string& msisdn) {
        return R"({"type":"control","ts":2,"tenant":"acme","op":"createSimTrack","body":{"msisdn":")" + msisdn +
               R"(","trackName":"van"}})" + "\n";
    };
    const std::string start = R"({"type":"control","ts":3,"tenant":"acme","op":"updateSimTrack","path":"van"})"
                              "\n";
    record({{.now_ms = noon, .lines = create("91") + start + create("92") + start, .erased = {*Msisdn::parse("91")}}});
    EXPECT_EQ(content(day(noon)), create("92") + start);
}

}  // namespace
}  // namespace simtrail::record
