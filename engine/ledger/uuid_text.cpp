#include "engine/ledger/uuid_text.hpp"

namespace simtrail::ledger {

std::string uuid_text(const std::array<std::uint8_t, 16>& uuid) {
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += hex[uuid[i] >> 4U];
        text += hex[uuid[i] & 15U];
    }
    return text;
}

}  // namespace simtrail::ledger
