#include "adapters/callbacks/deliverer.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <vector>

#include "adapters/callbacks/endpoints.hpp"
#include "adapters/callbacks/retry_times.hpp"
#include "adapters/callbacks/signature.hpp"

namespace simtrail::callbacks {

namespace {

using Kind = Outcome::Kind;
using Result = std::expected<http::ClientResponse, http::ClientError>;

constexpr int gone = 410;

const char* name_of(http::ClientError::Kind kind) {
    switch (kind) {
        case http::ClientError::Kind::bad_url: return "bad_url";
        case http::ClientError::Kind::refused_address: return "refused_address";
        case http::ClientError::Kind::resolve: return "resolve";
        case http::ClientError::Kind::connect: return "connect";
        case http::ClientError::Kind::tls: return "tls";
        case http::ClientError::Kind::timeout: return "timeout";
        case http::ClientError::Kind::protocol: return "protocol";
    }
    return "";
}

std::string reason_of(const Result& result) {
    if (result) return std::to_string(result->status);
    return std::string(name_of(result.error().kind)) + ": " + result.error().message;
}

}  // namespace

class Deliverer::State : public std::enable_shared_from_this<State> {
   public:
    State(http::Client& client, DelivererOptions options, Hooks hooks)
        : client_(client), options_(options), hooks_(std::move(hooks)) {}

    Offered offer(Item item);
    void persisted(std::int64_t id);
    std::size_t room() const { return options_.max_items - std::min(options_.max_items, held_.size()); }

   private:
    struct Held {
        Item item;
        std::string endpoint;
        bool given_back = false;  // by a retry that is not persisted: its lane waits
    };
    struct Lane {
        std::deque<std::int64_t> items;  // not settled, in order; the first one is ready or under way
        std::size_t given_back = 0;
    };
    struct Endpoint {
        EndpointHealth health;
        std::size_t items = 0;  // not settled
        std::size_t running = 0;
        std::deque<std::int64_t> ready;  // heads of their lanes
        bool in_turns = false;
    };
    using Outcomes = std::vector<Outcome>;

    bool takes_none(const Endpoint& endpoint) const;
    void make_ready(const Lane& lane);
    void pump(Outcomes& outcomes);
    bool start_one(Endpoint& endpoint, Outcomes& outcomes);
    void start(Held& held, Endpoint& endpoint);
    void finished(std::int64_t id, std::int64_t began_ms, const Result& result);
    Outcome judge(const Item& item, const Result& result);
    Outcome untried(const Item& item, std::int64_t next_at_ms, std::string reason) const;
    void settle(Held& held, Outcome outcome, Outcomes& outcomes);
    void tell(Outcomes outcomes);
    void forget_idle_endpoints();

    http::Client& client_;
    const DelivererOptions options_;
    const Hooks hooks_;
    std::unordered_map<std::int64_t, Held> held_;
    std::unordered_map<std::uint64_t, Lane> lanes_;
    std::unordered_map<std::string, Endpoint> endpoints_;
    std::deque<std::string> turns_;  // endpoints with something ready, each once; who had its turn goes to the end
    std::size_t running_ = 0;
    bool wanted_ = false;  // something was turned down that may be taken later
};

bool Deliverer::State::takes_none(const Endpoint& endpoint) const {
    return endpoint.health.is_left_alone(hooks_.now_ms()) || endpoint.items > options_.waiting_per_endpoint;
}

Deliverer::Offered Deliverer::State::offer(Item item) {
    if (held_.contains(item.id)) return Offered::known;
    if (item.next_at_ms > hooks_.now_ms()) return Offered::not_due;
    if (const auto lane = lanes_.find(item.lane); lane != lanes_.end() && lane->second.given_back > 0) {
        wanted_ = true;
        return Offered::lane_waits;
    }
    if (room() == 0) {
        wanted_ = true;
        return Offered::full;
    }
    forget_idle_endpoints();
    const auto id = item.id;
    auto name = endpoint_of(item.url);
    Endpoint& endpoint = endpoints_[name];
    ++endpoint.items;
    Lane& lane = lanes_[item.lane];
    lane.items.push_back(id);
    Held& held = held_.emplace(id, Held{std::move(item), std::move(name)}).first->second;
    Outcomes outcomes;
    if (takes_none(endpoint)) {
        const auto pause = pause_ms(1, hooks_.random());
        const auto next = std::max(endpoint.health.left_alone_until_ms, hooks_.now_ms()) + pause;
        settle(held, untried(held.item, next, "its endpoint does not keep up"), outcomes);
    } else if (lane.items.size() == 1) {
        make_ready(lane);
    }
    pump(outcomes);
    tell(std::move(outcomes));
    return Offered::taken;
}

void Deliverer::State::persisted(std::int64_t id) {
    const auto found = held_.find(id);
    if (found == held_.end()) return;
    const auto lane = lanes_.find(found->second.item.lane);
    if (lane != lanes_.end()) {
        if (found->second.given_back) --lane->second.given_back;
        if (lane->second.items.empty() && lane->second.given_back == 0) lanes_.erase(lane);
    }
    held_.erase(found);
    if (wanted_ && room() >= options_.max_items / 2) {
        wanted_ = false;
        hooks_.wants_more();
    }
}

/// The lane's first item may go when its endpoint has a place.
void Deliverer::State::make_ready(const Lane& lane) {
    const auto id = lane.items.front();
    const std::string& name = held_.at(id).endpoint;
    Endpoint& endpoint = endpoints_.at(name);
    endpoint.ready.push_back(id);
    if (!std::exchange(endpoint.in_turns, true)) turns_.push_back(name);
}

/// Starts what may be started, the endpoints in turn.
void Deliverer::State::pump(Outcomes& outcomes) {
    for (std::size_t blocked = 0; blocked < turns_.size() && running_ < options_.running;) {
        const auto name = std::move(turns_.front());
        turns_.pop_front();
        Endpoint& endpoint = endpoints_.at(name);
        blocked = start_one(endpoint, outcomes) ? 0 : blocked + 1;
        endpoint.in_turns = !endpoint.ready.empty();
        if (endpoint.in_turns) turns_.push_back(name);
    }
}

bool Deliverer::State::start_one(Endpoint& endpoint, Outcomes& outcomes) {
    if (endpoint.ready.empty() || endpoint.running >= endpoint.health.running_at_once(options_.running_per_endpoint))
        return false;
    Held& held = held_.at(endpoint.ready.front());
    endpoint.ready.pop_front();
    if (!endpoint.health.is_left_alone(hooks_.now_ms())) {
        start(held, endpoint);
        return true;
    }
    const auto next = endpoint.health.left_alone_until_ms + pause_ms(1, hooks_.random());
    settle(held, untried(held.item, next, "its endpoint does not answer"), outcomes);
    return true;
}

void Deliverer::State::start(Held& held, Endpoint& endpoint) {
    ++running_;
    ++endpoint.running;
    const Item& item = held.item;
    const auto now_ms = hooks_.now_ms();
    http::ClientRequest request{.method = "POST",
                                .url = item.url,
                                .headers = signature_headers(item.event_id, now_ms / 1000, item.body, item.key),
                                .body = item.body,
                                .timeout = options_.timeout,
                                .allow_private_addresses = options_.allow_private_addresses};
    request.headers.emplace_back("Content-Type", "application/json");
    client_.send(std::move(request), [self = weak_from_this(), id = item.id, now_ms](const Result& result) {
        if (const auto state = self.lock()) state->finished(id, now_ms, result);
    });
}

void Deliverer::State::finished(std::int64_t id, std::int64_t began_ms, const Result& result) {
    Held& held = held_.at(id);
    Endpoint& endpoint = endpoints_.at(held.endpoint);
    --running_;
    --endpoint.running;
    const auto now_ms = hooks_.now_ms();
    if (result)
        endpoint.health.answered(now_ms - began_ms);
    else
        endpoint.health.failed(now_ms, hooks_.random());
    Outcomes outcomes;
    settle(held, judge(held.item, result), outcomes);
    pump(outcomes);
    tell(std::move(outcomes));
}

Outcome Deliverer::State::judge(const Item& item, const Result& result) {
    Outcome outcome{.id = item.id, .kind = Kind::dead, .attempts = item.attempts + 1, .reason = reason_of(result)};
    if (result && result->status / 100 == 2) outcome.kind = Kind::delivered;
    if (result && (result->status / 100 == 2 || result->status == gone)) return outcome;
    const auto now_ms = hooks_.now_ms();
    auto pause = pause_ms(outcome.attempts, hooks_.random());
    const auto asked =
        result ? retry_after_ms(http::find_header(result->headers, "Retry-After"), now_ms) : std::nullopt;
    if (asked) pause = std::max(*asked, pause);
    const auto next = next_attempt_ms(now_ms, item.first_at_ms, pause);
    if (!next) return outcome;
    outcome.kind = Kind::retry;
    outcome.next_at_ms = *next;
    return outcome;
}

Outcome Deliverer::State::untried(const Item& item, std::int64_t next_at_ms, std::string reason) const {
    const bool over = next_at_ms > item.first_at_ms + retry_for_ms;
    return {.id = item.id,
            .kind = over ? Kind::dead : Kind::retry,
            .tried = false,
            .attempts = item.attempts,
            .next_at_ms = over ? 0 : next_at_ms,
            .reason = std::move(reason)};
}

/// Lets an item go. A retry takes those behind it in its lane along.
void Deliverer::State::settle(Held& held, Outcome outcome, Outcomes& outcomes) {
    Lane& lane = lanes_.at(held.item.lane);
    const auto at = std::ranges::find(lane.items, held.item.id);
    const bool head = at == lane.items.begin();
    const auto kind = outcome.kind;
    const auto next_at_ms = outcome.next_at_ms;
    const auto leave = [&](Held& each, Outcome its) {
        --endpoints_.at(each.endpoint).items;
        each.given_back = its.kind == Kind::retry;
        if (each.given_back) ++lane.given_back;
        outcomes.push_back(std::move(its));
    };
    leave(held, std::move(outcome));
    if (kind != Kind::retry) {
        lane.items.erase(at);
        if (head && !lane.items.empty()) make_ready(lane);
        return;
    }
    for (auto each = at + 1; each != lane.items.end(); ++each) {
        Held& behind = held_.at(*each);
        leave(behind, untried(behind.item, next_at_ms, "waits behind another"));
    }
    lane.items.erase(at, lane.items.end());
}

void Deliverer::State::tell(Outcomes outcomes) {
    for (Outcome& outcome : outcomes) hooks_.on_outcome(std::move(outcome));
}

/// Keeps the memory of endpoints bounded; of those that fail, what is known is worth keeping while they are left alone.
void Deliverer::State::forget_idle_endpoints() {
    if (endpoints_.size() < options_.max_items) return;
    const auto now_ms = hooks_.now_ms();
    std::erase_if(endpoints_, [&](const auto& each) {
        return each.second.items == 0 && !each.second.health.is_left_alone(now_ms);
    });
}

Deliverer::Deliverer(http::Client& client, DelivererOptions options, Hooks hooks)
    : state_(std::make_shared<State>(client, options, std::move(hooks))) {}

Deliverer::~Deliverer() = default;

Deliverer::Offered Deliverer::offer(Item item) { return state_->offer(std::move(item)); }

void Deliverer::persisted(std::int64_t id) { state_->persisted(id); }

std::size_t Deliverer::room() const { return state_->room(); }

}  // namespace simtrail::callbacks
