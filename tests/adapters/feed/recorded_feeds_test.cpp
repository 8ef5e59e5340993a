#include <gtest/gtest.h>

#include <filesystem>

#include "tests/adapters/feed/decoding.hpp"
#include "tests/support/places.hpp"

namespace simtrail::feed {
namespace {

namespace fs = std::filesystem;

fs::path shared(const std::string& path) { return fs::path(simtrail::places::shared_dir()) / "data" / path; }

struct Tally {
    OutcomeCounts counts;
    std::uint64_t lines = 0;
    std::uint64_t events = 0;
};

/// Decodes a whole recorded feed, and checks on every line that the scan agrees with the decoder.
Tally tally(const fs::path& path) {
    const auto source = open_bytes(path);
    if (!source) throw std::runtime_error(source.error());
    const auto text = read_all(**source);
    EXPECT_FALSE((*source)->truncated());

    const auto first_line = text.substr(0, text.find('\n'));
    const bool csv = looks_like_csv_header(first_line);
    const auto decoder = csv ? std::move(*make_csv_decoder(first_line, {})) : make_json_decoder({});
    Tally tally;
    for_each_line(csv ? text.substr(first_line.size() + 1) : text, [&](std::string_view line) {
        ++tally.lines;
        const auto decoded = decode(*decoder, line);
        if (decoded.fault) {
            ++tally.counts[*decoded.fault];
            return;
        }
        ++tally.events;
        EXPECT_EQ(decoder->scan_msisdn(line), decoded.event.msisdn);
        EXPECT_EQ(decoder->scan_ts(line), decoded.event.ts_ms);
    });
    return tally;
}

/// Lines that break the contract in truth: five GSM events that bear a UTRAN cell id.
constexpr std::string_view recorder_fault_set = "cork-drives/train.ndjson.gz";
constexpr std::uint64_t recorder_faults = 5;

class RecordedFeed : public ::testing::TestWithParam<const char*> {};

TEST_P(RecordedFeed, DecodesToTheLastLine) {
    const auto path = shared(GetParam());
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
    const auto result = tally(path);
    EXPECT_GT(result.lines, 300U);
    EXPECT_EQ(result.counts[Outcome::out_of_range], GetParam() == recorder_fault_set ? recorder_faults : 0);
    EXPECT_EQ(result.events + result.counts[Outcome::out_of_range], result.lines);
}

INSTANTIATE_TEST_SUITE_P(Sets, RecordedFeed,
                         ::testing::Values("cork-drives/feed.ndjson.gz", "cork-drives/train.ndjson.gz",
                                           "ottawa-ta/feed.ndjson.gz", "ottawa-ta/train.ndjson.gz",
                                           "salzburg-motorway/feed.ndjson.gz", "salzburg-motorway/train.ndjson.gz",
                                           "shanghai-gsm/feed.ndjson.gz", "shanghai-gsm/train.ndjson.gz",
                                           "shanghai-lte/feed.ndjson.gz", "shanghai-lte/train.ndjson.gz"));

TEST(ProbeFeed, EndsEveryLineAsAnEventOrACountedReason) {
    const auto path = shared("probe-feed/feed.csv.gz");
    if (!fs::exists(path)) GTEST_SKIP() << path << " is not here";
    const auto result = tally(path);
    std::uint64_t rejected = 0;
    for (const auto count : result.counts.lines) rejected += count;
    EXPECT_EQ(result.lines, 293'768U);
    EXPECT_EQ(result.events + rejected, 293'768U);
    EXPECT_GT(result.events, 0U);
    EXPECT_GT(result.counts[Outcome::bad_time], 0U);
    for (std::size_t i = 0; i < outcome_names.size(); ++i)
        if (result.counts.lines[i] > 0)
            RecordProperty(std::string(outcome_names[i]), std::to_string(result.counts.lines[i]));
}

}  // namespace
}  // namespace simtrail::feed
