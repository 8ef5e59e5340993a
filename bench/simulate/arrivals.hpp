#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace simtrail::simulate {

enum class Delivery : std::uint8_t { event, duplicate };

/// A line on its way to the feed.
struct Arrival {
    std::int64_t at_ms = 0;
    std::uint64_t order = 0;  // ties: as they were sent
    std::uint32_t subscriber = 0;
    std::int64_t ts_ms = 0;
    Delivery delivery = Delivery::event;
    std::string line;
};

/// Delayed lines by time of arrival. Bounded: when full, the caller sends without delay.
class Arrivals {
   public:
    static constexpr std::size_t capacity = 1 << 16;  // some 16 MiB of lines
    bool full() const noexcept { return heap_.size() == capacity; }
    void push(Arrival arrival) {
        arrival.order = sent_++;
        heap_.push_back(std::move(arrival));
        std::ranges::push_heap(heap_, after);
    }
    bool due(std::int64_t now_ms) const noexcept { return !heap_.empty() && heap_.front().at_ms <= now_ms; }
    Arrival pop() {
        std::ranges::pop_heap(heap_, after);
        Arrival first = std::move(heap_.back());
        heap_.pop_back();
        return first;
    }

   private:
    static bool after(const Arrival& a, const Arrival& b) noexcept {
        return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
    }
    std::vector<Arrival> heap_;
    std::uint64_t sent_ = 0;
};

}  // namespace simtrail::simulate
