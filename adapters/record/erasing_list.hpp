#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "engine/events/msisdn.hpp"

namespace simtrail::record {

/// Whose lines must still go from a folder's recordings, so that no end of the process forgets them: `.erasing-list`, mode
/// 0600, a number a line; no file where there are none. Any thread.
class ErasingList {
   public:
    /// What an earlier process left. Throws std::runtime_error where that cannot be read: it would be forgotten else.
    explicit ErasingList(const std::filesystem::path& folder);

    /// Durable when it returns. Throws std::runtime_error; they stay in memory then, and the next change writes them.
    void add(const std::vector<Msisdn>& subscribers);
    /// They are out of the recordings. Whom a note after `last_note` names too stays. Throws as `add` does.
    void remove(const std::vector<Msisdn>& subscribers, std::uint64_t last_note);

    std::vector<Msisdn> subscribers() const;
    std::uint64_t last_note() const;

   private:
    void write() const;

    const std::filesystem::path folder_, path_;
    mutable std::mutex mutex_;
    std::map<Msisdn, std::uint64_t> noted_;  // by which note
    std::uint64_t last_note_ = 0;
};

}  // namespace simtrail::record
