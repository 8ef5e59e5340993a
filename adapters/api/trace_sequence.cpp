#include "adapters/api/trace_sequence.hpp"

#include <algorithm>
#include <utility>

#include "engine/geojson/feature.hpp"

namespace simtrail::api {

namespace {

using runtime::TraceDesk;

constexpr std::size_t sequence_page_points = 1000;  // about 200 KB of text at once
constexpr char record_separator = '\x1e';

/// Where the sequence is; shared with the page that is being read. One page is under way at a time, and hands over to the
/// next call through the server: no two threads meet here.
struct Progress {
    TraceRange range;
    std::size_t left = 0;  // points that may still be sent
    bool more = true;
};

std::string sequence_text(std::span<const TracePoint> points) {
    std::string text;
    for (const TracePoint& point : points) {
        text += record_separator;
        geojson::append_point_feature(text, point);
        text += '\n';
    }
    return text;
}

/// The text of a page; nothing where it is empty, which ends the sequence.
std::optional<std::string> take_page(Progress& progress, const TraceDesk::Page& page) {
    if (page.points.empty()) return std::nullopt;
    const TracePoint& last = page.points.back();
    progress.range.after = TracePlace{last.tis_ms, last.seq};
    progress.left -= std::min(progress.left, page.points.size());
    progress.more = page.more && progress.left > 0;
    return sequence_text(page.points);
}

class TraceSequence : public http::BodySource {
   public:
    TraceSequence(TraceDesk& traces, TraceRange range, bool smoothed, std::size_t most)
        : traces_(traces), smoothed_(smoothed), progress_(std::make_shared<Progress>(Progress{range, most})) {}

    void next(Piece give) override {
        if (!progress_->more) return give(std::nullopt);
        TraceRange range = progress_->range;
        range.limit = std::min(sequence_page_points, progress_->left);
        auto done = [give = std::move(give),
                     progress = progress_](const std::expected<TraceDesk::Page, std::string>& page) mutable {
            if (page) give(take_page(*progress, *page));  // else the piece is dropped: the answer breaks off
        };
        smoothed_ ? traces_.smoothed_page(range, std::move(done)) : traces_.page(range, std::move(done));
    }

   private:
    TraceDesk& traces_;
    bool smoothed_;
    std::shared_ptr<Progress> progress_;
};

}  // namespace

std::unique_ptr<http::BodySource> make_trace_sequence(TraceDesk& traces, TraceRange range, bool smoothed,
                                                      std::size_t most) {
    return std::make_unique<TraceSequence>(traces, range, smoothed, most);
}

}  // namespace simtrail::api
