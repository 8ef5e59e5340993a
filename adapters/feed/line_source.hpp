#pragma once

#include <cstdint>
#include <string>

#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/reject_log.hpp"

namespace simtrail::feed {

/// Where live lines come from: a connection, an upload, a file in the watched directory. Shared by the thread that reads it
/// and by the blocks under way; what is constant is set before the first line.
class LineSource {
   public:
    /// `label` names it in the log: a peer's address, a file; never a subscriber.
    explicit LineSource(const std::string& label) : log_(label) {}
    virtual ~LineSource() = default;

    std::string csv_header;     // empty: JSON lines
    Trust trust;                // which other lines than cell events it may speak
    std::string position_name;  // its position is kept under this name (`hello`); empty: it has none

    bool wants_totals =
        false;  // an upload: its lines go into blocks of their own, and Intake::finish tells what became of them

    /// Every line up to that number is durable. On the writer's thread; must be quick.
    virtual void committed(std::uint64_t lines) = 0;

    /// Its bad lines. The writer's thread alone.
    RejectLog& log() noexcept { return log_; }

   private:
    RejectLog log_;
};

}  // namespace simtrail::feed
