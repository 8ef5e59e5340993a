#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/api/cursor.hpp"
#include "adapters/api/operations.hpp"
#include "adapters/api/parameters.hpp"
#include "adapters/api/status_json.hpp"

namespace simtrail::api {

namespace {

using ledger::LedgerBook;
using ledger::SimTrack;
using runtime::LastPosition;

constexpr std::int64_t usual_tracks = 100, most_tracks = 1000;  // of a page of listSimTracks

/// What the ledger adds to a status, copied from under its lock.
struct Tracked {
    SimTrack track;
    ledger::ConsentState consent = ledger::ConsentState::none;
};

Tracked tracked(const LedgerBook& book, const SimTrack& track) {
    const ledger::Consent* consent = book.consent(track.tenant, track.msisdn);
    return {track, consent != nullptr ? consent->state : ledger::ConsentState::none};
}

std::string status_of(const Desks& desks, const Tracked& each, const std::optional<LastPosition>& last) {
    return status_json(each.track, each.consent, last, desks.control.now_ms(), desks.options.silent_after_ms);
}

/// Answers with the status of the track that `find` finds in the book.
template <class Find>
void answer_status(const Desks& desks, Call call, Find find) {
    std::optional<Tracked> found;
    desks.control.read([&](const LedgerBook& book) {
        const SimTrack* track = find(book);
        if (track != nullptr) found = tracked(book, *track);
    });
    if (!found) return call.refuse(not_found("there is no such track"));
    if (!may_have_position(found->track)) return call.reply(data_answer(200, status_of(desks, *found, std::nullopt)));
    const TrackNumber number = found->track.number;
    desks.traces.last_position(number, [&desks, each = *std::move(found), reply = std::move(call.reply)](
                                           const std::optional<LastPosition>& last) mutable {
        reply(data_answer(200, status_of(desks, each, last)));
    });
}

/// A page of the list, while the positions of its tracks come in.
struct ListPage {
    const Desks& desks;
    http::Reply reply;
    std::vector<Tracked> tracks;
    std::vector<std::optional<LastPosition>> positions;
    std::string next_cursor;
    std::atomic<std::size_t> awaited;

    void answer() {
        std::string data = R"({"tracks":[)";
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            if (i > 0) data += ',';
            data += status_of(desks, tracks[i], positions[i]);
        }
        data += ']';
        if (!next_cursor.empty()) data.append(R"(,"nextCursor":")").append(next_cursor).append("\"");
        data += '}';
        reply(data_answer(200, data));
    }
    void arrived() {
        if (--awaited == 0) answer();
    }
};

/// Asks for the positions of all tracks at once; the last to come answers.
void complete_page(const std::shared_ptr<ListPage>& page) {
    page->positions.resize(page->tracks.size());
    page->awaited = page->tracks.size() + 1;  // one more, so that it is not over before all are asked for
    for (std::size_t i = 0; i < page->tracks.size(); ++i) {
        if (!may_have_position(page->tracks[i].track)) {
            page->arrived();
            continue;
        }
        page->desks.traces.last_position(page->tracks[i].track.number, [page, i](std::optional<LastPosition> last) {
            page->positions[i] = last;
            page->arrived();
        });
    }
    page->arrived();
}

struct ListWish {
    std::size_t limit = 0;
    TrackNumber after = 0;
};

std::expected<ListWish, Problem> parse_list_wish(const Call& call) {
    constexpr std::array<std::string_view, 2> known{"limit", "cursor"};
    const auto query = parse_parameters(call.query(), known);
    if (!query) return std::unexpected(query.error());
    const auto limit = number_parameter(*query, "limit", {.least = 1, .most = most_tracks}, usual_tracks);
    if (!limit) return std::unexpected(limit.error());
    ListWish wish{.limit = static_cast<std::size_t>(*limit)};
    if (const std::string* cursor = query->find("cursor")) {
        const auto after = parse_list_cursor(call.caller.tenant, *cursor);
        if (!after) return std::unexpected(bad_cursor());
        wish.after = *after;
    }
    return wish;
}

}  // namespace

void status_by_id(const Desks& desks, Call call) {
    const std::string id = call.arguments.at(0), tenant = call.caller.tenant;
    answer_status(desks, std::move(call), [&](const LedgerBook& book) -> const SimTrack* {
        const SimTrack* track = book.track_by_id(id);
        return track != nullptr && track->tenant == tenant ? track : nullptr;
    });
}

void status_by_name(const Desks& desks, Call call) {
    const std::string name = call.arguments.at(0), tenant = call.caller.tenant;
    answer_status(desks, std::move(call), [&](const LedgerBook& book) { return book.track_by_name(tenant, name); });
}

void status_by_msisdn(const Desks& desks, Call call) {
    const auto msisdn = parse_msisdn(call.arguments.at(0), desks.options.msisdn_max_digits);
    if (!msisdn) return call.refuse(msisdn.error());
    const std::string tenant = call.caller.tenant;
    answer_status(desks, std::move(call),
                  [&](const LedgerBook& book) { return book.track_by_msisdn(tenant, *msisdn); });
}

void list_sim_tracks(const Desks& desks, Call call) {
    const auto wish = parse_list_wish(call);
    if (!wish) return call.refuse(wish.error());
    auto page = std::make_shared<ListPage>(desks);
    desks.control.read([&](const LedgerBook& book) {
        auto numbers = book.tracks_of(call.caller.tenant, wish->after, wish->limit + 1);
        const bool more = numbers.size() > wish->limit;
        if (more) numbers.pop_back();
        if (more) page->next_cursor = list_cursor(call.caller.tenant, numbers.back());
        for (const TrackNumber number : numbers) page->tracks.push_back(tracked(book, *book.track(number)));
    });
    page->reply = std::move(call.reply);
    complete_page(page);
}

}  // namespace simtrail::api
