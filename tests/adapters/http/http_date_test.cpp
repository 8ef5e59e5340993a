#include "adapters/http/http_date.hpp"

#include <gtest/gtest.h>

namespace simtrail::http {
namespace {

TEST(HttpDate, IsWrittenAndReadInTheOneForm) {
    EXPECT_EQ(format_http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(format_http_date(951'782'400), "Tue, 29 Feb 2000 00:00:00 GMT");
    for (const std::int64_t time : {0LL, 784'111'777LL, 951'782'400LL, 1'700'000'000LL, 4'102'444'799LL})
        EXPECT_EQ(parse_http_date(format_http_date(time)), time);
}

TEST(HttpDate, IsNothingElse) {
    for (const char* const text :
         {"", "0", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
          "Sun, 06 Nov 1994 08:61:37 GMT", "Sun, 06 Nob 1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT "})
        EXPECT_FALSE(parse_http_date(text)) << text;
}

}  // namespace
}  // namespace simtrail::http
