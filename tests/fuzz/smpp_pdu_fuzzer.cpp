// SMPP from a hostile peer: whatever the pieces that a stream comes in, the same PDUs come out of it as a naive reading finds,
// and a body is refused or is written and read back equal. The input's first byte says how large the pieces are, and as which
// command's body the rest is read, too.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/pdu_reader.hpp"
#include "adapters/sms/smpp/pdu_writer.hpp"

namespace {

using namespace simtrail::sms::smpp;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Reading {
    std::vector<Header> headers;
    std::string bodies;
    bool lost = false;
    bool operator==(const Reading&) const = default;
};

/// By the words of the specification: four octets of length, then the rest.
Reading plainly_read(std::string_view stream) {
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value * 256 + static_cast<unsigned char>(stream.at(at + i));
        return value;
    };
    Reading reading;
    while (stream.size() >= 4) {
        const auto length = number(0);
        reading.lost = length < 16 || length > max_pdu_octets;
        if (reading.lost || stream.size() < length) break;
        reading.headers.push_back(
            {length, static_cast<CommandId>(number(4)), static_cast<Status>(number(8)), number(12)});
        reading.bodies.append(stream.substr(16, length - 16)).push_back('|');
        stream.remove_prefix(length);
    }
    return reading;
}

void check_body(const RawPdu& raw) {
    const auto pdu = read_pdu(raw);
    if (!pdu) return require(pdu.error().status != Status::ESME_ROK && !pdu.error().what.empty());
    const std::string octets = write_pdu(*pdu);
    PduFramer framer;
    std::memcpy(framer.room(octets.size()).data(), octets.data(), octets.size());
    framer.filled(octets.size());
    const auto again = framer.next();
    require(again && *again && framer.empty() && (*again)->header.length == octets.size());
    auto read = read_pdu(**again);
    require(read.has_value());
    read->header.length = pdu->header.length;
    require(*read == *pdu);
}

Reading read_in_pieces(std::string_view stream, std::size_t piece_octets) {
    Reading reading;
    PduFramer framer;
    while (!stream.empty() && !reading.lost) {
        // On the heap, with nothing behind it: AddressSanitizer sees a read beyond.
        const std::vector<char> piece(
            stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(std::min(piece_octets, stream.size())));
        stream.remove_prefix(piece.size());
        std::memcpy(framer.room(piece.size()).data(), piece.data(), piece.size());
        framer.filled(piece.size());
        auto raw = framer.next();
        for (; raw && *raw; raw = framer.next()) {
            reading.headers.push_back((*raw)->header);
            reading.bodies.append((*raw)->body).push_back('|');
            check_body(**raw);
        }
        reading.lost = !raw;
    }
    return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using enum CommandId;
    constexpr std::array commands{
        deliver_sm,   data_sm, alert_notification, bind_transceiver, bind_transceiver_resp, submit_sm_resp,
        data_sm_resp, outbind, query_sm,           generic_nack};
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    require(read_in_pieces(rest, std::size_t{data[0]} + 1) == plainly_read(rest));
    const std::vector<char> body(rest.begin(), rest.end());
    check_body({.header = {.id = commands[data[0] % commands.size()]}, .body = {body.data(), body.size()}});
    return 0;
}
