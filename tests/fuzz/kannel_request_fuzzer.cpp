// What Kannel's side asks: nothing moves without the secret; with it a text is UTF-8 and a receipt is a name and a state,
// whatever the rest says; and each request gets one answer.
//   input: query, line end, Content-Type, line end, body (then it is a POST)

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "adapters/sms/kannel/incoming.hpp"
#include "adapters/sms/smpp/utf8.hpp"

namespace {

using namespace simtrail;

void require(bool holds) {
    if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

bool is_utf8(std::string_view text) {
    std::string again;
    for (auto rest = text; !rest.empty();) sms::smpp::append_utf8(again, sms::smpp::take_utf8(rest));
    return again == text;
}

struct Seen {
    int answers = 0, told = 0;
};

sms::GatewayHooks hooks(Seen& seen) {
    sms::GatewayHooks hooks;
    hooks.on_text = [&seen](sms::IncomingText text, sms::GatewayHooks::Done done) {
        ++seen.told;
        require(is_utf8(text.text) && text.gateway_ms >= 0);
        done(true);
    };
    hooks.on_receipt = [&seen](sms::TextReceipt receipt, sms::GatewayHooks::Done done) {
        ++seen.told;
        require(receipt.message_ids.size() == 1 && !receipt.message_ids[0].empty() && receipt.detail.size() < 64);
        done(false);
    };
    hooks.now_ms = [] { return std::int64_t{0}; };
    return hooks;
}

Seen ask(const std::string& path, std::string_view query, std::string_view type, std::string_view body) {
    Seen seen;
    const auto told = hooks(seen);
    sms::kannel::Incoming incoming("0123456789abcdef", *sms::kannel::SourceList::parse({"127.0.0.1"}), told);
    http::Request request{.method = body.empty() ? "GET" : "POST",
                          .target = path + std::string(query),
                          .headers = {{"Content-Type", std::string(type)}},
                          .body = std::string(body),
                          .peer = "127.0.0.1"};
    incoming.handle(std::move(request), [&seen](http::Response) { ++seen.answers; });
    require(seen.answers == 1 && seen.told <= 1);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    spdlog::set_level(spdlog::level::off);
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto query = take_line(rest), type = take_line(rest);
    for (const std::string path : {"/text?", "/receipt?"}) {
        ask(path + "secret=0123456789abcdef&", query, type, rest);
        if (query.find("0123456789abcdef") == std::string_view::npos && query.find('%') == std::string_view::npos)
            require(ask(path, query, type, rest).told == 0);
    }
    return 0;
}
