#include "adapters/record/erasing_list.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temporary_folder.hpp"

namespace simtrail::record {
namespace {

using Subscribers = std::vector<Msisdn>;
const Msisdn driver = *Msisdn::parse("0919876543210"), other = *Msisdn::parse("92");

TEST(ErasingList, IsThereAfterTheProcessAndForTheOwnerAlone) {
    const testing::TemporaryFolder folder;
    ErasingList list(folder.file(""));
    list.add({driver, other});
    EXPECT_EQ(ErasingList(folder.file("")).subscribers(), (Subscribers{other, driver}));
    struct stat told{};
    ASSERT_EQ(::stat(folder.file(".erasing-list").c_str(), &told), 0);
    EXPECT_EQ(told.st_mode & 0777U, 0600U);
    list.remove({driver, other}, list.last_note());
    EXPECT_FALSE(std::filesystem::exists(folder.file(".erasing-list")));
}

TEST(ErasingList, KeepsWhomALaterNoteNamesAgain) {
    const testing::TemporaryFolder folder;
    ErasingList list(folder.file(""));
    list.add({driver, other});
    const std::uint64_t first = list.last_note();
    list.add({driver});
    list.remove({driver, other}, first);
    EXPECT_EQ(ErasingList(folder.file("")).subscribers(), Subscribers{driver});
}

TEST(ErasingList, ThatCannotBeWrittenSaysSoAndWritesItWithTheNext) {
    const testing::TemporaryFolder folder;
    ErasingList list(folder.file(""));
    std::filesystem::create_directory(folder.file(".erasing-list.next"));
    EXPECT_THROW(list.add({driver}), std::runtime_error);
    std::filesystem::remove(folder.file(".erasing-list.next"));
    list.add({other});
    EXPECT_EQ(ErasingList(folder.file("")).subscribers(), (Subscribers{other, driver}));
}

TEST(ErasingList, ThatIsNoneIsNotForgotten) {
    const testing::TemporaryFolder folder;
    folder.write(".erasing-list", "919876543210\nnobody\n");
    EXPECT_THROW(ErasingList(folder.file("")), std::runtime_error);
}

}  // namespace
}  // namespace simtrail::record
