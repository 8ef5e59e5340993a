#include "adapters/sms/kannel/sendsms.hpp"

#include <algorithm>
#include <utility>

#include "adapters/sms/kannel/charset.hpp"

namespace simtrail::sms::kannel {

namespace {

using Kind = Verdict::Kind;

// Kannel's user guide, "delivery reports": 1 delivered, 2 failed, 4 queued, 16 refused by the SMSC. Without 8, taken by the
// SMSC: it says no more than Kannel's own 202, and Kannel may report it after the delivery.
constexpr std::string_view wanted_receipts = "23";

constexpr std::size_t max_reason = 80;

/// A line of Kannel's as a reason: printable, short, and without digits, as some answers name the number.
std::string for_people(std::string_view body) {
    std::string text(body.substr(0, max_reason));
    std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~'; }, ' ');
    std::ranges::replace_if(text, [](char c) { return c >= '0' && c <= '9'; }, '#');
    return text;
}

/// Kannel answers 403 both to a wrong password, which a person will mend, and to a text that it will never deliver.
bool is_about_us(const http::ClientResponse& response) {
    switch (response.status) {
        case 401:
        case 404:
        case 405:
        case 407: return true;
        case 403: return response.body.starts_with("Authorization failed");
        default: return false;
    }
}

}  // namespace

http::ClientRequest sendsms_request(const KannelOptions& options, const OutboxText& text, std::string receipt_url) {
    return {.method = "POST",
            .url = options.send_url,
            .headers = {{"Content-Type", "text/plain; charset=UTF-8"},
                        {"X-Kannel-Username", options.username},
                        {"X-Kannel-Password", options.password},
                        {"X-Kannel-From", options.source_address},
                        {"X-Kannel-To", std::string{text.to.text()}},
                        {"X-Kannel-Coding", is_gsm_text(text.text) ? "0" : "2"},
                        {"X-Kannel-DLR-Mask", std::string{wanted_receipts}},
                        {"X-Kannel-DLR-Url", std::move(receipt_url)}},
            .body = text.text,
            .timeout = options.answer_timeout,
            .allow_private_addresses = true};
}

http::ClientRequest probe_request(const KannelOptions& options) {
    return {
        .method = "GET", .url = options.send_url, .timeout = options.answer_timeout, .allow_private_addresses = true};
}

Verdict read_answer(const Answer& answer) {
    if (!answer) {
        using Fault = http::ClientError::Kind;
        const auto fault = answer.error().kind;
        const auto kind = fault == Fault::timeout    ? Kind::timed_out
                          : fault == Fault::protocol ? Kind::cut
                                                     : Kind::unreachable;
        return {kind, answer.error().message};
    }
    const int status = answer->status;
    const std::string reason = std::to_string(status) + " " + for_people(answer->body);
    if (status >= 200 && status < 300) return {Kind::accepted};
    if (is_about_us(*answer) || (status >= 300 && status < 400)) return {Kind::unreachable, reason};
    if (status == 408 || status == 429 || status >= 500) return {Kind::busy, reason};
    return {Kind::refused, reason};
}

bool is_alive(const Answer& answer) { return answer && answer->status < 500; }

}  // namespace simtrail::sms::kannel
