// The deliverer on a manual clock, before a client that does nothing until it is told.
#include "adapters/callbacks/deliverer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <deque>
#include <map>
#include <optional>
#include <random>

#include "adapters/callbacks/retry_times.hpp"

namespace simtrail::callbacks {
namespace {

using Kind = Outcome::Kind;
using Offered = Deliverer::Offered;

struct ManualClient : http::Client {
    struct Sent {
        http::ClientRequest request;
        Done done;
    };
    std::deque<Sent> sent;  // and not answered

    void send(http::ClientRequest request, Done done) override {
        sent.push_back({std::move(request), std::move(done)});
    }

    void answer(std::size_t at, int status, http::Headers headers = {}) {
        end(at, http::ClientResponse{status, std::move(headers), {}});
    }
    void fail(std::size_t at) {
        end(at, std::unexpected(http::ClientError{http::ClientError::Kind::connect, "refused"}));
    }
    void end(std::size_t at, std::expected<http::ClientResponse, http::ClientError> result) {
        auto done = std::move(sent.at(at).done);
        sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(at));
        done(std::move(result));
    }
    std::string body(std::size_t at) const { return sent.at(at).request.body; }
};

constexpr std::int64_t start_ms = 1'700'000'000'000;

class CallbackDeliverer : public ::testing::Test {
   protected:
    Deliverer& deliverer(DelivererOptions options = {}) {
        Deliverer::Hooks hooks;
        hooks.on_outcome = [this](Outcome outcome) {
            if (persists) made->persisted(outcome.id);
            outcomes.push_back(std::move(outcome));
        };
        hooks.wants_more = [this] { ++wanted; };
        hooks.now_ms = [this] { return now_ms; };
        hooks.random = [] { return 0.5; };
        made.emplace(client, options, std::move(hooks));
        return *made;
    }
    Item item(std::int64_t id, std::uint64_t lane, const std::string& host = "a.example") const {
        return {.id = id,
                .event_id = "event-" + std::to_string(id),
                .lane = lane,
                .url = "https://" + host + "/hook",
                .key = "key",
                .body = std::to_string(id),
                .first_at_ms = now_ms,
                .next_at_ms = now_ms};
    }

    ManualClient client;
    std::int64_t now_ms = start_ms;
    std::vector<Outcome> outcomes;
    int wanted = 0;
    bool persists = true;
    std::optional<Deliverer> made;
};

TEST_F(CallbackDeliverer, SendsSignedAndReportsDelivery) {
    auto& deliverer = this->deliverer();
    EXPECT_EQ(deliverer.offer(item(1, 1)), Offered::taken);
    ASSERT_EQ(client.sent.size(), 1U);
    const auto request = client.sent[0].request;
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://a.example/hook");
    EXPECT_FALSE(request.allow_private_addresses);
    EXPECT_EQ(http::find_header(request.headers, "content-type"), "application/json");
    EXPECT_EQ(http::find_header(request.headers, "webhook-id"), "event-1");
    EXPECT_EQ(http::find_header(request.headers, "webhook-timestamp"), "1700000000");
    EXPECT_NE(http::find_header(request.headers, "x-coreos-hmac-signature"), "");
    client.answer(0, 204);
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].id, 1);
    EXPECT_EQ(outcomes[0].kind, Kind::delivered);
    EXPECT_EQ(outcomes[0].attempts, 1U);
}

TEST_F(CallbackDeliverer, TriesAgainAfterGrowingPausesAndGivesUpAfterADay) {
    auto& deliverer = this->deliverer();
    auto each = item(1, 1);
    std::vector<std::int64_t> pauses;
    while (outcomes.empty() || outcomes.back().kind == Kind::retry) {
        ASSERT_EQ(deliverer.offer(each), Offered::taken);
        client.answer(0, pauses.size() % 2 == 0 ? 500 : 404);
        each.attempts = outcomes.back().attempts;
        each.next_at_ms = outcomes.back().next_at_ms;
        pauses.push_back(each.next_at_ms - now_ms);
        if (outcomes.back().kind == Kind::retry) now_ms = each.next_at_ms;
    }
    EXPECT_EQ(outcomes.back().kind, Kind::dead);
    EXPECT_GT(now_ms, start_ms + retry_for_ms - longest_pause_ms);
    EXPECT_LE(now_ms, start_ms + retry_for_ms);
    pauses.pop_back();
    EXPECT_EQ(pauses.front(), first_pause_ms);
    EXPECT_EQ(pauses.back(), longest_pause_ms);
    EXPECT_TRUE(std::ranges::is_sorted(pauses));
    EXPECT_GT(pauses.size(), 24U);
}

TEST_F(CallbackDeliverer, TakesGoneForAnAnswer) {
    deliverer().offer(item(1, 1));
    client.answer(0, 410);
    EXPECT_EQ(outcomes.at(0).kind, Kind::dead);
    EXPECT_EQ(outcomes.at(0).reason, "410");
}

TEST_F(CallbackDeliverer, ComesBackWhenItIsAskedTo) {
    auto& deliverer = this->deliverer();
    deliverer.offer(item(1, 1));
    client.answer(0, 429, {{"Retry-After", "90"}});
    EXPECT_EQ(outcomes.back().next_at_ms, now_ms + 90'000);
    deliverer.offer(item(2, 2));
    client.answer(0, 503, {{"Retry-After", "864000"}});
    EXPECT_EQ(outcomes.back().next_at_ms, now_ms + longest_pause_ms) << "bounded";
    deliverer.offer(item(3, 3));
    client.answer(0, 503, {{"Retry-After", "0"}});
    EXPECT_EQ(outcomes.back().next_at_ms, now_ms + first_pause_ms);
    auto tried = item(4, 4);
    tried.attempts = 5;
    deliverer.offer(tried);
    client.answer(0, 503, {{"Retry-After", "2"}});
    EXPECT_EQ(outcomes.back().next_at_ms, now_ms + (first_pause_ms << 5U)) << "pauses grow all the same";
}

TEST_F(CallbackDeliverer, KeepsTheOrderOfALane) {
    auto& deliverer = this->deliverer();
    for (std::int64_t id = 1; id <= 3; ++id) deliverer.offer(item(id, 7));
    deliverer.offer(item(4, 8));
    ASSERT_EQ(client.sent.size(), 2U) << "the lane's head, and the other lane's";
    EXPECT_EQ(client.body(0), "1");
    client.answer(0, 200);
    EXPECT_EQ(client.body(1), "2");
    client.answer(1, 500);
    ASSERT_EQ(outcomes.size(), 3U) << "the failing head takes the one behind it along";
    EXPECT_EQ(outcomes[1].id, 2);
    EXPECT_EQ(outcomes[1].attempts, 1U);
    EXPECT_EQ(outcomes[2].id, 3);
    EXPECT_EQ(outcomes[2].kind, Kind::retry);
    EXPECT_EQ(outcomes[2].attempts, 0U);
    EXPECT_EQ(outcomes[2].next_at_ms, outcomes[1].next_at_ms);
}

TEST_F(CallbackDeliverer, LetsALaneGoOnBehindADeadHead) {
    auto& deliverer = this->deliverer();
    deliverer.offer(item(1, 7));
    deliverer.offer(item(2, 7));
    client.answer(0, 410);
    ASSERT_EQ(client.sent.size(), 1U);
    EXPECT_EQ(client.body(0), "2");
}

TEST_F(CallbackDeliverer, TakesNothingOfALaneWhoseRetryIsNotPersisted) {
    persists = false;
    auto& deliverer = this->deliverer();
    deliverer.offer(item(1, 7));
    EXPECT_EQ(deliverer.offer(item(1, 7)), Offered::known);
    client.answer(0, 500);
    EXPECT_EQ(deliverer.offer(item(1, 7)), Offered::known) << "its outcome is not persisted";
    EXPECT_EQ(deliverer.offer(item(2, 7)), Offered::lane_waits);
    deliverer.persisted(1);
    EXPECT_EQ(wanted, 1);
    auto later = item(1, 7);
    later.next_at_ms = outcomes[0].next_at_ms;
    EXPECT_EQ(deliverer.offer(later), Offered::not_due);
    now_ms = later.next_at_ms;
    EXPECT_EQ(deliverer.offer(later), Offered::taken);
}

TEST_F(CallbackDeliverer, HoldsNoMoreThanItsBound) {
    persists = false;
    auto& deliverer = this->deliverer({.max_items = 4, .running_per_endpoint = 1});
    for (std::int64_t id = 1; id <= 4; ++id)
        EXPECT_EQ(deliverer.offer(item(id, static_cast<std::uint64_t>(id))), Offered::taken);
    EXPECT_EQ(deliverer.room(), 0U);
    EXPECT_EQ(deliverer.offer(item(5, 5)), Offered::full);
    client.answer(0, 200);
    EXPECT_EQ(deliverer.offer(item(5, 5)), Offered::full) << "what is not persisted is held";
    deliverer.persisted(1);
    EXPECT_EQ(deliverer.room(), 1U);
    EXPECT_EQ(wanted, 0);
    client.answer(0, 200);
    deliverer.persisted(2);
    EXPECT_EQ(wanted, 1) << "half of it is free";
}

TEST_F(CallbackDeliverer, BoundsAttemptsAtAnEndpointAndInAll) {
    auto& deliverer = this->deliverer({.running = 5, .running_per_endpoint = 2});
    std::int64_t id = 0;
    for (const char* const host : {"a.example", "b.example", "c.example", "a.example:444"})
        for (int i = 0; i < 4; ++i, ++id) deliverer.offer(item(id, static_cast<std::uint64_t>(id), host));
    EXPECT_EQ(client.sent.size(), 5U);
    std::size_t most = 0;
    for (; !client.sent.empty(); client.answer(0, 200)) {
        std::map<std::string, std::size_t> counts;
        for (const auto& sent : client.sent) most = std::max(most, ++counts[sent.request.url]);
        EXPECT_LE(client.sent.size(), 5U);
    }
    EXPECT_EQ(most, 2U);
    EXPECT_EQ(outcomes.size(), 16U);
}

TEST_F(CallbackDeliverer, LeavesADeadEndpointAloneAndTriesItOneAtATime) {
    auto& deliverer = this->deliverer();
    for (std::int64_t id = 1; id <= 20; ++id) deliverer.offer(item(id, static_cast<std::uint64_t>(id), "dead.example"));
    ASSERT_EQ(client.sent.size(), 8U);
    while (!client.sent.empty()) client.fail(0);
    EXPECT_EQ(outcomes.size(), 20U) << "those that were not tried are given back";
    EXPECT_EQ(std::ranges::count(outcomes, 0U, &Outcome::attempts), 12);
    EXPECT_TRUE(std::ranges::all_of(
        outcomes, [&](const auto& each) { return each.kind == Kind::retry && each.next_at_ms > now_ms; }));
    outcomes.clear();
    deliverer.offer(item(21, 21, "dead.example"));
    EXPECT_TRUE(client.sent.empty());
    EXPECT_EQ(outcomes.at(0).kind, Kind::retry);
    now_ms += 700'000;  // longer than any endpoint is left alone
    for (std::int64_t id = 31; id <= 40; ++id)
        deliverer.offer(item(id, static_cast<std::uint64_t>(id), "dead.example"));
    ASSERT_EQ(client.sent.size(), 1U) << "one asks for all";
    client.answer(0, 200);
    EXPECT_EQ(client.sent.size(), 8U) << "and it is back";
}

TEST_F(CallbackDeliverer, ADeadEndpointDelaysNobody) {
    auto& deliverer = this->deliverer({.max_items = 300, .running = 16, .waiting_per_endpoint = 32});
    for (std::int64_t id = 1; id <= 1000; ++id)
        deliverer.offer(item(id, static_cast<std::uint64_t>(id), "dead.example"));
    EXPECT_GT(deliverer.room(), 250U) << "it cannot fill the memory";
    for (std::int64_t id = 2001; id <= 2100; ++id) {
        ASSERT_EQ(deliverer.offer(item(id, static_cast<std::uint64_t>(id), "good.example")), Offered::taken);
        ASSERT_EQ(client.sent.size(), 9U) << "there is a place at once";
        client.answer(8, 200);
        ASSERT_EQ(outcomes.back().id, id);
        ASSERT_EQ(outcomes.back().kind, Kind::delivered);
    }
}

TEST_F(CallbackDeliverer, GivesASlowEndpointOneAttemptAtATime) {
    auto& deliverer = this->deliverer();
    for (std::int64_t id = 1; id <= 20; ++id) deliverer.offer(item(id, static_cast<std::uint64_t>(id)));
    now_ms += 5'000;
    for (int i = 0; i < 8; ++i) client.answer(0, 200);
    EXPECT_EQ(client.sent.size(), 1U);
    client.answer(0, 200);
    EXPECT_EQ(client.sent.size(), 8U) << "quick again";
}

TEST_F(CallbackDeliverer, IsSilentAfterItsEnd) {
    deliverer().offer(item(1, 1));
    made.reset();
    client.answer(0, 200);
    EXPECT_TRUE(outcomes.empty());
}

/// A ledger in memory that offers as the wiring does: due heads of lanes.
TEST_F(CallbackDeliverer, DeliversEverythingInOrderThroughAnyWeather) {
    auto& deliverer =
        this->deliverer({.max_items = 64, .running = 12, .running_per_endpoint = 3, .waiting_per_endpoint = 16});
    persists = false;
    constexpr std::uint64_t seed = 20261123;
    std::mt19937_64 random(seed);
    std::map<std::uint64_t, std::deque<Item>> ledger;
    for (std::int64_t id = 0; id < 600; ++id) {
        const auto lane = random() % 40;
        ledger[lane].push_back(item(id, lane, "host" + std::to_string(random() % 5) + ".example"));
    }
    std::size_t delivered = 0;
    for (int round = 0; round < 100'000 && !ledger.empty(); ++round) {
        for (auto& [lane, items] : ledger)
            for (std::size_t i = 0; i < std::min<std::size_t>(items.size(), 1 + random() % 3); ++i)
                if (deliverer.offer(items[i]) == Offered::not_due) break;
        const bool is_bad_weather = now_ms < start_ms + 3'600'000;
        for (auto count = random() % 20; count > 0 && !client.sent.empty(); --count) {
            const auto at = random() % client.sent.size();
            const bool dead = client.sent[at].request.url.contains("host0") && is_bad_weather;
            if (dead || (is_bad_weather && random() % 4 == 0))
                client.fail(at);
            else
                client.answer(at, random() % 5 == 0 ? 503 : 200);
        }
        for (const Outcome& outcome : std::exchange(outcomes, {})) {
            deliverer.persisted(outcome.id);  // as it is, two lines on
            for (auto lane = ledger.begin(); lane != ledger.end(); ++lane) {
                const auto found = std::ranges::find(lane->second, outcome.id, &Item::id);
                if (found == lane->second.end()) continue;
                ASSERT_NE(outcome.kind, Kind::dead);
                found->attempts = outcome.attempts;
                found->next_at_ms = outcome.next_at_ms;
                if (outcome.kind == Kind::retry) break;
                ASSERT_EQ(found, lane->second.begin()) << "out of order, seed " << seed;
                ++delivered;
                lane->second.pop_front();
                if (lane->second.empty()) ledger.erase(lane);
                break;
            }
        }
        now_ms += static_cast<std::int64_t>(random() % 2'000);
    }
    EXPECT_EQ(delivered, 600U);
}

}  // namespace
}  // namespace simtrail::callbacks
