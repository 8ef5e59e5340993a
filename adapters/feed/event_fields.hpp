#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "adapters/feed/feed_outcome.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/number_field.hpp"
#include "engine/events/cell_event.hpp"

namespace simtrail::feed {

// 2000-01-01 to 2100-01-01: wide enough for any recording, narrow enough to tell seconds and microseconds.
inline constexpr std::int64_t first_ts_ms = 946'684'800'000;
inline constexpr std::int64_t end_ts_ms = 4'102'444'800'000;

/// The keys of a cell event's line: texts first, then numbers, so that a key's kind and its slot follow from its place.
enum class Field : std::uint8_t {
    type,
    msisdn,
    radio,
    ts,
    mcc,
    mnc,
    area,
    cell,
    pci,
    signal,
    quality,
    timing_advance,
    neighbours,
    unknown,
};

inline constexpr std::size_t text_fields = 3, number_fields = 9, known_fields = 13;

inline constexpr std::array<std::string_view, known_fields> field_names{
    "type", "msisdn", "radio", "ts", "mcc", "mnc", "area", "cell", "pci", "signal", "quality", "ta", "neighbours"};

constexpr std::string_view name(Field field) noexcept { return field_names[static_cast<std::size_t>(field)]; }
constexpr bool is_text(Field field) noexcept { return field <= Field::radio; }
constexpr bool is_number(Field field) noexcept { return field >= Field::ts && field <= Field::timing_advance; }

/// The field of that name, letter case and all; `unknown` for any other.
Field field_named(std::string_view name) noexcept;

/// A text as its line spelt it. It points into the line or the decoder, and lives as long as the line does.
struct TextField {
    enum class Spelling : std::uint8_t { absent, text, other_type };

    std::string_view text;
    Spelling spelling = Spelling::absent;
};

struct NeighbourFields {
    NumberField cell, area, pci, signal;

    /// The slot of a key that neighbours have; null for any other.
    NumberField* slot(Field field) noexcept;
};

/// One line's fields as it spelt them, whatever its format. Reused from line to line.
class EventFields {
   public:
    void clear() noexcept;

    TextField& text(Field field) noexcept { return texts_[static_cast<std::size_t>(field)]; }
    const TextField& text(Field field) const noexcept { return texts_[static_cast<std::size_t>(field)]; }
    NumberField& number(Field field) noexcept { return numbers_[static_cast<std::size_t>(field) - text_fields]; }
    const NumberField& number(Field field) const noexcept {
        return numbers_[static_cast<std::size_t>(field) - text_fields];
    }

    /// An empty slot for the next neighbour; null, and the neighbour counted as dropped, past what an event can hold.
    NeighbourFields* add_neighbour() noexcept;
    /// Something in the neighbours' place that cannot be one.
    void drop_neighbour() noexcept { ++dropped_neighbours_; }

    std::span<const NeighbourFields> neighbours() const noexcept { return {neighbours_.data(), neighbour_count_}; }
    std::size_t dropped_neighbours() const noexcept { return dropped_neighbours_; }

   private:
    std::array<TextField, text_fields> texts_;
    std::array<NumberField, number_fields> numbers_;
    std::array<NeighbourFields, Neighbours::capacity> neighbours_;
    std::size_t neighbour_count_ = 0;
    std::size_t dropped_neighbours_ = 0;
};

/// Applies the contract's rules. A fault names the first bad field in the order type, ts, msisdn, radio, mcc, mnc, area,
/// cell, whatever their order in the line; optional fields that are bad are counted in `drops`, only where the event stays.
/// `sms` and `control` of a trusted source are no faults, but no cell events either: they are told by these outcomes.
std::expected<void, Outcome> build_event(const EventFields& fields, Trust trust, CellEvent& event,
                                         OutcomeCounts& drops) noexcept;

}  // namespace simtrail::feed
