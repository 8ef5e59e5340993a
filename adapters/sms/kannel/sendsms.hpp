#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "adapters/http/client.hpp"
#include "adapters/sms/kannel/kannel_gateway.hpp"
#include "adapters/sms/kannel/send_queue.hpp"

// smsbox's sendsms interface, as Kannel 1.4.5 speaks it.
namespace simtrail::sms::kannel {

/// A POST with the text as its body and everything else in X-Kannel-* fields: a URL would be too short for a long text in
/// Unicode, and stands in logs. `receipt_url`: from `receipt_url_of`.
http::ClientRequest sendsms_request(const KannelOptions& options, const OutboxText& text, std::string receipt_url);

/// Without user and text: whatever Kannel answers, it lives.
http::ClientRequest probe_request(const KannelOptions& options);

using Answer = std::expected<http::ClientResponse, http::ClientError>;
Verdict read_answer(const Answer& answer);
bool is_alive(const Answer& answer);

}  // namespace simtrail::sms::kannel
