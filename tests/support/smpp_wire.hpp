#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/smpp/pdu_reader.hpp"
#include "adapters/sms/smpp/pdu_writer.hpp"

namespace simtrail::tests {

/// The PDUs of a peer's octets.
class WireReader {
   public:
    std::vector<sms::smpp::Pdu> read(std::string_view octets) {
        const auto room = framer_.room(octets.size());
        std::ranges::copy(octets, room.begin());
        framer_.filled(octets.size());
        std::vector<sms::smpp::Pdu> pdus;
        for (;;) {
            const auto next = framer_.next();
            if (!next) throw std::runtime_error("what was written cannot be framed");
            if (!*next) return pdus;
            pdus.push_back(sms::smpp::read_pdu(**next).value());
        }
    }

   private:
    sms::smpp::PduFramer framer_;
};

/// A PDU's octets as a peer sends them.
inline std::string octets(sms::smpp::CommandId id, std::uint32_t sequence, sms::smpp::Body body = sms::smpp::NoBody{},
                          sms::smpp::Status status = sms::smpp::Status::ESME_ROK) {
    return sms::smpp::write_pdu(
        {.header = {.id = id, .status = status, .sequence = sequence}, .body = std::move(body)});
}

/// Puts a peer's octets into anything with `room` and `received`: a session, a link.
template <class Receiver>
void put_octets(Receiver& receiver, std::string_view octets, std::int64_t now_ms) {
    while (!octets.empty()) {
        const auto room = receiver.room();
        const auto count = std::min(room.size(), octets.size());
        std::ranges::copy(octets.substr(0, count), room.begin());
        receiver.received(count, now_ms);
        octets.remove_prefix(count);
    }
}

}  // namespace simtrail::tests
