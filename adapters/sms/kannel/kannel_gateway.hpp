#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sms/text_gateway.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::sms {

/// How simtrail and a Kannel smsbox find each other; docs/sms.md has the other half, kannel.conf.
struct KannelOptions {
    std::string send_url = "http://127.0.0.1:13013/cgi-bin/sendsms";  // smsbox's sendsms-port and sendsms-url
    std::string username;                                             // of a sendsms-user group
    std::string password;
    std::string source_address;  // the sender that subscribers see and answer to

    std::string listen = "127.0.0.1:7420";  // where Kannel brings replies and receipts
    /// The same place as Kannel reaches it, "http://10.0.0.5:7420"; empty: `listen`. Receipts are asked for there.
    std::string receive_url;
    std::string secret;                                              // what Kannel shows with each request
    std::vector<std::string> allowed_sources{"127.0.0.0/8", "::1"};  // numeric addresses and prefixes of Kannel's

    std::string ca_file;     // PEM, for an https `send_url` with a private authority
    std::size_t window = 8;  // texts under way at a time
    std::chrono::milliseconds answer_timeout{15'000};
    std::chrono::milliseconds first_pause{250};       // after trouble; the next one is twice as long,
    std::chrono::milliseconds longest_pause{10'000};  // up to this (issue 4)
};

/// What is wrong with the options, as "key: what and how to mend it"; nothing where they can be used.
std::optional<std::string> fault_of(const KannelOptions& options);

/// Texts through smsbox's sendsms interface, replies and delivery reports through smsbox's HTTP calls. `options` are without
/// fault. Listens at once: throws std::runtime_error that names the address where it cannot. Everything is on the
/// io_context's one thread; the hooks are called from there.
///
/// A text is accepted when Kannel took it (202), refused when it said no for good (other 4xx). Trouble that passes (no
/// connection, 5xx, a wrong password or path, which a person mends) is tried again with growing pauses, for ever. Where an
/// answer is lost the text may have gone: it is sent again, logged as a possible duplicate; once where the answer did not come
/// in time, three times where the connection broke; then it is told as refused with that reason. Kannel is asked whether it
/// lives before any text is risked again, and the next one goes alone.
///
/// Its receipts name texts by the outbox's number, so they find them after restarts of either side. Replies bear Kannel's
/// time, which has whole seconds.
std::unique_ptr<TextGateway> make_kannel_gateway(boost::asio::io_context& io, KannelOptions options,
                                                 GatewayHooks hooks);

}  // namespace simtrail::sms
