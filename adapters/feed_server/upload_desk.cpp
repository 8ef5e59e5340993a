#include "adapters/feed_server/upload_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <expected>
#include <string>
#include <utility>

#include "adapters/feed/line_framer.hpp"

namespace simtrail::feed_server {

namespace {

using feed::Outcome;
using runtime::UploadTotals;
using Done = std::move_only_function<void(std::expected<UploadTotals, std::string>)>;

class UploadSource final : public feed::LineSource {
   public:
    UploadSource() : LineSource("upload") { wants_totals = true; }
    void committed(std::uint64_t) override {}  // Intake::finish tells
};

UploadTotals totals_of(const feed::OutcomeCounts& counts) {
    UploadTotals totals;
    for (std::size_t i = 0; i < counts.lines.size(); ++i) {
        switch (static_cast<Outcome>(i)) {
            case Outcome::point:
            case Outcome::duplicate: totals.accepted += counts.lines[i]; break;
            case Outcome::untracked: totals.dropped += counts.lines[i]; break;
            case Outcome::blank: break;  // no event
            default: totals.rejected += counts.lines[i];
        }
    }
    return totals;
}

/// Whoever waits for the totals is told, even where the intake ends and drops what it was to call.
class Answer {
   public:
    Answer(Done done, Post post) : done_(std::move(done)), post_(std::move(post)) {}
    ~Answer() {
        if (!done_) return;
        // Later: the intake may hold its lock now.
        post_([done = std::make_shared<Done>(std::move(done_))] { (*done)(std::unexpected("the daemon stops")); });
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;

    void give(const UploadTotals& totals) { std::exchange(done_, nullptr)(totals); }

   private:
    Done done_;
    const Post post_;
};

/// One upload, shared with what waits for room.
class Lines : public std::enable_shared_from_this<Lines> {
   public:
    Lines(runtime::Intake& intake, Post post, bool csv)
        : intake_(intake), post_(std::move(post)), awaits_header_(csv) {}

    void put(std::string_view bytes) {
        const auto room = framer_.room(bytes.size());
        std::ranges::copy(bytes, room.begin());
        framer_.filled(bytes.size());
    }

    void end() { framer_.end(); }
    const Post& post() const { return post_; }

    /// Calls `then` when all whole lines are taken: at once, or later.
    void take(std::shared_ptr<std::move_only_function<void()>> then) {
        if (awaits_header_ && !framer_.lines().empty()) take_header();
        if (unreadable_) skip();
        if (!framer_.lines().empty()) framer_.taken(intake_.take(source_, framer_.lines()));
        if (framer_.lines().empty()) return (*then)();
        intake_.when_room(source_, [self = shared_from_this(), then = std::move(then)] {
            self->post_([self, then] {
                if (!self->abandoned_) self->take(then);
            });
        });
    }

    void finish(std::shared_ptr<Answer> answer) {
        intake_.finish(source_, [answer = std::move(answer), skipped = skipped_](const feed::OutcomeCounts& counts) {
            if (!answer) return;
            auto totals = totals_of(counts);
            totals.rejected += skipped;
            answer->give(totals);
        });
    }

    void abandon() {
        abandoned_ = true;
        finish(nullptr);
    }

   private:
    void take_header() {
        awaits_header_ = false;
        std::string header(framer_.lines().front().text);
        if (const auto decoder = feed::make_csv_decoder(header, {}); !decoder) {
            spdlog::warn("upload: {}", decoder.error());
            unreadable_ = true;
            return;
        }
        framer_.taken(1);
        source_->csv_header = std::move(header);
    }

    void skip() {
        skipped_ += framer_.lines().size();
        framer_.taken(framer_.lines().size());
    }

    runtime::Intake& intake_;
    const Post post_;
    std::shared_ptr<UploadSource> source_ = std::make_shared<UploadSource>();
    feed::LineFramer framer_;
    bool awaits_header_;
    bool unreadable_ = false;  // CSV under a header that is none: every line is rejected
    bool abandoned_ = false;
    std::uint64_t skipped_ = 0;
};

class Upload final : public runtime::FeedUpload {
   public:
    explicit Upload(std::shared_ptr<Lines> lines) : lines_(std::move(lines)) {}
    ~Upload() override {
        if (!finished_) lines_->abandon();
    }
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    void take(std::string bytes, std::move_only_function<void()> ready) override {
        lines_->put(bytes);
        lines_->take(std::make_shared<std::move_only_function<void()>>(std::move(ready)));
    }

    void finish(Done done) override {
        finished_ = true;
        lines_->end();
        // Held by nothing but what is to come, so that it answers where nothing comes.
        auto answer = std::make_shared<Answer>(std::move(done), lines_->post());
        lines_->take(std::make_shared<std::move_only_function<void()>>(
            [lines = lines_, answer = std::move(answer)]() mutable { lines->finish(std::move(answer)); }));
    }

   private:
    const std::shared_ptr<Lines> lines_;
    bool finished_ = false;
};

class UploadDesk final : public runtime::FeedDesk {
   public:
    UploadDesk(runtime::Intake& intake, Post post) : intake_(intake), post_(std::move(post)) {}
    std::unique_ptr<runtime::FeedUpload> open_upload(bool csv) override {
        return std::make_unique<Upload>(std::make_shared<Lines>(intake_, post_, csv));
    }

   private:
    runtime::Intake& intake_;
    const Post post_;
};

}  // namespace

std::unique_ptr<runtime::FeedDesk> make_upload_desk(runtime::Intake& intake, Post post) {
    return std::make_unique<UploadDesk>(intake, std::move(post));
}

}  // namespace simtrail::feed_server
