#include <gtest/gtest.h>

#include <memory>
#include <system_error>

#include "adapters/exports/trace_writer.hpp"
#include "tests/support/made_traces.hpp"
#include "tests/support/places.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/traces_in_memory.hpp"

namespace simtrail::exports {
namespace {

using testing::made_trace;
using testing::ScratchDirectory;
using testing::shell;
using testing::TracesInMemory;

TracePoint point() {
    return {1,
            1'699'873'625'645,
            12'147'370,
            -50'000,
            350,
            Confidence::high,
            ErrorReasons{}.add(ErrorReason::area_only).add(ErrorReason::stale_event),
            Radio::lte};
}

TracesInMemory odd_traces() {
    TracesInMemory traces;
    traces.add("919876543210", made_trace(1), "mts:track:a \"b\",c", "A <b> & \"c\"");
    traces.add("7", {point()}, "", "one point").add("8", {}, "", "none").add("9", made_trace(2, {2000}), "", "long");
    TracePoint edge = point();
    edge.lon_e5 = 18'000'000;
    traces.add("10", {edge, point()}, "", "edge");
    return traces;
}

std::string exported(TracesInMemory traces, Format format) {
    const ScratchDirectory scratch;
    const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(scratch.file("out").c_str(), "wb"),
                                                                  std::fclose);
    if (!file) return {};
    export_traces(traces, traces.tracks(), format, file.get());
    std::fflush(file.get());
    std::ifstream in(scratch.file("out"), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

testing::ShellResult validated(Format format, const std::string& validator) {
    const ScratchDirectory scratch;
    return shell(validator + " " + scratch.write("out", exported(odd_traces(), format)));
}

const std::string scripts = simtrail::places::source_dir() + "/tests/scripts/";

TEST(Exports, GeoJsonPointBearsItsOwner) {
    EXPECT_EQ(exported(TracesInMemory().add("0123", {point()}), Format::geojson),
              R"({"type":"FeatureCollection","features":[)"
              "\n"
              R"({"type":"Feature","geometry":{"type":"Point","coordinates":[121.4737,-0.5]},"properties":{)"
              R"("deviceId":"0123","trackId":"mts:track:1","seq":1,"tis":1699873625645,"accuracy":350,)"
              R"("confidence":"high","errorReason":["areaOnly","staleEvent"],"radio":"lte"}})"
              "\n]}\n");
}

TEST(Exports, CsvQuotesWhatNeedsIt) {
    EXPECT_EQ(exported(TracesInMemory().add("0123", {point()}, "a \"b\",c"), Format::csv),
              "deviceId,trackId,seq,tis,lat,lon,accuracy,confidence,errorReason,radio\r\n"
              "0123,\"a \"\"b\"\",c\",1,1699873625645,-0.5,121.4737,350,high,areaOnly|staleEvent,lte\r\n");
}

TEST(Exports, GpxTimesAreUtcWithMilliseconds) {
    EXPECT_NE(exported(TracesInMemory().add("7", {point()}), Format::gpx).find("<time>2023-11-13T11:07:05.645Z</time>"),
              std::string::npos);
}

TEST(Exports, AreValidGeoJson) {
    for (const Format format : {Format::geojson, Format::line}) {
        const auto result = validated(format, "python3 " + scripts + "validate_geojson.py");
        EXPECT_EQ(result.exit_code, 0) << result.output;
    }
}

TEST(Exports, AreValidGpx) {
    const auto result = validated(Format::gpx, "xmllint --noout --schema " + scripts + "gpx11.xsd");
    EXPECT_EQ(result.exit_code, 0) << result.output.substr(0, 2000);
}

TEST(Exports, CsvReadsBackInPython) {
    const auto result = validated(Format::csv,
                                  "python3 -c 'import csv,sys\n"
                                  "rows=list(csv.DictReader(open(sys.argv[1],newline=\"\")))\n"
                                  "print(len(rows), rows[0][\"trackId\"])'");
    EXPECT_EQ(result.output, "2067 mts:track:a \"b\",c\n");
}

TEST(Exports, OfNothingAreDocumentsStill) {
    EXPECT_EQ(exported({}, Format::line), "{\"type\":\"FeatureCollection\",\"features\":[\n]}\n");
}

TEST(Exports, FullDiskIsAnError) {
    std::FILE* full = std::fopen("/dev/full", "wb");
    auto traces = odd_traces();
    for (const Format format : {Format::geojson, Format::line, Format::gpx, Format::csv})
        EXPECT_THROW(export_traces(traces, traces.tracks(), format, full), std::system_error);
    std::fclose(full);
}

}  // namespace
}  // namespace simtrail::exports
