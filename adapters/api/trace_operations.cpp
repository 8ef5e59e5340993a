#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/api/cursor.hpp"
#include "adapters/api/event_stream.hpp"
#include "adapters/api/operations.hpp"
#include "adapters/api/parameters.hpp"
#include "adapters/api/trace_sequence.hpp"
#include "adapters/http/gzip.hpp"
#include "engine/geojson/feature.hpp"
#include "engine/geojson/text.hpp"

namespace simtrail::api {

namespace {

constexpr std::int64_t usual_points = 1000, most_points = 10'000;  // of a page; contract, section 4
constexpr std::array<std::string_view, 2> shapes{"points", "line"};
constexpr std::array<std::string_view, 2> details{"live", "smoothed"};

/// Of the media types that getTraceData offers, by Call::form.
constexpr std::size_t sequence_form = 1;

struct TraceWish {
    TraceRange range;  // without the track
    bool line = false;
    bool smoothed = false;
    std::optional<std::string> cursor;
    bool limited = false;  // a limit was given
};

std::expected<TraceRange, Problem> parse_range(const Query& query) {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto from = number_parameter(query, "from", {Limits::min(), Limits::max()}, Limits::min());
    const auto to = number_parameter(query, "to", {Limits::min(), Limits::max()}, Limits::max());
    const auto limit = number_parameter(query, "limit", {1, most_points}, usual_points);
    if (!from) return std::unexpected(from.error());
    if (!to) return std::unexpected(to.error());
    if (!limit) return std::unexpected(limit.error());
    if (*from > *to) return std::unexpected(invalid("from", "is later than to: exchange them"));
    return TraceRange{.from_ms = *from, .to_ms = *to, .limit = static_cast<std::size_t>(*limit)};
}

std::expected<TraceWish, Problem> parse_wish(const Call& call) {
    constexpr std::array<std::string_view, 6> known{"from", "to", "limit", "cursor", "shape", "detail"};
    const auto query = parse_parameters(call.query(), known);
    if (!query) return std::unexpected(query.error());
    const auto range = parse_range(*query);
    if (!range) return std::unexpected(range.error());
    const auto shape = choice_parameter(*query, "shape", shapes);
    if (!shape) return std::unexpected(shape.error());
    const auto detail = choice_parameter(*query, "detail", details);
    if (!detail) return std::unexpected(detail.error());
    TraceWish wish{
        .range = *range, .line = *shape != 0, .smoothed = *detail != 0, .limited = query->find("limit") != nullptr};
    if (const std::string* cursor = query->find("cursor")) wish.cursor = *cursor;
    if (wish.line && call.form == sequence_form)
        return std::unexpected(invalid("shape",
                                       "is line, and a sequence has points: leave it out, or ask for "
                                       "application/geo+json"));
    return wish;
}

/// The number of the tenant's track that the path names.
std::optional<TrackNumber> number_of_track(const Desks& desks, const Call& call) {
    std::optional<TrackNumber> number;
    desks.control.read([&](const ledger::LedgerBook& book) {
        const ledger::SimTrack* track = find_track(book, call.caller.tenant, call.arguments.at(0));
        if (track != nullptr) number = track->number;
    });
    return number;
}

TracePlace place_of(const TracePoint& point) { return {point.tis_ms, point.seq}; }

void append_features(std::string& out, std::span<const TracePoint> points, bool line) {
    if (points.empty()) return;
    if (line) return geojson::append_line_feature(out, points);
    for (const TracePoint& point : points) {
        if (&point != points.data()) out += ',';
        geojson::append_point_feature(out, point);
    }
}

/// Where the next page is: a reference relative to this one's, with all its parameters.
std::string link_to(const Call& call, std::string_view cursor) {
    std::string link = "</v1/sim-tracks/" + percent_encoded(call.arguments.at(0)) + "/trace?";
    const std::string others = query_without(call.query(), "cursor");
    if (!others.empty()) link.append(others).append("&");
    return link.append("cursor=").append(cursor).append(R"(>; rel="next")");
}

http::Response collection_answer(const Call& call, const TraceWish& wish, const runtime::TraceDesk::Page& page) {
    constexpr std::size_t usual_feature_bytes = 200;
    std::string body(geojson::collection_opening);
    body.reserve(body.size() + page.points.size() * usual_feature_bytes);
    append_features(body, page.points, wish.line);
    if (!page.more || page.points.empty())
        return bare_answer("application/geo+json", std::move(body.append(geojson::collection_end)));
    const std::string cursor = trace_cursor(wish.range.track, place_of(page.points.back()));
    body.append(R"(],"nextCursor":")").append(cursor).append("\"}");
    http::Response answer = bare_answer("application/geo+json", std::move(body));
    answer.headers.emplace_back("Link", link_to(call, cursor));
    return answer;
}

void answer_page(const Desks& desks, Call call, const TraceWish& wish) {
    auto done = [call = std::move(call),
                 wish](const std::expected<runtime::TraceDesk::Page, std::string>& page) mutable {
        if (!page) return call.refuse(unavailable("the trace could not be read: try again"));
        http::Response answer = collection_answer(call, wish, *page);
        http::gzip_if_accepted(call.request, answer);
        call.reply(std::move(answer));
    };
    wish.smoothed ? desks.traces.smoothed_page(wish.range, std::move(done))
                  : desks.traces.page(wish.range, std::move(done));
}

void answer_sequence(const Desks& desks, Call call, const TraceWish& wish) {
    http::Response answer = bare_answer("application/geo+json-seq", {});
    answer.stream = make_trace_sequence(desks.traces, wish.range, wish.smoothed,
                                        wish.limited ? wish.range.limit : std::numeric_limits<std::size_t>::max());
    http::gzip_if_accepted(call.request, answer);
    call.reply(std::move(answer));
}

/// The number of the last event that a reader has; nothing where it has none.
std::expected<std::optional<std::uint32_t>, Problem> parse_last_event(const http::Request& request) {
    const std::string_view text = http::find_header(request.headers, "Last-Event-ID");
    if (text.empty()) return std::nullopt;
    std::uint32_t seq = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::unexpected(
            invalid("Last-Event-ID", "is not the id of an event: send it as it came, or leave it out"));
    return seq;
}

}  // namespace

void get_trace_data(const Desks& desks, Call call) {
    auto wish = parse_wish(call);
    if (!wish) return call.refuse(std::move(wish).error());
    const auto number = number_of_track(desks, call);
    if (!number) return call.refuse(not_found("there is no such track"));
    wish->range.track = *number;
    if (wish->cursor) wish->range.after = parse_trace_cursor(*number, *wish->cursor);
    if (wish->cursor && !wish->range.after) return call.refuse(bad_cursor());
    if (call.form == sequence_form) return answer_sequence(desks, std::move(call), *wish);
    answer_page(desks, std::move(call), *wish);
}

void stream_trace(const Desks& desks, Call call) {
    const auto last_event = parse_last_event(call.request);
    if (!last_event) return call.refuse(last_event.error());
    const auto number = number_of_track(desks, call);
    if (!number) return call.refuse(not_found("there is no such track"));
    http::Response answer = bare_answer("text/event-stream", {});
    if (call.request.method != "HEAD")
        answer.stream = open_event_stream(desks, call.caller.key_id, *number, *last_event);
    call.reply(std::move(answer));
}

}  // namespace simtrail::api
