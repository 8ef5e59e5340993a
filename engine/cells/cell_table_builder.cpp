#include "engine/cells/cell_table_builder.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "engine/cells/cell_layout.hpp"
#include "engine/cells/rival_field.hpp"
#include "engine/cells/robust_centre.hpp"

namespace simtrail {

using namespace cell_layout;

namespace {

/// Where a radio's cells go: `slots[i]` is the slot of the cell `order[i]`. It only grows, so it is walked, not stored.
template <class Visit>
std::uint64_t place_cells(const CellSet& cells, const std::vector<std::uint32_t>& order, std::uint64_t home_buckets,
                          Visit visit) {
    std::uint64_t free_slot = 0;
    for (const auto index : order) {
        free_slot = std::max(free_slot, home_bucket(cells.key(index), home_buckets) * slots_per_bucket);
        visit(free_slot++, index);
    }
    return free_slot;
}

/// One radio's cells, put in order and measured.
struct RadioPlan {
    const CellSet* cells = nullptr;
    std::uint32_t radio = 0;
    std::vector<std::uint32_t> order;
    std::uint64_t home_buckets = 0;
    std::uint64_t buckets = 0;
};

RadioPlan plan_radio(const CellSet& cells, std::uint32_t radio) {
    RadioPlan plan{&cells, radio, {}, home_buckets_for(cells.size()), 0};
    plan.order = cells.in_file_order(plan.home_buckets);
    const auto end = place_cells(cells, plan.order, plan.home_buckets, [](std::uint64_t, std::uint32_t) {});
    plan.buckets = std::max(plan.home_buckets, (end + slots_per_bucket - 1) / slots_per_bucket);
    return plan;
}

void write_radio(const RadioPlan& plan, std::span<std::byte> keys, std::span<std::byte> records) {
    std::ranges::fill(keys, std::byte{0xFF});  // empty_key
    place_cells(*plan.cells, plan.order, plan.home_buckets, [&](std::uint64_t slot, std::uint32_t index) {
        const auto key = plan.cells->key(index);
        std::memcpy(keys.data() + slot * sizeof key, &key, sizeof key);
        std::memcpy(records.data() + slot * sizeof(PackedCell), &plan.cells->record(index), sizeof(PackedCell));
    });
}

struct AreaMember {
    std::uint64_t area = 0;
    FixedPoint place;
};

std::vector<AreaMember> members_by_area(const CellSet& cells, Radio radio) {
    std::vector<AreaMember> members;
    members.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (const auto area = unpack(cells.record(i)).area)
            members.push_back({area_key(radio, identity_of(radio, cells.key(i)).plmn, *area), cells.record(i).place});
    std::ranges::sort(members, {}, &AreaMember::area);
    return members;
}

PackedArea summary(std::span<const AreaMember> members) {
    std::vector<FixedPoint> places;
    places.reserve(members.size());
    for (const auto& member : members) places.push_back(member.place);
    const auto centroid = median_centre(places);
    const double radius_m = percentile_95(sorted_distances_m(centroid, places));
    return {members.front().area, centroid, static_cast<std::uint32_t>(std::ceil(radius_m)),
            static_cast<std::uint32_t>(members.size())};
}

void append_areas(std::vector<PackedArea>& areas, const CellSet& cells, Radio radio) {
    const auto members = members_by_area(cells, radio);
    for (auto begin = members.begin(); begin != members.end();) {
        const auto end = std::find_if(begin, members.end(), [&](const auto& m) { return m.area != begin->area; });
        areas.push_back(summary({begin, end}));
        begin = end;
    }
}

std::vector<SectionPlan> plan_sections(const std::vector<RadioPlan>& radios, const std::vector<PackedArea>& areas) {
    std::vector<SectionPlan> sections;
    for (const auto& radio : radios) {
        const auto cells = radio.cells->size();
        sections.push_back(
            {SectionKind::cell_keys, radio.radio, cells, radio.home_buckets, radio.buckets * bucket_key_bytes});
        sections.push_back({SectionKind::cell_records, radio.radio, cells, 0, radio.buckets * bucket_record_bytes});
    }
    sections.push_back({SectionKind::areas, 0, areas.size(), 0, areas.size() * sizeof(PackedArea)});
    return sections;
}

}  // namespace

AddOutcome CellTableBuilder::add(const CellIdentity& identity, CellRecord record) {
    if (!in_range(identity)) return AddOutcome::out_of_range;
    if (!in_range(record.site)) return AddOutcome::impossible_coordinates;
    if (record.site == GeoPoint{}) return AddOutcome::null_island;
    if (identity.area) record.area = identity.area;
    if (record.area && *record.area > max_area(identity.radio)) record.area.reset();
    auto& cells = radios_[static_cast<std::size_t>(identity.radio)];
    return cells.insert_or_replace(identity.key(), pack(record)) ? AddOutcome::added : AddOutcome::duplicate;
}

void CellTableBuilder::add_all(const CellTableBuilder& other) {
    for (std::size_t radio = 0; radio < radios_.size(); ++radio) {
        const CellSet& cells = other.radios_[radio];
        for (std::size_t i = 0; i < cells.size(); ++i) radios_[radio].insert_or_replace(cells.key(i), cells.record(i));
    }
    for (const MadeSection& section : other.sections_) add_section(section);
}

void CellTableBuilder::add_section(MadeSection section) {
    std::erase_if(sections_, [&](const MadeSection& known) {
        return known.plan.kind == section.plan.kind && known.plan.tag == section.plan.tag;
    });
    sections_.push_back(std::move(section));
}

void CellTableBuilder::add_rival_field() {
    RivalFieldMaker maker;
    for (std::size_t radio = 0; radio < radios_.size(); ++radio) {
        const CellSet& cells = radios_[radio];
        for (std::size_t i = 0; i < cells.size(); ++i)
            maker.add(identity_of(static_cast<Radio>(radio), cells.key(i)), unpack(cells.record(i)));
    }
    for (auto& section : maker.make()) add_section(std::move(section));
}

bool CellTableBuilder::knows_site(Radio radio, std::uint64_t first, std::uint64_t last) const noexcept {
    const CellSet& cells = radios_[static_cast<std::size_t>(radio)];
    for (std::uint64_t key = first; key <= last; ++key)
        if (const auto* cell = cells.find(key); cell != nullptr && !unpack(*cell).learnt) return true;
    return false;
}

std::uint64_t CellTableBuilder::size() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& cells : radios_) sum += cells.size();
    return sum;
}

CompiledBytes CellTableBuilder::build() const {
    std::vector<PackedArea> areas;
    std::vector<RadioPlan> radios;
    for (std::uint32_t radio = 0; radio < radios_.size(); ++radio)
        if (radios_[radio].size() != 0) append_areas(areas, radios_[radio], static_cast<Radio>(radio));
    for (std::uint32_t radio = 0; radio < radios_.size(); ++radio)
        if (radios_[radio].size() != 0) radios.push_back(plan_radio(radios_[radio], radio));

    auto plans = plan_sections(radios, areas);
    const std::size_t own = plans.size();
    for (const MadeSection& section : sections_) plans.push_back(section.plan);
    auto file = lay_out_sections(plans);
    for (std::size_t i = 0; i < radios.size(); ++i)
        write_radio(radios[i], section_body(file, 2 * i), section_body(file, 2 * i + 1));
    std::ranges::copy(std::as_bytes(std::span(areas)), section_body(file, 2 * radios.size()).begin());
    for (std::size_t i = 0; i < sections_.size(); ++i)
        std::ranges::copy(sections_[i].body, section_body(file, own + i).begin());
    seal_sections(file);
    return file;
}

}  // namespace simtrail
