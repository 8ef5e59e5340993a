#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "adapters/api/bodies.hpp"
#include "adapters/config/configuration.hpp"
#include "adapters/http/server.hpp"
#include "adapters/record/day_recorder.hpp"
#include "adapters/runtime/board.hpp"
#include "adapters/runtime/candidate_switch.hpp"
#include "engine/cells/cell_table.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/ledger_store.hpp"

// What the daemon's parts are given, out of its configuration.
namespace simtrail::cli {

/// Notes in the database what its points are located with from now on. Throws CellFileError, StoreError.
void note_cells(const config::Configuration& configuration);

/// The configured cell files as one table, with the memory it lies in. Throws CellFileError.
std::shared_ptr<const CellTable> load_table(const config::Configuration& configuration);

ledger::LedgerRules rules_of(const config::Configuration& configuration);

/// Of control lines: the API's.
api::BodyRules body_rules_of(const config::Configuration& configuration);

/// Null where nothing is to be recorded. Throws std::runtime_error where the folder cannot be made.
std::unique_ptr<record::DayRecorder> recorder_of(const config::Configuration& configuration);

runtime::CandidateChoice candidates_of(const config::Configuration& configuration);

std::optional<http::TlsFiles> tls_of(const config::Tls& tls);

/// A callback with its body, as it is persisted, signed and sent. `track_consent`: of the track's tenant and subscriber.
ledger::StoredCallback stored_callback(const ledger::OutgoingCallback& callback, ledger::ConsentState track_consent,
                                       const runtime::Board& board, std::int64_t silent_after_ms);

}  // namespace simtrail::cli
