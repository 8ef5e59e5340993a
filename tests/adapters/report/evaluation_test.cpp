#include "adapters/report/evaluation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "adapters/exports/trace_writer.hpp"
#include "adapters/report/html_report.hpp"
#include "adapters/report/summary.hpp"
#include "tests/support/made_cells.hpp"
#include "tests/support/made_traces.hpp"
#include "tests/support/places.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/traces_in_memory.hpp"

namespace simtrail::report {
namespace {

using testing::made_trace;
using testing::ScratchDirectory;
using testing::TracesInMemory;

TracePoint at(std::int64_t tis_ms, std::uint32_t seq, std::uint32_t accuracy_m) {
    TracePoint point;
    point.tis_ms = tis_ms;
    point.seq = seq;
    point.accuracy_m = accuracy_m;
    return point;
}

Truth truth(std::int64_t ts_ms) { return {*Msisdn::parse("7"), ts_ms, {}}; }

TEST(Evaluation, TakesTheNewestPointAtOrBeforeTheTruth) {
    TracesInMemory traces;
    traces.add("7", {at(100, 1, 1), at(200, 2, 2), at(200, 3, 3), at(300, 4, 4)});
    const std::vector<Truth> truths{truth(99), truth(100), truth(299), truth(999)};
    const auto result = evaluate(traces, truths);
    EXPECT_EQ(result.truths, 4U);
    ASSERT_EQ(result.answers.size(), 3U);
    EXPECT_EQ(result.answers[0].point.seq, 1U);
    EXPECT_EQ(result.answers[1].point.seq, 3U);
    EXPECT_EQ(result.answers[2].point.seq, 4U);
}

TEST(Evaluation, OfNothingSaysNothing) {
    TracesInMemory none;
    EXPECT_FALSE(evaluate(none, {}).all);
    EXPECT_TRUE(nlohmann::json::parse(summary_json(evaluate(none, {})))["median"].is_null());
}

/// Truths round the points of made traces: some before the first, many at equal times.
std::string made_truth(std::uint64_t seed, const std::vector<TracePoint>& points) {
    std::mt19937_64 random(seed);
    std::string csv = "msisdn,ts,lat,lon\n";
    for (int i = 0; i < 300; ++i) {
        const TracePoint& near = points[random() % points.size()];
        const auto ts = near.tis_ms + static_cast<std::int64_t>(random() % 3) * 5000 - 5000;
        csv += std::to_string(7 + random() % 3) + "," + std::to_string(ts) + "," +
               std::to_string(near.position().lat_deg + 0.001) + "," + std::to_string(near.position().lon_deg) + "\n";
    }
    return csv;
}

TEST(Evaluation, AgreesWithTheArbiterToTheDecimetre) {
    const std::string score = simtrail::places::shared_dir() + "/tools/score.py";
    if (!std::filesystem::exists(score)) GTEST_SKIP() << "no " << score;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const ScratchDirectory scratch;
        auto points = made_trace(seed, {200});
        for (std::size_t i = 1; i < points.size(); i += 3) points[i].tis_ms = points[i - 1].tis_ms;
        TracesInMemory traces;
        traces.add("7", points).add("8", made_trace(seed + 1, {50})).add("7", made_trace(seed + 2, {50}));
        std::FILE* file = std::fopen(scratch.file("traces").c_str(), "wb");
        exports::export_traces(traces, traces.tracks(), exports::Format::geojson, file);
        std::fclose(file);
        const auto truth_path = scratch.write("truth.csv", made_truth(seed, points));

        const auto theirs =
            testing::shell("python3 " + score + " " + truth_path + " " + scratch.file("traces") + " --json");
        const auto expected = nlohmann::json::parse(theirs.output);
        const auto ours = nlohmann::json::parse(summary_json(evaluate(traces, read_truth(truth_path))));
        for (const auto& [key, value] : expected.items())
            EXPECT_NEAR(ours[key].get<double>(), value.get<double>(), 0.051) << key << ", seed " << seed;
    }
}

/// An answer of a given error and radius.
Answer answer_with(double error_m, std::uint32_t radius_m) {
    Answer answer{.truth = truth(0), .point = at(0, 1, radius_m), .error_m = error_m};
    return answer;
}

AnswerList list_of(const std::vector<Answer>& answers) {
    AnswerList list;
    for (const Answer& answer : answers) list.push_back(&answer);
    return list;
}

TEST(Accuracy, CountsTheTruthsWithinEachPromisedPartOfTheRadius) {
    const std::vector<Answer> answers{answer_with(23, 100), answer_with(24, 100), answer_with(37, 100),
                                      answer_with(100, 100), answer_with(101, 100)};
    const Accuracy accuracy = *accuracy_of(list_of(answers));
    EXPECT_DOUBLE_EQ(accuracy.coverage50, 0.2);
    EXPECT_DOUBLE_EQ(accuracy.coverage67, 0.6);
    EXPECT_DOUBLE_EQ(accuracy.coverage95, 0.8);
    EXPECT_DOUBLE_EQ(accuracy.error_over_radius.p50, 0.37);
    EXPECT_DOUBLE_EQ(accuracy.radius_score_m, 100 + 20 * 1.0 / 5);
}

TEST(Accuracy, PromisesWhatExponentialErrorsKeep) {
    std::vector<Answer> answers;
    for (int i = 0; i < 2000; ++i)
        answers.push_back(answer_with(1000 * std::log(1 - (i + 0.5) / 2000) / std::log(0.05), 1000));
    const Accuracy accuracy = *accuracy_of(list_of(answers));
    EXPECT_NEAR(accuracy.coverage50, 0.5, 0.001);
    EXPECT_NEAR(accuracy.coverage67, 0.67, 0.001);
    EXPECT_NEAR(accuracy.coverage95, 0.95, 0.001);
    for (const double share : {0.1, 0.5, 0.67, 0.95, 0.99})
        EXPECT_NEAR(promised_share(part_of_radius(share)), share, 1e-12);
}

TEST(Accuracy, ScoresTheSmallestHonestRadiusBest) {
    const auto score_of = [](std::uint32_t radius_m) {
        std::vector<Answer> answers;
        for (int error = 1; error <= 1000; ++error) answers.push_back(answer_with(error, radius_m));
        return accuracy_of(list_of(answers))->radius_score_m;
    };
    EXPECT_LT(score_of(950), score_of(900));
    EXPECT_LT(score_of(950), score_of(1000));
}

const Context::Group& group_of(const Evaluation& evaluation, std::string_view key, std::string_view name) {
    const auto& context = *std::ranges::find(evaluation.contexts, key, &Context::key);
    return *std::ranges::find(context.groups, name, &Context::Group::name);
}

TEST(Evaluation, TellsAnswersApartByTheirContext) {
    TracesInMemory traces;
    TracePoint area = at(0, 1, 2000);
    area.reasons.add(ErrorReason::area_only).add(ErrorReason::unknown_cell);
    area.radio = Radio::umts;
    TracePoint sure = at(1000, 2, 80);
    sure.radio = Radio::lte;
    traces.add("7", {area, sure});
    const std::vector<Truth> truths{truth(500), truth(1000), truth(2'000'000)};
    const auto result = evaluate(traces, truths);
    const auto answers = [&result](std::string_view key, std::string_view name) {
        const auto& accuracy = group_of(result, key, name).accuracy;
        return accuracy ? accuracy->answers : 0;
    };
    EXPECT_EQ(answers("byFallback", "areaOnly"), 1U);
    EXPECT_EQ(answers("byFallback", "unknownCell"), 0U);
    EXPECT_EQ(answers("byFallback", "knownCell"), 2U);
    EXPECT_EQ(answers("byErrorReason", "unknownCell"), 1U);
    EXPECT_EQ(answers("byRadio", "umts"), 1U);
    EXPECT_EQ(answers("byRadio", "lte"), 2U);
    EXPECT_EQ(answers("byRadius", "to 100 m"), 2U);
    EXPECT_EQ(answers("byRadius", "to 3 km"), 1U);
    EXPECT_EQ(answers("byAge", "to 10 s"), 2U);
    EXPECT_EQ(answers("byAge", "beyond 10 min"), 1U);
    const auto json = nlohmann::json::parse(summary_json(result));
    EXPECT_EQ(json["byErrorReason"]["areaOnly"], 1);
    EXPECT_EQ(json["errorReasons"]["areaOnly"]["medianRadius95"], 2000.0);
    EXPECT_FALSE(json["errorReasons"].contains("sparseCell"));
}

Evaluation evaluation_of(std::size_t truths) {
    const auto points = made_trace(3, {truths});
    TracesInMemory traces;
    traces.add("919876543210", points);
    std::vector<Truth> known;
    for (const TracePoint& point : points)
        known.push_back({*Msisdn::parse("919876543210"),
                         point.tis_ms,
                         {point.position().lon_deg + 0.001, point.position().lat_deg + point.accuracy_m * 1e-6}});
    return evaluate(traces, known);
}

TEST(HtmlReport, IsOneSmallPageThatFetchesNothingAndMasksNumbers) {
    const std::string page = html_report(evaluation_of(20'000));
    EXPECT_LT(page.size(), 2'000'000U);
    for (const auto* unwanted : {"919876543210", "http:", "https:", "src=", "@import", "url("})
        EXPECT_EQ(page.find(unwanted), std::string::npos) << unwanted;
    EXPECT_NE(page.find("91******3210"), std::string::npos);
}

TEST(Evaluation, OfSeveralSetsCountsEachAnswerOnceAndKeepsThemApart) {
    Evaluation near = evaluation_of(50), far = evaluation_of(30);
    near.name = "near.db";
    far.name = "<far>.db";
    const Evaluation both = pooled({near, far});
    EXPECT_EQ(both.truths, 80U);
    EXPECT_EQ(both.all->answers, 80U);
    EXPECT_EQ(both.answers.back().truth_number, 79U);
    const auto json = nlohmann::json::parse(summary_json(both));
    ASSERT_EQ(json["sets"].size(), 2U);
    EXPECT_EQ(json["sets"][1]["set"], "<far>.db");
    EXPECT_EQ(json["sets"][1]["truths"], 30);
    EXPECT_EQ(json["sets"][0]["median"], nlohmann::json::parse(summary_json(near))["median"]);
    EXPECT_NE(html_report(both).find("Map of &lt;far&gt;.db"), std::string::npos);
    EXPECT_TRUE(pooled({near}).sets.empty());
}

/// What a strict parser and a look at every attribute find wrong with a page.
std::string problem_of(const std::string& page) {
    static constexpr const char* checker = R"(
import sys, re, xml.etree.ElementTree as tree
page = open(sys.argv[1], encoding="utf-8").read()
root = tree.fromstring(page)
drawn = ("svg", "g", "path", "circle", "line", "text", "title")
known = drawn + ("html", "head", "meta", "style", "body", "main", "section", "h1", "h2", "p", "div", "span", "b", "i", "table", "tr", "th", "td")
for element in root.iter():
    if element.tag not in known: sys.exit("unknown element " + element.tag)
    for key, value in element.attrib.items():
        if key in ("src", "href", "srcset", "data", "action") or key.startswith("on"): sys.exit(element.tag + " has " + key)
        if "nan" in value.lower().split() or re.search(r"(nan|inf)\b", value): sys.exit(element.tag + "." + key + " is no number: " + value[:80])
    if element.tag == "svg" and not (element.get("role") == "img" and element.get("aria-label")): sys.exit("a picture without a name")
if re.search(r"url\(|@import|https?:|//", page): sys.exit("something is fetched")
)";
    const ScratchDirectory scratch;
    const auto result =
        testing::shell("python3 " + scratch.write("check.py", checker) + " " + scratch.write("page.html", page));
    return result.exit_code == 0 ? "" : result.output;
}

TEST(HtmlReport, IsWellFormedAndSelfContained) {
    EXPECT_EQ(problem_of(html_report(evaluation_of(500))), "");
    EXPECT_EQ(problem_of(html_report(evaluation_of(1))), "");
    EXPECT_EQ(problem_of(html_report({})), "");
    EXPECT_EQ(problem_of(html_report(pooled({evaluation_of(50), {}, evaluation_of(30)}))), "");
    EXPECT_NE(problem_of("<html><p></html>"), "");
    EXPECT_NE(problem_of("<html><img src='x'/></html>"), "");
}

TEST(HtmlReport, HasThePicturesThatTheRadioEngineerAsksFor) {
    const std::string page = html_report(evaluation_of(500));
    for (const auto* part : {"Share of answers within each error", "Share of truths within parts of the stated radius",
                             "Errors against stated radii", "aria-label=\"Map\"",
                             "aria-label=\"Case 1:", "By fallback level", "prefers-color-scheme:dark", "@media print"})
        EXPECT_NE(page.find(part), std::string::npos) << part;
}

TEST(HtmlReport, DrawsATruthBesideTheRadiusAndOneAtTheSamePlace) {
    Evaluation evaluation = evaluation_of(3);
    evaluation.answers[0].truth.position = evaluation.answers[0].point.position();
    evaluation.answers[0].error_m = 0;
    evaluation.answers[1].point.accuracy_m = 0;
    EXPECT_EQ(problem_of(html_report(evaluation)), "");
}

TEST(HtmlReport, OfNoAnswerOrOneIsAPageToo) {
    EXPECT_NE(html_report({}).find("nothing to draw"), std::string::npos);
    EXPECT_NE(html_report(evaluation_of(1)).find("</html>"), std::string::npos);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t times = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
    return times;
}

TEST(HtmlReport, DrawsTheSitesOfTheMapAndThinsThem) {
    const Evaluation evaluation = evaluation_of(50);
    const GeoPoint middle = evaluation.answers.front().truth.position;
    CellTableBuilder builder;
    const auto add = [&builder](std::uint64_t cell, GeoPoint site, bool learnt) {
        builder.add(testing::MadeCells::lte(cell), {.site = site, .learnt = learnt});
    };
    const auto drawn_with = [&] {
        const auto bytes = builder.build();
        return html_report(evaluation, *CellTable::open(bytes));
    };
    add(1, middle, false);
    add(2, middle, false);
    add(3, {middle.lon_deg + 20, middle.lat_deg}, false);
    const std::string two_sectors = drawn_with();
    EXPECT_EQ(count(two_sectors, "l4 7h-8z"), 1U);
    EXPECT_EQ(count(two_sectors, R"(<span class="site">)"), 1U);
    EXPECT_EQ(two_sectors.find("sites are drawn"), std::string::npos);
    EXPECT_EQ(html_report(evaluation).find("<span class=\"site\">"), std::string::npos);

    std::mt19937_64 random(1);
    const auto near = [&random] { return (static_cast<double>(random() % 10'000) - 5'000) * 1e-6; };
    for (std::uint64_t cell = 10; cell < 20'000; ++cell)
        add(cell, {middle.lon_deg + near(), middle.lat_deg + near()}, cell % 2 == 0);
    const std::string many = drawn_with();
    EXPECT_LE(count(many, "l4 7h-8z"), 3000U);
    EXPECT_GT(count(many, "l4 7h-8z"), 500U);
    EXPECT_NE(many.find("sites are drawn"), std::string::npos);
    EXPECT_NE(many.find("learnt centre"), std::string::npos);
    EXPECT_EQ(many, drawn_with());
    EXPECT_LT(many.size(), 500'000U);
}

TEST(HtmlReport, CountsTheAnswersThatFallOffTheMap) {
    Evaluation evaluation = evaluation_of(50);
    EXPECT_EQ(html_report(evaluation).find("off the map"), std::string::npos);
    evaluation.answers[7].point.lat_e5 += 500'000;
    EXPECT_NE(html_report(evaluation).find("1 of 50 answers lie off the map"), std::string::npos);
}

TEST(HtmlReport, ShowsAVehicleThatStandsBadlyLocatedAsOneCase) {
    Evaluation evaluation = evaluation_of(50);
    for (Answer& answer : evaluation.answers) answer.truth.position = evaluation.answers.front().truth.position;
    EXPECT_EQ(count(html_report(evaluation), "91******3210"), 1U);
}

TEST(TruthFile, ReadsColumnsInAnyOrderWithBomAndCrlf) {
    const ScratchDirectory scratch;
    const auto truths = read_truth(scratch.write(
        "t.csv", "\xef\xbb\xbflon,\"place, said\",lat,ts,msisdn\r\n121.5,\"a, b\",31.25,1000,0919\r\n\r\n"));
    ASSERT_EQ(truths.size(), 1U);
    EXPECT_EQ(truths[0].msisdn.text(), "0919");
    EXPECT_EQ(truths[0].ts_ms, 1000);
    EXPECT_EQ(truths[0].position, (GeoPoint{121.5, 31.25}));
}

TEST(TruthFile, NamesTheLineOfABadRow) {
    const ScratchDirectory scratch;
    const auto complaint = [&scratch](const std::string& text) -> std::string {
        try {
            read_truth(scratch.write("t.csv", text));
        } catch (const std::runtime_error& error) {
            return std::string(error.what()).substr(scratch.file("t.csv").size());
        }
        return "";
    };
    const std::string header = "msisdn,ts,lat,lon\n";
    EXPECT_EQ(complaint(""), ":1: empty, without a header");
    EXPECT_EQ(complaint("msisdn,ts,lat\n"), ":1: no column 'lon' in the header");
    EXPECT_EQ(complaint(header + "7,1,2,3\n7,1,2\n"), ":3: not enough fields");
    EXPECT_EQ(complaint(header + "x,1,2,3\n"), ":2: msisdn is not 1 to 15 digits");
    EXPECT_EQ(complaint(header + "7,soon,2,3\n"), ":2: ts is not a number of milliseconds");
    EXPECT_EQ(complaint(header + "7,1,91,3\n"), ":2: lat or lon is not on Earth");
    EXPECT_EQ(complaint(header + "7,1,nan,3\n"), ":2: lat or lon is not on Earth");
}

TEST(TruthFile, CutShortWithinGzipIsAnErrorThatSaysSo) {
    const ScratchDirectory scratch;
    const auto whole = scratch.write("t.csv", made_truth(1, made_trace(1, {50})));
    testing::shell("gzip -k " + whole);
    EXPECT_EQ(read_truth(whole + ".gz").size(), 300U);
    testing::shell("head -c 1000 " + whole + ".gz > " + scratch.file("cut.gz"));
    try {
        read_truth(scratch.file("cut.gz"));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_EQ(error.what(), scratch.file("cut.gz") + ": ends within a gzip member, at byte 1000");
    }
}

}  // namespace
}  // namespace simtrail::report
