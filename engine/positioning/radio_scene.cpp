#include "engine/positioning/radio_scene.hpp"

#include <algorithm>

#include "engine/cells/signal_feature.hpp"

namespace simtrail {

namespace {

/// A hand-over older than this says nothing of the place.
constexpr std::int64_t remembered_ms = 900'000;

std::uint16_t hash_of(std::uint64_t key, Radio radio) noexcept {
    const std::uint64_t mixed = (key ^ static_cast<std::uint64_t>(radio) << 62) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::uint16_t>(std::max<std::uint64_t>(mixed >> 48, 1));
}

std::optional<std::int16_t> measured(std::int16_t signal_16th) noexcept {
    return signal_16th == 0 ? std::nullopt : std::optional(signal_16th);
}

void take_stays(const CellEvent& event, const CellHistory& history, RadioScene& scene) noexcept {
    CellHistory after = history;
    after.advance(event);
    const auto& current = after.current();
    const auto& previous = after.previous();
    scene.fast_16th_dbm = measured(current.fast_16th_dbm);
    scene.slow_16th_dbm = measured(current.slow_16th_dbm);
    scene.stay_s = static_cast<double>(event.ts_ms - current.since_ms) / 1000;
    if (!previous.exists() || event.ts_ms - previous.last_seen_ms > remembered_ms) return;
    scene.previous_hash = hash_of(previous.key, previous.radio);
    scene.previous_pci = previous.pci;
    scene.previous_16th_dbm = measured(previous.fast_16th_dbm);
}

void take_neighbour(const Neighbour& neighbour, const CellIdentity& serving, RadioScene& scene) noexcept {
    RadioScene::Heard heard{.cell = {},
                            .feature = signal_feature(neighbour.signal_dbm),
                            .pci = neighbour.pci.value_or(CellHistory::no_pci)};
    if (const auto identity = identity_of(neighbour, serving))
        heard.cell = key_of(*identity);
    else if (neighbour.pci)
        heard.cell = {serving.radio,
                      CellIdentity{serving.radio, serving.plmn, 0, 0}.key() | stands_for_pci | *neighbour.pci};
    else
        return;
    const auto known = scene.all_heard();
    if (std::ranges::none_of(known, [&](const auto& other) { return other.cell == heard.cell; }))
        scene.heard[scene.heard_count++] = heard;
}

}  // namespace

std::optional<CellIdentity> identity_of(const Neighbour& neighbour, const CellIdentity& serving) noexcept {
    if (!neighbour.cell) return std::nullopt;
    const CellIdentity identity{serving.radio, serving.plmn, neighbour.area ? neighbour.area : serving.area,
                                *neighbour.cell};
    return in_range(identity) ? std::optional(identity) : std::nullopt;
}

RadioScene scene_of(const CellEvent& event, const CellHistory& history) noexcept {
    RadioScene scene{.serving = key_of(event.serving), .pci = event.pci.value_or(CellHistory::no_pci)};
    scene.signal_dbm = event.signal_dbm;
    scene.timing_advance = event.timing_advance;
    take_stays(event, history, scene);
    if (event.signal_dbm)
        scene.heard[scene.heard_count++] = {scene.serving, signal_feature(*event.signal_dbm), scene.pci};
    for (const Neighbour& neighbour : event.neighbours) take_neighbour(neighbour, event.serving, scene);
    scene.has_neighbours = scene.heard_count > (event.signal_dbm ? 1U : 0U);
    return scene;
}

}  // namespace simtrail
