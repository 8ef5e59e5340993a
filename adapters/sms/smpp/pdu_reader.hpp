#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/pdu.hpp"

namespace simtrail::sms::smpp {

constexpr std::size_t header_octets = 16;

/// Longest PDU that is taken: a message_payload of 64 KiB, and 4 KiB for all the rest.
constexpr std::size_t max_pdu_octets = (64 + 4) * 1024;

/// The peer's bytes cannot be cut into PDUs any more: answer generic_nack with this status and sequence 0, and close.
struct FramingFault {
    std::uint32_t length = 0;  // the command_length that was read
    Status status = Status::ESME_RINVCMDLEN;
};

struct RawPdu {
    Header header;
    std::string_view body;
};

/// Cuts a byte stream into PDUs. Where its caller takes all that `next` gives before the next read, it holds a PDU and a read,
/// in a buffer of at most twice that. Not thread-safe.
class PduFramer {
   public:
    /// Where up to `size` octets are to be put next; then `filled(n)` says how many were. Ends the life of what `next` gave.
    std::span<char> room(std::size_t size);
    void filled(std::size_t octets) noexcept;

    /// The next whole PDU, nothing where it has not all come, a fault for good where its length is below 16 or above
    /// max_pdu_octets: told as soon as these 4 octets are here. The body is valid until `room`.
    std::expected<std::optional<RawPdu>, FramingFault> next() noexcept;

    /// True between PDUs: the stream may end here.
    bool empty() const noexcept { return begin_ == end_; }

    /// What it has allocated.
    std::size_t memory_octets() const noexcept { return buffer_.capacity(); }

   private:
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // of what `next` has not given
    std::size_t end_ = 0;    // of what was filled
};

/// A PDU whose body cannot be read: a request is answered with its response (generic_nack where the command is unknown) and
/// this status. A response with such a body is still the answer to its request: its header's status counts.
struct BodyFault {
    Status status{};
    std::string what;  // which field; no content
};

/// Reads a PDU's body. What real peers do is taken: fields longer than the specification's, up to max_text_octets; octets
/// behind the last field of commands without TLVs; TLVs that break off at the end (those before count); of responses also an
/// absent body and a last string without its NUL. Refused: strings not terminated or longer, fields past the end, sm_length
/// and message_payload past the end, and commands that are not in the specification.
std::expected<Pdu, BodyFault> read_pdu(const RawPdu& raw);

}  // namespace simtrail::sms::smpp
