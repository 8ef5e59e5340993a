#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "engine/events/radio.hpp"

namespace simtrail {

/// A public land mobile network (3GPP TS 23.003): mobile country code and mobile network code, 0-999 each.
struct Plmn {
    std::uint16_t mcc = 0;
    std::uint16_t mnc = 0;
    friend constexpr auto operator<=>(Plmn, Plmn) noexcept = default;
};

/// A cell's identity (3GPP TS 23.003): area is the LAC (GSM, UMTS) or the TAC (LTE, NR), cell the CID, UTRAN cell id, ECI or NCI.
struct CellIdentity {
    Radio radio = Radio::gsm;
    Plmn plmn;
    std::optional<std::uint32_t> area;  // optional for LTE and NR, whose cell id is unique in the network
    std::uint64_t cell = 0;

    /// Exact 64-bit key within its radio: mcc, mnc, area and cell for GSM and UMTS; mcc, mnc and cell for LTE and NR.
    /// Precondition: in range (below), so that the fields fit.
    constexpr std::uint64_t key() const noexcept {
        const std::uint64_t network = std::uint64_t{plmn.mcc} << 54 | std::uint64_t{plmn.mnc} << 44;
        if (radio == Radio::lte || radio == Radio::nr) return network | cell;
        return network | std::uint64_t{area.value_or(0)} << 28 | cell;
    }

    friend constexpr auto operator<=>(const CellIdentity&, const CellIdentity&) noexcept = default;
};

inline constexpr std::uint16_t max_mcc = 999;
inline constexpr std::uint16_t max_mnc = 999;

/// Largest CID (16 bits), UTRAN cell id (28), ECI (28) or NCI (36).
constexpr std::uint64_t max_cell(Radio radio) noexcept {
    switch (radio) {
        case Radio::gsm: return (1U << 16) - 1;
        case Radio::umts:
        case Radio::lte: return (1U << 28) - 1;
        case Radio::nr: return (std::uint64_t{1} << 36) - 1;
    }
    return 0;
}

/// Largest LAC or TAC: 16 bits, 24 in NR.
constexpr std::uint32_t max_area(Radio radio) noexcept { return radio == Radio::nr ? (1U << 24) - 1 : (1U << 16) - 1; }

/// Largest PSC (UMTS, 511) or PCI (LTE 503, NR 1007); GSM's BSIC, 63.
constexpr std::uint16_t max_pci(Radio radio) noexcept {
    switch (radio) {
        case Radio::gsm: return 63;
        case Radio::umts: return 511;
        case Radio::lte: return 503;
        case Radio::nr: return 1007;
    }
    return 0;
}

/// Area and cell are mandatory for GSM and UMTS; every number is within its field.
constexpr bool in_range(const CellIdentity& identity) noexcept {
    const bool area_needed = identity.radio == Radio::gsm || identity.radio == Radio::umts;
    if (area_needed && !identity.area) return false;
    return identity.plmn.mcc <= max_mcc && identity.plmn.mnc <= max_mnc && identity.cell <= max_cell(identity.radio) &&
           identity.area.value_or(0) <= max_area(identity.radio);
}

}  // namespace simtrail
