#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cells/section_file.hpp"
#include "engine/events/radio.hpp"

namespace simtrail {

/// What a position rests on: the best evidence that its event had.
enum class Basis : std::uint8_t {
    fingerprint,         // learnt places of the serving cell, compared by the signals of several cells
    fingerprint_around,  // learnt places of a neighbour: the serving cell was never learnt
    learnt_cell,         // learnt places of the serving cell, by its own signal, timing advance and the hand-over
    learnt_site,         // learnt places of other cells of its site
    moved_on,            // no evidence of this event: the last candidates, moved on
    site_signals,        // the table's sites, compared by the signals of several cells
    site,                // the table's site alone, with or without timing advance
    surroundings,        // known neighbours, or the area, of an unknown cell
    count_
};

/// When errors are alike: radii are calibrated for each such context by itself.
struct RadiusContext {
    static constexpr std::size_t spread_grades = 4, support_grades = 5;
    static constexpr std::uint8_t sparse = support_grades - 1;  // the support of a cell with a handful of observations

    Basis basis = Basis::site;
    Radio radio = Radio::gsm;
    std::uint8_t support = 0;  // how well the evidence is borne out, 0 best; as the basis measures it
    std::uint8_t spread = 0;   // how far apart the candidates are, 0 nearest

    constexpr std::size_t index() const noexcept {
        const auto outer = static_cast<std::size_t>(basis) * radio_names.size() + static_cast<std::size_t>(radio);
        return (outer * support_grades + support) * spread_grades + spread;
    }
    static constexpr std::size_t count =
        static_cast<std::size_t>(Basis::count_) * radio_names.size() * support_grades * spread_grades;
};

/// The grade of a value, from 0 to 3: how many of the limits it reaches.
constexpr std::uint8_t grade_of(double value, const std::array<double, 3>& limits) noexcept {
    std::uint8_t grade = 0;
    for (const double limit : limits) grade = static_cast<std::uint8_t>(grade + (value >= limit ? 1 : 0));
    return grade;
}

/// How the radius that holds the truth 95 times in 100 follows from how far apart the candidates are: in proportion, but for
/// what all candidates of such a context have wrong together (a cell seen on one day only is sharp and wrong).
struct RadiusRule {
    double factor = 1;
    double floor_m = 0;

    double radius_m(double spread_m) const noexcept;
};

/// The rules of a model file, else the built-in ones. Cheap to copy; the file's bytes must outlive it.
class Calibration {
   public:
    /// Of which positions: those of the moment, or those with hindsight. The tag of the section.
    enum class Of : std::uint8_t { live = 0, hindsight = 1 };

    /// Built in.
    explicit Calibration(Of positions = Of::live) noexcept : of_(positions) {}

    static std::expected<Calibration, std::string> open(const SectionFile& file, Of positions);

    RadiusRule rule(const RadiusContext& context) const noexcept;

    /// As it stands in the file, one for each context.
    struct PackedRule {
        std::uint16_t factor_hundredths = 0;
        std::uint16_t floor_m = 0;
    };

   private:
    std::span<const PackedRule> rules_;  // empty: built in
    Of of_;
};

/// Gathers how far truths lay from positions, and how far apart the candidates were, on days that were kept out of learning;
/// and turns that into rules. Contexts of few samples lean on wider ones, in the end on other radios. Not thread-safe.
class CalibrationLearner {
   public:
    /// `part`: of the training, of days or drives that are alike; below `parts`.
    static constexpr std::size_t parts = 10;
    void note(const RadiusContext& context, std::uint8_t part, double error_m, double spread_m);

    /// Takes the samples that an earlier model leaves to those who add to it: half of its own, for it knew less than the new
    /// one will. The error says why the file has none to take.
    std::expected<void, std::string> add_earlier(const SectionFile& file, Calibration::Of positions);

    std::size_t samples() const noexcept;

    MadeSection section(Calibration::Of positions) const;

    /// Every second sample, for `add_earlier`: 4 bytes each, error and spread to 1/32 octave.
    MadeSection samples_section(Calibration::Of positions) const;

    struct Sample {
        float error_m, spread_m;
        std::uint8_t part;
    };

   private:
    std::array<std::vector<Sample>, RadiusContext::count> samples_;
};

}  // namespace simtrail
