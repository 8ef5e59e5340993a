#pragma once

#include <array>
#include <cstdint>

#include "bench/simulate/radio_network.hpp"

namespace simtrail::simulate {

/// What a phone reports at one instant.
struct Measurement {
    static constexpr std::size_t max_neighbours = 8;
    Heard serving;
    int timing_advance = -1;  // -1: the radio reports none
    std::array<Heard, max_neighbours> neighbours;
    std::size_t neighbour_count = 0;
};

struct HandOvers {
    std::uint64_t all = 0;
    std::uint64_t ping_pongs = 0;  // back to the cell before within two reports
};

/// A phone keeps its serving cell until another is heard better by the hysteresis; measurement noise near borders makes it ping-pong.
class Phone {
   public:
    Phone(Radio radio, std::uint32_t number) : radio_(radio), names_by_pci_(number % 2 == 0) {}

    void measure(const RadioNetwork& network, Offset place, std::size_t neighbours, Random& random, Measurement& report,
                 HandOvers& hand_overs);
    Radio radio() const noexcept { return radio_; }
    /// Names neighbours by physical cell id rather than by identity.
    bool names_by_pci() const noexcept { return names_by_pci_ && radio_ != Radio::gsm; }

   private:
    static constexpr std::uint32_t nowhere = ~0U;
    std::uint32_t serving_ = nowhere, previous_ = nowhere;
    std::uint32_t reports_since_ = 0;
    Radio radio_;
    bool names_by_pci_;
};

}  // namespace simtrail::simulate
