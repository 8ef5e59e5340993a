#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/cells/cell_table_builder.hpp"
#include "engine/cells/fixed_point.hpp"
#include "engine/cells/robust_centre.hpp"
#include "engine/events/cell_identity.hpp"

namespace simtrail {

/// Where an observation comes from, so that it can be left out again. By the caller's numbering.
struct ObservationOrigin {
    std::uint64_t hash = 0;  // of the observation: which of too many stay in the sample
    std::uint32_t drive = 0;
    std::uint16_t day = 0;  // since 1970
    std::uint8_t part = 0;
};

/// Learns where cells are used from observations with a known place: per cell the median place, and as its range the
/// distance that holds 95 % of the observations. Observations too far off to be the cell's are left out; of a cell that has
/// moved, those from before. Does not depend on the order of observations. Memory: 20 bytes an observation, at most 10 KB a
/// cell, because of many observations a sample speaks for all. Not thread-safe.
class CellLearner {
   public:
    static constexpr std::size_t max_sample = 512;  // a median of so many is 5 % of their spread off, at most

    static constexpr std::int64_t day_ms = 86'400'000;  // of UTC

    using Origin = ObservationOrigin;

    /// False, and nothing noted, where identity or place is out of range or the place is 0,0.
    bool observe(const CellIdentity& identity, std::optional<std::uint16_t> pci, GeoPoint place,
                 const Origin& origin = {});

    /// What an earlier model knows of a cell: places with their observations, from so many days, all before any observed here.
    /// `identity` and `record` as they stand there. Call before any `is_plausible`.
    void add_earlier(const CellIdentity& identity, const CellRecord& record, std::vector<WeightedPlace> places,
                     std::uint16_t days);

    std::uint64_t observations() const noexcept { return observations_; }

    /// Whether an observation on a day can be the cell's, given all that was observed of it.
    enum class Verdict : std::uint8_t { plausible, implausible, outdated };
    Verdict judge(const CellIdentity& identity, GeoPoint place, std::uint16_t day) const;

    /// True where what was observed of the cell on the day, or by the earlier model, is of its place before it moved.
    bool is_outdated(Radio radio, std::uint64_t key, std::uint16_t day) const;
    bool is_earlier_outdated(Radio radio, std::uint64_t key) const;

    /// A cell that stood elsewhere until the day.
    struct Moved {
        CellIdentity identity;
        GeoPoint from, to;
        std::uint16_t since_day = 0;
    };
    std::vector<Moved> moved() const;  // by radio and key

    /// Adds every cell observed, marked as learnt; from all observations, or those whose origin is included.
    using Includes = std::function<bool(const Origin& origin)>;
    void learn_into(CellTableBuilder& builder, const Includes& includes = {}) const;

   private:
    /// A number that counts only while every observation that has one agrees.
    struct Agreed {
        std::optional<std::uint32_t> value{};
        bool contradicted = false;
        void note(std::optional<std::uint32_t> seen) noexcept;
        std::optional<std::uint32_t> get() const noexcept;
    };
    struct Sample {
        std::uint32_t hash;
        FixedPoint place;
        std::uint32_t drive;
        std::uint16_t day;
        std::uint8_t part;
        friend auto operator<=>(const Sample&, const Sample&) = default;
    };
    static_assert(sizeof(Sample) == 20);
    /// How far from its centre a cell can be used, and since when it is there.
    struct Use {
        FixedPoint centre, centre_before;
        double limit_m = 0;
        std::optional<std::uint16_t> moved_on{};  // the first day at the new place
    };
    struct Observed {
        CellIdentity identity;
        Agreed area, pci;
        std::uint64_t count = 0;     // observations that the sample stands for
        std::vector<Sample> sample;  // those with the least hashes, a heap once it is full
        std::vector<WeightedPlace> earlier;
        std::uint16_t earlier_days = 0;
        mutable std::optional<Use> use{};  // once it is asked for

        void take(const Sample& taken);
        /// Each weighs `sample.size()` times the observations it stands for.
        std::vector<WeightedPlace> places(const Includes& includes, bool with_earlier, std::uint16_t since_day) const;
        std::vector<WeightedPlace> places_before(std::uint16_t day) const;
        std::uint64_t scale() const noexcept;
        const Use& used() const;
    };

    static Use use_of(const Observed& observed);
    static double parted_on(const Observed& observed, std::uint16_t day);
    static std::optional<std::uint16_t> day_of_move(const Observed& observed);
    static std::optional<CellRecord> learn(const Observed& observed, const Includes& includes);
    const Observed* find(Radio radio, std::uint64_t key) const;

    std::array<std::unordered_map<std::uint64_t, Observed>, radio_names.size()> radios_;  // by key
    std::uint64_t observations_ = 0;
};

}  // namespace simtrail
