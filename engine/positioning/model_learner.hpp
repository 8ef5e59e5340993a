#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/cells/calibration.hpp"
#include "engine/cells/cell_learner.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/cell_history.hpp"
#include "engine/positioning/fingerprint_learner.hpp"

namespace simtrail {

/// An event whose true place is known, or one between such.
struct Observation {
    CellEvent event;
    std::optional<GeoPoint> place;
};

/// Learns a cell model from observations that pass by twice, each subscriber's in order of time: `survey` sees where cells
/// are used and how many days there are, `observe` gathers fingerprints from what is plausible. `learn_into` then replays days
/// that it keeps out against models without them, and calibrates the radii by what came out. Memory: 9 bytes an observation,
/// the places, and at most `max_kept` events for calibration. Not thread-safe.
class ModelLearner {
   public:
    /// Parts into which days (of few days, subscribers) fall; each is kept out once.
    static constexpr std::uint8_t folds = CalibrationLearner::parts;
    static constexpr std::size_t max_kept = 100'000;

    /// False, and nothing noted, where the cell or the place can be none.
    bool survey(const Observation& observation);
    void observe(const Observation& observation);

    /// Adds the learnt cells and all sections of the model. `tables`: cells whose records stay as they are. `progress`:
    /// folds done.
    void learn_into(CellTableBuilder& builder, const CellTableBuilder& tables,
                    const std::function<void(int)>& progress = {}) const;

    std::uint64_t observations() const noexcept { return cells_.observations(); }
    std::uint64_t implausible() const noexcept { return implausible_; }
    std::size_t places() const noexcept { return fingerprints_.places(); }

   private:
    struct Subscriber {
        CellHistory history;
        std::int64_t newest_ms = 0;
        std::int64_t fix_ms = 0;
        std::optional<GeoPoint> fix;
    };
    /// An event kept for calibration, encoded.
    struct Kept {
        std::int64_t ts_ms;
        std::string evidence;
        std::optional<GeoPoint> place;
    };

    bool by_days() const noexcept;
    std::uint8_t fold_of(const CellEvent& event) const noexcept;
    void keep(const Observation& observation);
    static std::optional<FingerprintLearner::Motion> motion_to(const Subscriber& subscriber,
                                                               const Observation& observation);
    void calibrate_on(std::uint8_t fold, const CellTableBuilder& tables, CalibrationLearner& live,
                      CalibrationLearner& hindsight) const;
    std::vector<Observation> observations_of(Msisdn msisdn, const std::vector<Kept>& kept, std::uint8_t fold) const;

    CellLearner cells_;
    std::set<std::int64_t> days_;
    FingerprintLearner fingerprints_;
    std::unordered_map<Msisdn, Subscriber> subscribers_;
    std::unordered_map<Msisdn, std::vector<Kept>> kept_;
    std::size_t kept_count_ = 0;
    std::uint64_t keep_below_ = ~std::uint64_t{0};  // hashes of drives that are kept
    std::uint64_t implausible_ = 0;
};

}  // namespace simtrail
