#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/smpp/segmentation.hpp"
#include "adapters/sms/smpp/text_coding.hpp"

namespace simtrail::sms::smpp {

/// How the ESME is bound: one link for both ways, or one for each where the SMSC is older than 3.4.
enum class BindMode : std::uint8_t { transceiver, transmitter_and_receiver };

/// What is told of an SMSC: most of it is the operator's, who also limits binds, window and rate.
struct SmppOptions {
    std::string host = "127.0.0.1";  // a name, or a literal address
    std::uint16_t port = 2775;       // IANA's smpp; over TLS 3550 is usual
    bool tls = false;
    std::string ca_file;  // PEM, beside the system's authorities; may be empty

    std::string system_id;
    std::string password;  // never logged
    std::string system_type;
    BindMode mode = BindMode::transceiver;
    std::uint32_t binds = 1;  // 1 to 16, each of one link or of two

    Address source;                    // what subscribers see and answer to
    std::uint8_t destination_ton = 1;  // international
    std::uint8_t destination_npi = 1;  // E.164
    std::string service_type;
    Alphabet default_alphabet = Alphabet::gsm;  // of data_coding 0
    LongTexts long_texts = LongTexts::user_data_header;
    Tlvs extra_tlvs;  // on every submit_sm: India's DLT has its entity id in 0x1400 and its template id in 0x1401

    std::uint32_t window = 10;                           // submit_sm not answered yet, on each bind, 1 to 1,000
    std::uint32_t rate = 0;                              // submit_sm a second, of all binds together; 0: no cap
    std::chrono::milliseconds enquire_interval{30'000};  // of the SMSC's silence
    std::chrono::milliseconds response_timeout{10'000};  // of every request
    std::uint32_t capacity = 2000;                       // texts held, ~1 KiB each
};

/// Throws std::invalid_argument that names the first value which cannot be used.
void check(const SmppOptions& options);

}  // namespace simtrail::sms::smpp
