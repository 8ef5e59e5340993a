// CSV: the first line is a header, the rest are its rows.

#include "tests/fuzz/padded_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto next_line = [&] {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        return line;
    };
    const auto decoder = simtrail::feed::make_csv_decoder(next_line(), {.sms = true, .control = false});
    while (decoder && !rest.empty()) simtrail::fuzz::check_line(**decoder, next_line());
    return 0;
}
