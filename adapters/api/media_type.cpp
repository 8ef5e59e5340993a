#include "adapters/api/media_type.hpp"

#include <algorithm>

#include "adapters/api/letters.hpp"
#include "adapters/http/message.hpp"

namespace simtrail::api {

namespace {

/// The part of `rest` before `separator`, trimmed; it is taken off.
std::string_view take_part(std::string_view& rest, char separator) noexcept {
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return trimmed(part);
}

/// A weight in thousandths, as RFC 9110, 12.4.2 writes it: 0 to 1 with three decimals at most; else 1000.
int weight_of(std::string_view text) noexcept {
    constexpr int whole = 1000;
    if (text.empty() || (text[0] != '0' && text[0] != '1')) return whole;
    int weight = (text[0] - '0') * whole;
    int step = whole / 10;
    for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
        if (c < '0' || c > '9') return whole;
        weight += (c - '0') * step;
        step /= 10;
    }
    return std::min(weight, whole);
}

struct MediaRange {
    std::string_view type;
    int weight = 0;
};

MediaRange take_range(std::string_view& accept) noexcept {
    std::string_view rest = take_part(accept, ',');
    MediaRange range{take_part(rest, ';'), 1000};
    while (!rest.empty()) {
        const std::string_view parameter = take_part(rest, ';');
        if (parameter.size() > 2 && http::same_letters(parameter.substr(0, 2), "q="))
            range.weight = weight_of(parameter.substr(2));
    }
    return range;
}

/// How precisely a range names a type: 0 not at all, 1 `*/*`, 2 `text/*`, 3 `text/csv`.
int precision(std::string_view range, std::string_view type) noexcept {
    if (http::same_letters(range, type)) return 3;
    const std::string_view family = type.substr(0, type.find('/') + 1);
    if (range.size() == family.size() + 1 && range.ends_with('*') &&
        http::same_letters(range.substr(0, family.size()), family))
        return 2;
    return range == "*/*" ? 1 : 0;
}

/// The weight of the most precise range that names `type`; 0: none, or refused.
int weight_for(std::string_view accept, std::string_view type) noexcept {
    int best = 0, weight = 0;
    while (!accept.empty()) {
        const MediaRange range = take_range(accept);
        const int fit = precision(range.type, type);
        if (fit > best) weight = range.weight;
        best = std::max(best, fit);
    }
    return weight;
}

}  // namespace

std::string_view bare_media_type(std::string_view content_type) noexcept { return take_part(content_type, ';'); }

std::optional<std::size_t> preferred_type(std::string_view accept, std::span<const std::string_view> offered) noexcept {
    if (trimmed(accept).empty()) return 0;
    std::optional<std::size_t> best;
    int best_weight = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const int weight = weight_for(accept, offered[i]);
        if (weight > best_weight) best = i;
        best_weight = std::max(best_weight, weight);
    }
    return best;
}

}  // namespace simtrail::api
