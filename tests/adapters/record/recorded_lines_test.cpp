#include "adapters/record/recorded_lines.hpp"

#include <gtest/gtest.h>

#include "adapters/runtime/line_commands.hpp"
#include "tests/adapters/feed/decoding.hpp"

namespace simtrail::record {
namespace {

const Msisdn recorded = *Msisdn::parse("0919876543210");
constexpr std::int64_t now = 1'700'000'000'000;

CellEvent whole_event() {
    CellEvent event{.ts_ms = now, .msisdn = recorded};
    event.serving = {.radio = Radio::nr, .plmn = {404, 5}, .area = 16'777'215, .cell = 68'719'476'735};
    event.pci = 1007;
    event.signal_dbm = -97;
    event.quality_db = -11;
    event.timing_advance = 3;
    event.neighbours.push_back({.cell = 9, .area = 7, .pci = 12, .signal_dbm = -104});
    event.neighbours.push_back({.pci = 13, .signal_dbm = -110});
    return event;
}

TEST(RecordedLines, OfAnEventReadBackTheSame) {
    CellEvent least{.ts_ms = now, .msisdn = recorded};
    least.serving = {.radio = Radio::lte, .plmn = {1, 1}, .cell = 1};
    for (const CellEvent& event : {whole_event(), least}) {
        feed::Block::Part part;
        append_event(part, 0, event);
        ASSERT_TRUE(part.recorded.ends_with("}\n"));
        const auto back = feed::decode_json(part.recorded.substr(0, part.recorded.size() - 1));
        ASSERT_FALSE(back.fault) << part.recorded;
        EXPECT_EQ(back.event.ts_ms, event.ts_ms);
        EXPECT_EQ(back.event.msisdn, event.msisdn);
        EXPECT_EQ(back.event.serving, event.serving);
        EXPECT_EQ(back.event.pci, event.pci);
        EXPECT_EQ(back.event.signal_dbm, event.signal_dbm);
        EXPECT_EQ(back.event.quality_db, event.quality_db);
        EXPECT_EQ(back.event.timing_advance, event.timing_advance);
        EXPECT_EQ(back.event.neighbours, event.neighbours);
    }
}

TEST(RecordedLines, OfABlockStandInTheOrderInWhichTheyCameEachOnce) {
    const auto at = [](std::int64_t ts_ms) {
        CellEvent event = whole_event();
        event.ts_ms = ts_ms;
        return event;
    };
    feed::Block block;
    block.parts.resize(2);
    append_event(block.parts[0], 200, at(now + 2));
    append_event(block.parts[1], 100, at(now + 1));
    append_event(block.parts[1], 200, at(now + 2));  // for another track of the same subscriber
    append_event(block.parts[1], 300, at(now + 3));
    std::string lines;
    append_events(lines, block);
    std::vector<std::int64_t> times;
    feed::for_each_line(lines, [&](std::string_view line) { times.push_back(feed::decode_json(line).event.ts_ms); });
    EXPECT_EQ(times, (std::vector<std::int64_t>{now + 1, now + 2, now + 3}));
}

/// The line of a command, read back as a replay does; the line's own times and ids beside it.
struct Again {
    feed::ConversationLine line;
    std::optional<ledger::Command> command;
};
Again again(const ledger::Command& command, const ledger::Decision& decision) {
    std::string text;
    append_command(text, command, decision, now);
    text.pop_back();
    const auto decoder = feed::make_json_decoder({.sms = true, .control = true});
    const auto kind = feed::decode(*decoder, text).fault.value();
    auto line = decoder->decode_conversation(text, kind).value();
    auto made = runtime::recorded_command_of(line, {.msisdn_max_digits = 15, .allow_private_callbacks = true}).value();
    return {std::move(line), std::move(made)};
}

TEST(RecordedLines, OfCommandsAskTheSameAgain) {
    const ledger::Caller caller{"acme", "Acme \"Ö\" Logistics", "k1"};
    const ledger::CallbackTarget hook{
        .url = "http://127.0.0.1:1/hook", .meta_json = R"({"a":[1]})", .secret = "secret"};
    const ledger::CallbackTarget without_secret{.url = hook.url, .meta_json = hook.meta_json, .secret = {}};

    const auto request = again(ledger::RequestConsent{caller, recorded, hook},
                               {.text_sent = true, .consent = ledger::Consent{.msisdn = recorded, .code = 42}});
    const auto& asked = std::get<ledger::RequestConsent>(*request.command);
    EXPECT_EQ(asked.caller.tenant, "acme");
    EXPECT_EQ(asked.caller.tenant_name, caller.tenant_name);
    EXPECT_EQ(asked.caller.key_id, "k1");
    EXPECT_EQ(asked.msisdn, recorded);
    EXPECT_EQ(asked.callback, without_secret);
    EXPECT_EQ(std::get<feed::ControlLine>(request.line).code, 42);
    EXPECT_EQ(feed::ts_of(request.line), now);

    const ledger::SimTrack track{.track_id = "mts:track:x", .msisdn = recorded, .name = "van 1"};
    const auto create = again(
        ledger::CreateSimTrack{
            .caller = caller, .msisdn = recorded, .external_ref = "r", .start = true, .expiry_ms = 7'205'000},
        {.track = track});
    const auto& made = std::get<ledger::CreateSimTrack>(*create.command);
    EXPECT_EQ(made.name, "van 1");
    EXPECT_EQ(made.external_ref, "r");
    EXPECT_TRUE(made.start);
    EXPECT_EQ(made.expiry_ms, 7'205'000);
    EXPECT_EQ(std::get<feed::ControlLine>(create.line).track_id, "mts:track:x");

    const auto stop = again(ledger::StopSimTrack{caller, {"van 1"}, hook}, {.track = track});
    EXPECT_EQ(std::get<ledger::StopSimTrack>(*stop.command).track.text, "van 1");
    EXPECT_EQ(std::get<ledger::StopSimTrack>(*stop.command).callback, without_secret);
    std::string stop_line;
    append_command(stop_line, ledger::StopSimTrack{caller, {"van 1"}, {}}, {.track = track}, now);
    append_command(stop_line, ledger::DeleteSimTrack{caller, {"van 1"}}, {.track = track}, now);
    const std::string whose = R"("path":"van 1","msisdn":"0919876543210")";  // an erasure finds both
    EXPECT_NE(stop_line.find(whose), stop_line.rfind(whose)) << stop_line;

    const auto text = again(ledger::ReceiveText{recorded, "YES \"\n\xF0\x9F\x91\x8D", "smpp", now - 5}, {});
    EXPECT_EQ(std::get<ledger::ReceiveText>(*text.command).text, "YES \"\n\xF0\x9F\x91\x8D");
    EXPECT_EQ(std::get<ledger::ReceiveText>(*text.command).gateway, "smpp");
    EXPECT_EQ(std::get<ledger::ReceiveText>(*text.command).gateway_ms, now - 5);

    const auto note = again(ledger::NoteText{recorded, "", ledger::TextFate::delivered, "id 7"}, {});
    EXPECT_EQ(std::get<ledger::NoteText>(*note.command).fate, ledger::TextFate::delivered);
    EXPECT_EQ(std::get<ledger::NoteText>(*note.command).detail, "id 7");
}

TEST(RecordedLines, TellNothingOfWhatFollowsByItselfNorOfAnErasure) {
    std::string lines;
    for (const ledger::Command& command : std::vector<ledger::Command>{ledger::NotePosition{1}, ledger::NoteSilence{1},
                                                                       ledger::EraseSubscriber{recorded}})
        append_command(lines, command, {}, now);
    EXPECT_EQ(lines, "");
}

}  // namespace
}  // namespace simtrail::record
