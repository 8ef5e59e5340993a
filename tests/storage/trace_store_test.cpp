#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/geojson/segment.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_reader.hpp"
#include "tests/support/forgetful_vfs.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string error_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const StoreError& error) {
        return error.what();
    }
    return "";
}

TrackInfo made_track(std::uint32_t number) {
    return {.number = number,
            .track_id = "mts:track:" + std::to_string(number),
            .name = "lorry " + std::to_string(number),
            .tenant = "acme",
            .msisdn = *Msisdn::parse("0" + std::to_string(919876543210 + number))};
}

TracePoint made_point(std::uint32_t seq) {
    return {.seq = seq,
            .tis_ms = 1'700'000'000'000 + seq * 1000,
            .lon_e5 = 7'720'000,
            .lat_e5 = 2'860'000,
            .accuracy_m = 400,
            .confidence = Confidence::high,
            .radio = Radio::lte};
}

Segment made_segment(std::uint32_t track, std::uint32_t first, std::uint32_t last) {
    std::vector<TracePoint> points;
    for (std::uint32_t seq = first; seq <= last; ++seq) points.push_back(made_point(seq));
    Segment segment{.track = track,
                    .first_seq = first,
                    .last_seq = last,
                    .min_tis_ms = points.front().tis_ms,
                    .max_tis_ms = points.back().tis_ms,
                    .evidence = "evidence"};
    geojson::append_segment(segment.geojson, points);
    return segment;
}

class TraceStore : public ::testing::Test {
   protected:
    std::unique_ptr<SqliteTraceStore> open() { return open_trace_store({.path = path_}); }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("traces.db");
};

TEST_F(TraceStore, RemembersWhatItCommitted) {
    {
        const auto store = open();
        const std::string entries = "entries";
        EXPECT_EQ(store->commit({.journal = {entries, entries},
                                 .segments = {},
                                 .tracks = {made_track(1)},
                                 .positions = {{.id = 3,
                                                .name = "day.gz",
                                                .head_bytes = 5,
                                                .head_hash = {1, ~0ULL},
                                                .bytes = 10,
                                                .lines = 2,
                                                .prefix_hash = {3, 4}}}}),
                  1);
        EXPECT_EQ(store->commit({.journal = {entries}}), 2);
        EXPECT_EQ(store->commit({.retire_journal_up_to = 1}), 0);
    }
    const Recovery recovery = open()->recover();
    ASSERT_EQ(recovery.tracks.size(), 1U);
    EXPECT_EQ(recovery.tracks[0].msisdn.text(), made_track(1).msisdn.text()) << "leading zero kept";
    ASSERT_EQ(recovery.journal.size(), 1U);
    EXPECT_EQ(recovery.journal[0].number, 2);
    EXPECT_EQ(recovery.journal[0].bytes, "entries");
    ASSERT_EQ(recovery.positions.size(), 1U);
    EXPECT_EQ(recovery.positions[0].head_hash, (std::array<std::uint64_t, 2>{1, ~0ULL}));
    EXPECT_EQ(recovery.positions[0].lines, 2U);
}

TEST_F(TraceStore, GivesATracksNewestSegmentsOldestFirst) {
    const auto store = open();
    Batch batch{.tracks = {made_track(1), made_track(2)}};
    for (std::uint32_t first = 1; first <= 91; first += 10) batch.segments.push_back(made_segment(1, first, first + 9));
    batch.segments.push_back(made_segment(2, 1, 1));
    store->commit(batch);
    const auto reader = open_segment_reader({.path = path_});
    const auto newest = reader->newest(1, {.points = 64, .reach_ms = 0, .most = 100});
    ASSERT_EQ(newest.size(), 7U);
    EXPECT_EQ(newest.front().first_seq, 31U);
    EXPECT_EQ(newest.back().last_seq, 100U);

    const std::int64_t reach_ms = made_point(100).tis_ms - made_point(55).tis_ms;
    EXPECT_EQ(reader->newest(1, {.points = 10, .reach_ms = reach_ms, .most = 100}).front().first_seq, 41U);
    EXPECT_EQ(reader->newest(1, {.points = 10, .reach_ms = reach_ms, .most = 30}).front().first_seq, 71U);
}

TEST_F(TraceStore, ReadsSegmentsAndJournalAsOneTrace) {
    const auto store = open();
    std::string journal;
    for (std::uint32_t seq = 2; seq <= 4; ++seq)
        append_journal_entry(
            journal,
            {.kind = JournalEntry::Kind::point, .track = 1, .seq = seq, .point = PackedPoint{made_point(seq)}});
    store->commit({.journal = {journal}, .segments = {made_segment(1, 1, 3)}, .tracks = {made_track(1)}});
    const auto traces = open_traces(path_);
    ASSERT_EQ(traces->tracks().size(), 1U);
    EXPECT_EQ(traces->trace(1), (std::vector{made_point(1), made_point(2), made_point(3), made_point(4)}));
}

TEST_F(TraceStore, RefusesAFileThatIsNoDatabase) {
    const std::string text(5000, 'x');
    folder_.write("traces.db", text);
    EXPECT_THAT(error_of([&] { open(); }), AllOf(HasSubstr("traces.db"), HasSubstr("not a")));
    EXPECT_EQ(std::filesystem::file_size(path_), text.size()) << "nothing damaged";
}

TEST_F(TraceStore, RefusesAnotherProgramsDatabaseAndChangesNoByteOfIt) {
    Database(path_, Database::Mode::create).execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    const auto bytes = [&] {
        std::ifstream file(path_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const std::string before = bytes();
    EXPECT_THAT(error_of([&] { open(); }), HasSubstr("another program's"));
    EXPECT_EQ(bytes(), before);
}

TEST_F(TraceStore, RefusesADatabaseFromTheFuture) {
    open()->commit({.tracks = {made_track(1)}});
    Database(path_, Database::Mode::read_write).execute("PRAGMA user_version = 99");
    EXPECT_THAT(error_of([&] { open(); }), AllOf(HasSubstr("newer simtrail"), HasSubstr("99")));
    EXPECT_THAT(error_of([&] { open_traces(path_); }), HasSubstr("newer simtrail"));
}

TEST_F(TraceStore, IsWrittenByOneProcessAtATime) {
    const auto first = open();
    EXPECT_THAT(error_of([&] { open(); }), HasSubstr("another simtrail is writing"));
}

TEST_F(TraceStore, SaysWhichFolderCannotBeWritten) {
    EXPECT_THAT(error_of([&] { open_trace_store({.path = folder_.file("missing/traces.db")}); }),
                AllOf(HasSubstr("missing/traces.db"), HasSubstr("folder exists")));
    std::filesystem::permissions(folder_.file(""),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec |
                                     std::filesystem::perms::others_read | std::filesystem::perms::others_exec);
    const pid_t child = ::fork();  // root may write everywhere: ask as nobody
    if (child == 0) {
        if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
        ::_exit(error_of([&] { open(); }).find("may be written to") != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    std::filesystem::permissions(folder_.file(""), std::filesystem::perms::owner_all);
}

TEST_F(TraceStore, KeepsEverythingWhenTheDiskIsFullAndGoesOnWhenItIsNot) {
    testing::ForgetfulVfs vfs(1);
    const StoreOptions options{.path = "full.db", .vfs = vfs.name(), .checkpoint_at_bytes = 200'000};
    const auto store = open_trace_store(options);
    const std::string entries(20'000, 'e');
    vfs.set_capacity(2 << 20);
    std::int64_t last = 0;
    const std::string error = error_of([&] {
        for (;;) last = store->commit({.journal = {entries}});
    });
    EXPECT_THAT(error, AllOf(HasSubstr("full.db"), HasSubstr("full"), HasSubstr("free some space")));
    EXPECT_GT(last, 10);
    vfs.set_capacity(0);
    EXPECT_EQ(store->commit({.journal = {entries}}), last + 1);
    const Recovery recovery = store->recover();
    ASSERT_EQ(recovery.journal.size(), static_cast<std::size_t>(last + 1));
    for (const auto& row : recovery.journal) EXPECT_EQ(row.bytes, entries);
}

}  // namespace
}  // namespace simtrail::storage
