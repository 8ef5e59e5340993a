#include <gtest/gtest.h>

#include "tests/adapters/api/api_bench.hpp"

namespace simtrail::api {
namespace {

class EventStream : public testing::ApiBench {
   protected:
    EventStream() { id = running("919876543210", "van"); }

    void arrive(std::uint32_t seq) { ApiBench::arrive(id, seq, seq * 1000); }
    void arrive(std::uint32_t from, std::uint32_t to) {
        for (std::uint32_t seq = from; seq <= to; ++seq) arrive(seq);
    }
    void cease() {
        call("POST", "/v1/sim-tracks/" + id, R"({"operation":"stop"})");
        traces.cease(number_of(id));
    }
    testing::Seen open(const std::string& last_event = {}) {
        http::Headers headers{{"Accept", "text/event-stream"}};
        if (!last_event.empty()) headers.emplace_back("Last-Event-ID", last_event);
        return call("GET", "/v1/sim-tracks/" + id + "/trace/stream", {}, std::move(headers));
    }
    /// "1 2 3 end": the ids of the points in a text, and what else there is.
    static std::string told(const std::string& text) {
        std::string words;
        for (std::size_t from = 0; from < text.size();) {
            const std::string line = text.substr(from, text.find('\n', from) - from);
            from += line.size() + 1;
            if (line.starts_with("id: ")) words += line.substr(4) + ' ';
            if (line == "event: end") words += "end ";
            if (line == ":") words += "beat ";
        }
        if (!words.empty()) words.pop_back();
        return words;
    }

    std::string id;
};

TEST_F(EventStream, TellsOfNewPoints) {
    arrive(1);
    auto stream = open();
    EXPECT_EQ(stream.status, 200);
    EXPECT_EQ(stream.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(stream.pieces(), "retry: 2000\n\n");
    arrive(2);
    EXPECT_EQ(stream.pieces(),
              "id: 2\nevent: point\ndata: {\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
              "[121.4737,31.2304]},\"properties\":{\"seq\":2,\"tis\":2000,\"accuracy\":350,\"confidence\":\"high\","
              "\"errorReason\":[],\"radio\":\"lte\"}}\n\n");
    arrive(3, 5);
    EXPECT_EQ(told(stream.pieces()), "3 4 5");
    EXPECT_FALSE(stream.ended);
}

TEST_F(EventStream, GoesOnBehindTheLastEvent) {
    arrive(1, 4);
    auto stream = open("2");
    EXPECT_EQ(told(stream.pieces()), "3 4");
    arrive(5);
    EXPECT_EQ(told(stream.pieces()), "5");
    EXPECT_EQ(told(open("0").pieces()), "1 2 3 4 5");
}

TEST_F(EventStream, CatchesUpPageByPage) {
    arrive(1, 1234);
    auto stream = open("0");
    const std::string text = stream.pieces();
    EXPECT_EQ(std::ranges::count(text, '\n'), 2 + 1234 * 4);
    EXPECT_TRUE(text.contains("id: 1234\n"));
}

TEST_F(EventStream, HasNeitherGapsNorRepeatsWhilePointsArriveDuringTheCatchUp) {
    arrive(1, 3);
    traces.later = true;
    auto stream = open("1");
    EXPECT_EQ(told(stream.pieces()), "");  // its page is being read
    traces.later = false;
    arrive(4);  // behind what the page will bear
    traces.run();
    EXPECT_EQ(told(stream.pieces()), "2 3 4");
    arrive(5);
    EXPECT_EQ(told(stream.pieces()), "5");
}

TEST_F(EventStream, SlowReaderGetsWhatItMissed) {
    auto stream = open();
    stream.piece();
    arrive(1, 3);  // nobody asked yet
    EXPECT_EQ(told(stream.pieces()), "1 2 3");
    EXPECT_EQ(told(stream.pieces()), "");
    arrive(4);
    EXPECT_EQ(told(stream.pieces()), "4");
}

TEST_F(EventStream, EndsWhenTheTrackStops) {
    auto stream = open();
    arrive(1);
    EXPECT_EQ(told(stream.pieces()), "1");
    cease();
    EXPECT_EQ(told(stream.pieces()), "end");
    EXPECT_TRUE(stream.ended);
}

TEST_F(EventStream, OfAStoppedTrackHasWhatWasMissedAndTheEnd) {
    arrive(1, 3);
    cease();
    auto stream = open("1");
    EXPECT_EQ(told(stream.pieces()), "2 3 end");
    EXPECT_TRUE(stream.ended);
    EXPECT_EQ(told(open().pieces()), "end");
}

TEST_F(EventStream, OfATrackNotStartedWaits) {
    const auto fresh = create(R"({"msisdn":"919876543210"})");
    auto stream = call("GET", "/v1/sim-tracks/" + fresh + "/trace/stream");
    stream.pieces();
    call("POST", "/v1/sim-tracks/" + fresh, R"({"operation":"start"})");
    ApiBench::arrive(fresh, 1, 1000);
    EXPECT_EQ(told(stream.pieces()), "1");
}

TEST_F(EventStream, BeatsWhileNothingComes) {
    auto stream = open();
    stream.pieces();
    for (int second = 0; second < 14; ++second) api->tick();
    EXPECT_EQ(stream.pieces(), "");
    api->tick();
    EXPECT_EQ(stream.pieces(), ":\n\n");
    for (int second = 0; second < 15; ++second) api->tick();
    EXPECT_EQ(told(stream.pieces()), "beat");
}

TEST_F(EventStream, BreaksOffWithItsKey) {
    auto stream = open();
    stream.pieces();
    keys.keys[0].revoked_ms = 1;
    keys.changed = true;
    api->tick();
    EXPECT_EQ(stream.pieces(), "");
    EXPECT_TRUE(stream.ended);
}

TEST_F(EventStream, BreaksOffWherePointsCannotBeRead) {
    arrive(1);
    traces.broken = true;
    auto stream = open("0");
    EXPECT_EQ(told(stream.pieces()), "");
    EXPECT_TRUE(stream.ended);
}

TEST_F(EventStream, IsForgottenWhenItsReaderHasGone) {
    arrive(1);
    traces.later = true;
    {
        auto stream = open("0");
        stream.pieces();
        EXPECT_EQ(traces.subscriptions, 1U);
    }
    EXPECT_EQ(traces.subscriptions, 0U);
    traces.run();  // the page it had asked for
    api->tick();
    arrive(2);
}

TEST_F(EventStream, RefusesWhatIsNoEventsId) {
    for (const std::string last_event : {"x", "-1", "1.5", "4294967296"})
        EXPECT_EQ(open(last_event).field(), "Last-Event-ID") << last_event;
}

TEST_F(EventStream, HeadOpensNone) {
    const auto answer = call("HEAD", "/v1/sim-tracks/" + id + "/trace/stream");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.stream, nullptr);
    EXPECT_EQ(traces.subscriptions, 0U);
}

}  // namespace
}  // namespace simtrail::api
