#pragma once

#include "tests/support/executable.hpp"
#include "tests/support/places.hpp"

namespace simtrail::testing {

/// A workplace with the shipped clean city: towers.csv, feed.ndjson, tracked.txt, truth.csv.
class City : public Workplace {
   public:
    City() { run("cp " + simtrail::places::source_dir() + "/data/clean-small/* ."); }

    /// A replay of it into traces.db; all but the exit code is of no interest then.
    int replay() const {
        return run("simtrail replay --cells towers.csv --feed feed.ndjson --track tracked.txt --db traces.db")
            .exit_code;
    }
    /// What `export --all` tells of a database.
    std::string traces(const std::string& database) const {
        return run("simtrail export --all --format csv --db " + database).out;
    }
};

}  // namespace simtrail::testing
