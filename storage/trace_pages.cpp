#include "storage/trace_pages.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include "engine/geojson/segment.hpp"
#include "engine/tracing/tracker.hpp"
#include "storage/connection.hpp"

namespace simtrail::storage {

namespace {

constexpr std::int64_t segments_since = 1;  // schema: segments have been the same since

/// A segment as the index has it.
struct Stretch {
    std::int64_t rowid = 0;
    std::uint32_t first_seq = 0, last_seq = 0;
    std::int64_t min_tis_ms = 0, max_tis_ms = 0;

    std::size_t points() const noexcept { return last_seq - first_seq + 1; }
};

constexpr struct {
    TracePoint operator()(const TracePoint& point) const noexcept { return point; }
    const TracePoint& operator()(const TracedEvent& traced) const noexcept { return traced.point; }
} point_in;

/// `value + Tracker::latest_ms`, which stays within its type.
std::int64_t and_latest(std::int64_t value) noexcept {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() - Tracker::latest_ms;
    return std::min(value, most) + Tracker::latest_ms;
}

/// Which points a page may hold: a half-open stretch of the listing and of the order of arrival.
class Wanted {
   public:
    explicit Wanted(const TraceRange& range) : range_(range) {}

    std::int64_t from_ms() const noexcept {
        return range_.after ? std::max(range_.from_ms, range_.after->tis_ms) : range_.from_ms;
    }
    std::int64_t to_ms() const noexcept { return range_.to_ms; }
    bool overlaps(const Stretch& s) const noexcept { return s.max_tis_ms >= from_ms() && s.min_tis_ms <= to_ms(); }
    /// Every point of it is wanted.
    bool covers(const Stretch& s) const noexcept {
        return s.min_tis_ms >= from_ms() && (!range_.after || s.min_tis_ms > range_.after->tis_ms) &&
               s.max_tis_ms <= to_ms() && s.last_seq < range_.before_seq;
    }
    bool has(const TracePoint& p) const noexcept {
        return p.tis_ms >= range_.from_ms && p.tis_ms <= to_ms() && p.seq < range_.before_seq &&
               (!range_.after || TracePlace{p.tis_ms, p.seq} > *range_.after);
    }

   private:
    TraceRange range_;
};

class Pages final : public TracePages {
   public:
    Pages(const std::string& path, const char* vfs)
        : database_(open_reading(path, vfs, segments_since)),
          begin_(database_, "BEGIN"),
          end_(database_, "COMMIT"),
          newest_(database_, "SELECT last_seq FROM segment WHERE track = ? ORDER BY first_seq DESC LIMIT 1"),
          nearest_(database_,
                   "SELECT segment, first_seq, last_seq, min_tis, max_tis FROM segment WHERE track = ? AND "
                   "first_seq <= ? ORDER BY first_seq DESC LIMIT 1"),
          stretches_(database_,
                     "SELECT segment, first_seq, last_seq, min_tis, max_tis FROM segment WHERE track = ? AND "
                     "first_seq >= ? AND first_seq < ? ORDER BY first_seq"),
          geojson_(database_, "SELECT geojson FROM segment WHERE segment = ?"),
          evidence_(database_, "SELECT evidence FROM segment WHERE segment = ?") {}

    Page page(const TraceRange& range) override { return read<Page>(range); }

    TracedPage traced(const TraceRange& range) override { return read<TracedPage>(range); }

    Page arrived(std::uint32_t track, std::uint32_t after_seq, std::uint32_t before_seq, std::size_t limit) override {
        const Snapshot snapshot(*this);
        Page page{.last_stored_seq = newest_seq(track)};
        const auto first = nearest(track, after_seq);
        stretches_.with(track, first ? first->first_seq : 0, before_seq);
        while (page.points.size() <= limit && stretches_.step())
            append_points(
                stretch_of(stretches_), [&](const TracePoint& p) { return p.seq > after_seq && p.seq < before_seq; },
                page.points);
        stretches_.reset();
        cut_to(limit, page);
        return page;
    }

   private:
    /// One read transaction. A failed statement inside may have ended it.
    class Snapshot {
       public:
        explicit Snapshot(Pages& pages) : pages_(&pages) { pages.begin_.run(); }
        ~Snapshot() {
            try {
                for (Statement* s :
                     {&pages_->newest_, &pages_->nearest_, &pages_->stretches_, &pages_->geojson_, &pages_->evidence_})
                    s->reset();
                pages_->end_.run();
            } catch (const StoreError&) {  // NOLINT(bugprone-empty-catch): on the way out of another failure
            }
        }
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;

       private:
        Pages* pages_;
    };

    template <class PageKind>
    PageKind read(const TraceRange& range) {
        const Snapshot snapshot(*this);
        const Wanted wanted(range);
        PageKind page;
        page.last_stored_seq = newest_seq(range.track);
        std::vector<Stretch> stretches = candidates(range, wanted, page.last_stored_seq);
        std::ranges::sort(stretches, {}, &Stretch::min_tis_ms);
        merge(stretches, wanted, range.limit, page);
        return page;
    }

    static Stretch stretch_of(const Statement& s) {
        return {.rowid = s.number(0),
                .first_seq = static_cast<std::uint32_t>(s.number(1)),
                .last_seq = static_cast<std::uint32_t>(s.number(2)),
                .min_tis_ms = s.number(3),
                .max_tis_ms = s.number(4)};
    }

    std::uint32_t newest_seq(std::uint32_t track) {
        newest_.with(track);
        const auto seq = newest_.step() ? static_cast<std::uint32_t>(newest_.number(0)) : 0;
        newest_.reset();
        return seq;
    }

    /// The last segment that begins at or before `seq`.
    std::optional<Stretch> nearest(std::uint32_t track, std::uint32_t seq) {
        nearest_.with(track, seq);
        const auto found = nearest_.step() ? std::optional(stretch_of(nearest_)) : std::nullopt;
        nearest_.reset();
        return found;
    }

    /// No segment that begins before this seq has points at or after `from_ms`: where a segment ends so early that the
    /// latest allowed point behind it would, all before it end early too. Bisection, a probe of the index each.
    std::uint32_t first_seq_of(std::uint32_t track, std::int64_t from_ms, std::uint32_t newest) {
        std::uint32_t low = 0, high = newest;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            const auto stretch = nearest(track, middle);
            if (!stretch || and_latest(stretch->max_tis_ms) < from_ms)
                low = middle + 1;
            else
                high = middle;
        }
        const auto stretch = nearest(track, low);
        return stretch && stretch->last_seq >= low ? stretch->first_seq : low;
    }

    /// Segments that hold all the page's points, and a few more: read in order of arrival until all that follow lie
    /// behind the range, or behind enough points.
    std::vector<Stretch> candidates(const TraceRange& range, const Wanted& wanted, std::uint32_t newest) {
        std::vector<Stretch> found;
        std::int64_t newest_ms = std::numeric_limits<std::int64_t>::min();
        std::vector<Stretch> whole;  // wanted wholly, by their ends; those before `settled` come before all that follow
        std::size_t settled = 0, settled_points = 0;
        stretches_.with(range.track, first_seq_of(range.track, wanted.from_ms(), newest), range.before_seq);
        while (settled_points <= range.limit && stretches_.step()) {
            const Stretch stretch = stretch_of(stretches_);
            newest_ms = std::max(newest_ms, stretch.max_tis_ms);
            if (wanted.overlaps(stretch)) found.push_back(stretch);
            if (stretch.max_tis_ms > and_latest(wanted.to_ms())) break;
            if (wanted.covers(stretch)) whole.push_back(stretch);
            for (; settled < whole.size() && and_latest(whole[settled].max_tis_ms) < newest_ms; ++settled)
                settled_points += whole[settled].points();
        }
        stretches_.reset();
        return found;
    }

    /// Loads segments, by their beginnings, until no later one can have a point that belongs before the page's end.
    template <class PageKind>
    void merge(const std::vector<Stretch>& stretches, const Wanted& wanted, std::size_t limit, PageKind& page) {
        for (const Stretch& stretch : stretches) {
            if (page.points.size() > limit) {
                std::ranges::nth_element(page.points, page.points.begin() + static_cast<std::ptrdiff_t>(limit),
                                         listed_before, point_in);
                if (point_in(page.points[limit]).tis_ms < stretch.min_tis_ms) break;
            }
            append_points(stretch, [&](const TracePoint& p) { return wanted.has(p); }, page.points);
        }
        std::ranges::sort(page.points, listed_before, point_in);
        cut_to(limit, page);
    }

    template <class PageKind>
    static void cut_to(std::size_t limit, PageKind& page) {
        page.more = page.points.size() > limit;
        if (page.more) page.points.erase(page.points.begin() + static_cast<std::ptrdiff_t>(limit), page.points.end());
    }

    template <class Predicate>
    void append_points(const Stretch& stretch, const Predicate& wanted, std::vector<TracePoint>& points) {
        std::ranges::copy_if(points_of(stretch), std::back_inserter(points), wanted);
    }

    template <class Predicate>
    void append_points(const Stretch& stretch, const Predicate& wanted, std::vector<TracedEvent>& points) {
        const auto stored = points_of(stretch);
        evidence_.with(stretch.rowid).step();
        std::vector<TracedEvent> traced;
        if (!append_traced(traced, stored, evidence_.bytes(0))) append_unreadable(traced, stored);
        evidence_.reset();
        std::ranges::copy_if(traced, std::back_inserter(points), wanted, point_in);
    }

    std::vector<TracePoint> points_of(const Stretch& stretch) {
        geojson_.with(stretch.rowid).step();
        auto segment = geojson::parse_segment(geojson_.bytes(0));
        geojson_.reset();
        if (!segment) throw StoreError(database_.path() + ": is damaged: " + segment.error());
        return *std::move(segment);
    }

    Database database_;
    Statement begin_, end_, newest_, nearest_, stretches_, geojson_, evidence_;
};

}  // namespace

std::unique_ptr<TracePages> open_trace_pages(const std::string& path, const char* vfs) {
    return std::make_unique<Pages>(path, vfs);
}

}  // namespace simtrail::storage
