#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/tracing/gate.hpp"

namespace simtrail::feed {

/// Whose tracks are open, with the few subscribers that have several. One thread.
class OpenTracks {
   public:
    void open(Msisdn msisdn, TrackNumber track) {
        const auto first = gate_.find(msisdn);
        if (!first) return gate_.put(msisdn, track);
        if (*first == track) return;
        auto& others = others_[msisdn.packed()];
        if (std::ranges::find(others, track) == others.end()) others.push_back(track);
    }

    void shut(Msisdn msisdn, TrackNumber track) {
        const auto first = gate_.find(msisdn);
        if (!first) return;
        const auto others = others_.find(msisdn.packed());
        if (others == others_.end()) {
            if (*first == track) gate_.erase(msisdn);
            return;
        }
        if (*first == track) {
            gate_.put(msisdn, others->second.back());
            others->second.pop_back();
        } else {
            std::erase(others->second, track);
        }
        if (others->second.empty()) others_.erase(others);
    }

    void prefetch(Msisdn msisdn) const noexcept { gate_.prefetch(msisdn); }

    /// Calls `visit` for each open track of the subscriber; false where there is none.
    template <class Visit>
    bool for_each(Msisdn msisdn, const Visit& visit) const {
        const auto first = gate_.find(msisdn);
        if (!first) return false;
        visit(*first);
        if (others_.empty()) return true;
        if (const auto others = others_.find(msisdn.packed()); others != others_.end())
            for (const TrackNumber track : others->second) visit(track);
        return true;
    }

    std::size_t subscribers() const noexcept { return gate_.size(); }

   private:
    Gate gate_;
    std::unordered_map<std::uint64_t, std::vector<TrackNumber>> others_;
};

}  // namespace simtrail::feed
