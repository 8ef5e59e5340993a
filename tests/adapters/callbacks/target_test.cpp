#include "adapters/callbacks/target.hpp"

#include <gtest/gtest.h>

namespace simtrail::callbacks {
namespace {

std::string fault_of(const std::string& url, bool allow_private = false) {
    const auto target = check_target(url, std::nullopt, std::nullopt, allow_private);
    return target ? "" : target.error().field + " " + target.error().what;
}

TEST(CallbackTarget, IsTakenWithItsParts) {
    const auto bare = check_target("https://hooks.example.org:8443/a?b=c", std::nullopt, std::nullopt, false);
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->url, "https://hooks.example.org:8443/a?b=c");
    EXPECT_EQ(bare->meta_json, "{}");
    EXPECT_EQ(bare->key, "");
    const auto whole = check_target("http://93.184.216.34/", R"({"order":7})", "YWJj", false);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->meta_json, R"({"order":7})");
    EXPECT_EQ(whole->key, "abc");
}

TEST(CallbackTarget, MustBePublicWhereOneCanTell) {
    for (const char* const url : {"http://127.0.0.1/",
                                  "http://10.0.0.1:8080/x",
                                  "https://169.254.169.254/latest/meta-data",
                                  "http://[::1]/",
                                  "http://[fd00::1]/",
                                  "http://[::ffff:127.0.0.1]/",
                                  "http://0.0.0.0/",
                                  "http://localhost/",
                                  "http://LOCALHOST./",
                                  "http://a.localhost/",
                                  "http://printer/",
                                  "http://nas.local/",
                                  "http://db.internal/",
                                  "http://metadata.google.internal/",
                                  "http://host.lan/",
                                  "http://router.home.arpa/",
                                  "http://x.corp/",
                                  "http://hidden.onion/",
                                  "http://a.test/",
                                  "http://a.invalid/"}) {
        EXPECT_EQ(fault_of(url), "callback.url does not name a public address") << url;
        EXPECT_EQ(fault_of(url, true), "") << url;
    }
    for (const char* const url :
         {"http://example.org/", "http://local.example.org/", "http://localhost.example.org/", "http://8.8.8.8/"})
        EXPECT_EQ(fault_of(url), "") << url;
}

TEST(CallbackTarget, FaultsNameTheirField) {
    for (const char* const url :
         {"", "ftp://example.org/", "http://a:b@example.org/", "http://2130706433/", "http://example.org:0/"})
        EXPECT_EQ(fault_of(url, true).substr(0, 13), "callback.url ") << url;
    EXPECT_EQ(check_target("http://example.org/", std::nullopt, "not base64!", false).error().field, "callback.secret");
    EXPECT_EQ(check_target("http://example.org/", std::nullopt, "", false).error().field, "callback.secret");
    EXPECT_EQ(check_target("http://example.org/", std::string(4097, ' '), std::nullopt, false).error().field,
              "callback.meta");
}

}  // namespace
}  // namespace simtrail::callbacks
