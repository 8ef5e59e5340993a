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
    static constexpr std::size_t grades = 4;  // of support and of spread

    Basis basis = Basis::site;
    Radio radio = Radio::gsm;
    std::uint8_t support = 0;  // how well the evidence is borne out, 0 best; as the basis measures it
    std::uint8_t spread = 0;   // how far apart the candidates are, 0 nearest

    constexpr std::size_t index() const noexcept {
        const auto outer = static_cast<std::size_t>(basis) * radio_names.size() + static_cast<std::size_t>(radio);
        return (outer * grades + support) * grades + spread;
    }
    static constexpr std::size_t count = static_cast<std::size_t>(Basis::count_) * radio_names.size() * grades * grades;
};

/// The grade of a value: how many of the three limits it reaches.
constexpr std::uint8_t grade_of(double value, const std::array<double, RadiusContext::grades - 1>& limits) noexcept {
    std::uint8_t grade = 0;
    for (const double limit : limits) grade = static_cast<std::uint8_t>(grade + (value >= limit));
    return grade;
}

/// Factors from the candidates' spread to the radius that holds the truth 95 times in 100: those of a model file, else the
/// built-in ones. Cheap to copy; the file's bytes must outlive it.
class Calibration {
   public:
    Calibration() = default;  // built in

    static std::expected<Calibration, std::string> open(const SectionFile& file);

    double factor(const RadiusContext& context) const noexcept;

   private:
    std::span<const std::uint16_t> factors_;  // hundredths, one a context; empty: built in
};

/// Gathers how far truths lay from positions, in parts of the spread, on days that were kept out of learning; and turns that
/// into factors. Contexts of few samples lean on wider ones. Not thread-safe.
class CalibrationLearner {
   public:
    void note(const RadiusContext& context, double error_over_spread);
    std::size_t samples() const noexcept;

    MadeSection section() const;

   private:
    std::vector<std::uint16_t> factors() const;

    std::array<std::vector<float>, RadiusContext::count> ratios_;
};

}  // namespace simtrail
