#include "adapters/cells/durable_file.hpp"

#include <sys/stat.h>

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/cells/line_source.hpp"
#include "tests/support/executable.hpp"

namespace simtrail::cells {
namespace {

using testing::content;
using testing::TemporaryFolder;

class DurableFile : public ::testing::Test {
   protected:
    std::string error_of(const std::string& name) const {
        try {
            write_durably(folder_.file(name), bytes_);
        } catch (const CellFileError& error) {
            return error.what();
        }
        return "";
    }
    TemporaryFolder folder_;
    std::array<std::byte, 3> bytes_{std::byte{'n'}, std::byte{'e'}, std::byte{'w'}};
};

TEST_F(DurableFile, TakesThePlaceOfAnEarlierOne) {
    folder_.write("model", "earlier");
    EXPECT_EQ(error_of("model"), "");
    EXPECT_EQ(content(folder_.file("model")), "new");
    EXPECT_FALSE(std::filesystem::exists(folder_.file("model.part")));
}

TEST_F(DurableFile, WithoutAFolderSaysWhy) {
    EXPECT_THAT(error_of("none/model"), ::testing::EndsWith("cannot be written: No such file or directory"));
}

TEST_F(DurableFile, NeverTakesThePlaceOfADevice) {
    ASSERT_EQ(::mkfifo(folder_.file("pipe").c_str(), 0644), 0);
    EXPECT_THAT(error_of("pipe"), ::testing::EndsWith("cannot be written: it is there, and no regular file"));
    EXPECT_TRUE(std::filesystem::is_fifo(folder_.file("pipe")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("pipe.part")));
}

}  // namespace
}  // namespace simtrail::cells
