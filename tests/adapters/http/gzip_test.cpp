#include "adapters/http/gzip.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <deque>

namespace simtrail::http {
namespace {

std::string unpacked(const std::string& bytes) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string out(1 << 20, '\0');
    std::string in = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    inflate(&stream, Z_SYNC_FLUSH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

Request accepting(const std::string& encodings) { return {.headers = {{"Accept-Encoding", encodings}}}; }

TEST(Gzip, IsAcceptedWhereTheRequestSaysSo) {
    for (const char* const yes :
         {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.5", "br, gzip ; q=1.0", "*", "x-gzip", "identity, *;q=0.1"})
        EXPECT_TRUE(accepts_gzip(accepting(yes))) << yes;
    for (const char* const no : {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "*, gzip;q=0", "notgzip"})
        EXPECT_FALSE(accepts_gzip(accepting(no))) << no;
}

TEST(Gzip, PacksLargeBodiesAndSaysSo) {
    const std::string text(5000, 'x');
    Response response{.body = text};
    EXPECT_TRUE(gzip_if_accepted(accepting("gzip"), response));
    EXPECT_LT(response.body.size(), 200U);
    EXPECT_EQ(unpacked(response.body), text);
    EXPECT_EQ(find_header(response.headers, "Content-Encoding"), "gzip");
    EXPECT_EQ(find_header(response.headers, "Vary"), "Accept-Encoding");
}

TEST(Gzip, LeavesOthersAsTheyAre) {
    Response small{.body = "small"};
    EXPECT_FALSE(gzip_if_accepted(accepting("gzip"), small));
    EXPECT_EQ(small.body, "small");
    Response unwanted{.body = std::string(5000, 'x')};
    EXPECT_FALSE(gzip_if_accepted(accepting("br"), unwanted));
    EXPECT_EQ(unwanted.body, std::string(5000, 'x'));
    EXPECT_EQ(find_header(unwanted.headers, "Content-Encoding"), "");
    EXPECT_EQ(find_header(unwanted.headers, "Vary"), "Accept-Encoding") << "a cache must know";
}

struct Pieces : BodySource {
    std::deque<std::string> left{"one ", "two ", std::string(100'000, 'x')};
    void next(Piece give) override {
        if (left.empty()) return give(std::nullopt);
        auto piece = std::move(left.front());
        left.pop_front();
        give(std::move(piece));
    }
};

TEST(Gzip, PacksStreamsPieceByPiece) {
    Response response;
    response.stream = std::make_unique<Pieces>();
    ASSERT_TRUE(gzip_if_accepted(accepting("gzip"), response));
    std::string packed, first;
    for (bool going = true; going;)
        response.stream->next([&](std::optional<std::string> piece) {
            going = piece.has_value();
            packed += piece.value_or("");
            if (first.empty()) first = packed;
        });
    EXPECT_EQ(unpacked(first), "one ") << "readable before the rest has come";
    EXPECT_EQ(unpacked(packed), "one two " + std::string(100'000, 'x'));
    EXPECT_LT(packed.size(), 1000U);
}

}  // namespace
}  // namespace simtrail::http
