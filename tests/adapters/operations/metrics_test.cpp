#include "adapters/operations/metrics.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "adapters/operations/daemon_metrics.hpp"
#include "tests/support/executable.hpp"
#include "tests/support/places.hpp"

namespace simtrail::operations {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, AreWrittenInPrometheusTextFormat) {
    Metrics metrics;
    metrics.counter("lines_total", "Lines.", {{"outcome", "point"}}).add(3);
    metrics.gauge("depth", "A \\ and\na new line.").set(2.5);
    metrics.counter("lines_total", "Lines.", {{"outcome", "say \"no\"\\\n"}}).add();
    EXPECT_EQ(metrics.text(),
              "# HELP lines_total Lines.\n"
              "# TYPE lines_total counter\n"
              "lines_total{outcome=\"point\"} 3\n"
              "lines_total{outcome=\"say \\\"no\\\"\\\\\\n\"} 1\n"
              "# HELP depth A \\\\ and\\na new line.\n"
              "# TYPE depth gauge\n"
              "depth 2.5\n");
}

TEST(Metrics, HistogramsCountUpToEachBound) {
    Metrics metrics;
    auto& seconds = metrics.histogram("commit_seconds", "Commits.", {0.01, 0.5, 1}, {{"disk", "a"}});
    for (const double value : {0.0, 0.01, 0.25, 0.75, 3.0}) seconds.observe(value);
    EXPECT_EQ(metrics.text(),
              "# HELP commit_seconds Commits.\n"
              "# TYPE commit_seconds histogram\n"
              "commit_seconds_bucket{disk=\"a\",le=\"0.01\"} 2\n"
              "commit_seconds_bucket{disk=\"a\",le=\"0.5\"} 3\n"
              "commit_seconds_bucket{disk=\"a\",le=\"1\"} 4\n"
              "commit_seconds_bucket{disk=\"a\",le=\"+Inf\"} 5\n"
              "commit_seconds_sum{disk=\"a\"} 4.01\n"
              "commit_seconds_count{disk=\"a\"} 5\n");
}

TEST(Metrics, CountFromManyThreads) {
    Metrics metrics;
    auto& counter = metrics.counter("c_total", "C.");
    auto& histogram = metrics.histogram("h", "H.", {1});
    constexpr int each = 10'000;
    const auto work = [&] {
        for (int i = 0; i < each; ++i) {
            counter.add();
            histogram.observe(1);
        }
    };
    std::thread one(work), other(work);
    one.join();
    other.join();
    EXPECT_EQ(counter.value(), 2U * each);
    EXPECT_EQ(histogram.count_in(0), 2U * each);
    EXPECT_EQ(histogram.sum(), 2.0 * each);
}

/// A daemon that has done one of everything.
DaemonMetrics made_metrics() {
    return {"1.2.3", [] {
                DaemonState state;
                state.tracks = {1, 2, 3, 4, 5};
                state.consents = {0, 6, 7, 8, 9, 10};
                state.tracked_subscribers = 11;
                state.blocks_under_way = 12;
                state.control_queue = 13;
                state.feed_connections = 14;
                state.api_connections = 15;
                return state;
            }};
}

void do_one_of_each(DaemonMetrics& metrics) {
    feed::OutcomeCounts counts;
    counts[feed::Outcome::point] = 21;
    counts[feed::Outcome::truncated] = 22;
    counts[feed::FieldDrop::signal] = 23;
    metrics.count(counts);
    metrics.count(CallbackEnd::dead);
    metrics.count(SmsEnd::failed);
    metrics.count_answer(200);
    metrics.count_answer(418);
    metrics.count_failed_commit();
    metrics.observe_commit(std::chrono::milliseconds{20});
}

TEST(DaemonMetrics, StandUnderTheirNames) {
    auto metrics = made_metrics();
    do_one_of_each(metrics);
    const auto text = metrics.text();
    for (const auto* line : {"simtrail_build_info{version=\"1.2.3\"} 1",
                             "simtrail_feed_lines_total{outcome=\"point\"} 21",
                             "simtrail_feed_lines_total{outcome=\"truncated\"} 22",
                             "simtrail_feed_lines_total{outcome=\"untracked\"} 0",
                             "simtrail_feed_fields_dropped_total{field=\"signal\"} 23",
                             "simtrail_callbacks_total{outcome=\"dead\"} 1",
                             "simtrail_sms_total{outcome=\"failed\"} 1",
                             "simtrail_http_requests_total{status=\"200\"} 1",
                             "simtrail_http_requests_total{status=\"other\"} 1",
                             "simtrail_commit_failures_total 1",
                             "simtrail_commit_seconds_bucket{le=\"0.01\"} 0",
                             "simtrail_commit_seconds_bucket{le=\"0.025\"} 1",
                             "simtrail_tracks{state=\"created\"} 1",
                             "simtrail_tracks{state=\"expired\"} 5",
                             "simtrail_consents{state=\"pending\"} 6",
                             "simtrail_consents{state=\"expired\"} 10",
                             "simtrail_tracked_subscribers 11",
                             "simtrail_blocks_under_way 12",
                             "simtrail_control_queue 13",
                             "simtrail_feed_connections 14",
                             "simtrail_api_connections 15"})
        EXPECT_THAT(text, HasSubstr("\n" + std::string{line} + "\n"));
}

TEST(DaemonMetrics, AreReadByPrometheusOwnParserAndDocumented) {
    auto metrics = made_metrics();
    do_one_of_each(metrics);
    const simtrail::testing::Workplace place;
    place.write("metrics", metrics.text());
    const auto ran =
        place.run("/usr/bin/python3 " + simtrail::places::source_dir() + "/tests/scripts/check_metrics.py metrics");
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const std::string page = simtrail::testing::content(simtrail::places::source_dir() + "/docs/operating.md");
    std::istringstream names(ran.out);
    int count = 0;
    for (std::string name; names >> name; ++count) EXPECT_THAT(page, HasSubstr("`" + name)) << "in docs/operating.md";
    EXPECT_GE(count, 14);
}

}  // namespace
}  // namespace simtrail::operations
