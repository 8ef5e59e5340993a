// The gate's promise: where the scan names a subscriber, the decoder names the same or rejects the line; never is an sms or
// control line of a trusted source taken for an event. The input is put among fields that make a line whole, so that most
// mutations reach the comparison.

#include <string>

#include "tests/fuzz/padded_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace simtrail::feed;
    static const auto json = make_json_decoder({});
    static const auto trusted = make_json_decoder({.sms = true, .control = true});
    static const auto csv = std::move(*make_csv_decoder("x,msisdn,ts,radio,mcc,mnc,cell", {}));
    const std::string input(reinterpret_cast<const char*>(data), size);
    const std::string among =
        "{" + input + R"(,"msisdn":"5","ts":1699873625645,"radio":"lte","mcc":1,"mnc":1,"cell":1})";
    const std::string before =
        R"({"ts":1699873625645,"msisdn":"5","radio":"lte","mcc":1,"mnc":1,"cell":1,)" + input + "}";
    for (const auto* decoder : {&json, &trusted}) {
        simtrail::fuzz::check_line(**decoder, input);
        simtrail::fuzz::check_line(**decoder, among);
        simtrail::fuzz::check_line(**decoder, before);
    }
    simtrail::fuzz::check_line(*csv, input + ",91,1699873625645,lte,1,1,1");
    return 0;
}
