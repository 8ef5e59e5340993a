#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/cells/calibration.hpp"
#include "engine/cells/cell_learner.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"
#include "engine/events/cell_event.hpp"
#include "engine/positioning/cell_history.hpp"
#include "engine/positioning/fingerprint_learner.hpp"
#include "engine/positioning/radio_scene.hpp"

namespace simtrail {

/// An event whose true place is known, or one between such.
struct Observation {
    CellEvent event;
    std::optional<GeoPoint> place;
};

/// What a model was learnt from, what was left out, and why.
struct LearningReport {
    std::uint64_t observations = 0;
    std::uint64_t implausible = 0;  // too far from all others of their cell
    std::uint64_t outdated = 0;     // of a cell that has moved since
    std::uint64_t duplicates = 0;   // repeat the one before of the same subscriber: time, cell and place
    std::uint64_t going_back = 0;   // earlier than the one of the same subscriber before it: another drive begins
    std::vector<CellLearner::Moved> moved;
    std::size_t places = 0;         // in the model
    std::size_t calibrated_on = 0;  // positions of kept-out days; those of an earlier model count half
    /// How far from the truth those of kept-out days were, live and with hindsight: what the model is worth on a day to come.
    std::vector<double> live_errors_m, hindsight_errors_m;
};

/// Learns a cell model from observations that pass by twice: `survey` sees where cells are used and how many days there are,
/// `observe` gathers fingerprints from what is plausible, hand-overs and motion among them where a subscriber's observations
/// come in order of time. `learn_into` then replays days
/// that it keeps out against models without them, and calibrates the radii by what came out, where that is plausible. Memory: the places, a sample of
/// each cell's observations (CellLearner), history and last fix of each subscriber, and at most `max_kept` events for
/// calibration. Not thread-safe.
class ModelLearner {
   public:
    /// Parts into which days (of few days, subscribers) fall; each is kept out once.
    static constexpr std::uint8_t parts = CalibrationLearner::parts;
    static constexpr std::size_t max_kept = 100'000;

    /// Adds to an earlier model, whose bytes must outlive this. Before any observation. The error says why it cannot be added
    /// to.
    std::expected<void, std::string> start_from(const CellTable& model);

    /// False, and nothing noted, where the cell or the place can be none.
    bool survey(const Observation& observation);
    void observe(const Observation& observation);

    /// Days kept out in turn. Of so many observations that only some drives are kept for calibration, fewer turns will do: each
    /// leaves out a tenth of all at most.
    std::uint8_t folds() const noexcept;

    /// After all observations: adds the learnt cells and all sections of the model. `tables`: cells whose records stay as
    /// they are. `progress`: folds done.
    LearningReport learn_into(CellTableBuilder& builder, const CellTableBuilder& tables,
                              const std::function<void(int)>& progress = {});

   private:
    struct Fix {
        std::int64_t ts_ms;
        GeoPoint place;
    };
    /// What was observed at a fix: it is learnt when the next fix tells which way was taken from there.
    struct Passed {
        Fix fix;
        RadioScene scene;
        FingerprintLearner::Share share;
    };
    struct Subscriber {
        CellHistory history;
        std::int64_t newest_ms = 0;
        CellIdentity newest_cell{};
        std::optional<GeoPoint> newest_place;
        std::optional<Fix> before;     // the fix before `passed`
        std::optional<Passed> passed;  // the last
    };
    /// What came of the positions of kept-out days.
    struct KeptOut {
        CalibrationLearner calibration;
        std::vector<double> errors_m = {};
    };
    /// An event kept for calibration, encoded.
    struct Kept {
        std::int64_t ts_ms;
        std::string evidence;
        std::optional<GeoPoint> place;
    };

    void begin_second_pass();
    bool pass(const Observation& observation, Subscriber& subscriber);
    void learn_passed(Subscriber& subscriber, const std::optional<Fix>& after);
    void learn_last_places();
    static std::optional<FingerprintLearner::Motion> motion_at(const std::optional<Fix>& before, const Fix& here,
                                                               const std::optional<Fix>& after);
    RadioScene scene_without_outdated(const CellEvent& event, const CellHistory& history) const;
    bool by_days() const noexcept;
    bool keeps_all() const noexcept;
    std::uint8_t part_of(const CellEvent& event) const noexcept;
    std::uint8_t fold_of(const CellEvent& event) const noexcept;
    std::uint8_t fold_of(const CellLearner::Origin& origin) const noexcept;
    void keep(const CellEvent& event, const std::optional<GeoPoint>& place);
    void add_earlier_cells(CellTableBuilder& builder) const;
    void calibrate_on(std::uint8_t fold, const CellTableBuilder& tables, KeptOut& live, KeptOut& hindsight) const;
    std::vector<Observation> observations_of(Msisdn msisdn, const std::vector<Kept>& kept, std::uint8_t fold) const;

    std::optional<CellTable> earlier_;
    CalibrationLearner earlier_live_, earlier_hindsight_;
    CellLearner cells_;
    std::set<std::int64_t> days_;
    std::uint64_t events_ = 0;  // of the first pass
    bool second_pass_ = false;
    FingerprintLearner fingerprints_;
    std::unordered_map<Msisdn, Subscriber> subscribers_;
    std::unordered_map<Msisdn, std::vector<Kept>> kept_;
    std::size_t kept_count_ = 0;
    std::uint64_t keep_below_ = ~std::uint64_t{0};      // hashes of drives that are kept
    std::uint64_t left_out_below_ = ~std::uint64_t{0};  // and of those that were to be: they are left out in turn
    std::uint64_t implausible_ = 0, outdated_ = 0, duplicates_ = 0, going_back_ = 0;
};

}  // namespace simtrail
