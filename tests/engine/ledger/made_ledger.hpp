#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.hpp"

namespace simtrail::ledger {

inline constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
inline constexpr std::int64_t noon = 1'700'000'000'000;  // when stories begin

/// Ids and codes that count up; the next code can be told.
class CountedIdentities : public Identities {
   public:
    std::array<std::uint8_t, 16> uuid() override {
        std::array<std::uint8_t, 16> bytes{};
        ++uuids_;
        for (std::size_t i = 0; i < 4; ++i)
            bytes[i] = bytes[15 - i] = static_cast<std::uint8_t>(uuids_ >> (24 - 8 * i));
        return bytes;
    }
    std::uint16_t code() override { return next_code++; }

    std::uint16_t next_code = 1000;

   private:
    std::uint32_t uuids_ = 0;
};

inline Msisdn number(std::string_view digits) { return *Msisdn::parse(digits); }
inline const Msisdn asha = number("919876543210"), ravi = number("919876500001");

/// A ledger on its book, a clock that stands until it is moved, and sentences to say what happens.
struct LedgerStory {
    LedgerRules rules;
    LedgerBook book;
    CountedIdentities ids;
    Ledger ledger{book, rules, ids};
    std::int64_t now = noon;

    LedgerStory() = default;
    explicit LedgerStory(LedgerRules given) : rules(std::move(given)) {}

    static Caller tenant(const std::string& name) {
        return {.tenant = name, .tenant_name = name + " Inc.", .key_id = "k-" + name};
    }
    static CallbackTarget target(const std::string& url) { return {.url = url, .meta_json = {}, .secret = {}}; }

    Decision request(Msisdn who = asha, const std::string& by = "acme") {
        return ledger.apply(
            RequestConsent{.caller = tenant(by), .msisdn = who, .callback = target("https://" + by + "/c")}, now);
    }
    Decision revoke(Msisdn who = asha, const std::string& by = "acme") {
        return ledger.apply(RevokeConsent{.caller = tenant(by), .msisdn = who}, now);
    }
    Decision text(const std::string& words, Msisdn who = asha) { return text_taken(now, words, who); }
    Decision text_taken(std::int64_t at_ms, const std::string& words, Msisdn who = asha) {
        return ledger.apply(ReceiveText{.from = who, .text = words, .gateway = "console", .gateway_ms = at_ms}, now);
    }
    /// Asked and granted.
    void allow(Msisdn who = asha, const std::string& by = "acme") {
        request(who, by);
        text("YES " + code(who, by), who);
    }
    std::string code(Msisdn who = asha, const std::string& by = "acme") const {
        return code_text(ledger.consent(by, who)->code);
    }
    Decision create(const std::string& name = "truck", std::int64_t expiry_ms = 2 * hour, Msisdn who = asha,
                    const std::string& by = "acme") {
        return ledger.apply(CreateSimTrack{.caller = tenant(by),
                                           .msisdn = who,
                                           .name = name,
                                           .external_ref = "ref",
                                           .expiry_ms = expiry_ms,
                                           .callback = target("https://" + by + "/t")},
                            now);
    }
    Decision start(const std::string& name = "truck", const std::string& by = "acme") {
        return ledger.apply(StartSimTrack{.caller = tenant(by), .track = {name}, .callback = {}}, now);
    }
    Decision stop(const std::string& name = "truck", const std::string& by = "acme") {
        return ledger.apply(StopSimTrack{.caller = tenant(by), .track = {name}, .callback = {}}, now);
    }
    Decision remove(const std::string& name = "truck", const std::string& by = "acme") {
        return ledger.apply(DeleteSimTrack{.caller = tenant(by), .track = {name}}, now);
    }
    Decision position(TrackNumber track) { return ledger.apply(NotePosition{.track = track}, now); }
    Decision silence(TrackNumber track) { return ledger.apply(NoteSilence{.track = track}, now); }
    /// Lets time pass, and what is due happen.
    std::size_t pass(std::int64_t ms) {
        now += ms;
        return ledger.fire_due(now, 1000);
    }
    /// What is pending becomes durable.
    void commit() {
        book.apply(ledger.pending());
        ledger.committed();
    }

    ConsentState state(Msisdn who = asha, const std::string& by = "acme") const {
        const Consent* consent = ledger.consent(by, who);
        return consent == nullptr ? ConsentState::none : consent->state;
    }
    const SimTrack& track(TrackNumber track_number = 1) const { return *ledger.track(track_number); }

    std::vector<std::string> texts() const {
        std::vector<std::string> all;
        for (const OutgoingText& text : ledger.pending().texts) all.push_back(text.text);
        return all;
    }
    /// Pending events by name, in order.
    std::vector<std::string> events() const {
        std::vector<std::string> all;
        for (const OutgoingCallback& callback : ledger.pending().callbacks)
            all.emplace_back(event_type_names[static_cast<std::size_t>(callback.type)]);
        return all;
    }
    std::vector<std::string> steps() const {
        std::vector<std::string> all;
        for (const Evidence& evidence : ledger.pending().evidence) all.push_back(evidence.step);
        return all;
    }
};

}  // namespace simtrail::ledger
