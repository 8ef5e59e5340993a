#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "engine/maths/geodesy.hpp"

namespace simtrail {

/// A place where the subscriber may be, relative to an origin, and how likely evidence makes it.
struct Candidate {
    Offset at;
    Offset velocity;        // metres a second; of those who were here before
    double log_weight = 0;  // natural, up to a constant of the event
    bool moving = false;    // `velocity` is known
};

/// The candidates of one event, by value and bounded.
class Candidates {
   public:
    static constexpr std::size_t capacity = 192;

    void add(const Candidate& candidate) noexcept {
        if (size_ < capacity) items_[size_++] = candidate;
    }
    bool empty() const noexcept { return size_ == 0; }
    std::size_t size() const noexcept { return size_; }
    std::span<Candidate> view() noexcept { return {items_.data(), size_}; }
    std::span<const Candidate> view() const noexcept { return {items_.data(), size_}; }
    /// True where they cover all places near: then nobody was anywhere else.
    bool gapless() const noexcept { return gapless_; }
    void set_gapless() noexcept { gapless_ = true; }
    double best() const noexcept {
        double most = -1e300;
        for (const Candidate& candidate : view()) most = std::max(most, candidate.log_weight);
        return most;
    }

   private:
    std::array<Candidate, capacity> items_;
    std::size_t size_ = 0;
    bool gapless_ = false;
};

}  // namespace simtrail
