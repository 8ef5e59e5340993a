#include "adapters/http/request_parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <ostream>

namespace simtrail::http {
namespace {

constexpr std::size_t limit = 8192;

/// What came out of some bytes: each request's line and body, and the refusal at the end.
struct Told {
    std::vector<std::string> requests;
    int refused = 0;
    std::string reason;
    std::vector<RequestHead> heads;
};

void put(RequestParser& parser, std::string_view bytes) {
    if (bytes.empty()) return;
    const auto room = parser.prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    parser.commit(bytes.size());
}

Told read(std::string_view bytes, std::size_t step = std::string_view::npos) {
    Told told;
    RequestParser parser(limit);
    for (bool more = true; more; bytes.remove_prefix(std::min(step, bytes.size()))) {
        more = !bytes.empty();
        put(parser, bytes.substr(0, step));
        for (bool going = true; going;) {
            const auto now = parser.step();
            if (!now) {
                told.refused = now.error().status;
                told.reason = now.error().reason;
                return told;
            }
            if (*now == RequestParser::Step::head) {
                told.heads.push_back(parser.take_head());
                told.requests.push_back(told.heads.back().request.method + " " + told.heads.back().request.target +
                                        " ");
            }
            if (*now == RequestParser::Step::body) told.requests.back() += parser.take_body();
            if (*now == RequestParser::Step::end) told.requests.back() += "|";
            going = *now != RequestParser::Step::more;
        }
    }
    return told;
}

std::string with_field(const std::string& field) { return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n"; }

TEST(RequestParser, GivesRequestsAndBodiesHoweverTheBytesAreCut) {
    const std::string bytes =
        "GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: y\r\n\r\n"
        "\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=f\r\nde\r\n0\r\nTrailer: "
        "z\r\n\r\n"
        "POST /d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "DELETE /e HTTP/1.0\r\n\r\n";
    const std::vector<std::string> expected{"GET /a?b=c |", "POST /b hello|", "POST /c abcde|", "POST /d |",
                                            "DELETE /e |"};
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const auto told = read(bytes, step);
        EXPECT_EQ(told.requests, expected) << "cut every " << step << " bytes: " << told.reason;
        EXPECT_EQ(told.refused, 0);
    }
}

TEST(RequestParser, SaysHowTheConnectionGoesOn) {
    const auto told = read(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        "GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx");
    ASSERT_EQ(told.heads.size(), 5U);
    EXPECT_TRUE(told.heads[0].keep_alive);
    EXPECT_FALSE(told.heads[1].keep_alive);
    EXPECT_FALSE(told.heads[2].keep_alive);
    EXPECT_TRUE(told.heads[3].keep_alive);
    EXPECT_FALSE(told.heads[2].http11);
    EXPECT_TRUE(told.heads[4].expects_continue);
    EXPECT_EQ(told.heads[4].content_length, 1U);
    EXPECT_TRUE(told.heads[4].has_body);
    EXPECT_FALSE(told.heads[0].has_body);
}

TEST(RequestParser, KeepsTrailersOutOfTheHeader) {
    const auto told =
        read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer x\r\n\r\n");
    ASSERT_EQ(told.heads.size(), 1U);
    EXPECT_EQ(find_header(told.heads[0].request.headers, "authorization"), "");
}

TEST(RequestParser, TakesTheAbsoluteForm) {
    EXPECT_EQ(read("GET http://a.example/b?c HTTP/1.1\r\nHost: a\r\n\r\n").requests[0], "GET /b?c |");
    EXPECT_EQ(read("GET HTTP://a.example HTTP/1.1\r\nHost: a\r\n\r\n").requests[0], "GET / |");
    EXPECT_EQ(read("GET https://a.example?c HTTP/1.1\r\nHost: a\r\n\r\n").requests[0], "GET /?c |");
}

struct Refused {
    const char* name;
    std::string bytes;
    int status;
};

const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Its name, not its bytes: the lists of tests must not change from run to run.
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.name; }

class RefusedRequest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, IsRefusedHoweverItsBytesAreCut) {
    for (const std::size_t step : {std::string::npos, std::size_t{1}, std::size_t{7}}) {
        const auto told = read(GetParam().bytes, step);
        EXPECT_EQ(told.refused, GetParam().status) << told.reason;
        EXPECT_FALSE(told.reason.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(
    RequestParser, RefusedRequest,
    ::testing::Values(
        Refused{"LengthAndCoding", with_field("Content-Length: 3\r\nTransfer-Encoding: chunked"), 400},
        Refused{"CodingAndLength", with_field("Transfer-Encoding: chunked\r\nContent-Length: 3"), 400},
        Refused{"TwoLengths", with_field("Content-Length: 3\r\nContent-Length: 4"), 400},
        Refused{"LengthList", with_field("Content-Length: 3, 3"), 400},
        Refused{"LengthSigned", with_field("Content-Length: +3"), 400},
        Refused{"LengthNegative", with_field("Content-Length: -1"), 400},
        Refused{"LengthHex", with_field("Content-Length: 0x3"), 400},
        Refused{"LengthEmpty", with_field("Content-Length:"), 400},
        Refused{"LengthOverflows", with_field("Content-Length: 18446744073709551617"), 400},
        Refused{"UnknownCoding", with_field("Transfer-Encoding: gzip"), 501},
        Refused{"CodingAfterChunked", with_field("Transfer-Encoding: chunked, identity"), 501},
        Refused{"TwoCodings", with_field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
        Refused{"CodingWithVerticalTab", with_field("Transfer-Encoding: \vchunked"), 400},
        Refused{"CodingInOldVersion", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Refused{"BlankBeforeColon", with_field("Content-Length : 3"), 400},
        Refused{"FoldedField", with_field("A: b\r\n c"), 400}, Refused{"FoldedByTab", with_field("A: b\r\n\tc"), 400},
        Refused{"FoldedFirstField", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        Refused{"NulInField", with_field(std::string("A: b\0c", 6)), 400},
        Refused{"NulInTarget", std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400},
        Refused{"BareLineFeed", "GET / HTTP/1.1\r\nHost: a\nA: b\r\n\r\n", 400},
        Refused{"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: a\rA: b\r\n\r\n", 400},
        Refused{"NoColon", with_field("nonsense"), 400}, Refused{"NoName", with_field(": a"), 400},
        Refused{"NameWithBlank", with_field("A b: c"), 400}, Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Refused{"TwoHosts", with_field("Host: b"), 400}, Refused{"NoVersion", "GET /\r\n\r\n", 400},
        Refused{"OldestVersion", "GET / HTTP/0.9\r\n\r\n", 505}, Refused{"NextVersion", "PRI * HTTP/2.0\r\n\r\n", 505},
        Refused{"NotHttp", "\x16\x03\x01\x02\r\n\r\n", 400},
        Refused{"MethodNoToken", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Refused{"BlankInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Refused{"LargeHeader", with_field("A: " + std::string(limit, 'a')), 431},
        Refused{"EndlessHeader", "GET /" + std::string(limit, 'a'), 431},
        Refused{"ChunkSizeNoNumber", chunked + "x\r\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizeSigned", chunked + "-1\r\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizePrefixed", chunked + "0x3\r\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkSizeOverflows", chunked + "10000000000000003\r\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkLongerThanSaid", chunked + "2\r\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkEndsInLineFeed", chunked + "3\nabc\r\n0\r\n\r\n", 400},
        Refused{"ChunkHeaderEndless", chunked + "3;" + std::string(limit, 'a'), 400},
        Refused{"TrailerEndless", chunked + "0\r\nA: " + std::string(2 * limit, 'a'), 400},
        Refused{"LengthInTrailer", chunked + "0\r\nContent-Length: 3\r\n\r\n", 400}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace simtrail::http
