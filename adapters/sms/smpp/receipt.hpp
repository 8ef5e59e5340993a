#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/pdu.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::smpp {

/// A delivery receipt or an intermediate notification.
struct Receipt {
    std::string message_id;  // as it came; empty where the SMSC named none
    ReceiptState state = ReceiptState::under_way;
    std::string
        detail;  // for people: "UNDELIV err:011"; letters and digits of the SMSC's codes, never a number or a text
};

/// The receipt that a message is; nothing where it is a subscriber's text. It is one by esm_class, or because it carries
/// receipted_message_id; never by its text, which a subscriber can write. TLVs count before the text, which is read as in the
/// specification's appendix B with any case, order, blanks and missing fields. A state that says nothing final, or that is
/// unknown, is under way: nothing is claimed of it.
std::optional<Receipt> read_receipt(const ShortMessage& message);
std::optional<Receipt> read_receipt(const DataSm& message);

/// One spelling of a message id: without leading zeros, a to f in lower case. What submit_sm_resp gave is kept in this form.
std::string normal_id(std::string_view id);

/// The id, in normal form, as an SMSC may have spelt it in submit_sm_resp that spells it so in a receipt: the same; a
/// hexadecimal number written as decimal; a decimal one written as hexadecimal. Likeliest first. The later ones may be other
/// messages' ids: look the first one up before them, and use them only where it is not found.
std::vector<std::string> alternative_ids(std::string_view id);

}  // namespace simtrail::sms::smpp
