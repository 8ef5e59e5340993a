#include "adapters/record/recorded_lines.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/geojson/text.hpp"
#include "engine/ledger/conversation.hpp"

namespace simtrail::record {

namespace {

using geojson::append_integer;
using OrderedJson = nlohmann::ordered_json;

void append_member(std::string& out, std::string_view name, std::int64_t value) {
    out.append(",\"").append(name).append("\":");
    append_integer(out, value);
}

template <class Value>
void append_member(std::string& out, std::string_view name, const std::optional<Value>& value) {
    if (value) append_member(out, name, static_cast<std::int64_t>(*value));
}

void append_neighbours(std::string& out, const Neighbours& neighbours) {
    if (neighbours.empty()) return;
    out += R"(,"neighbours":[)";
    for (const Neighbour& neighbour : neighbours) {
        if (out.back() != '[') out += ',';
        out += R"({"signal":)";
        append_integer(out, neighbour.signal_dbm);
        append_member(out, "cell", neighbour.cell);
        append_member(out, "area", neighbour.area);
        append_member(out, "pci", neighbour.pci);
        out += '}';
    }
    out += ']';
}

void append_event_line(std::string& out, const CellEvent& event) {
    out += R"({"ts":)";
    append_integer(out, event.ts_ms);
    out.append(R"(,"msisdn":")").append(event.msisdn.text());
    out.append(R"(","radio":")").append(name(event.serving.radio)).append("\"");
    append_member(out, "mcc", event.serving.plmn.mcc);
    append_member(out, "mnc", event.serving.plmn.mnc);
    append_member(out, "area", event.serving.area);
    append_member(out, "cell", static_cast<std::int64_t>(event.serving.cell));
    append_member(out, "pci", event.pci);
    append_member(out, "signal", event.signal_dbm);
    append_member(out, "quality", event.quality_db);
    append_member(out, "ta", event.timing_advance);
    append_neighbours(out, event.neighbours);
    out += "}\n";
}

OrderedJson call(std::int64_t now_ms, const ledger::Caller& caller, std::string_view operation) {
    OrderedJson line{{"type", "control"}, {"ts", now_ms}, {"tenant", caller.tenant}, {"op", operation}};
    if (!caller.tenant_name.empty()) line["tenantName"] = caller.tenant_name;
    if (!caller.key_id.empty()) line["key"] = caller.key_id;
    return line;
}

void add_callback(OrderedJson& body, const std::optional<ledger::CallbackTarget>& callback) {
    if (!callback) return;
    body["callback"] = {{"url", callback->url}};
    if (!callback->meta_json.empty())
        body["callback"]["meta"] = OrderedJson::parse(callback->meta_json, nullptr, false);
}

/// Makes the line of each command; null for one that has none.
struct Lines {
    const ledger::Decision& decision;
    std::int64_t now_ms;

    OrderedJson operator()(const ledger::RequestConsent& asked) const {
        OrderedJson line = call(now_ms, asked.caller, "requestConsent");
        line["path"] = asked.msisdn.text();
        line["body"] = OrderedJson::object();
        add_callback(line["body"], asked.callback);
        if (decision.text_sent) line["code"] = ledger::code_text(decision.consent->code);
        return line;
    }
    OrderedJson operator()(const ledger::RevokeConsent& asked) const {
        OrderedJson line = call(now_ms, asked.caller, "revokeConsent");
        line["path"] = asked.msisdn.text();
        return line;
    }
    OrderedJson operator()(const ledger::CreateSimTrack& asked) const {
        OrderedJson line = call(now_ms, asked.caller, "createSimTrack");
        OrderedJson body{{"msisdn", asked.msisdn.text()}, {"trackName", decision.track->name}};
        if (!asked.external_ref.empty()) body["externalRefId"] = asked.external_ref;
        if (asked.start) body["defaultStart"] = true;
        body["expiry"] = std::to_string(asked.expiry_ms / 1000) + "s";
        add_callback(body, asked.callback);
        line["body"] = std::move(body);
        line["trackId"] = decision.track->track_id;
        return line;
    }
    OrderedJson operator()(const ledger::StartSimTrack& asked) const { return update(asked, "start"); }
    OrderedJson operator()(const ledger::StopSimTrack& asked) const { return update(asked, "stop"); }
    OrderedJson operator()(const ledger::DeleteSimTrack& asked) const {
        OrderedJson line = call(now_ms, asked.caller, "deleteSimTrack");
        line["path"] = asked.track.text;
        add_subscriber(line);
        return line;
    }
    OrderedJson operator()(const ledger::ReceiveText& text) const {
        return {{"type", "sms"},
                {"ts", now_ms},
                {"from", text.from.text()},
                {"text", text.text},
                {"gateway", text.gateway},
                {"gatewayTs", text.gateway_ms}};
    }
    OrderedJson operator()(const ledger::NoteText& note) const {
        return {{"type", "control"},
                {"ts", now_ms},
                {"tenant", note.tenant},
                {"op", "noteText"},
                {"path", note.to.text()},
                {"body",
                 {{"fate", ledger::text_fate_steps[static_cast<std::size_t>(note.fate)]}, {"detail", note.detail}}}};
    }
    // These follow from the events and their times; an erasure must not be told.
    OrderedJson operator()(const ledger::NotePosition&) const { return nullptr; }
    OrderedJson operator()(const ledger::NoteSilence&) const { return nullptr; }
    OrderedJson operator()(const ledger::EraseSubscriber&) const { return nullptr; }

   private:
    /// For an erasure, when the recording that names the track's subscriber is gone.
    void add_subscriber(OrderedJson& line) const {
        if (decision.track) line["msisdn"] = decision.track->msisdn.text();
    }
    template <class Update>
    OrderedJson update(const Update& asked, std::string_view operation) const {
        OrderedJson line = call(now_ms, asked.caller, "updateSimTrack");
        line["path"] = asked.track.text;
        add_subscriber(line);
        line["body"] = {{"operation", operation}};
        add_callback(line["body"], asked.callback);
        return line;
    }
};

}  // namespace

void append_event(feed::Block::Part& part, std::uint32_t offset, const CellEvent& event) {
    append_event_line(part.recorded, event);
    part.recorded_at.push_back({offset, static_cast<std::uint32_t>(part.recorded.size())});
}

void append_events(std::string& lines, const feed::Block& block) {
    std::vector<std::pair<std::uint32_t, std::string_view>> events;
    for (const auto& part : block.parts) {
        std::size_t begin = 0;
        for (const auto& [offset, end] : part.recorded_at) {
            events.emplace_back(offset, std::string_view(part.recorded).substr(begin, end - begin));
            begin = end;
        }
    }
    std::ranges::sort(events);
    const auto repeated = std::ranges::unique(events, {}, &std::pair<std::uint32_t, std::string_view>::first);
    events.erase(repeated.begin(), repeated.end());
    for (const auto& [offset, text] : events) lines.append(text);
}

void append_command(std::string& lines, const ledger::Command& command, const ledger::Decision& decision,
                    std::int64_t now_ms) {
    const OrderedJson line = std::visit(Lines{decision, now_ms}, command);
    if (line.is_null()) return;
    lines += line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    lines += '\n';
}

}  // namespace simtrail::record
