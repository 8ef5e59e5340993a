#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapters/feed/conversation_line.hpp"
#include "adapters/feed/feed_outcome.hpp"
#include "engine/events/cell_event.hpp"

namespace simtrail::feed {

inline constexpr std::size_t max_line_bytes = 8 * 1024;  // contract, section 2; the line end not counted

/// Readable bytes that must follow a line's last one, whatever their content (simdjson reads ahead).
inline constexpr std::size_t line_padding = 64;

/// Which lines besides cell events a source may speak.
struct Trust {
    bool sms = false;
    bool control = false;
};

/// Decodes lines of one format. Not thread-safe: one a thread. No allocation per line.
class LineDecoder {
   public:
    virtual ~LineDecoder() = default;

    /// Decodes one line (no line end) into `event`; on an error `event` is unspecified. Fields dropped are counted in `drops`.
    /// A line that the source is trusted with and that is no cell event gives Outcome::sms or Outcome::control.
    virtual std::expected<void, Outcome> decode(std::string_view line, CellEvent& event, OutcomeCounts& drops) = 0;

    /// A line of which `decode` said `kind`: Outcome::sms or Outcome::control. The error is the first fault in the order of
    /// the members of conversation_line.hpp. They are rare: this allocates.
    virtual std::expected<ConversationLine, Outcome> decode_conversation(std::string_view line, Outcome kind) = 0;

    /// The line's MSISDN where a cheap scan is sure that `decode` would either reject the line or report this very
    /// number; nothing where it is not sure. (Differentially fuzzed: tests/fuzz/gate_scan_fuzzer.cpp.)
    virtual std::optional<Msisdn> scan_msisdn(std::string_view line) const noexcept = 0;

    /// Only where a cheap scan finds it: the line's `ts`, to merge recorded files by time. No promise of validity.
    virtual std::optional<std::int64_t> scan_ts(std::string_view line) const noexcept = 0;
};

/// A decoder of newline-delimited JSON events.
std::unique_ptr<LineDecoder> make_json_decoder(Trust trust);

/// A decoder of CSV rows under that header line (BOM and CR tolerated). The error names a column that is missing or unknown twice.
std::expected<std::unique_ptr<LineDecoder>, std::string> make_csv_decoder(std::string_view header, Trust trust);

/// True where a file's first line is a CSV header rather than a JSON event.
bool looks_like_csv_header(std::string_view first_line) noexcept;

}  // namespace simtrail::feed
