#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/feed/byte_source.hpp"
#include "adapters/feed/line_decoder.hpp"

namespace simtrail::feed {

inline CellEvent no_event() { return {.msisdn = *Msisdn::parse("0")}; }

/// How a line ended: an event and its dropped fields, or a reason.
struct Decoded {
    std::optional<Outcome> fault;
    CellEvent event = no_event();
    OutcomeCounts drops;
};

/// Decodes a copy of the line with exactly the promised padding after it, so that a sanitizer sees a read past that.
inline Decoded decode(LineDecoder& decoder, std::string_view line) {
    std::vector<char> padded(line.size() + line_padding, '\x5A');
    line.copy(padded.data(), line.size());
    Decoded decoded;
    const auto result = decoder.decode({padded.data(), line.size()}, decoded.event, decoded.drops);
    if (!result) decoded.fault = result.error();
    return decoded;
}

inline Decoded decode_json(std::string_view line, Trust trust = {}) { return decode(*make_json_decoder(trust), line); }

inline Decoded decode_csv(std::string_view header, std::string_view row, Trust trust = {}) {
    return decode(**make_csv_decoder(header, trust), row);
}

/// The whole of a source; the read size is odd on purpose.
inline std::string read_all(ByteSource& source, std::size_t step = 4093) {
    std::string all;
    std::vector<char> piece(step);
    for (;;) {
        const auto size = source.read(piece);
        if (!size || *size == 0) return all;
        all.append(piece.data(), *size);
    }
}

inline void for_each_line(std::string_view text, const std::function<void(std::string_view)>& use) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        use(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace simtrail::feed
