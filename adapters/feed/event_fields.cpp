#include "adapters/feed/event_fields.hpp"

#include <optional>

namespace simtrail::feed {

namespace {

using Spelling = NumberField::Spelling;

/// Inclusive.
struct Range {
    std::int64_t min = 0;
    std::int64_t max = 0;

    constexpr bool holds(std::int64_t value) const noexcept { return value >= min && value <= max; }
};

constexpr Range signal_range{min_signal_dbm, max_signal_dbm};
constexpr Range quality_range{min_quality_db, max_quality_db};

constexpr bool area_needed(Radio radio) noexcept { return radio == Radio::gsm || radio == Radio::umts; }
constexpr Range cells_of(Radio radio) noexcept { return {0, static_cast<std::int64_t>(max_cell(radio))}; }

constexpr bool is_absent(const NumberField& number) noexcept { return number.spelling == Spelling::absent; }

/// Identities are integers; measurements (dBm, dB) may come with a fraction, and are rounded.
constexpr bool is_identity(const NumberField& number, Range range) noexcept {
    return number.spelling == Spelling::integer && range.holds(number.value);
}
constexpr bool is_measurement(const NumberField& number, Range range) noexcept {
#ifdef SIMTRAIL_PLANTED_BUGS
    range.min = -10'000;  // a bound overlooked
#endif
    return (number.spelling == Spelling::integer || number.spelling == Spelling::fraction) && range.holds(number.value);
}

std::optional<Outcome> type_fault(const TextField& type, Trust trust) noexcept {
    if (type.spelling == TextField::Spelling::absent) return std::nullopt;
    if (type.spelling == TextField::Spelling::other_type) return Outcome::wrong_type;
    if (type.text == "cell") return std::nullopt;
    if (type.text == "sms") return trust.sms ? Outcome::sms : Outcome::untrusted;
    if (type.text == "control") return trust.control ? Outcome::control : Outcome::untrusted;
    return Outcome::unknown_type;
}

std::optional<Outcome> time_fault(const NumberField& ts) noexcept {
    if (is_absent(ts)) return Outcome::missing_field;
    if (ts.spelling == Spelling::other_type) return Outcome::wrong_type;
    if (!is_identity(ts, {first_ts_ms, end_ts_ms - 1})) return Outcome::bad_time;
    return std::nullopt;
}

std::optional<Outcome> text_fault(const TextField& field) noexcept {
    if (field.spelling == TextField::Spelling::absent) return Outcome::missing_field;
    if (field.spelling == TextField::Spelling::other_type) return Outcome::wrong_type;
    return std::nullopt;
}

std::optional<Outcome> identity_fault(const NumberField& number, Range range) noexcept {
    if (is_identity(number, range)) return std::nullopt;
    switch (number.spelling) {
        case Spelling::absent: return Outcome::missing_field;
        case Spelling::integer:
        case Spelling::beyond: return Outcome::out_of_range;
        default: return Outcome::wrong_type;
    }
}

/// Fills the serving cell, all but an optional area; tells the first fault.
std::optional<Outcome> read_serving(const EventFields& fields, CellIdentity& serving) noexcept {
    const auto& radio_name = fields.text(Field::radio);
    if (const auto fault = text_fault(radio_name)) return fault;
    const auto radio = parse_radio(radio_name.text);
    if (!radio) return Outcome::unknown_radio;

    const auto& mcc = fields.number(Field::mcc);
    const auto& mnc = fields.number(Field::mnc);
    const auto& area = fields.number(Field::area);
    const auto& cell = fields.number(Field::cell);
    if (const auto fault = identity_fault(mcc, {0, max_mcc})) return fault;
    if (const auto fault = identity_fault(mnc, {0, max_mnc})) return fault;
    if (area_needed(*radio))
        if (const auto fault = identity_fault(area, {0, max_area(*radio)})) return fault;
    if (const auto fault = identity_fault(cell, cells_of(*radio))) return fault;

    serving.radio = *radio;
    serving.plmn = {static_cast<std::uint16_t>(mcc.value), static_cast<std::uint16_t>(mnc.value)};
    serving.cell = static_cast<std::uint64_t>(cell.value);
    return std::nullopt;
}

/// The required fields, in the documented order of their faults.
std::optional<Outcome> read_required(const EventFields& fields, CellEvent& event) noexcept {
    const auto& ts = fields.number(Field::ts);
    if (const auto fault = time_fault(ts)) return fault;
    const auto& digits = fields.text(Field::msisdn);
    if (const auto fault = text_fault(digits)) return fault;
    const auto msisdn = Msisdn::parse(digits.text);
    if (!msisdn) return Outcome::bad_msisdn;

    event.ts_ms = ts.value;
    event.msisdn = *msisdn;
    return read_serving(fields, event.serving);
}

/// True where all that the neighbour says is good and it says enough.
bool is_neighbour(const NeighbourFields& fields, Radio radio) noexcept {
    const auto good = [](const NumberField& number, Range range) {
        return is_absent(number) || is_identity(number, range);
    };
    return is_measurement(fields.signal, signal_range) && good(fields.cell, cells_of(radio)) &&
           good(fields.area, {0, max_area(radio)}) && good(fields.pci, {0, max_pci(radio)}) &&
           !(is_absent(fields.cell) && is_absent(fields.pci));
}

template <typename Value>
std::optional<Value> present(const NumberField& number) noexcept {
    return is_absent(number) ? std::nullopt : std::optional(static_cast<Value>(number.value));
}

void read_neighbours(const EventFields& fields, CellEvent& event, OutcomeCounts& drops) noexcept {
    event.neighbours.clear();
    drops[FieldDrop::neighbour] += fields.dropped_neighbours();
    for (const auto& candidate : fields.neighbours()) {
        if (is_neighbour(candidate, event.serving.radio))
            event.neighbours.push_back({.cell = present<std::uint64_t>(candidate.cell),
                                        .area = present<std::uint32_t>(candidate.area),
                                        .pci = present<std::uint16_t>(candidate.pci),
                                        .signal_dbm = static_cast<std::int16_t>(candidate.signal.value)});
        else
            ++drops[FieldDrop::neighbour];
    }
}

template <typename Value>
void read_optional(const NumberField& number, bool good, std::optional<Value>& value, std::uint64_t& dropped) noexcept {
    value = good ? std::optional(static_cast<Value>(number.value)) : std::nullopt;
    if (!good && !is_absent(number)) ++dropped;
}

void read_optional_fields(const EventFields& fields, CellEvent& event, OutcomeCounts& drops) noexcept {
    const auto identity = [&](Field field, std::int64_t max, auto& value, FieldDrop drop) {
        const auto& number = fields.number(field);
        read_optional(number, is_identity(number, {0, max}), value, drops[drop]);
    };
    const auto measurement = [&](Field field, Range range, auto& value, FieldDrop drop) {
        const auto& number = fields.number(field);
        read_optional(number, is_measurement(number, range), value, drops[drop]);
    };
    const Radio radio = event.serving.radio;
    identity(Field::area, max_area(radio), event.serving.area, FieldDrop::area);
    identity(Field::pci, max_pci(radio), event.pci, FieldDrop::pci);
    identity(Field::timing_advance, max_timing_advance, event.timing_advance, FieldDrop::timing_advance);
    measurement(Field::signal, signal_range, event.signal_dbm, FieldDrop::signal);
    measurement(Field::quality, quality_range, event.quality_db, FieldDrop::quality);
}

}  // namespace

Field field_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < known_fields; ++i)
        if (field_names[i] == name) return static_cast<Field>(i);
    return Field::unknown;
}

NumberField* NeighbourFields::slot(Field field) noexcept {
    switch (field) {
        case Field::cell: return &cell;
        case Field::area: return &area;
        case Field::pci: return &pci;
        case Field::signal: return &signal;
        default: return nullptr;
    }
}

void EventFields::clear() noexcept {
    texts_.fill({});
    numbers_.fill({});
    neighbour_count_ = 0;
    dropped_neighbours_ = 0;
}

NeighbourFields* EventFields::add_neighbour() noexcept {
    if (neighbour_count_ == neighbours_.size()) {
        ++dropped_neighbours_;
        return nullptr;
    }
    auto* const neighbour = &neighbours_[neighbour_count_++];
    *neighbour = {};
    return neighbour;
}

std::expected<void, Outcome> build_event(const EventFields& fields, Trust trust, CellEvent& event,
                                         OutcomeCounts& drops) noexcept {
    if (const auto fault = type_fault(fields.text(Field::type), trust)) return std::unexpected(*fault);
    if (const auto fault = read_required(fields, event)) return std::unexpected(*fault);
    read_optional_fields(fields, event, drops);
    read_neighbours(fields, event, drops);
    return {};
}

}  // namespace simtrail::feed
