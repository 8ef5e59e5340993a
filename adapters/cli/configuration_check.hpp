#pragma once

#include <memory>

#include "adapters/config/configuration.hpp"
#include "engine/cells/cell_table.hpp"

namespace simtrail::cli {

/// What a configuration names is there and can be used: certificates, keys and authorities, folders, addresses that are not
/// given twice. Throws CommandError (usage) that names the key; `serve` asks before it starts, so that what cannot work is no
/// failure to start again from.
void check_named(const config::Configuration& configuration);

/// The cell files, which take their time: `load_table`, with errors as above.
std::shared_ptr<const CellTable> checked_table(const config::Configuration& configuration);

}  // namespace simtrail::cli
