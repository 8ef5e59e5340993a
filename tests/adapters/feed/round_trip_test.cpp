#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/adapters/feed/decoding.hpp"
#include "tests/support/made_events.hpp"

namespace simtrail::feed {
namespace {

constexpr int events = 5000;

/// Writes events in every spelling that the contract allows, from a seed.
class Speller {
   public:
    explicit Speller(std::uint64_t seed) : random_(seed) {}

    /// Another mood for the next line: plain lines and odd ones take different ways through the decoder.
    void turn() {
        spaced_ = chance(2);
        escaped_ = chance(4);
        noted_ = chance(2);
    }

    Msisdn msisdn() {
        std::string digits;
        for (auto count = 1 + random_() % Msisdn::max_digits; count > 0; --count) digits += digit();
        return *Msisdn::parse(digits);
    }

    std::string json(const CellEvent& event) {
        std::vector<std::string> pairs{pair("ts", std::to_string(event.ts_ms)),
                                       pair("msisdn", quoted(event.msisdn.text())),
                                       pair("radio", quoted(radio(event))),
                                       pair("mcc", std::to_string(event.serving.plmn.mcc)),
                                       pair("mnc", std::to_string(event.serving.plmn.mnc)),
                                       pair("cell", std::to_string(event.serving.cell))};
        if (chance(3)) pairs.push_back(pair("type", quoted("cell")));
        const auto optional = [&](std::string_view key, const auto& value) {
            if (value)
                pairs.push_back(pair(key, measure(*value)));
            else if (chance(4))
                pairs.push_back(pair(key, "null"));
        };
        if (event.serving.area) pairs.push_back(pair("area", std::to_string(*event.serving.area)));
        if (event.pci) pairs.push_back(pair("pci", std::to_string(*event.pci)));
        if (event.timing_advance) pairs.push_back(pair("ta", std::to_string(*event.timing_advance)));
        optional("signal", event.signal_dbm);
        optional("quality", event.quality_db);
        if (!event.neighbours.empty()) {
            std::vector<std::string> items;
            for (const auto& neighbour : event.neighbours) items.push_back(json(neighbour));
            pairs.push_back(pair("neighbours", enclosed('[', items, ']')));
        }
        return blanks() + object(std::move(pairs)) + blanks();
    }

    /// A row under `csv_header`.
    std::string csv(const CellEvent& event) {
        const auto field = [&](const auto& value) { return value ? cell(std::to_string(*value)) : std::string(); };
        std::string neighbours;
        for (const auto& n : event.neighbours) {
            if (!neighbours.empty()) neighbours += '|';
            neighbours += n.cell ? (n.area ? std::to_string(*n.area) : "") + '-' + std::to_string(*n.cell)
                                 : std::to_string(n.pci.value());
            neighbours += ':' + std::to_string(n.signal_dbm);
        }
        return cell("x, \"y\"") + ',' + cell(event.msisdn.text()) + ',' + cell(std::to_string(event.ts_ms)) + ',' +
               cell(radio(event)) + ',' + cell(std::to_string(event.serving.plmn.mcc)) + ',' +
               cell("0" + std::to_string(event.serving.plmn.mnc)) + ',' + field(event.serving.area) + ',' +
               cell(std::to_string(event.serving.cell)) + ',' + field(event.pci) + ',' + field(event.signal_dbm) + ',' +
               field(event.quality_db) + ',' + field(event.timing_advance) + ',' + cell(neighbours) +
               (chance(2) ? "\r" : "");
    }
    static constexpr std::string_view csv_header =
        "note,msisdn,ts,radio,mcc,mnc,area,cell,pci,signal,quality,ta,neighbours";

    bool chance(std::uint64_t one_in) { return random_() % one_in == 0; }

   private:
    char digit() { return static_cast<char>('0' + random_() % 10); }

    std::string blanks() {
        std::string text;
        while (spaced_ && chance(3)) text += " \t\r"[random_() % 3];
        return text;
    }

    std::string radio(const CellEvent& event) {
        std::string text(name(event.serving.radio));
        if (chance(2)) std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c & ~0x20); });
        return text;
    }

    /// A measurement may come with a fraction, and is rounded.
    std::string measure(int value) {
        if (chance(3)) return std::to_string(value) + ".0";
        return chance(6) ? std::to_string(value) + "e0" : std::to_string(value);
    }

    /// At times with an escape, which means the same.
    std::string quoted(std::string_view text) {
        std::string out = "\"";
        for (const char c : text) {
            constexpr std::string_view hex = "0123456789abcdef";
            if (escaped_ && chance(4))
                out += std::string("\\u00") + hex[static_cast<unsigned>(c) / 16] + hex[c & 15];
            else
                out += c;
        }
        return out + '"';
    }

    std::string pair(std::string_view key, const std::string& value) {
        return quoted(key) + blanks() + ':' + blanks() + value;
    }

    std::string unknown(std::size_t number) {
        static constexpr std::array<std::string_view, 10> values{"null",
                                                                 "true",
                                                                 "-0.5e+3",
                                                                 "\"\\u00e9 \\\"}{][\"",
                                                                 "[]",
                                                                 "{}",
                                                                 "[{\"ts\":1},[2]]",
                                                                 "{\"msisdn\":{\"cell\":[7]}}",
                                                                 "\"\xC3\xA9\"",
                                                                 "12345678901234567890"};
        return pair("x" + std::to_string(number), std::string(values[random_() % values.size()]));
    }

    std::string object(std::vector<std::string> pairs) {
        for (std::size_t i = 0; noted_ && chance(2); ++i) pairs.push_back(unknown(i));
        std::ranges::shuffle(pairs, random_);
        return enclosed('{', pairs, '}');
    }

    std::string enclosed(char open, const std::vector<std::string>& items, char close) {
        std::string text = open + blanks();
        for (const auto& item : items) {
            if (&item != &items.front()) text += ',' + blanks();
            text += item + blanks();
        }
        return text + close;
    }

    std::string json(const Neighbour& neighbour) {
        std::vector<std::string> pairs{pair("signal", measure(neighbour.signal_dbm))};
        if (neighbour.cell) pairs.push_back(pair("cell", std::to_string(*neighbour.cell)));
        if (neighbour.area) pairs.push_back(pair("area", std::to_string(*neighbour.area)));
        if (neighbour.pci) pairs.push_back(pair("pci", std::to_string(*neighbour.pci)));
        return object(std::move(pairs));
    }

    /// A CSV field, quoted where it must be and at times where it need not.
    std::string cell(const std::string& text) {
        if (text.find_first_of(",\"") == text.npos && !chance(5)) return text;
        std::string out = "\"";
        for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + '"';
    }

    std::mt19937_64 random_;
    bool spaced_ = false, escaped_ = false, noted_ = false;
};

void expect_same_event(const CellEvent& a, const CellEvent& b) {
    EXPECT_EQ(a.ts_ms, b.ts_ms);
    EXPECT_EQ(a.msisdn, b.msisdn);
    EXPECT_EQ(a.serving, b.serving);
    EXPECT_EQ(a.pci, b.pci);
    EXPECT_EQ(a.signal_dbm, b.signal_dbm);
    EXPECT_EQ(a.quality_db, b.quality_db);
    EXPECT_EQ(a.timing_advance, b.timing_advance);
    EXPECT_EQ(a.neighbours, b.neighbours);
}

/// A CSV neighbour has a cell or a physical cell id, not both.
CellEvent as_csv_holds(CellEvent event) {
    const auto all = event.neighbours;
    event.neighbours.clear();
    for (auto neighbour : all) {
        if (neighbour.cell) neighbour.pci.reset();
        event.neighbours.push_back(neighbour);
    }
    return event;
}

class RoundTrip : public ::testing::Test {
   protected:
    RoundTrip() { RecordProperty("seed", std::to_string(seed)); }

    CellEvent next() {
        speller.turn();
        auto event = made.next();
        event.msisdn = speller.msisdn();
        return event;
    }

    void expect_decoded(LineDecoder& decoder, const std::string& line, const CellEvent& event) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ": " + line);
        const auto decoded = decode(decoder, line);
        ASSERT_FALSE(decoded.fault) << name(*decoded.fault);
        expect_same_event(decoded.event, event);
        EXPECT_EQ(decoded.drops.fields, OutcomeCounts{}.fields);
    }

    const std::uint64_t seed = std::random_device{}();
    simtrail::testing::MadeEvents made{seed};
    Speller speller{seed + 1};
};

TEST_F(RoundTrip, JsonInAnySpellingDecodesToTheEvent) {
    const auto decoder = make_json_decoder({});
    for (int i = 0; i < events && !HasFailure(); ++i) {
        const auto event = next();
        expect_decoded(*decoder, speller.json(event), event);
    }
}

TEST_F(RoundTrip, CsvInAnySpellingDecodesToTheEvent) {
    const auto decoder = std::move(*make_csv_decoder(Speller::csv_header, {}));
    for (int i = 0; i < events && !HasFailure(); ++i) {
        const auto event = as_csv_holds(next());
        expect_decoded(*decoder, speller.csv(event), event);
    }
}

}  // namespace
}  // namespace simtrail::feed
