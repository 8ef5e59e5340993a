// HTTP from strangers: requests, answers and URLs. However the bytes are cut, the same comes out of them; what comes out keeps
// what the services rely on. The input's first byte says where to cut.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "adapters/http/client.hpp"
#include "adapters/http/request_parser.hpp"
#include "adapters/http/response_reader.hpp"

namespace {

using namespace simtrail::http;
using Step = RequestParser::Step;

constexpr std::size_t header_bytes = 512;  // small enough to be met by inputs of libFuzzer's usual size

void require(bool holds) {
    if (!holds) std::abort();
}

void require_contract(const RequestHead& head) {
    require(!head.request.method.empty() && !head.request.target.empty());
    bool length = false, coding = false;
    for (const auto& [name, value] : head.request.headers) {
        require(!name.empty() && name.find_first_of(std::string_view(" \t\r\n\0:", 6)) == std::string::npos);
        require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        length = length || same_letters(name, "content-length");
        coding = coding || same_letters(name, "transfer-encoding");
    }
    require(!(length && coding));
    require(head.has_body == (coding || head.content_length.value_or(0) > 0));
}

/// Everything that was understood, as one text, and the refusal.
struct Reading {
    std::string text;
    int refused = 0;
    bool too_large = false;  // where a bound is met depends on the cuts

    Reading(std::string_view bytes, std::size_t cut) {
        RequestParser parser(header_bytes);
        std::size_t body = 0;
        RequestHead head;
        while (!bytes.empty() && refused == 0) {
            const auto piece = bytes.substr(0, cut);
            bytes.remove_prefix(piece.size());
            std::memcpy(parser.prepare(piece.size()).data(), piece.data(), piece.size());
            parser.commit(piece.size());
            for (auto step = parser.step(); step != Step::more; step = parser.step()) {
                if (!step) {
                    refused = step.error().status;
                    too_large = refused == 431 || step.error().reason.contains("too large");
                    break;
                }
                if (*step == Step::head) {
                    head = parser.take_head();
                    require_contract(head);
                    body = 0;
                    text += head.request.method + " " + head.request.target + "\n";
                    for (const auto& [name, value] : head.request.headers)
                        text.append(name).append(":").append(value).append("\n");
                }
                if (*step == Step::body) {
                    const auto bytes_of_it = parser.take_body();
                    require(!bytes_of_it.empty());
                    body += bytes_of_it.size();
                    text += bytes_of_it;
                }
                if (*step == Step::end) {
                    require(!head.content_length || *head.content_length == body);
                    text += "|";
                }
            }
        }
    }
};

std::string answer_of(std::string_view bytes, std::size_t cut) {
    ResponseReader reader;
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, cut);
        bytes.remove_prefix(piece.size());
        const auto complete = reader.put(piece);
        if (!complete) return "no answer";
        if (!*complete) continue;
        const auto response = reader.take();
        require(response.body.size() <= 4096);
        return std::to_string(response.status) + response.body;
    }
    return reader.end() ? reader.take().body : "no answer";  // Beast sees some faults only at the end
}

void check_url(const std::string& text) {
    const auto url = parse_url(text);
    if (!url) return;
    require(!url->host.empty() && url->port != 0 && url->target.starts_with('/'));
    require(url->host.find_first_of("@/\\ %") == std::string::npos &&
            url->target.find_first_of("\r\n #") == std::string::npos);
    const bool six = url->host.contains(':');
    const auto host = six ? "[" + url->host + "]" : url->host;
    const auto again =
        parse_url((url->secure ? "https://" : "http://") + host + ":" + std::to_string(url->port) + url->target);
    require(again || text.size() > 2000);  // the port's digits may make it too long
    require(!again || (again->host == url->host && again->target == url->target &&
                       again->literal_address == url->literal_address));
    if (url->literal_address) (void)is_public_address(url->host);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t cut = 1 + data[0] % 64;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Reading whole(bytes, bytes.size() + 1), cut_up(bytes, cut);
    if (!whole.too_large && !cut_up.too_large) {
        require(whole.refused == cut_up.refused);
        // Of a body that turns out malformed, more or less was given before.
        require(whole.refused == 0 ? whole.text == cut_up.text : cut_up.text.starts_with(whole.text));
    }
    const auto answer = answer_of(bytes, bytes.size() + 1);
    require(answer == answer_of(bytes, cut) || bytes.size() > 1024);
    check_url(std::string(bytes));
    return 0;
}
