#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.hpp"

namespace simtrail::ledger {

/// What a ledger should come to, said as plainly as possible and as slowly: no tables, no indexes, no drafts; every record
/// is looked at for every question. A value: a roll-back is an assignment. Texts, evidence and callbacks are not its matter.
class NaiveLedger {
   public:
    explicit NaiveLedger(LedgerRules given) : rules(std::move(given)) {}

    LedgerRules rules;
    std::map<std::uint32_t, Consent> consents;
    std::map<TrackNumber, SimTrack> tracks;
    std::uint32_t consents_given = 0;
    TrackNumber tracks_given = 0;
    /// When each tenant was allowed to see each subscriber, in the order of the events.
    std::map<std::pair<std::string, Msisdn>, std::vector<Window>> allowed;

    Consent* consent(const std::string& tenant, Msisdn who) {
        for (auto& [number, each] : consents)
            if (each.tenant == tenant && each.msisdn == who) return &each;
        return nullptr;
    }
    SimTrack* track(const std::string& tenant, const std::string& name) {
        for (auto& [number, each] : tracks)
            if (each.tenant == tenant && (each.name == name || each.track_id == name)) return &each;
        return nullptr;
    }

    /// Fires what is due, in order. How many.
    std::size_t let_pass(std::int64_t now) {
        went_back_ = went_back_ || now < latest_ms_;
        latest_ms_ = std::max(latest_ms_, now);
        for (std::size_t fired = 0;; ++fired) {
            const auto next = soonest();
            if (!next || std::get<0>(*next) > now) return fired;
            std::get<1>(*next) ? end_of_consent(std::get<2>(*next), std::get<0>(*next), now)
                               : end_of_track(std::get<2>(*next), std::get<0>(*next));
        }
    }

    /// (when, whether a consent's, number)
    std::optional<std::tuple<std::int64_t, bool, std::uint32_t>> soonest() const {
        std::optional<std::tuple<std::int64_t, bool, std::uint32_t>> first;
        const auto consider = [&](std::int64_t at, bool of_consent, std::uint32_t number) {
            const std::tuple candidate{at, of_consent, number};
            if (!first || candidate < *first) first = candidate;
        };
        for (const auto& [number, each] : consents) consider(due(each), true, number);
        for (const auto& [number, each] : tracks) consider(due(each), false, number);
        return first;
    }

    Refusal request(const std::string& tenant, Msisdn who, std::uint16_t code, std::int64_t now) {
        Consent* found = consent(tenant, who);
        if (found != nullptr && found->state == ConsentState::allowed) return Refusal::none;
        if (found != nullptr && found->state != ConsentState::expired &&
            now - found->text_ms < rules.text_interval_ms)  // a clock that went back waits, too
            return Refusal::too_soon;
        if (found == nullptr) {
            const std::uint32_t number = ++consents_given;
            found = &consents.emplace(number, Consent{.number = number, .tenant = tenant, .msisdn = who}).first->second;
        }
        found->state = ConsentState::pending;
        found->requested_ms = found->text_ms = now;
        found->expires_ms = now + rules.request_lapse_ms;
        found->received_ms = found->ended_ms = 0;
        found->code = code;
        found->wrong_codes = 0;
        found->reminded = false;
        return Refusal::none;
    }

    Refusal revoke(const std::string& tenant, Msisdn who, std::int64_t now) {
        Consent* found = consent(tenant, who);
        if (found == nullptr) return Refusal::not_found;
        withdraw(*found, now);
        return Refusal::none;
    }

    /// `yes`: nothing for STOP. `code`: nothing for a bare word.
    void reply(Msisdn who, std::optional<bool> yes, std::optional<std::uint16_t> code, std::int64_t sent,
               std::int64_t now) {
        std::vector<Consent*> of_subscriber, meant, lately;
        for (auto& [number, each] : consents)
            if (each.msisdn == who) of_subscriber.push_back(&each);
        for (Consent* each : of_subscriber) {
            const std::int64_t closed = each->received_ms != 0 ? each->received_ms : each->ended_ms;
            if (each->state == ConsentState::pending || closed > now - 48 * 3'600'000LL) lately.push_back(each);
            if (code == each->code) meant.push_back(each);
        }
        if (!yes) meant = of_subscriber;
        if (yes && !code && lately.size() == 1) meant = lately;
        if (code && meant.empty())
            for (Consent* each : of_subscriber)
                if (each->state == ConsentState::pending && each->wrong_codes < 5) ++each->wrong_codes;
        for (Consent* each : meant) {
            if (yes && *yes && !code && each->state == ConsentState::pending && sent + 1000 < each->requested_ms)
                continue;
            if (yes && each->state == ConsentState::pending && each->wrong_codes >= 5) continue;
            if (sent < each->gateway_ms && each->gateway_ms <= now) continue;
            each->gateway_ms = std::min(sent, now);
            if (!yes || (!*yes && each->state == ConsentState::allowed)) {
                withdraw(*each, now);
            } else if (each->state == ConsentState::pending) {
                each->received_ms = now;
                *yes ? grant(*each, now) : end(*each, ConsentState::denied, now);
            }
        }
    }

    Refusal create(const std::string& tenant, Msisdn who, const std::string& name, bool start_now, std::int64_t expiry,
                   std::int64_t now) {
        const Consent* given = consent(tenant, who);
        if (given == nullptr || given->state != ConsentState::allowed) return Refusal::consent_required;
        if (track(tenant, name) != nullptr) return Refusal::name_taken;
        const TrackNumber number = ++tracks_given;
        SimTrack& made =
            tracks.emplace(number, SimTrack{.number = number, .tenant = tenant, .msisdn = who, .name = name})
                .first->second;
        made.created_ms = now;
        made.expiry_ms = expiry;
        if (start_now) run(made, now);
        return Refusal::none;
    }

    Refusal start(const std::string& tenant, const std::string& name, std::int64_t now) {
        SimTrack* found = track(tenant, name);
        if (found == nullptr) return Refusal::not_found;
        if (found->state == SimTrackState::expired) return Refusal::track_expired;
        if (found->runs()) return Refusal::none;
        const Consent* given = consent(tenant, found->msisdn);
        if (given == nullptr || given->state != ConsentState::allowed) return Refusal::consent_required;
        run(*found, now);
        return Refusal::none;
    }

    Refusal stop(const std::string& tenant, const std::string& name, std::int64_t now) {
        SimTrack* found = track(tenant, name);
        if (found == nullptr) return Refusal::not_found;
        if (found->state == SimTrackState::created) return Refusal::not_started;
        if (!found->runs()) return Refusal::none;
        halt(*found, StopReason::requested, now);
        end_trip(*found, now);
        return Refusal::none;
    }

    Refusal remove(const std::string& tenant, const std::string& name, std::int64_t now) {
        const SimTrack* found = track(tenant, name);
        if (found == nullptr) return Refusal::not_found;
        const SimTrack removed = *found;
        tracks.erase(found->number);
        if (removed.runs()) end_trip(removed, now);
        return Refusal::none;
    }

    void position(TrackNumber number) {
        const auto found = tracks.find(number);
        if (found == tracks.end() || found->second.started_ms == 0) return;
        found->second.has_position = true;
        found->second.silent = false;
        if (found->second.state == SimTrackState::initiated) found->second.state = SimTrackState::started;
    }

    void silence(TrackNumber number) {
        const auto found = tracks.find(number);
        if (found != tracks.end() && found->second.runs()) found->second.silent = true;
    }

    void erase(Msisdn who) {
        std::erase_if(consents, [&](const auto& each) { return each.second.msisdn == who; });
        std::erase_if(tracks, [&](const auto& each) { return each.second.msisdn == who; });
        std::erase_if(allowed, [&](const auto& each) { return each.first.second == who; });
    }

   private:
    std::int64_t latest_ms_ = 0;  // the clock's
    bool went_back_ = false;

    bool awaits_reminder(const Consent& each) const {
        return rules.reminder_ms > 0 && each.state == ConsentState::pending && !each.reminded && each.wrong_codes < 5 &&
               each.requested_ms + rules.reminder_ms < each.expires_ms;
    }

    std::int64_t due(const Consent& each) const {
        if (awaits_reminder(each)) return each.requested_ms + rules.reminder_ms;
        if (each.state == ConsentState::pending || each.state == ConsentState::allowed) return each.expires_ms;
        if (each.state == ConsentState::denied || each.received_ms == 0) return each.ended_ms + rules.consent_purge_ms;
        return each.ended_ms + rules.retention_ms;
    }

    std::int64_t due(const SimTrack& each) const {
        if (each.started_ms == 0) return each.created_ms + rules.unstarted_ms;
        const std::int64_t expires = each.started_ms + each.expiry_ms;
        return each.state == SimTrackState::expired ? expires + rules.retention_ms : expires;
    }

    /// Where no other track of it runs.
    void end_trip(const SimTrack& ended, std::int64_t at) {
        for (const auto& [number, each] : tracks)
            if (each.tenant == ended.tenant && each.msisdn == ended.msisdn && each.runs()) return;
        Consent* given = consent(ended.tenant, ended.msisdn);
        if (rules.consent_per_trip && given != nullptr && given->state == ConsentState::allowed)
            end(*given, ConsentState::expired, at);
    }

    void end_of_consent(std::uint32_t number, std::int64_t at, std::int64_t now) {
        Consent& each = consents.at(number);
        if (awaits_reminder(each)) {
            each.reminded = true;
            if (now < each.expires_ms) each.text_ms = now;
            return;
        }
        if (each.state == ConsentState::pending || each.state == ConsentState::allowed) {
            end(each, ConsentState::expired, at);
        } else {
            consents.erase(number);
        }
    }

    void end_of_track(TrackNumber number, std::int64_t at) {
        SimTrack& each = tracks.at(number);
        if (each.started_ms == 0 || each.state == SimTrackState::expired) {
            tracks.erase(number);
            return;
        }
        const bool ran = each.runs();
        if (each.state != SimTrackState::stopped) halt(each, each.reason, at);
        each.state = SimTrackState::expired;
        if (ran) end_trip(each, at);
    }

    void grant(Consent& each, std::int64_t now) {
        each.state = ConsentState::allowed;
        each.expires_ms = now + rules.consent_validity_ms;
        allowed[{each.tenant, each.msisdn}].push_back({now, 0});
    }

    void withdraw(Consent& each, std::int64_t now) {
        if (each.state == ConsentState::pending || each.state == ConsentState::allowed)
            end(each, ConsentState::revoked, now);
    }

    void end(Consent& each, ConsentState how, std::int64_t at) {
        const bool was_allowed = each.state == ConsentState::allowed;
        each.state = how;
        each.ended_ms = at;
        if (how != ConsentState::expired) each.expires_ms = 0;
        if (!was_allowed) return;
        Window& period = allowed[{each.tenant, each.msisdn}].back();
        period.until_ms = went_back_ ? std::max(at, latest_ms_) : at;  // it was allowed at all moments in between, too
        for (auto& [number, of_it] : tracks) {
            if (of_it.tenant != each.tenant || of_it.msisdn != each.msisdn) continue;
            if (of_it.state == SimTrackState::stopped || of_it.state == SimTrackState::expired) continue;
            halt(of_it, how == ConsentState::expired ? StopReason::consent_expired : StopReason::consent_revoked, at);
        }
        if (rules.erase_on_withdrawal && how == ConsentState::revoked)
            std::erase_if(tracks, [&](const auto& of_it) {
                return of_it.second.tenant == each.tenant && of_it.second.msisdn == each.msisdn;
            });
    }

    void run(SimTrack& each, std::int64_t now) {
        each.state = each.has_position ? SimTrackState::started : SimTrackState::initiated;
        each.reason = StopReason::none;
        each.stopped_ms = 0;
        each.silent = false;
        if (each.started_ms == 0) each.started_ms = now;
        std::int64_t from = std::max(now, consent(each.tenant, each.msisdn)->received_ms);
        if (!each.windows.empty()) from = std::max(from, each.windows.back().until_ms);
        if (!each.windows.empty() && each.windows.back().until_ms == from)
            each.windows.back().until_ms = 0;
        else
            each.windows.push_back({from, 0});
    }

    static void halt(SimTrack& each, StopReason reason, std::int64_t at) {
        each.state = SimTrackState::stopped;
        each.reason = reason;
        each.stopped_ms = at;
        each.silent = false;
        if (!each.windows.empty()) each.windows.back().until_ms = std::max(at, each.windows.back().from_ms);
    }
};

}  // namespace simtrail::ledger
