#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace simtrail::feed {

/// A line's time may be this far beyond the clock (contract, section 4); what is farther is Outcome::future.
inline constexpr std::int64_t allowed_future_ms = 60'000;

/// How a line of a feed ends. Every line ends as exactly one of these: their sum is the number of lines.
/// The names are those of `replay --json` and of the daemon's metrics.
enum class Outcome : std::uint8_t {
    point,    // became a trace point
    sms,      // a subscriber's text, taken
    control,  // an API call, carried out (or a reading one, which changes nothing)
    // dropped: nobody asked for it
    untracked,    // by the gate: the subscriber has no started track
    blank,        // an empty line
    duplicate,    // subscriber, time, radio and cell already taken
    late,         // more than an hour behind its subscriber's newest event
    unlocatable,  // nothing known of its cell, its area or its neighbours, and no earlier position to hold
    refused,      // a text of an unknown number, or an API call that the ledger refuses
    // rejected: a bad line
    oversized,  // over 8 KiB
    not_utf8,
    not_json,  // or a CSV row that cannot be split
    not_an_object,
    missing_field,
    wrong_type,  // a field of another JSON type than the contract's
    bad_msisdn,
    bad_time,      // not a Unix time in milliseconds
    future,        // more than a minute ahead of its arrival
    unknown_type,  // `type` is none of the contract's
    unknown_radio,
    out_of_range,       // a required number outside its field
    untrusted,          // an sms or control line from a source not trusted with it
    unsupported,        // an sms or control row in CSV, which has no columns for them
    unknown_operation,  // a control line's `op` is none of the API's
    bad_argument,       // a control line's tenant, path or body is not what its operation takes
    truncated,          // the source ended within this line
    count_
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Outcome::count_)> outcome_names{
    "point",       "sms",         "control",          "untracked",   "blank",       "duplicate",    "late",
    "unlocatable", "refused",     "oversized",        "notUtf8",     "notJson",     "notAnObject",  "missingField",
    "wrongType",   "badMsisdn",   "badTime",          "future",      "unknownType", "unknownRadio", "outOfRange",
    "untrusted",   "unsupported", "unknownOperation", "badArgument", "truncated"};

constexpr std::string_view name(Outcome outcome) noexcept { return outcome_names[static_cast<std::size_t>(outcome)]; }
constexpr bool is_rejection(Outcome outcome) noexcept {
    return outcome >= Outcome::oversized && outcome < Outcome::count_;
}

/// How a line ends that its decoder found at fault: one that is no JSON because the source ended within it is truncated.
constexpr Outcome ending_of(Outcome fault, bool unterminated) noexcept {
    return unterminated && fault == Outcome::not_json ? Outcome::truncated : fault;
}

/// What was dropped from an event that stayed.
enum class FieldDrop : std::uint8_t { pci, signal, quality, timing_advance, area, neighbour, count_ };

inline constexpr std::array<std::string_view, static_cast<std::size_t>(FieldDrop::count_)> field_drop_names{
    "pci", "signal", "quality", "ta", "area", "neighbour"};

struct OutcomeCounts {
    std::array<std::uint64_t, static_cast<std::size_t>(Outcome::count_)> lines{};
    std::array<std::uint64_t, static_cast<std::size_t>(FieldDrop::count_)> fields{};

    std::uint64_t& operator[](Outcome outcome) noexcept { return lines[static_cast<std::size_t>(outcome)]; }
    std::uint64_t& operator[](FieldDrop drop) noexcept { return fields[static_cast<std::size_t>(drop)]; }
    std::uint64_t operator[](Outcome outcome) const noexcept { return lines[static_cast<std::size_t>(outcome)]; }
    std::uint64_t operator[](FieldDrop drop) const noexcept { return fields[static_cast<std::size_t>(drop)]; }
    OutcomeCounts& operator+=(const OutcomeCounts& other) noexcept {
        for (std::size_t i = 0; i < lines.size(); ++i) lines[i] += other.lines[i];
        for (std::size_t i = 0; i < fields.size(); ++i) fields[i] += other.fields[i];
        return *this;
    }
};

}  // namespace simtrail::feed
