#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/access/api_keys.hpp"
#include "adapters/api/api_service.hpp"
#include "tests/adapters/api/desks_in_memory.hpp"

namespace simtrail::testing {

/// Keys that a test changes at will.
struct KeysInMemory {
    std::vector<access::ApiKey> keys;
    bool changed = false;

    class Source : public access::KeySource {
       public:
        explicit Source(KeysInMemory& owner) : owner_(owner) {}
        bool changed() override { return std::exchange(owner_.changed, false); }
        std::vector<access::ApiKey> keys() override { return owner_.keys; }

       private:
        KeysInMemory& owner_;
    };

    /// The text of a new key.
    std::string add(std::string_view tenant, std::initializer_list<access::Scope> scopes) {
        access::NewKey key = access::make_key();
        key.record.tenant = tenant;
        key.record.tenant_name = std::string(tenant) + " Logistics";
        for (const access::Scope scope : scopes) key.record.scopes.add(scope);
        keys.push_back(key.record);
        changed = true;
        return key.text;
    }
};

/// An answer, as a client sees it.
struct Seen {
    int status = 0;
    http::Headers headers;
    std::string body;
    std::unique_ptr<http::BodySource> stream;

    nlohmann::json json() const { return nlohmann::json::parse(body); }
    nlohmann::json data() const { return json()["data"]; }
    std::string code() const { return json()["error"]["code"]; }
    std::string field() const { return json()["error"]["additionalInfo"].value("field", ""); }
    std::string header(std::string_view name) const { return std::string(http::find_header(headers, name)); }

    /// The next piece of a streamed body; nothing: none is there yet, or it is over (`ended`).
    std::optional<std::string> piece() {
        if (!asked_) {
            asked_ = true;
            stream->next([at = got_](std::optional<std::string> piece) { *at = std::move(piece); });
        }
        if (!*got_) return std::nullopt;
        asked_ = false;
        ended = !(*got_)->has_value();
        return *std::exchange(*got_, std::nullopt);
    }
    /// All pieces that are there.
    std::string pieces() {
        std::string text;
        while (!ended) {
            const auto next = piece();
            if (!next) break;
            text += *next;
        }
        return text;
    }
    bool ended = false;

   private:
    bool asked_ = false;
    std::shared_ptr<std::optional<std::optional<std::string>>> got_ =
        std::make_shared<std::optional<std::optional<std::string>>>();
};

/// The API over desks in memory, and two tenants with keys of every scope.
class ApiBench : public ::testing::Test {
   protected:
    using Scope = access::Scope;

    explicit ApiBench(api::ApiOptions options = {})
        : acme(keys.add("acme", {Scope::consent, Scope::track, Scope::trace, Scope::feed})),
          rival(keys.add("rival", {Scope::consent, Scope::track, Scope::trace})),
          api(api::make_api(options, control, traces, feed, std::make_unique<KeysInMemory::Source>(keys))) {}

    /// A request with acme's key, unless another is named.
    Seen call(std::string method, std::string target, std::string body = {}, http::Headers headers = {}) {
        if (http::find_header(headers, "Authorization").empty())
            headers.emplace_back("Authorization", "Bearer " + acme);
        if (!body.empty() && http::find_header(headers, "Content-Type").empty())
            headers.emplace_back("Content-Type", "application/json");
        return send({.method = std::move(method),
                     .target = std::move(target),
                     .headers = std::move(headers),
                     .body = std::move(body)});
    }
    Seen send(http::Request request) {
        auto seen = std::make_shared<Seen>();
        const auto reply = [seen](http::Response answer) {
            seen->status = answer.status;
            seen->headers = std::move(answer.headers);
            seen->body = std::move(answer.body);
            seen->stream = std::move(answer.stream);
        };
        const std::string body = std::exchange(request.body, {});
        if (auto consumer = api->stream(request)) {
            consumer->take(body, [] {});
            consumer->finish(reply);
        } else {
            request.body = body;
            api->handle(std::move(request), reply);
        }
        return std::move(*seen);
    }
    static http::Headers with_key(const std::string& key) { return {{"Authorization", "Bearer " + key}}; }

    void allow(std::string_view msisdn, const std::string& key) {
        call("POST", "/v1/consents/" + std::string(msisdn), {}, with_key(key));
        control.pass(1);
        control.tell(ledger::ReceiveText{.from = *Msisdn::parse(msisdn),
                                         .text = "YES " + code_of(control.texts.back().text),
                                         .gateway = "console",
                                         .gateway_ms = control.now});
    }
    void allow(std::string_view msisdn) { allow(msisdn, acme); }
    std::string create(const std::string& body) { return call("POST", "/v1/sim-tracks", body).data()["trackId"]; }
    /// A running track of a subscriber who allowed it.
    std::string running(const std::string& msisdn, const std::string& name) {
        allow(msisdn);
        return create(R"({"msisdn":")" + msisdn + R"(","trackName":")" + name + R"(","defaultStart":true})");
    }
    TrackNumber number_of(const std::string& track_id) const {
        TrackNumber number = 0;
        control.read([&](const ledger::LedgerBook& book) { number = book.track_by_id(track_id)->number; });
        return number;
    }
    /// The next point of a track arrives, observed `tis_ms` after the clock's start.
    void arrive(const std::string& track_id, std::uint32_t seq, std::int64_t tis_ms) {
        const TrackNumber number = number_of(track_id);
        if (seq == 1) control.tell(ledger::NotePosition{number});
        traces.arrive(number, {.seq = seq,
                               .tis_ms = tis_ms,
                               .lon_e5 = 12'147'370,
                               .lat_e5 = 3'123'040,
                               .accuracy_m = 350,
                               .confidence = Confidence::high,
                               .radio = Radio::lte});
    }

    KeysInMemory keys;
    std::string acme, rival;
    ControlInMemory control;
    TracesOnDesk traces;
    FeedInMemory feed;
    std::unique_ptr<api::ApiService> api;

   private:
    /// The four digits in a consent text.
    static std::string code_of(const std::string& text) {
        std::string digits;
        for (const char c : text) {
            if (c >= '0' && c <= '9')
                digits += c;
            else if (digits.size() == 4)
                break;
            else
                digits.clear();
        }
        return digits;
    }
};

}  // namespace simtrail::testing
