// Configuration files: any text is a checked configuration, or one line that says what is wrong with it.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "adapters/config/configuration.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace simtrail::config;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (text.find("_file") != std::string_view::npos) return 0;  // no reading of what a fuzzer names
    const auto configuration = parse_configuration(text, "fuzzed.toml");
    if (!configuration) {
        const auto& message = configuration.error().message;
        if (!message.starts_with("fuzzed.toml:") || message.find('\n') != std::string::npos) std::abort();
        return 0;
    }
    if (!configuration->api.tls.enabled() && !is_loopback(configuration->api.listen) &&
        !configuration->api.plain_beyond_loopback)
        std::abort();
    return 0;
}
