#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "adapters/sms/smpp/segmentation.hpp"
#include "adapters/sms/smpp/text_coding.hpp"

namespace simtrail::sms::smpp {

/// One part of a longer text from a subscriber.
struct IncomingPart {
    std::string source;
    std::string destination;
    PartNumber number;
    Alphabet alphabet = Alphabet::gsm;
    std::string octets;
};

/// Joins the parts of long texts, in whatever order they come. What it holds is bounded and lives in memory alone: a text that
/// is incomplete when the process ends is lost unless its parts are sent again. Not thread-safe; time is given.
class Reassembly {
   public:
    struct Limits {
        std::size_t texts = 1000;                    // incomplete at a time; 255 parts of 140 octets each are 36 KB
        std::size_t octets = std::size_t{4} << 20U;  // of all parts held, with part_overhead for each
        std::int64_t keep_ms =
            3'600'000;  // from the first part; a phone sends them within seconds, an SMSC's queue may not
    };
    static constexpr std::size_t part_overhead = 128;  // what a part of no octets takes, about

    /// What did not become a text, since the start: for counters.
    struct Dropped {
        std::uint64_t duplicate_parts = 0;  // equal to one that is held
        std::uint64_t expired_texts = 0;    // incomplete for keep_ms
        std::uint64_t evicted_texts = 0;    // the oldest, where a limit was reached
        std::uint64_t superseded_texts =
            0;  // one of its parts came again with other content: the reference is a new text's
        std::uint64_t oversized_parts = 0;  // larger than the limit on octets
        std::uint64_t texts() const noexcept {
            return expired_texts + evicted_texts + superseded_texts + oversized_parts;
        }
        friend bool operator==(const Dropped&, const Dropped&) = default;
    };

    explicit Reassembly(Limits limits) noexcept : limits_(limits) {}
    Reassembly() noexcept : Reassembly(Limits{}) {}

    /// The whole text in UTF-8, where this was its last missing part.
    std::optional<std::string> add(IncomingPart part, std::int64_t now_ms);

    /// Drops what has been incomplete for too long; `add` does so, too.
    void expire(std::int64_t now_ms);

    const Dropped& dropped() const noexcept { return dropped_; }
    std::size_t incomplete() const noexcept { return texts_.size(); }
    std::size_t octets() const noexcept { return octets_; }

   private:
    using Key = std::tuple<std::string, std::string, PartScheme, std::uint16_t, std::uint8_t>;
    using Order = std::uint64_t;  // of first parts' arrival

    struct Piece {
        Alphabet alphabet = Alphabet::gsm;
        std::string octets;
        friend bool operator==(const Piece&, const Piece&) = default;
    };
    struct Text {
        Key key;
        std::int64_t since_ms = 0;
        std::size_t octets = 0;
        std::map<std::uint8_t, Piece> pieces{};
    };
    using Texts = std::map<Order, Text>;

    Texts::iterator text_of(const Key& key, std::int64_t now_ms);
    void make_room(std::size_t octets);
    void drop(Texts::iterator text);
    static std::string joined(const Text& text);

    Limits limits_;
    Dropped dropped_;
    Texts texts_;
    std::map<Key, Order> orders_;
    Order next_order_ = 0;
    std::size_t octets_ = 0;
};

}  // namespace simtrail::sms::smpp
