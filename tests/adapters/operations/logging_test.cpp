#include "adapters/operations/logging.hpp"

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/executable.hpp"

namespace simtrail::operations {
namespace {

using ::testing::MatchesRegex;

TEST(Logging, PathsBearNoNumbers) {
    for (const auto& [path, shown] : std::vector<std::pair<std::string, std::string>>{
             {"/v1/consents/919876543210", "/v1/consents/91******3210"},
             {"/v1/consents/12345", "/v1/consents/*****"},
             {"/v1/consents/%39%31987654321%30", "/v1/consents/91******3210"},
             {"/v1/consents/1234567890123456", "/v1/consents/****************"},
             {"/v1/sim-tracks/truck 919876543210", "/v1/sim-tracks/truck 91******3210"},
             {"/v1/sim-tracks/tour-7/trace", "/v1/sim-tracks/tour-7/trace"},
             {"/v1/sim-track-status/msisdn/0012/", "/v1/sim-track-status/msisdn/****/"},
             {"/v1/sim-tracks/mts:track:f723752b-f552-4aca-afe2-451234564060",
              "/v1/sim-tracks/mts:track:f723752b-f552-4aca-afe2-451234564060"},
             {"/v1/sim-tracks/mts%3Atrack%3A12345678-1234-4123-8123-123456789012/trace",
              "/v1/sim-tracks/mts%3Atrack%3A12345678-1234-4123-8123-123456789012/trace"},
             {"12345678-1234-4123-8123-12345678901", "12**5678-1234-4123-8123-12*****8901"},
             {"z919876543210.ndjson", "z91******3210.ndjson"},
             {"/healthz", "/healthz"},
             {"%3", "%3"},
             {"", ""}})
        EXPECT_EQ(masked_path(path), shown);
}

TEST(Logging, ARequestIsOneLineWithoutItsQuery) {
    const http::Request request{
        .method = "GET", .target = "/v1/consents/919876543210?callback=919876543210", .id = "r-7"};
    EXPECT_EQ(request_line(request, 200, 71, std::chrono::microseconds{1234}),
              "request id=r-7 method=GET path=/v1/consents/91******3210 status=200 bytes=71 ms=1.23");
    EXPECT_LT(request_line({.target = "/" + std::string(8000, 'x')}, 404, 0, {}).size(), 300U);
}

/// What is logged while standard error is a file.
class LogFile {
   public:
    LogFile() : stderr_(::dup(STDERR_FILENO)) {
        std::fflush(stderr);
        EXPECT_NE(std::freopen(folder_.file("log").c_str(), "w", stderr), nullptr);
    }
    ~LogFile() {
        std::fflush(stderr);
        ::dup2(stderr_, STDERR_FILENO);
        ::close(stderr_);
        ::unsetenv("JOURNAL_STREAM");
        set_up_logging(config::LogLevel::info);
    }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;

    std::string text() const {
        std::fflush(stderr);
        return simtrail::testing::content(folder_.file("log"));
    }

   private:
    simtrail::testing::TemporaryFolder folder_;
    int stderr_;
};

TEST(Logging, LinesHaveTimeAndLevelAndStayOneLine) {
    const LogFile file;
    set_up_logging(config::LogLevel::info);
    spdlog::debug("not told");
    spdlog::warn("one\nline\x1b[31m");
    EXPECT_THAT(file.text(), MatchesRegex("[0-9]+-[0-9]+-[0-9]+T[0-9:.]+[+-][0-9:]+ warning one line \\[31m\n"));
}

TEST(Logging, TheLevelChangesWhileRunning) {
    const LogFile file;
    set_up_logging(config::LogLevel::error);
    spdlog::warn("not told");
    set_log_level(config::LogLevel::debug);
    spdlog::debug("told");
    EXPECT_THAT(file.text(), MatchesRegex("[^\n]* debug told\n"));
}

TEST(Logging, TheJournalGetsPrioritiesAndNoTimes) {
    const LogFile file;
    struct stat status{};
    ::fstat(STDERR_FILENO, &status);
    ::setenv("JOURNAL_STREAM", (std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)).c_str(), 1);
    set_up_logging(config::LogLevel::debug);
    spdlog::debug("a");
    spdlog::info("b");
    spdlog::warn("c");
    spdlog::error("d");
    EXPECT_EQ(file.text(), "<7>a\n<6>b\n<4>c\n<3>d\n");
}

TEST(Logging, AnInheritedJournalStreamIsNotOurs) {
    const LogFile file;
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    set_up_logging(config::LogLevel::info);
    spdlog::info("b");
    EXPECT_THAT(file.text(), MatchesRegex("[0-9].* info b\n"));
}

}  // namespace
}  // namespace simtrail::operations
