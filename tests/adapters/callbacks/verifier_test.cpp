// docs/verify_callback.py, which shares no code with us, takes what we sign and nothing else.
#include <gtest/gtest.h>

#include "adapters/callbacks/body.hpp"
#include "adapters/callbacks/signature.hpp"
#include "tests/support/places.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::callbacks {
namespace {

constexpr std::int64_t now_s = 1'700'000'000;

class CallbackVerifier : public ::testing::Test {
   protected:
    CallbackVerifier() {
        body = make_body({.id = "e-1",
                          .type = "track.started",
                          .occurred_at_ms = 12,
                          .data_json = R"({"status":"started"})",
                          .meta_json = "{}"});
        headers = signature_headers("e-1", now_s, body, *decode_secret(secret));
    }

    std::string verdict(const std::string& options = "--now 1700000010") const {
        std::string lines;
        for (const auto& [name, value] : headers) lines += name + ": " + value + "\r\n";
        const auto command = simtrail::places::source_dir() + "/docs/verify_callback.py --secret " + secret +
                             " --headers " + folder.write("headers", lines) + " " + options + " < " +
                             folder.write("body", body);
        const auto result = testing::shell(command);
        return std::to_string(result.exit_code) + " " + result.output;
    }
    std::string& header(const std::string& name) {
        for (auto& [key, value] : headers)
            if (key == name) return value;
        ADD_FAILURE() << name;
        return headers.front().second;
    }

    testing::TemporaryFolder folder;
    std::string secret = "c2VjcmV0IHdpdGggAGEgbnVs";  // with a NUL
    std::string body;
    http::Headers headers;
};

TEST_F(CallbackVerifier, TakesWhatWeSign) { EXPECT_EQ(verdict(), "0 good\n"); }

TEST_F(CallbackVerifier, RefusesAnotherBody) {
    body += " ";
    EXPECT_EQ(verdict(), "1 bad: webhook-signature is wrong\n");
}

TEST_F(CallbackVerifier, RefusesAnotherSecret) {
    secret = "YW5vdGhlcg==";
    EXPECT_EQ(verdict(), "1 bad: webhook-signature is wrong\n");
}

TEST_F(CallbackVerifier, RefusesAnotherIdOrTime) {
    header("webhook-id") = "e-2";
    EXPECT_EQ(verdict(), "1 bad: webhook-signature is wrong\n");
    header("webhook-id") = "e-1";
    header("webhook-timestamp") = "1700000001";
    EXPECT_EQ(verdict(), "1 bad: webhook-signature is wrong\n");
}

TEST_F(CallbackVerifier, RefusesWhatIsOldOrEarly) {
    EXPECT_EQ(verdict("--now 1700000300"), "0 good\n");
    EXPECT_EQ(verdict("--now 1700000301").substr(0, 10), "1 bad: the");
    EXPECT_EQ(verdict("--now 1699999699").substr(0, 10), "1 bad: the");
    EXPECT_EQ(verdict("").substr(0, 10), "1 bad: the") << "by the clock, it is years old";
    header("webhook-timestamp") = "soon";
    EXPECT_EQ(verdict(), "1 bad: webhook-timestamp is not a number of seconds\n");
}

TEST_F(CallbackVerifier, ChecksTheHexSignatureToo) {
    header("X-COREOS-HMAC-SIGNATURE").front() = header("X-COREOS-HMAC-SIGNATURE").front() == '0' ? '1' : '0';
    EXPECT_EQ(verdict(), "1 bad: X-COREOS-HMAC-SIGNATURE is wrong\n");
    headers.pop_back();
    EXPECT_EQ(verdict(), "1 bad: x-coreos-hmac-signature is missing\n");
}

TEST_F(CallbackVerifier, TakesOneOfSeveralSignatures) {
    header("webhook-signature") = "v1,bm90IHRoaXM= " + header("webhook-signature");
    EXPECT_EQ(verdict(), "0 good\n");
}

}  // namespace
}  // namespace simtrail::callbacks
