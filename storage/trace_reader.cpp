#include "storage/trace_reader.hpp"

#include <algorithm>
#include <unordered_map>

#include "engine/geojson/segment.hpp"
#include "engine/tracing/journal.hpp"
#include "storage/schema.hpp"
#include "storage/sqlite.hpp"
#include "storage/trace_pages.hpp"

namespace simtrail::storage {

namespace {

/// A point that no segment has yet.
struct Journalled {
    TracePoint point;
    std::string evidence;  // self-contained
};

class TraceReader final : public TraceSource {
   public:
    TraceReader(const std::string& path, const char* vfs) : database_(path, Database::Mode::read_only, vfs) {
        check_schema(database_, 1);  // traces have been the same since
        segments_.emplace(database_, "SELECT geojson FROM segment WHERE track = ? ORDER BY first_seq");
        read_journal();
        pages_ = open_trace_pages(path, vfs);
    }

    std::vector<TrackInfo> tracks() override {
        std::vector<TrackInfo> tracks;
        Statement s(database_,
                    "SELECT track, track_id, name, tenant, msisdn FROM track JOIN subscriber USING (subscriber)");
        while (s.step()) {
            const auto msisdn = Msisdn::parse(s.bytes(4));
            if (!msisdn) throw StoreError(database_.path() + ": is damaged: a subscriber's number is none");
            tracks.push_back({.number = static_cast<std::uint32_t>(s.number(0)),
                              .track_id = std::string(s.bytes(1)),
                              .name = std::string(s.bytes(2)),
                              .tenant = std::string(s.bytes(3)),
                              .msisdn = *msisdn});
        }
        // By subscriber, not by number: a feed replayed in one go or with interruptions is listed alike.
        std::ranges::sort(tracks, [](const TrackInfo& a, const TrackInfo& b) {
            return a.msisdn != b.msisdn ? a.msisdn.text() < b.msisdn.text() : a.number < b.number;
        });
        return tracks;
    }

    std::vector<TracePoint> trace(std::uint32_t track_number) override {
        std::vector<TracePoint> points;
        segments_->bind(1, track_number);
        while (segments_->step()) {
            const auto segment = geojson::parse_segment(segments_->bytes(0));
            if (!segment) throw StoreError(database_.path() + ": is damaged: " + segment.error());
            points.insert(points.end(), segment->begin(), segment->end());
        }
        segments_->reset();
        append_journalled(track_number, points);
        std::ranges::sort(points, listed_before);
        return points;
    }

    std::vector<TracedEvent> traced(const TraceRange& range) override {
        auto page = pages_->traced(range);
        append_journalled(range, page);
        std::ranges::sort(page.points, listed_before, &TracedEvent::point);
        if (page.points.size() > range.limit)
            page.points.erase(page.points.begin() + static_cast<std::ptrdiff_t>(range.limit), page.points.end());
        return std::move(page.points);
    }

   private:
    void read_journal() {
        for (Statement s(database_, "SELECT entries FROM journal ORDER BY number"); s.step();) {
            const bool whole = for_each_journal_entry(s.bytes(0), [&](const JournalEntry& entry) {
                if (entry.kind == JournalEntry::Kind::point)
                    journalled_[entry.track].push_back({entry.point.unpacked(entry.seq), std::string(entry.evidence)});
            });
            if (!whole) throw StoreError(database_.path() + ": is damaged: a journal row cannot be read");
        }
    }

    void append_journalled(std::uint32_t track_number, std::vector<TracePoint>& points) const {
        const auto found = journalled_.find(track_number);
        if (found == journalled_.end()) return;
        const std::uint32_t segmented = points.empty() ? 0 : points.back().seq;
        for (const Journalled& journalled : found->second)
            if (journalled.point.seq > segmented) points.push_back(journalled.point);
    }

    void append_journalled(const TraceRange& range, TracePages::TracedPage& page) const {
        const auto found = journalled_.find(range.track);
        if (found == journalled_.end()) return;
        for (const auto& [point, evidence] : found->second) {
            const bool within = point.tis_ms >= range.from_ms && point.tis_ms <= range.to_ms;
            if (!within || point.seq <= page.last_stored_seq) continue;
            if (range.after && TracePlace{point.tis_ms, point.seq} <= *range.after) continue;
            if (!append_traced(page.points, {&point, 1}, evidence)) append_unreadable(page.points, {&point, 1});
        }
    }

    Database database_;
    std::optional<Statement> segments_;
    std::unique_ptr<TracePages> pages_;
    std::unordered_map<std::uint32_t, std::vector<Journalled>> journalled_;
};

}  // namespace

std::unique_ptr<TraceSource> open_traces(const std::string& path, const char* vfs) {
    return std::make_unique<TraceReader>(path, vfs);
}

}  // namespace simtrail::storage
