#include <sqlite3.h>

#include "storage/connection.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite_trace_store.hpp"

namespace simtrail::storage {

namespace {

class Reader final : public SegmentReader {
   public:
    explicit Reader(const StoreOptions& options)
        : database_(options.path, Database::Mode::read_only, options.vfs),
          newest_(database_,
                  "SELECT first_seq, last_seq, min_tis, max_tis, geojson, evidence FROM segment WHERE track = ? "
                  "ORDER BY first_seq DESC") {
        sqlite3_busy_timeout(database_.handle(), other_process_wait_ms);
    }

    std::vector<Segment> newest(TrackNumber track, const Amount& amount) override {
        std::vector<Segment> segments;
        std::size_t found = 0;
        const auto is_enough = [&] {
            if (found < amount.points) return false;
            return found >= amount.most || segments.back().max_tis_ms <= segments.front().max_tis_ms - amount.reach_ms;
        };
        newest_.bind(1, track);
        while (!is_enough() && newest_.step()) {
            segments.push_back({.track = track,
                                .first_seq = static_cast<std::uint32_t>(newest_.number(0)),
                                .last_seq = static_cast<std::uint32_t>(newest_.number(1)),
                                .min_tis_ms = newest_.number(2),
                                .max_tis_ms = newest_.number(3),
                                .geojson = std::string(newest_.bytes(4)),
                                .evidence = std::string(newest_.bytes(5))});
            found += segments.back().last_seq - segments.back().first_seq + 1;
        }
        newest_.reset();
        return {segments.rbegin(), segments.rend()};
    }

   private:
    Database database_;
    Statement newest_;
};

}  // namespace

std::unique_ptr<SegmentReader> open_segment_reader(const StoreOptions& options) {
    return std::make_unique<Reader>(options);
}

}  // namespace simtrail::storage
