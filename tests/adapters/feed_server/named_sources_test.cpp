#include "adapters/feed_server/named_sources.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace simtrail::feed_server {
namespace {

struct StoredAt7 final : runtime::SourcePositions {
    std::uint64_t lines_of(const std::string&) const override { return 7; }
};

struct Holder final : SourceHolder {
    int superseded_times = 0, progressed_times = 0;
    void superseded() override { ++superseded_times; }
    void progressed() override { ++progressed_times; }
};

class NamedSourcesTest : public ::testing::Test {
   protected:
    void run() {
        for (auto& task : std::exchange(tasks_, {})) task();
    }

    StoredAt7 positions_;
    std::vector<std::function<void()>> tasks_;
    NamedSources sources_{positions_, {.sms = true}, [this](auto task) { tasks_.push_back(std::move(task)); }};
    Holder holder_, other_;
};

TEST_F(NamedSourcesTest, GoOnWhereTheStoreIs) {
    const auto source = sources_.claim("probe", holder_);
    EXPECT_EQ(source->taken, 7U);
    EXPECT_EQ(source->durable(), 7U);
    EXPECT_EQ(source->position_name, "probe");
    EXPECT_TRUE(source->trust.sms);
}

TEST_F(NamedSourcesTest, HaveOneHolderEach) {
    const auto source = sources_.claim("probe", holder_);
    EXPECT_EQ(sources_.claim("probe", other_), source) << "lines under way are still known";
    EXPECT_EQ(holder_.superseded_times, 1);
    sources_.release(*source, holder_);
    EXPECT_EQ(source->holder, &other_) << "who was superseded has nothing to release";
    sources_.claim("another", holder_);
    EXPECT_EQ(other_.superseded_times, 0);
}

TEST_F(NamedSourcesTest, TellProgressOnceUntilItIsSeen) {
    const auto source = sources_.claim("probe", holder_);
    source->committed(8);
    source->committed(9);
    ASSERT_EQ(tasks_.size(), 1U);
    run();
    EXPECT_EQ(holder_.progressed_times, 1);
    EXPECT_EQ(source->durable(), 9U);
    source->committed(10);
    EXPECT_EQ(tasks_.size(), 1U);
}

TEST_F(NamedSourcesTest, AreForgottenWithTheirLastDurableLine) {
    auto source = sources_.claim("probe", holder_);
    source->taken = 9;
    sources_.release(*source, holder_);
    source->committed(8);
    run();
    EXPECT_EQ(sources_.size(), 1U) << "a line is under way";
    source->committed(9);
    run();
    EXPECT_EQ(sources_.size(), 0U);
    sources_.claim("idle", holder_);
    sources_.release(*sources_.claim("idle", holder_), holder_);
    EXPECT_EQ(sources_.size(), 0U);
}

TEST_F(NamedSourcesTest, MayGoBeforeTheirLines) {
    std::shared_ptr<NamedSource> source;
    {
        NamedSources gone(positions_, {}, [this](auto task) { tasks_.push_back(std::move(task)); });
        source = gone.claim("probe", holder_);
        source->committed(8);
    }
    run();
    EXPECT_EQ(holder_.progressed_times, 0);
}

}  // namespace
}  // namespace simtrail::feed_server
