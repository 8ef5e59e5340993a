#include "adapters/record/recordings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/temporary_folder.hpp"

namespace simtrail::record {
namespace {

namespace fs = std::filesystem;

const Msisdn erased = *Msisdn::parse("91"), kept = *Msisdn::parse("92");

std::string event(Msisdn msisdn) { return R"({"ts":1,"msisdn":")" + msisdn.text() + "\"}\n"; }

class ErasureFromRecordings : public ::testing::Test {
   protected:
    void has(const std::string& name, const std::string& text) const { folder_.write(name, text); }
    std::string content(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder_.file(name)).rdbuf();
        return text.str();
    }
    void erase_driver() const { erase_from_recordings(folder_.file(""), {erased}); }

    testing::TemporaryFolder folder_;
};

TEST_F(ErasureFromRecordings, TakesWhatACrashTore) {
    const std::string torn = event(erased).substr(0, 17), ended = event(erased).substr(0, 14) + "\n";
    has("2023-11-14.ndjson", ended + event(kept) + std::string(3, '\0') + "\n" + torn);
    erase_driver();
    EXPECT_EQ(content("2023-11-14.ndjson"), event(kept));
}

TEST_F(ErasureFromRecordings, TakesWhatAnEarlierOneLeftHalfDone) {
    has("2023-11-14.ndjson", event(kept));
    has("2023-11-13.ndjson.erasing", event(erased));
    has("notes.erasing", "mine");
    erase_driver();
    EXPECT_FALSE(fs::exists(folder_.file("2023-11-13.ndjson.erasing")));
    EXPECT_EQ(content("notes.erasing"), "mine");
    EXPECT_EQ(content("2023-11-14.ndjson"), event(kept));
}

TEST_F(ErasureFromRecordings, TakesCallsThatNameATrackWhichWasCreatedInNoRecordingThatIsLeft) {
    const auto stop = [](Msisdn msisdn) {
        return R"({"type":"control","ts":3,"tenant":"acme","op":"updateSimTrack","path":"van","msisdn":")" +
               msisdn.text() + "\"}\n";
    };
    has("2023-11-14.ndjson", stop(erased) + stop(kept));
    erase_driver();
    EXPECT_EQ(content("2023-11-14.ndjson"), stop(kept));
}

TEST_F(ErasureFromRecordings, ThatCannotReadADayFailsAndDoesTheOtherDays) {
    fs::create_directories(folder_.file("2023-11-14.ndjson"));  // opens, and no byte of it can be read
    has("2023-11-15.ndjson", event(erased) + event(kept));
    EXPECT_THROW(erase_driver(), std::runtime_error);
    EXPECT_TRUE(fs::exists(folder_.file("2023-11-14.ndjson")));
    EXPECT_FALSE(fs::exists(folder_.file("2023-11-14.ndjson.erasing")));
    EXPECT_EQ(content("2023-11-15.ndjson"), event(kept));
}

TEST_F(ErasureFromRecordings, FailsWhereTheFolderCannotBeListedAndHasNothingToDoWhereThereIsNone) {
    has("file", "");
    EXPECT_THROW(erase_from_recordings(folder_.file("file"), {erased}), std::runtime_error);
    EXPECT_NO_THROW(erase_from_recordings(folder_.file("none"), {erased}));
}

}  // namespace
}  // namespace simtrail::record
