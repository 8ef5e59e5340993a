#include "adapters/sms/smpp/options.hpp"

#include <stdexcept>
#include <string_view>

namespace simtrail::sms::smpp {

namespace {

constexpr std::uint32_t most_binds = 16;
constexpr std::uint32_t most_window = 1000;
constexpr std::size_t most_tlv_octets = 255;  // of one that goes out with every message

[[noreturn]] void unusable(std::string_view name, std::string_view rule) {
    throw std::invalid_argument(std::string(name) + " must be " + std::string(rule));
}

void check_range(std::string_view name, std::int64_t value, std::int64_t least, std::int64_t most) {
    if (value < least || value > most) unusable(name, std::to_string(least) + " to " + std::to_string(most));
}

void check_text(std::string_view name, std::string_view text, std::size_t most = max_text_octets) {
    if (text.size() > most || text.contains('\0'))
        unusable(name, "at most " + std::to_string(most) + " octets, none of them NUL");
}

}  // namespace

void check(const SmppOptions& options) {
    if (options.host.empty()) unusable("host", "given");
    if (options.port == 0) unusable("port", "1 to 65535");
    check_text("system_id", options.system_id);
    check_text("password", options.password);
    check_text("system_type", options.system_type);
    check_text("service_type", options.service_type);
    check_text("source_address", options.source.text);
    check_range("binds", options.binds, 1, most_binds);
    check_range("window", options.window, 1, most_window);
    check_range("enquire_interval", options.enquire_interval.count(), 1, 86'400'000);
    check_range("response_timeout", options.response_timeout.count(), 1, 3'600'000);
    check_range("capacity", options.capacity, 1, 1'000'000);
    for (const auto& tlv : options.extra_tlvs)
        if (tlv.value.size() > most_tlv_octets) unusable("an extra TLV", "at most 255 octets");
}

}  // namespace simtrail::sms::smpp
