// The fast reader of JSON lines (adapters/feed/plain_json.hpp) against simdjson: a line with a blank behind it is
// simdjson's, means the same, and must end the same: outcome, event, dropped fields.

#include <string>

#include "tests/fuzz/padded_line.hpp"

namespace {

using namespace simtrail;

struct Ending {
    std::optional<feed::Outcome> fault;
    CellEvent event{.msisdn = *Msisdn::parse("0")};
    feed::OutcomeCounts drops;

    Ending(feed::LineDecoder& decoder, std::string_view text) {
        const fuzz::PaddedLine line(text);
        const auto result = decoder.decode(line.view(), event, drops);
        if (!result) fault = result.error();
    }
};

bool same(const CellEvent& a, const CellEvent& b) {
    return a.ts_ms == b.ts_ms && a.msisdn == b.msisdn && a.serving == b.serving && a.pci == b.pci &&
           a.signal_dbm == b.signal_dbm && a.quality_db == b.quality_db && a.timing_advance == b.timing_advance &&
           a.neighbours == b.neighbours;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto decoder = feed::make_json_decoder({.sms = true, .control = true});
    if (size >= feed::max_line_bytes) return 0;
    const std::string line(reinterpret_cast<const char*>(data), size);
    const Ending fast(*decoder, line), slow(*decoder, line + ' ');
    fuzz::require(fast.fault == slow.fault);
    fuzz::require(fast.fault || same(fast.event, slow.event));
    fuzz::require(fast.drops.fields == slow.drops.fields);
    return 0;
}
