#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/api/target.hpp"
#include "adapters/http/message.hpp"
#include "adapters/sms/kannel/source_list.hpp"
#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::kannel {

/// What Kannel fetches: `/text` for a subscriber's text (by get-url, or by post-url with the text as its body), `/receipt` for
/// a delivery report. 200 with an empty body once what follows is durable; Kannel tries anything else again, so what can never
/// be used (a sender that is no number, a binary message) is answered 200 too, and logged. On the server's thread.
///
/// The secret stands in the query, which no line of simtrail's log ever shows.
class Incoming : public http::Service {
   public:
    static constexpr std::string_view text_path = "/text", receipt_path = "/receipt";
    static constexpr std::size_t max_body_bytes =
        16 * 1024;  // Kannel joins at most 255 parts of 140 bytes; ours have ten

    /// `hooks` outlive it.
    Incoming(std::string secret, SourceList sources, const GatewayHooks& hooks);

    void handle(http::Request request, http::Reply reply) override;
    http::Response refusal(int status, std::string_view reason) override;

   private:
    void take_text(const http::Request& request, const api::Query& query, http::Reply reply);
    void take_receipt(const http::Request& request, const api::Query& query, http::Reply reply);
    void refuse(const http::Request& request, http::Reply reply, int status, std::string_view reason);
    bool knows_secret(const api::Query& query) const;

    std::string secret_;
    SourceList sources_;
    const GatewayHooks& hooks_;
    std::int64_t refusal_told_ms_ = 0;
};

/// What Kannel is to fetch to report on a text: its placeholders %d (state) and %A (the SMSC's words) are Kannel's to fill in.
/// `base`: "http://127.0.0.1:7420".
std::string receipt_url_of(std::string_view base, std::string_view secret, std::string_view message_id);

}  // namespace simtrail::sms::kannel
