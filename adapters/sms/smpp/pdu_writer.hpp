#pragma once

#include <string>

#include "adapters/sms/smpp/pdu.hpp"

namespace simtrail::sms::smpp {

/// The PDU's octets: `header.length` is measured, the rest is written as it is, and read_pdu reads it back equal. Throws
/// std::length_error where a field does not fit: C-octet strings over max_text_octets or with a NUL within, short messages over
/// max_short_message_octets, TLVs over 65,535. A configuration is checked against these bounds, and what was read keeps them.
std::string write_pdu(const Pdu& pdu);

}  // namespace simtrail::sms::smpp
