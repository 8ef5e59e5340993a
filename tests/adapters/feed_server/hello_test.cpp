#include "adapters/feed_server/hello.hpp"

#include <gtest/gtest.h>

namespace simtrail::feed_server {
namespace {

std::string with_source(const std::string& source) { return R"({"hello":{"source":")" + source + R"("}})"; }

TEST(Hello, NamesItsSource) {
    for (const std::string line :
         {R"({"hello":{"source":"probe-7"}})", "\xEF\xBB\xBF { \"hello\" : {\"source\":\"probe-7\"} }\r",
          R"({"hello":{"version":2,"source":"probe-7"},"more":[1]})"}) {
        EXPECT_TRUE(means_hello(line)) << line;
        EXPECT_EQ(parse_hello(line), "probe-7") << line;
    }
}

TEST(Hello, IsToldFromALineOfTheFeed) {
    for (const std::string line :
         {"", "{}", "hello", R"(["hello"])", R"({"ts":1,"hello":{"source":"x"}})", R"({"hello")"})
        EXPECT_FALSE(means_hello(line)) << line;
}

TEST(Hello, CountsTheCharactersOfAName) {
    std::string name;
    for (std::size_t i = 0; i < max_source_name; ++i) name += "ü";
    EXPECT_EQ(parse_hello(with_source(name)), name);
    EXPECT_FALSE(parse_hello(with_source(name + "x")));
    EXPECT_FALSE(parse_hello(with_source("")));
}

TEST(Hello, RefusesWhatCouldConfuseALog) {
    for (const std::string name : {"a\\nb", "a\\u0000", "\\u007f", "\\u0085", "\\u001b[31m"})
        EXPECT_FALSE(parse_hello(with_source(name))) << name;
    EXPECT_TRUE(parse_hello(with_source("\\u00a0"))) << "a blank, no control character";
}

TEST(Hello, SaysWhatIsWrongWithIt) {
    EXPECT_EQ(parse_hello(R"({"hello":{"source":"x"})").error(), "the hello is not JSON");
    EXPECT_EQ(parse_hello("{\"hello\":{\"source\":\"\xFF\"}}").error(), "the hello is not JSON");
    EXPECT_EQ(parse_hello(R"({"hello":"x"})").error(), "hello is not an object");
    EXPECT_EQ(parse_hello(R"({"hello":{"source":7}})").error(), "hello needs source, a string");
    EXPECT_EQ(parse_hello(R"({"hello":{}})").error(), "hello needs source, a string");
}

TEST(Hello, IsAnsweredInLines) {
    EXPECT_EQ(resume_line(0), "{\"resume\":0}\n");
    EXPECT_EQ(ack_line(18446744073709551615U), "{\"ack\":18446744073709551615}\n");
    EXPECT_EQ(error_line("a \"quote\""), "{\"error\":\"a \\\"quote\\\"\"}\n");
}

}  // namespace
}  // namespace simtrail::feed_server
