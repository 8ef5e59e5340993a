#pragma once

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "adapters/feed/line_decoder.hpp"

namespace simtrail::fuzz {

/// A line on the heap with exactly the promised padding after it: AddressSanitizer sees a read beyond.
class PaddedLine {
   public:
    explicit PaddedLine(std::string_view line) : bytes_(line.size() + feed::line_padding), size_(line.size()) {
        std::ranges::copy(line, bytes_.begin());
    }
    std::string_view view() const noexcept { return {bytes_.data(), size_}; }

   private:
    std::vector<char> bytes_;
    std::size_t size_;
};

inline void require(bool holds) {
    if (!holds) std::abort();
}

/// What holds of every event that a decoder lets through.
inline void require_contract(const CellEvent& event) {
    require(in_range(event.serving));
    require(!event.pci || *event.pci <= max_pci(event.serving.radio));
    require(!event.signal_dbm || (*event.signal_dbm >= min_signal_dbm && *event.signal_dbm <= max_signal_dbm));
    require(!event.quality_db || (*event.quality_db >= min_quality_db && *event.quality_db <= max_quality_db));
    require(!event.timing_advance || *event.timing_advance <= max_timing_advance);
    for (const auto& neighbour : event.neighbours) {
        require(neighbour.cell || neighbour.pci);
        require(neighbour.cell.value_or(0) <= max_cell(event.serving.radio));
        require(neighbour.signal_dbm >= min_signal_dbm && neighbour.signal_dbm <= max_signal_dbm);
    }
}

/// What holds of every sms and control line that a decoder lets through.
inline void require_contract(const feed::ConversationLine& line) {
    require(feed::ts_of(line) >= 946'684'800'000 && feed::ts_of(line) < 4'102'444'800'000);
    if (const auto* call = std::get_if<feed::ControlLine>(&line)) {
        require(!call->code || *call->code <= 9999);
        require(call->body_json.empty() || call->body_json.front() == '{');
    }
}

/// Decodes the line; what the scan is sure of must be what the decoder reports, and an event must keep the contract.
inline void check_line(feed::LineDecoder& decoder, std::string_view text) {
    const PaddedLine line(text);
    CellEvent event{.msisdn = *Msisdn::parse("0")};
    feed::OutcomeCounts drops;
    const auto scanned = decoder.scan_msisdn(line.view());
    const auto decoded = decoder.decode(line.view(), event, drops);
    if (!decoded && (decoded.error() == feed::Outcome::sms || decoded.error() == feed::Outcome::control)) {
        require(!scanned);
        const auto said = decoder.decode_conversation(line.view(), decoded.error());
        if (said) require_contract(*said);
        require(said || is_rejection(said.error()));
        return;
    }
    if (!decoded) return;
    require(!scanned || *scanned == event.msisdn);
    require_contract(event);
}

}  // namespace simtrail::fuzz
