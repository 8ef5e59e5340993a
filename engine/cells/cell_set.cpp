#include "engine/cells/cell_set.hpp"

#include <algorithm>
#include <numeric>

#include "engine/cells/cell_layout.hpp"

namespace simtrail {

bool CellSet::insert_or_replace(std::uint64_t key, const PackedCell& record) {
    if ((keys_.size() + 1) * 4 > index_.size() * 3) grow();
    auto& slot = index_[index_slot(key)];
    if (slot != vacant) {
        records_[slot] = record;
        return false;
    }
    slot = static_cast<std::uint32_t>(keys_.size());
    keys_.push_back(key);
    records_.push_back(record);
    return true;
}

const PackedCell* CellSet::find(std::uint64_t key) const noexcept {
    if (index_.empty()) return nullptr;
    const auto slot = index_[index_slot(key)];
    return slot == vacant ? nullptr : &records_[slot];
}

std::size_t CellSet::index_slot(std::uint64_t key) const noexcept {
    const std::size_t mask = index_.size() - 1;
    std::size_t slot = cell_layout::mixed(key) & mask;
    while (index_[slot] != vacant && keys_[index_[slot]] != key) slot = (slot + 1) & mask;
    return slot;
}

void CellSet::grow() {
    constexpr std::size_t first_size = 1024;
    const std::size_t size = std::max(first_size, index_.size() * 2);
    index_ = {};  // freed before the larger one is made
    index_.assign(size, vacant);
    for (std::size_t i = 0; i < keys_.size(); ++i) index_[index_slot(keys_[i])] = static_cast<std::uint32_t>(i);
}

std::vector<std::uint32_t> CellSet::in_file_order(std::uint64_t home_buckets) const {
    const auto home = [&](std::size_t i) { return cell_layout::home_bucket(keys_[i], home_buckets); };
    std::vector<std::uint32_t> ends(home_buckets + 1);  // a counting sort by home bucket
    for (std::size_t i = 0; i < size(); ++i) ++ends[home(i) + 1];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    std::vector<std::uint32_t> order(size());
    for (std::size_t i = 0; i < size(); ++i) order[ends[home(i)]++] = static_cast<std::uint32_t>(i);
    std::uint32_t begin = 0;
    for (std::uint64_t bucket = 0; bucket < home_buckets; begin = ends[bucket++])
        std::sort(order.begin() + begin, order.begin() + ends[bucket],
                  [&](std::uint32_t a, std::uint32_t b) { return keys_[a] < keys_[b]; });
    return order;
}

}  // namespace simtrail
