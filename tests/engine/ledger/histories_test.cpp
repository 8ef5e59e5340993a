// A hundred thousand seeded short lives of a ledger: tenants, subscribers and tracks; commands, texts, time that jumps,
// commits that fail, restarts. After each step it is what the naive ledger says, and its invariants hold.

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>

#include "engine/ledger/consent_table.hpp"
#include "engine/ledger/sim_track_table.hpp"
#include "tests/engine/ledger/made_ledger.hpp"
#include "tests/engine/ledger/naive_ledger.hpp"

namespace simtrail::ledger {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t histories = 100'000;
#else
constexpr std::uint64_t histories = 2'000;  // checked builds are that much slower
#endif
constexpr int steps = 20;

const std::array<std::string, 2> tenants{"acme", "bolt"}, names{"truck", "van"};
const std::array<Msisdn, 2> subscribers{asha, ravi};

LedgerRules short_rules(std::uint64_t seed) {
    return {.consent_validity_ms = 3 * day,
            .request_lapse_ms = day,
            .reminder_ms = seed % 3 == 0 ? 6 * hour : 0,
            .text_interval_ms = 5 * minute,
            .consent_purge_ms = 5 * day,
            .retention_ms = 8 * day,
            .unstarted_ms = day,
            .erase_on_withdrawal = seed % 8 == 0,
            .consent_per_trip = seed % 5 == 0};
}

/// Codes that collide often.
class SeededIdentities : public CountedIdentities {
   public:
    explicit SeededIdentities(std::mt19937_64& random) : random_(random) {}
    std::uint16_t code() override { return static_cast<std::uint16_t>(random_() % 3); }

   private:
    std::mt19937_64& random_;
};
constexpr std::uint16_t no_code = 9999;

bool same(const Consent& a, const Consent& b) {
    return a.number == b.number && a.tenant == b.tenant && a.msisdn == b.msisdn && a.state == b.state &&
           a.requested_ms == b.requested_ms && a.received_ms == b.received_ms && a.expires_ms == b.expires_ms &&
           a.text_ms == b.text_ms && a.gateway_ms == b.gateway_ms && a.ended_ms == b.ended_ms && a.code == b.code &&
           a.wrong_codes == b.wrong_codes && a.reminded == b.reminded;
}

bool same(const SimTrack& a, const SimTrack& b) {
    return a.number == b.number && a.tenant == b.tenant && a.msisdn == b.msisdn && a.name == b.name &&
           a.state == b.state && a.reason == b.reason && a.has_position == b.has_position && a.silent == b.silent &&
           a.created_ms == b.created_ms && a.started_ms == b.started_ms && a.stopped_ms == b.stopped_ms &&
           a.expiry_ms == b.expiry_ms && a.earlier_ms == b.earlier_ms && a.windows == b.windows;
}

bool named_by_table(ConsentState from, ConsentState to) {
    const auto& row = consent_table[static_cast<std::size_t>(from)];
    return from == to || std::ranges::any_of(row, [&](const ConsentStep& step) { return step.next == to; });
}

bool named_by_table(SimTrackState from, std::optional<SimTrackState> to) {
    using Outcome = SimTrackStep::Outcome;
    return from == to || std::ranges::any_of(sim_track_table, [&](const auto& row) {
               const SimTrackStep& step = row[static_cast<std::size_t>(from)];
               return to ? step.outcome == Outcome::moves && step.next == *to : step.outcome == Outcome::removed;
           });
}

/// All of it lies in the periods: none of its moments is without one.
bool lies_in(const Window& window, const std::vector<Window>& periods) {
    std::int64_t at_ms = window.from_ms;
    while (window.until_ms == 0 || at_ms < window.until_ms) {
        const auto period = std::ranges::find_if(periods, [&](const Window& each) {
            return each.from_ms <= at_ms && (each.until_ms == 0 || each.until_ms > at_ms);
        });
        if (period == periods.end()) return false;
        if (period->until_ms == 0) return true;
        at_ms = period->until_ms;
    }
    return true;
}

class History {
   public:
    explicit History(std::uint64_t seed)
        : random_(seed), naive_(short_rules(seed)), naive_durable_(naive_), ids_(random_) {
        restart();
        for (const std::string& tenant : tenants)
            for (const Msisdn who : subscribers)
                if (!one_in(4)) allow({.tenant = tenant, .tenant_name = tenant, .key_id = "k"}, who);
    }

    /// The first thing that is wrong; nothing if all is well.
    const char* problem() const { return problem_; }

    void step() {
        move_clock();
        const bool fires_first = one_in(2);  // else the command meets what is due
        const std::size_t due = naive_.let_pass(now_);
        if (fires_first) fire(due);
        remember_states();
        command(fires_first);
        if (fires_first) check_steps();
        ledger_->fire_due(now_, 1000);
        check_records();
        if (one_in(3)) end_batch();
    }

   private:
    std::uint64_t pick(std::uint64_t count) { return random_() % count; }
    bool one_in(std::uint64_t count) { return pick(count) == 0; }
    void require(bool holds, const char* what) {
        if (!holds && problem_ == nullptr) problem_ = what;
    }

    void move_clock() {
        static constexpr std::array<std::int64_t, 8> jumps{0,    0,         minute,    6 * minute,
                                                           hour, 13 * hour, 25 * hour, 4 * day};
        const auto next = naive_.soonest();
        if (next && one_in(3)) {  // to a deadline, or just before
            now_ = std::max(now_, std::get<0>(*next) - static_cast<std::int64_t>(pick(2)));
        } else if (one_in(20)) {
            now_ -= hour;
        } else {
            now_ += jumps[pick(jumps.size())];
        }
    }

    /// One at a time: each is one step of one table, and as many fire as should.
    void fire(std::size_t due) {
        require(ledger_->next_due_ms() == naive_due_before_, "next_due_ms is another");
        std::size_t fired = 0;
        for (;; ++fired) {
            remember_states();
            if (ledger_->fire_due(now_, 1) == 0) break;
            check_steps();
        }
        require(fired == due, "a deadline fired twice, or did not");
    }

    void command(bool fired) {
        const std::string& tenant = tenants[pick(2)];
        const Msisdn who = subscribers[pick(2)];
        const std::string& name = names[pick(2)];
        const Caller caller{.tenant = tenant, .tenant_name = tenant, .key_id = "k"};
        const auto track = static_cast<TrackNumber>(1 + pick(naive_.tracks_given + 1));
        switch (pick(14)) {
            case 0:
            case 1: return request(caller, who);
            case 2:
            case 3:
            case 4: return text(tenant, who);
            case 5: return decide(RevokeConsent{caller, who}, naive_.revoke(tenant, who, now_));
            case 6:
            case 7: return create(caller, who, name);
            case 8:
            case 9: return decide(StartSimTrack{caller, {name}, {}}, naive_.start(tenant, name, now_));
            case 10:
            case 11: return decide(StopSimTrack{caller, {name}, {}}, naive_.stop(tenant, name, now_));
            case 12:
                if (one_in(2)) return decide(DeleteSimTrack{caller, {name}}, naive_.remove(tenant, name, now_));
                ledger_->apply(NoteSilence{track}, now_);
                return naive_.silence(track);
            default:
                if (fired && one_in(20)) {
                    ledger_->apply(EraseSubscriber{who}, now_);
                    return naive_.erase(who);
                }
                ledger_->apply(NotePosition{track}, now_);
                return naive_.position(track);
        }
    }

    void decide(const Command& command, Refusal expected) {
        require(ledger_->apply(command, now_).refusal == expected, "another refusal");
    }

    void request(const Caller& caller, Msisdn who) {
        const Decision decision = ledger_->apply(RequestConsent{caller, who, {}}, now_);
        const std::uint16_t code = decision.consent ? decision.consent->code : no_code;
        require(decision.refusal == naive_.request(caller.tenant, who, code, now_), "another refusal of a request");
        const std::uint32_t own = decision.consent ? decision.consent->number : 0;
        for (const auto& [number, other] : naive_.consents)
            require(own == 0 || number == own || other.msisdn != who || other.code != code, "two requests, one code");
    }

    /// Most lives begin with consents: the rest is what may happen to them.
    void allow(const Caller& caller, Msisdn who) {
        request(caller, who);
        const std::uint16_t code = naive_.consent(caller.tenant, who)->code;
        ledger_->apply(ReceiveText{who, "YES " + code_text(code), "g", now_}, now_);
        naive_.reply(who, true, code, now_, now_);
        check_records();
    }

    void text(const std::string& tenant, Msisdn who) {
        const Consent* meant = naive_.consent(tenant, who);
        std::optional<bool> yes;
        if (!one_in(6)) yes = !one_in(4);
        std::optional<std::uint16_t> code;
        if (yes && !one_in(4)) code = meant != nullptr && !one_in(6) ? meant->code : no_code;
        const std::int64_t sent = one_in(6) ? now_ - 2 * hour : now_;
        const std::string word = !yes ? "stop" : *yes ? "Yes" : "no";
        const std::string words = word + (code ? " " + code_text(*code) : "");
        ledger_->apply(ReceiveText{.from = who, .text = words, .gateway = "g", .gateway_ms = sent}, now_);
        naive_.reply(who, yes, code, sent, now_);
    }

    void create(const Caller& caller, Msisdn who, const std::string& name) {
        static constexpr std::array<std::int64_t, 3> expiries{hour, 30 * hour, 5 * day};
        const std::int64_t expiry = expiries[pick(3)];
        const bool start = one_in(2);
        decide(CreateSimTrack{caller, who, name, {}, start, expiry, {}},
               naive_.create(caller.tenant, who, name, start, expiry, now_));
    }

    void remember_states() {
        for (std::size_t i = 0; i < 4; ++i) consent_states_[i] = consent_state(i);
        track_states_.clear();
        for (TrackNumber number = 1; number <= naive_.tracks_given; ++number)
            if (const SimTrack* track = ledger_->track(number)) track_states_.emplace_back(number, track->state);
    }

    ConsentState consent_state(std::size_t i) const {
        const Consent* consent = ledger_->consent(tenants[i / 2], subscribers[i % 2]);
        return consent == nullptr ? ConsentState::none : consent->state;
    }

    void check_steps() {
        const bool erased = !ledger_->pending().erased_subscribers.empty();  // no step: the end of all
        for (std::size_t i = 0; i < 4; ++i)
            require(erased || named_by_table(consent_states_[i], consent_state(i)), "a consent's step is in no table");
        for (const auto& [number, state] : track_states_) {
            const SimTrack* track = ledger_->track(number);
            const auto now = track == nullptr ? std::nullopt : std::optional(track->state);
            require(named_by_table(state, now), "a track's step is in no table");
        }
    }

    void check_records() {
        for (const std::string& tenant : tenants) {
            for (const Msisdn who : subscribers) {
                const Consent *is = ledger_->consent(tenant, who), *should = naive_.consent(tenant, who);
                require((is == nullptr) == (should == nullptr), "a consent too many or too few");
                require(is == nullptr || should == nullptr || same(*is, *should), "another consent");
            }
        }
        for (TrackNumber number = 1; number <= naive_.tracks_given + 1; ++number) {
            const SimTrack* is = ledger_->track(number);
            const auto should = naive_.tracks.find(number);
            require((is == nullptr) == (should == naive_.tracks.end()), "a track too many or too few");
            if (is == nullptr || should == naive_.tracks.end()) continue;
            require(same(*is, should->second), "another track");
            check_windows(*is);
        }
        const auto next = naive_.soonest();
        naive_due_before_ = next ? std::optional(std::get<0>(*next)) : std::nullopt;
    }

    /// No window without consent at every moment of it; open only while running.
    void check_windows(const SimTrack& track) {
        const auto& periods = naive_.allowed[{track.tenant, track.msisdn}];
        std::int64_t last = 0;
        for (const Window& window : track.windows) {
            require(lies_in(window, periods), "a window without consent");
            require(window.from_ms >= last, "windows overlap");
            require(window.until_ms == 0 || window.until_ms >= window.from_ms, "a window ends before it begins");
            last = window.until_ms == 0 ? INT64_MAX : window.until_ms;
        }
        require((last == INT64_MAX) == track.runs(), "open but not running, or running and not open");
    }

    void end_batch() {
        if (one_in(3)) {
            ledger_->rolled_back();
            require(ledger_->pending().empty(), "something is pending after a roll-back");
            naive_ = naive_durable_;
            naive_.let_pass(now_);  // what was due is due again
            ledger_->fire_due(now_, 1000);
            return check_records();
        }
        check_difference();
        check_gate();
        book_->apply(ledger_->pending());
        ledger_->committed();
        require(ledger_->pending().empty(), "something is pending after a commit");
        naive_durable_ = naive_;
        if (one_in(4)) restart();
        check_records();
    }

    /// What was durable, with what is pending, is what the ledger says; each record once.
    void check_difference() {
        const LedgerChanges& changes = ledger_->pending();
        std::map<std::uint32_t, Consent> consents = naive_durable_.consents;
        std::map<TrackNumber, SimTrack> tracks = naive_durable_.tracks;
        std::set<std::uint32_t> seen_consents;
        std::set<TrackNumber> seen_tracks;
        for (const std::uint32_t number : changes.removed_consents) {
            require(seen_consents.insert(number).second, "a consent is removed twice");
            consents.erase(number);
        }
        for (const TrackNumber number : changes.removed_tracks) {
            require(seen_tracks.insert(number).second, "a track is removed twice");
            tracks.erase(number);
        }
        for (const Consent& consent : changes.consents) {
            require(seen_consents.insert(consent.number).second, "a consent is pending twice");
            consents.insert_or_assign(consent.number, consent);
        }
        for (const SimTrack& track : changes.tracks) {
            require(seen_tracks.insert(track.number).second, "a track is pending twice");
            tracks.insert_or_assign(track.number, track);
        }
        const auto same_record = [](const auto& a, const auto& b) { return same(a.second, b.second); };
        require(std::ranges::equal(consents, naive_.consents, same_record), "pending consents are not the difference");
        require(std::ranges::equal(tracks, naive_.tracks, same_record), "pending tracks are not the difference");
    }

    /// The gate hears of every change of windows, and of nothing else.
    void check_gate() {
        std::map<TrackNumber, std::vector<Window>> gate;
        for (const auto& [number, track] : naive_durable_.tracks) gate[number] = track.windows;
        for (const GateChange& change : ledger_->pending().gate) gate[change.track] = change.windows;
        for (const auto& [number, windows] : gate) {
            const auto track = naive_.tracks.find(number);
            require(windows == (track == naive_.tracks.end() ? std::vector<Window>{} : track->second.windows),
                    "the gate was not told");
        }
    }

    void restart() {
        std::vector<Consent> consents;
        std::vector<SimTrack> tracks;
        Counters counters;
        if (book_) {
            counters = ledger_->counters();
            for (const auto& [number, unused] : naive_durable_.consents) consents.push_back(*book_->consent(number));
            for (const auto& [number, unused] : naive_durable_.tracks) tracks.push_back(*book_->track(number));
        }
        auto book = std::make_unique<LedgerBook>();
        book->load(std::move(consents), std::move(tracks), counters);
        ledger_ = std::make_unique<Ledger>(*book, naive_.rules, ids_);
        book_ = std::move(book);
    }

    std::mt19937_64 random_;
    NaiveLedger naive_, naive_durable_;
    SeededIdentities ids_;
    std::unique_ptr<LedgerBook> book_;
    std::unique_ptr<Ledger> ledger_;
    std::int64_t now_ = noon;
    const char* problem_ = nullptr;
    std::optional<std::int64_t> naive_due_before_;
    std::array<ConsentState, 4> consent_states_{};
    std::vector<std::pair<TrackNumber, SimTrackState>> track_states_;
};

TEST(Ledger, StaysTrueThroughAHundredThousandHistories) {
    for (std::uint64_t seed = 1; seed <= histories; ++seed) {
        History history(seed);
        for (int step = 1; step <= steps; ++step) {
            history.step();
            ASSERT_EQ(history.problem(), nullptr) << history.problem() << "; seed " << seed << ", step " << step;
        }
    }
}

}  // namespace
}  // namespace simtrail::ledger
