#include "adapters/callbacks/signature.hpp"

#include <gtest/gtest.h>

namespace simtrail::callbacks {
namespace {

using http::find_header;

TEST(Signature, IsMadeBothWays) {
    // RFC 4231, test case 2; and Standard Webhooks' own example with its secret decoded.
    const auto hex = signature_headers("id", 0, "what do ya want for nothing?", "Jefe");
    EXPECT_EQ(find_header(hex, "X-COREOS-HMAC-SIGNATURE"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    const auto key = decode_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    const auto standard =
        signature_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})", *key);
    EXPECT_EQ(find_header(standard, "webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    EXPECT_EQ(find_header(standard, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
    EXPECT_EQ(find_header(standard, "webhook-timestamp"), "1614265330");
}

TEST(Signature, IsLeftOutWithoutASecret) {
    const auto headers = signature_headers("id", 12, "body", "");
    EXPECT_EQ(headers, (http::Headers{{"webhook-id", "id"}, {"webhook-timestamp", "12"}}));
}

TEST(Secret, IsStrictBase64OfOneTo64Bytes) {
    EXPECT_EQ(decode_secret("YQ=="), "a");
    EXPECT_EQ(decode_secret("YWI="), "ab");
    EXPECT_EQ(decode_secret("YWJj"), "abc");
    EXPECT_EQ(decode_secret("+/+/"), "\xfb\xff\xbf");
    EXPECT_EQ(decode_secret("AAAA"), std::string(3, '\0'));
    EXPECT_EQ(decode_secret(std::string(84, 'A') + "AA==")->size(), 64U);
    for (const std::string& bad :
         {std::string(), std::string("YQ"), std::string("YQ="), std::string("YQ==="), std::string("===="),
          std::string("Y==="), std::string("YR=="), std::string("YWJ="), std::string("YQ==YQ=="), std::string("Y Q="),
          std::string("YQ==\n"), std::string("-_-_"), std::string("YW!j"), std::string("Y\0Jj", 4),
          std::string(84, 'A') + "AAA=", std::string(88, 'A'), std::string(4096, 'A')}) {
        const auto key = decode_secret(bad);
        ASSERT_FALSE(key) << bad;
        EXPECT_EQ(key.error(), "is not base64 of 1 to 64 bytes") << "and the secret is not quoted";
    }
}

}  // namespace
}  // namespace simtrail::callbacks
