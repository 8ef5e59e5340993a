#include <gtest/gtest.h>

#include "tests/adapters/feed/decoding.hpp"

namespace simtrail::feed {
namespace {

const std::string contract_line =
    R"({"ts":1699873625645,"msisdn":"919876543210","radio":"lte","mcc":404,"mnc":45,"area":1234,"cell":56789012,)"
    R"("signal":-97,"ta":4,"neighbours":[{"pci":12,"signal":-104},{"cell":56789013,"area":1234,"signal":-110}]})";

/// The smallest good line, with one piece of its text replaced by another.
std::string with(std::string_view piece, std::string_view replacement) {
    std::string line = R"({"ts":1699873625645,"msisdn":"91","radio":"gsm","mcc":404,"mnc":45,"area":7,"cell":9})";
    const auto at = line.find(piece);
    EXPECT_NE(at, line.npos) << piece;
    return line.replace(at, piece.size(), replacement);
}
std::string with_field(std::string_view field) { return with("}", "," + std::string(field) + "}"); }

void expect_same(const CellEvent& a, const CellEvent& b) {
    EXPECT_EQ(a.ts_ms, b.ts_ms);
    EXPECT_EQ(a.msisdn, b.msisdn);
    EXPECT_EQ(a.serving, b.serving);
    EXPECT_EQ(a.pci, b.pci);
    EXPECT_EQ(a.signal_dbm, b.signal_dbm);
    EXPECT_EQ(a.quality_db, b.quality_db);
    EXPECT_EQ(a.timing_advance, b.timing_advance);
    EXPECT_EQ(a.neighbours, b.neighbours);
}

TEST(JsonDecoder, ReadsTheContractsExample) {
    const auto decoded = decode_json(contract_line);
    ASSERT_FALSE(decoded.fault);
    const auto& event = decoded.event;
    EXPECT_EQ(event.ts_ms, 1699873625645);
    EXPECT_EQ(event.msisdn.text(), "919876543210");
    EXPECT_EQ(event.serving, (CellIdentity{Radio::lte, {404, 45}, 1234, 56789012}));
    EXPECT_EQ(event.signal_dbm, -97);
    EXPECT_EQ(event.timing_advance, 4);
    EXPECT_FALSE(event.pci);
    EXPECT_FALSE(event.quality_db);
    Neighbours expected;
    expected.push_back({.pci = 12, .signal_dbm = -104});
    expected.push_back({.cell = 56789013, .area = 1234, .signal_dbm = -110});
    EXPECT_EQ(event.neighbours, expected);
}

struct BadLine {
    Outcome reason;
    std::string line;
};

TEST(JsonDecoder, RejectsEachBadLineWithItsReason) {
    const std::vector<BadLine> bad_lines{
        {Outcome::blank, ""},
        {Outcome::blank, " \t\r"},
        {Outcome::oversized, with_field(R"("x":")" + std::string(max_line_bytes, 'x') + '"')},
        {Outcome::oversized, std::string(max_line_bytes + 1, ' ')},
        {Outcome::not_utf8, with_field("\"x\":\"\xFF\"")},
        {Outcome::not_utf8, with_field("\"x\":\"\xC0\xAF\"")},
        {Outcome::not_json, "hello"},
        {Outcome::not_json, with("}", "")},
        {Outcome::not_json, with("}", "} x")},
        {Outcome::not_json, with("}", "}{}")},
        {Outcome::not_json, with(R"("ts":)", R"("ts" )")},
        {Outcome::not_json, with("404", "0404")},
        {Outcome::not_json, with("404", "-")},
        {Outcome::not_json, with("404", "nulL")},
        {Outcome::not_json, with_field(R"("x":tru)")},
        {Outcome::not_json, with_field(R"("x":})")},
        {Outcome::not_json, with("404", std::string("40\0", 3))},
        {Outcome::not_an_object, "[1,2]"},
        {Outcome::not_an_object, "12"},
        {Outcome::not_an_object, R"("text")"},
        {Outcome::missing_field, "{}"},
        {Outcome::missing_field, with(R"("ts":1699873625645,)", "")},
        {Outcome::missing_field, with(R"("91")", "null")},
        {Outcome::missing_field, with(R"("area":7,)", "")},
        {Outcome::missing_field, with(R"(,"cell":9)", "")},
        {Outcome::wrong_type, with(R"("91")", "91")},
        {Outcome::wrong_type, with("404", R"("404")")},
        {Outcome::wrong_type, with("404", "404.0")},
        {Outcome::wrong_type, with("404", "[]")},
        {Outcome::wrong_type, with("1699873625645", R"("1699873625645")")},
        {Outcome::wrong_type, with_field(R"("type":3)")},
        {Outcome::bad_msisdn, with("91", "")},
        {Outcome::bad_msisdn, with(R"("91")", R"("+91")")},
        {Outcome::bad_msisdn, with(R"("91")", R"("1234567890123456")")},
        {Outcome::bad_time, with("1699873625645", "1699873625")},
        {Outcome::bad_time, with("1699873625645", "946684799999")},
        {Outcome::bad_time, with("1699873625645", "4102444800000")},
        {Outcome::bad_time, with("1699873625645", "1699873625645.5")},
        {Outcome::bad_time, with("1699873625645", "-1")},
        {Outcome::bad_time, with("1699873625645", "1e300")},
        {Outcome::bad_time, with("1699873625645", "99999999999999999999")},
        {Outcome::unknown_type, with_field(R"("type":"call")")},
        {Outcome::unknown_radio, with("gsm", "cdma")},
        {Outcome::out_of_range, with("404", "1000")},
        {Outcome::out_of_range, with("404", "-4")},
        {Outcome::out_of_range, with("404", "99999999999999999999")},
        {Outcome::out_of_range, with(R"("cell":9)", R"("cell":65536)")},
        {Outcome::out_of_range, with(R"("area":7)", R"("area":65536)")},
        {Outcome::untrusted, R"({"type":"sms","ts":1699873625645,"from":"91","to":"5","text":"YES"})"},
        {Outcome::untrusted, R"({"type":"control"})"},
    };
    for (const auto& [reason, line] : bad_lines) {
        const auto decoded = decode_json(line);
        EXPECT_TRUE(decoded.fault) << line;
        EXPECT_EQ(name(decoded.fault.value_or(Outcome::point)), name(reason)) << line.substr(0, 200);
    }
}

TEST(JsonDecoder, NamesTheFirstBadFieldInTheContractsOrder) {
    EXPECT_EQ(decode_json(R"({"mcc":-1,"ts":0})").fault, Outcome::bad_time);
    EXPECT_EQ(decode_json(R"({"mcc":-1,"type":"call"})").fault, Outcome::unknown_type);
    EXPECT_EQ(decode_json(R"({"radio":"cdma","ts":1699873625645,"msisdn":""})").fault, Outcome::bad_msisdn);
}

TEST(JsonDecoder, TellsTrustedSmsAndControlLinesFromCellEvents) {
    EXPECT_EQ(decode_json(R"({"type":"sms"})", {.sms = true}).fault, Outcome::sms);
    EXPECT_EQ(decode_json(R"({"type":"control"})", {.control = true}).fault, Outcome::control);
    EXPECT_EQ(decode_json(R"({"type":"control"})", {.sms = true}).fault, Outcome::untrusted);
}

struct OptionalField {
    std::string field;
    FieldDrop drop;
};

TEST(JsonDecoder, DropsAndCountsABadOptionalFieldAndKeepsTheEvent) {
    const std::vector<OptionalField> fields{
        {R"("signal":-200)", FieldDrop::signal},
        {R"("signal":1)", FieldDrop::signal},
        {R"("signal":"-97")", FieldDrop::signal},
        {R"("signal":1e300)", FieldDrop::signal},
        {R"("quality":41)", FieldDrop::quality},
        {R"("quality":{})", FieldDrop::quality},
        {R"("pci":64)", FieldDrop::pci},
        {R"("pci":1.0)", FieldDrop::pci},
        {R"("ta":3847)", FieldDrop::timing_advance},
        {R"("ta":-1)", FieldDrop::timing_advance},
        {R"("neighbours":7)", FieldDrop::neighbour},
        {R"("neighbours":[7])", FieldDrop::neighbour},
        {R"("neighbours":[{"pci":5}])", FieldDrop::neighbour},
        {R"("neighbours":[{"signal":-90}])", FieldDrop::neighbour},
        {R"("neighbours":[{"pci":500,"signal":-90}])", FieldDrop::neighbour},
    };
    for (const auto& [field, drop] : fields) {
        const auto decoded = decode_json(with_field(field));
        EXPECT_FALSE(decoded.fault) << field;
        EXPECT_EQ(decoded.drops[drop], 1U) << field;
        EXPECT_FALSE(decoded.event.signal_dbm || decoded.event.quality_db || decoded.event.pci ||
                     decoded.event.timing_advance || !decoded.event.neighbours.empty());
    }
    const auto lte =
        decode_json(with(R"("gsm","mcc":404,"mnc":45,"area":7)", R"("lte","mcc":404,"mnc":45,"area":65536)"));
    EXPECT_FALSE(lte.fault);
    EXPECT_EQ(lte.drops[FieldDrop::area], 1U);
}

TEST(JsonDecoder, TakesNullForAbsentAndRoundsMeasurements) {
    const auto decoded = decode_json(with_field(R"("pci":null,"signal":-97.5,"quality":-0,"neighbours":null)"));
    ASSERT_FALSE(decoded.fault);
    EXPECT_FALSE(decoded.event.pci);
    EXPECT_EQ(decoded.event.signal_dbm, -98);
    EXPECT_EQ(decoded.event.quality_db, 0);
    for (const auto dropped : decoded.drops.fields) EXPECT_EQ(dropped, 0U);
}

TEST(JsonDecoder, KeepsSixteenNeighboursAndCountsTheRest) {
    std::string list;
    for (int i = 0; i < 20; ++i)
        list += (i == 0 ? "" : ",") + std::string(R"({"pci":)") + std::to_string(i) + R"(,"signal":-90})";
    const auto decoded = decode_json(with_field(R"("neighbours":[)" + list + "]"));
    ASSERT_FALSE(decoded.fault);
    EXPECT_EQ(decoded.event.neighbours.size(), 16U);
    EXPECT_EQ(decoded.drops[FieldDrop::neighbour], 4U);
}

TEST(JsonDecoder, TakesTheFirstOfRepeatedKeysAndReadsEscapes) {
    EXPECT_EQ(decode_json(with_field(R"("msisdn":"92")")).event.msisdn.text(), "91");
    EXPECT_EQ(decode_json(with("msisdn", R"(ms\u0069sdn)")).event.msisdn.text(), "91");
    EXPECT_EQ(decode_json(with(R"("91")", R"("9\u0031")")).event.msisdn.text(), "91");
    EXPECT_EQ(decode_json(with("gsm", "GsM")).event.serving.radio, Radio::gsm);
}

TEST(JsonDecoder, SkipsUnknownKeysBlanksMarksAndDeepNesting) {
    for (const auto& line :
         {with_field(R"("x":{"msisdn":"92","y":[1,{"ts":0}]})"), with_field(R"("tsx":1,"t":2,"neighbours2":3)"),
          "\xEF\xBB\xBF" + with("gsm", "gsm"), "  " + with("gsm", "gsm") + " \r",
          with_field(R"("x":)" + std::string(3000, '[') + std::string(3000, ']'))}) {
        const auto decoded = decode_json(line);
        EXPECT_FALSE(decoded.fault) << line.substr(0, 120);
        EXPECT_EQ(decoded.event.msisdn.text(), "91");
    }
}

TEST(CsvDecoder, GivesTheEventThatJsonGives) {
    const auto csv =
        decode_csv("neighbours,extra,ts,msisdn,radio,mcc,mnc,area,cell,signal,ta,pci",
                   "12:-104|1234-56789013:-110,\"a, \"\"b\"\"\",1699873625645,\"919876543210\",LTE,404,045,1234,"
                   "56789012,-97,4,\r");
    ASSERT_FALSE(csv.fault);
    expect_same(csv.event, decode_json(contract_line).event);
}

TEST(CsvDecoder, RejectsEachBadRowWithItsReason) {
    const std::vector<BadLine> rows{
        {Outcome::blank, "\r"},
        {Outcome::oversized, std::string(max_line_bytes + 1, 'x')},
        {Outcome::not_utf8, "\xFF,91,gsm,404,45,7,9"},
        {Outcome::not_json, "1699873625645,91,gsm,404,45,7"},
        {Outcome::not_json, "1699873625645,91,gsm,404,45,7,9,9"},
        {Outcome::not_json, "1699873625645,\"91,gsm,404,45,7,9"},
        {Outcome::not_json, "1699873625645,\"91\"x,gsm,404,45,7,9"},
        {Outcome::bad_time, "08:31.0,91,gsm,404,45,7,9"},
        {Outcome::missing_field, ",91,gsm,404,45,7,9"},
        {Outcome::missing_field, "1699873625645,,gsm,404,45,7,9"},
        {Outcome::bad_msisdn, "1699873625645,9x,gsm,404,45,7,9"},
        {Outcome::unknown_radio, "1699873625645,91,wifi,404,45,7,9"},
        {Outcome::wrong_type, "1699873625645,91,gsm, 404,45,7,9"},
        {Outcome::out_of_range, "1699873625645,91,gsm,404,45,7,70000"},
    };
    for (const auto& [reason, row] : rows) {
        const auto decoded = decode_csv("ts,msisdn,radio,mcc,mnc,area,cell", row);
        EXPECT_EQ(name(decoded.fault.value_or(Outcome::point)), name(reason)) << row.substr(0, 100);
    }
}

TEST(CsvDecoder, NamesTheColumnThatIsMissingOrThereTwice) {
    EXPECT_NE(make_csv_decoder("ts,msisdn,radio,mcc,mnc,area", {}).error().find("'cell'"), std::string::npos);
    EXPECT_NE(make_csv_decoder("ts,msisdn,radio,mcc,mnc,cell,ts", {}).error().find("'ts' twice"), std::string::npos);
    EXPECT_TRUE(make_csv_decoder("\xEF\xBB\xBFts,msisdn,radio,mcc,mnc,cell,x,x\r", {}));
    EXPECT_TRUE(looks_like_csv_header("\xEF\xBB\xBFts,msisdn"));
    EXPECT_FALSE(looks_like_csv_header(contract_line));
}

TEST(Scan, SaysNothingWhereItIsNotSure) {
    const auto decoder = make_json_decoder({});
    EXPECT_EQ(decoder->scan_msisdn(contract_line)->text(), "919876543210");
    EXPECT_EQ(decoder->scan_ts(contract_line), 1699873625645);
    for (const auto* line :
         {R"({"x":{"msisdn":"1"},"msisdn":"2"})", R"({"x":[],"msisdn":"2"})", R"({"x\n":1,"msisdn":"2"})",
          R"({"x":"msisdn","y":1})", R"({"msisdn":2})", R"({"msisdn":"1a"})", R"({"msisdn":""})",
          R"({"msisdn":"1234567890123456"})", R"(["msisdn":"1"])", R"({"msisdn")", R"({"msisdn":"1)", ""})
        EXPECT_FALSE(decoder->scan_msisdn(line)) << line;
    const auto csv = std::move(*make_csv_decoder("x,msisdn,ts,radio,mcc,mnc,cell", {}));
    EXPECT_EQ(csv->scan_msisdn("a,12,3")->text(), "12");
    EXPECT_FALSE(csv->scan_msisdn("\"a\",12,3"));
    EXPECT_FALSE(csv->scan_msisdn("a,\"12\",3"));
    EXPECT_FALSE(csv->scan_msisdn("a"));
}

}  // namespace
}  // namespace simtrail::feed
