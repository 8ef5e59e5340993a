#include "adapters/sms/smpp/reassembly.hpp"

#include <utility>

namespace simtrail::sms::smpp {

namespace {

std::size_t size_of(const IncomingPart& part) noexcept {
    return Reassembly::part_overhead + part.octets.size() + part.source.size() + part.destination.size();
}

}  // namespace

std::optional<std::string> Reassembly::add(IncomingPart part, std::int64_t now_ms) {
    expire(now_ms);
    const std::size_t size = size_of(part);
    if (size > limits_.octets) {
        ++dropped_.oversized_parts;
        return std::nullopt;
    }
    const Key key{part.source, part.destination, part.number.scheme, part.number.reference, part.number.total};
    Piece piece{part.alphabet, std::move(part.octets)};
    if (const auto order = orders_.find(key); order != orders_.end()) {
        const auto text = texts_.find(order->second);
        const auto held = text->second.pieces.find(part.number.part);
        if (held != text->second.pieces.end() && held->second == piece) {
            ++dropped_.duplicate_parts;
            return std::nullopt;
        }
        if (held != text->second.pieces.end()) {
            ++dropped_.superseded_texts;
            drop(text);
        }
    }
    make_room(size);
    const auto text = text_of(key, now_ms);
    text->second.pieces.emplace(part.number.part, std::move(piece));
    text->second.octets += size;
    octets_ += size;
    if (text->second.pieces.size() < part.number.total) return std::nullopt;
    std::string whole = joined(text->second);
    drop(text);
    return whole;
}

void Reassembly::expire(std::int64_t now_ms) {
    while (!texts_.empty() && now_ms - texts_.begin()->second.since_ms >= limits_.keep_ms) {
        ++dropped_.expired_texts;
        drop(texts_.begin());
    }
}

/// The key's incomplete text; a new one where there is none.
Reassembly::Texts::iterator Reassembly::text_of(const Key& key, std::int64_t now_ms) {
    const auto [order, is_new] = orders_.try_emplace(key, next_order_);
    if (!is_new) return texts_.find(order->second);
    if (texts_.size() >= limits_.texts) {
        ++dropped_.evicted_texts;
        drop(texts_.begin());
    }
    return texts_.emplace_hint(texts_.end(), next_order_++, Text{.key = key, .since_ms = now_ms});
}

/// Evicts the oldest texts until a part of this size fits.
void Reassembly::make_room(std::size_t octets) {
    while (octets_ + octets > limits_.octets) {
        ++dropped_.evicted_texts;
        drop(texts_.begin());
    }
}

void Reassembly::drop(Texts::iterator text) {
    octets_ -= text->second.octets;
    orders_.erase(text->second.key);
    texts_.erase(text);
}

/// Parts of one alphabet are joined before they are read: a sender may have cut a pair of surrogates.
std::string Reassembly::joined(const Text& text) {
    std::string whole, octets;
    Alphabet alphabet = text.pieces.begin()->second.alphabet;
    for (const auto& [number, piece] : text.pieces) {
        if (piece.alphabet != alphabet) {
            whole += decode_text(octets, std::exchange(alphabet, piece.alphabet));
            octets.clear();
        }
        octets += piece.octets;
    }
    return whole + decode_text(octets, alphabet);
}

}  // namespace simtrail::sms::smpp
