#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/runtime/feed_sources.hpp"
#include "adapters/runtime/intake.hpp"

namespace simtrail::testing {

/// A real intake whose blocks wait until the test commits them: shards and writer in one. The subscriber 91 is tracked.
class MadeIntake final : public runtime::SourcePositions {
   public:
    explicit MadeIntake(std::size_t blocks = 64)
        : intake_(
              1, blocks, 1, [this](feed::Block& block) { pass_on(block); },
              [] { return std::int64_t{1'700'000'000'000}; }) {
        intake_.open(*Msisdn::parse("91"), 1);
    }

    runtime::Intake& intake() { return intake_; }
    std::map<std::string, std::uint64_t> stored;  // positions of sources
    std::vector<FeedPosition> positions;          // of files
    std::vector<std::string> texts;               // of lines of the tracked subscriber
    std::uint64_t lines = 0;                      // committed, of whatever outcome
    feed::OutcomeCounts outcomes;

    std::uint64_t lines_of(const std::string& source) const override {
        const auto found = stored.find(source);
        return found == stored.end() ? 0 : found->second;
    }

    /// Waits until so many lines were committed in all, and commits them.
    void commit_lines(std::uint64_t count) {
        while (lines < count)
            if (!commit_block()) return;
    }

    /// Waits for a block and commits it.
    bool commit_block() {
        std::unique_lock lock(mutex_);
        const bool came = came_.wait_for(lock, std::chrono::seconds(10), [&] { return !out_.empty(); });
        EXPECT_TRUE(came) << "no block came";
        if (!came) return false;
        feed::Block& block = *out_.front();
        out_.pop_front();
        lock.unlock();
        commit(block);
        return true;
    }

    std::size_t waiting_blocks() {
        const std::lock_guard lock(mutex_);
        return out_.size();
    }

    static std::string line(int number, const std::string& msisdn = "91") {
        return R"({"ts":)" + std::to_string(1'699'873'625'000 + number) + R"(,"msisdn":")" + msisdn +
               R"(","radio":"lte","mcc":1,"mnc":1,"cell":1})";
    }
    static std::string made_lines(int first, int last) {
        std::string text;
        for (int i = first; i <= last; ++i) text += line(i) + "\n";
        return text;
    }

   private:
    void pass_on(feed::Block& block) {
        {
            const std::lock_guard lock(mutex_);
            out_.push_back(&block);
        }
        came_.notify_one();
    }

    void commit(feed::Block& block) {
        intake_.returned();
        feed::OutcomeCounts counts = block.tally.outcomes;
        for (const auto& line : block.parts[0].lines) {
            texts.emplace_back(block.text(line));
            ++counts[feed::Outcome::point];
        }
        outcomes += counts;
        lines += block.lines;
        for (const auto& position : block.positions) positions.push_back(position);
        for (const auto& mark : block.marks) {
            if (!mark.source->position_name.empty()) stored[mark.source->position_name] = mark.lines;
            mark.source->committed(mark.lines);
        }
        if (block.on_committed) block.on_committed(counts);
        intake_.release(block);
    }

    std::mutex mutex_;
    std::condition_variable came_;
    std::deque<feed::Block*> out_;
    runtime::Intake intake_;
};

}  // namespace simtrail::testing
