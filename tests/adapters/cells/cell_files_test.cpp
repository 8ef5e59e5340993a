#include "adapters/cells/cell_files.hpp"
#include "adapters/cells/known_files.hpp"
#include "tests/support/places.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <zlib.h>

namespace simtrail::cells {
namespace {

namespace fs = std::filesystem;

class CellFiles : public ::testing::Test {
   protected:
    fs::path folder_ = fs::path(::testing::TempDir()) /
                       ("simtrail-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));

    void SetUp() override { fs::create_directories(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, std::string_view text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
        return folder_ / name;
    }
    fs::path write_gzip(const std::string& name, const std::string& text) const {
        gzFile file = gzopen((folder_ / name).c_str(), "wb");
        gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        gzclose(file);
        return folder_ / name;
    }
    static LoadedCells load(std::vector<fs::path> files) { return load_cells(files); }
    static std::string error_of(const fs::path& file) {
        try {
            load({file});
        } catch (const CellFileError& error) {
            return error.what();
        }
        return "";
    }
};

const std::string header = "radio,mcc,mnc,area,cell,lon,lat\n";
constexpr CellIdentity cell_one{Radio::lte, {1, 1}, std::nullopt, 1};

TEST_F(CellFiles, CountEveryRowOnceByReason) {
    const auto loaded = load({write("t.csv", header + "lte,1,1,1,1,1,2\nlte,1,1,1,1,1,3\n\nlte,1,1,1,2,0,0\n"
                                                      "lte,1,1,1,3,181,0\nCDMA,1,1,1,1,1,1\nlte,1,1,1,4,5,6")});
    const auto& report = loaded.reports().front();
    EXPECT_EQ(report[RowOutcome::added], 2U);
    EXPECT_EQ(report[RowOutcome::duplicate], 1U);
    EXPECT_EQ(report[RowOutcome::blank], 1U);
    EXPECT_EQ(report[RowOutcome::null_island], 1U);
    EXPECT_EQ(report[RowOutcome::impossible_coordinates], 1U);
    EXPECT_EQ(report[RowOutcome::unknown_radio], 1U);
    ASSERT_EQ(report.first_bad.size(), 3U);
    EXPECT_EQ(report.first_bad[0].line, 5U);
    EXPECT_EQ(report.first_bad[2].line, 7U);
    EXPECT_EQ(loaded.table().find(cell_one)->site.lat_deg, 3);
}

TEST_F(CellFiles, ReadGzipAndCrlfAlike) {
    const auto loaded = load({write_gzip("t.csv.gz", "radio,mcc,mnc,area,cell,lon,lat\r\nlte,1,1,1,1,1,2\r\n")});
    EXPECT_EQ(loaded.table().size(), 1U);
}

TEST_F(CellFiles, MapOneCompiledFileAndMergeSeveral) {
    CellTableBuilder builder;
    builder.add(cell_one, {.site = {1, 2}});
    const auto bytes = builder.build();
    const auto compiled = write("t.cells", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const auto later = write("t.csv", header + "lte,1,1,1,1,7,8\nlte,1,1,1,2,7,8\n");
    EXPECT_TRUE(load({compiled}).reports().front().compiled);
    EXPECT_EQ(load({compiled}).table().find(cell_one)->site.lon_deg, 1);
    EXPECT_EQ(load({compiled, later}).table().find(cell_one)->site.lon_deg, 7);
    EXPECT_EQ(load({later, compiled}).table().find(cell_one)->site.lon_deg, 1);
    EXPECT_EQ(load({later, compiled}).table().size(), 2U);
}

TEST_F(CellFiles, SayWhichFileIsNeitherAndWhy) {
    EXPECT_NE(error_of(write("x.csv", "hello\n")).find("x.csv, line 1: neither"), std::string::npos);
    EXPECT_NE(error_of(write("empty.csv", "")).find("is empty"), std::string::npos);
    EXPECT_NE(error_of(folder_ / "absent.csv").find("cannot be opened"), std::string::npos);
}

TEST_F(CellFiles, RefuseACutGzipRatherThanHalfATable) {
    std::string rows = header;
    for (int i = 0; i < 5000; ++i) rows += "lte,1,1,1," + std::to_string(i * 7919 % 65'536) + ",1,2\n";
    const auto file = write_gzip("t.csv.gz", rows);
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_NE(error_of(file).find("ends within a gzip member"), std::string::npos);
}

TEST_F(CellFiles, CutOverlongLinesAndGoOn) {
    for (const std::size_t length : {65'535UL, 65'536UL, 65'537UL, 1'048'576UL, 3'000'000UL}) {
        const auto loaded = load({write("t.csv", header + std::string(length, 'x') + "\nlte,1,1,1,1,1,2\n")});
        EXPECT_EQ(loaded.table().size(), 1U) << length;
        EXPECT_EQ(loaded.reports().front().rejected(), 1U) << length;
    }
}

TEST_F(CellFiles, OfTheRealWorldAreReadWhole) {
    const fs::path shared = fs::path(simtrail::places::shared_dir()) / "data";
    if (!fs::exists(shared)) GTEST_SKIP() << "no recordings at " << shared;
    const auto shanghai = load({shared / "shanghai-lte/towers.csv"});
    EXPECT_EQ(shanghai.table().size(), 46'179U);
    EXPECT_EQ(shanghai.table().find({Radio::lte, {460, 1}, 6146, 8388619})->azimuth_deg, 60);
    EXPECT_EQ(load({shared / "shanghai-gsm/towers.csv"}).table().size(), 171U);
    const auto india = load({shared / "towers/india-umts.csv.gz"});
    EXPECT_EQ(india.table().size(Radio::umts), india.table().size());
    for (const auto& [file, rows] : {std::pair{"towers/us-313.csv.gz", 3517U},
                                     {"towers/us-316.csv.gz", 451U},
                                     {"towers/india-umts.csv.gz", 22'398U}}) {
        const auto loaded = load({shared / file});
        std::uint64_t sum = 0;
        for (const auto count : loaded.reports().front().rows) sum += count;
        EXPECT_EQ(sum, rows) << file;
    }
}

TEST_F(CellFiles, ThatAreMissingAreNotKnownAsNone) {
    const auto table = write("t.csv", header);
    EXPECT_EQ(known_files(std::vector{table}).size(), 1U);
    EXPECT_THROW(known_files(std::vector{table, folder_ / "mistyped.csv"}), CellFileError);
    EXPECT_TRUE(known_files(std::vector<fs::path>{table, "/dev/null"}).empty()) << "nobody can read it again";
}

}  // namespace
}  // namespace simtrail::cells
