#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

/// The known keys with their closing quotes, as loaded words: one is found by its first two bytes, which lead each key to
/// a slot of its own, and compared in two steps.
class JsonKeys {
   public:
    /// The field whose name, spelt without escapes, stands at `key` and ends in a quote. Reads 16 bytes.
    static Field at(const char* key) noexcept {
        const Field field = by_slot[slot(key[0], key[1])];
        return is(field, key) ? field : Field::unknown;
    }

    /// Whether that field's name stands at `key` so; false of `unknown`.
    static bool is(Field field, const char* key) noexcept {
        std::uint64_t head = 0, tail = 0;
        std::memcpy(&head, key, sizeof head);
        std::memcpy(&tail, key + sizeof head, sizeof tail);
        const auto& word = words[static_cast<std::size_t>(field)];
        return (head & word.head_mask) == word.head && (tail & word.tail_mask) == word.tail;
    }

    /// Bytes of a known field's name and its closing quote.
    static constexpr std::size_t size(Field field) noexcept { return name(field).size() + 1; }

   private:
    struct Word {
        std::uint64_t head = 1, head_mask = 0, tail = 0, tail_mask = 0;  // these match nothing
    };

    static constexpr std::size_t slots = 64;
    static constexpr std::size_t slot(char first, char second) noexcept {
        return (static_cast<unsigned char>(first) + static_cast<unsigned char>(second) * 9U) % slots;
    }

    static constexpr Word word_of(std::string_view key) noexcept {
        std::array<unsigned char, 16> bytes{}, mask{};
        for (std::size_t i = 0; i <= key.size(); ++i) {
            bytes[i] = static_cast<unsigned char>(i < key.size() ? key[i] : '"');
            mask[i] = 0xFF;
        }
        const auto word = std::bit_cast<std::array<std::uint64_t, 2>>(bytes);
        const auto used = std::bit_cast<std::array<std::uint64_t, 2>>(mask);
        return {word[0], used[0], word[1], used[1]};
    }

    static const std::array<Word, known_fields + 1> words;
    static const std::array<Field, slots> by_slot;
};

inline constexpr std::array<JsonKeys::Word, known_fields + 1> JsonKeys::words = [] {
    std::array<Word, known_fields + 1> words{};
    for (std::size_t i = 0; i < known_fields; ++i) words[i] = word_of(field_names[i]);
    return words;
}();

inline constexpr std::array<Field, JsonKeys::slots> JsonKeys::by_slot = [] {
    std::array<Field, slots> fields{};
    fields.fill(Field::unknown);
    for (std::size_t i = 0; i < known_fields; ++i) {
        auto& field = fields[slot(field_names[i][0], field_names[i][1])];
        if (field != Field::unknown) throw "two keys share a slot";  // does not compile then
        field = static_cast<Field>(i);
    }
    return fields;
}();

}  // namespace simtrail::feed
