#pragma once

#include <cstdint>

#include "engine/tracing/journal.hpp"
#include "engine/tracing/trace_source.hpp"

namespace simtrail::runtime {

inline constexpr const char* laboratory_tenant = "laboratory";

/// The identity of a track that a laboratory replay makes: derived from seed and subscriber alone, so that the same input
/// gives the same bytes. The UUID has the form of a version 8 one (RFC 9562: custom).
TrackInfo laboratory_track(std::uint64_t seed, TrackNumber number, Msisdn msisdn);

}  // namespace simtrail::runtime
