#include "storage/backup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "tests/support/executable.hpp"

namespace simtrail::storage {
namespace {

class Backup : public ::testing::Test {
   protected:
    /// Commit k: a journal row and the feed at k lines, so that any consistent copy has as many rows as lines.
    static void commit(SqliteTraceStore& store, std::uint64_t k) {
        const std::string entries(20'000, static_cast<char>('a' + k % 26));
        store.commit({.journal = {entries}, .positions = {{.id = 1, .name = "feed", .lines = k}}});
    }
    static void expect_consistent(const std::string& path) {
        Database copy(path, Database::Mode::read_write);
        EXPECT_EQ(copy.text("PRAGMA integrity_check"), "ok");
        EXPECT_GT(copy.number("SELECT lines FROM feed"), 0);
        EXPECT_EQ(copy.number("SELECT lines FROM feed"), copy.number("SELECT count(*) FROM journal"));
    }

    testing::TemporaryFolder folder_;
    std::string path_ = folder_.file("live.db"), copy_ = folder_.file("copy.db");
};

TEST_F(Backup, IsOneMomentOfADatabaseThatIsWrittenMeanwhile) {
    const auto store = open_trace_store({.path = path_, .synchronous = "OFF", .checkpoint_at_bytes = 1 << 20});
    for (std::uint64_t k = 1; k <= 300; ++k) commit(*store, k);
    std::atomic<std::uint64_t> written = 300;
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
        for (std::uint64_t k = 301; !stop; ++k) {
            commit(*store, k);
            written = k;
        }
    });
    std::uint64_t during = 0, steps = 0;
    back_up(path_, copy_, [&](std::uint64_t done, std::uint64_t all) {
        EXPECT_LE(done, all);
        ++steps;
        const std::uint64_t before = written;
        while (written == before) std::this_thread::yield();  // the writer does write between any two steps
        during = written;
    });
    stop = true;
    writer.join();
    EXPECT_GT(steps, 1U);
    expect_consistent(copy_);
    Database copy(copy_, Database::Mode::read_only);
    EXPECT_LT(copy.number("SELECT lines FROM feed"), static_cast<std::int64_t>(during));
    EXPECT_FALSE(std::filesystem::exists(copy_ + ".partial"));
}

TEST_F(Backup, IsADatabaseToGoOnWith) {
    {
        const auto store = open_trace_store({.path = path_});
        for (std::uint64_t k = 1; k <= 5; ++k) commit(*store, k);
        back_up(path_, copy_, [](std::uint64_t, std::uint64_t) {});
    }
    EXPECT_EQ(std::filesystem::status(copy_).permissions() & std::filesystem::perms::others_all,
              std::filesystem::perms::none);
    const auto store = open_trace_store({.path = copy_});
    EXPECT_EQ(store->recover().journal.size(), 5U);
    commit(*store, 6);
    store->close();
    expect_consistent(copy_);
}

TEST_F(Backup, RefusesATargetThatIsThere) {
    open_trace_store({.path = path_})->close();
    folder_.write("copy.db", "mine");
    EXPECT_THROW(back_up(path_, copy_, [](std::uint64_t, std::uint64_t) {}), StoreError);
    EXPECT_EQ(testing::content(copy_), "mine");
    EXPECT_THROW(back_up(folder_.file("missing.db"), folder_.file("other.db"), [](std::uint64_t, std::uint64_t) {}),
                 StoreError);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("other.db")));
}

}  // namespace
}  // namespace simtrail::storage
