#pragma once

#include "adapters/config/configuration.hpp"

namespace simtrail::cli {

/// What a configuration names is there and can be used: certificates, keys and authorities, folders, addresses that are not
/// given twice. Of the cell files, which take their time, `check_cells` is to ask. Both throw CommandError (usage) that names
/// the key; `serve` asks before it starts, so that what cannot work is no failure to start again from.
void check_named(const config::Configuration& configuration);
void check_cells(const config::Configuration& configuration);

}  // namespace simtrail::cli
