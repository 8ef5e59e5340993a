// JSON lines: any bytes are rejected with a reason or become an event that keeps the contract.

#include "tests/fuzz/padded_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto decoder = simtrail::feed::make_json_decoder({.sms = true, .control = true});
    simtrail::fuzz::check_line(*decoder, {reinterpret_cast<const char*>(data), size});
    return 0;
}
