#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/executable.hpp"

namespace simtrail {
namespace {

using ::testing::HasSubstr;

struct Unusable {
    std::string configuration, told;
};

class ServeCheck : public ::testing::Test {
   protected:
    void SetUp() override {
        place_.write("not.pem", "no certificate\n");
        std::filesystem::create_directory(place_.file("in"));
    }
    testing::Ran check(const std::string& configuration) {
        place_.write("simtrail.toml", configuration);
        return place_.run("simtrail serve --check --config simtrail.toml");
    }
    testing::Workplace place_;
};

TEST_F(ServeCheck, FindsWhatIsNamedAndCannotBeUsed) {
    for (const auto& [configuration, told] :
         std::vector<Unusable>{{"[api.tls]\ncertificate = 'none.pem'\nkey = 'none.pem'\n", "[api.tls]"},
                               {"[api.tls]\ncertificate = 'not.pem'\nkey = 'not.pem'\n", "not.pem"},
                               {"[feed.tcp.tls]\ncertificate = 'none.pem'\nkey = 'none.pem'\n", "[feed.tcp.tls]"},
                               {"[callbacks]\nca_file = 'none.pem'\n", "[callbacks] ca_file"},
                               {"[storage]\npath = 'none/simtrail.db'\n", "[storage] path: none"},
                               {"[feed.tcp]\nlisten = '127.0.0.1:7480'\n",
                                "[feed.tcp] listen: 127.0.0.1:7480 is also that of [api] listen"},
                               {"[feed.directory]\npath = 'in'\ndone = 'none'\n", "[feed.directory] done: none"},
                               {"[feed.directory]\npath = 'in'\ndone = './in'\n", "the watched folder itself"},
                               {"[cells]\nfiles = ['none.csv']\n", "[cells] files: none.csv"}}) {
        const auto checked = check(configuration);
        EXPECT_EQ(checked.exit_code, 2) << configuration;
        EXPECT_TRUE(checked.one_line_only()) << checked.err;
        EXPECT_THAT(checked.err, HasSubstr(told));
        const auto served = place_.run("timeout 10 simtrail serve --config simtrail.toml");
        EXPECT_EQ(served.exit_code, 2) << configuration << served.err;
    }
}

TEST_F(ServeCheck, TakesWhatCanWork) {
    const auto checked = check(
        "[feed.directory]\npath = 'not-mounted-yet'\ndone = 'nor-this'\n[api]\nlisten = "
        "'127.0.0.1:0'\n[operator]\nlisten = '127.0.0.1:0'\n");
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    EXPECT_EQ(checked.out, "the configuration is good\n");
}

}  // namespace
}  // namespace simtrail
