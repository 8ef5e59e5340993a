#include "bench/simulate/summary.hpp"

#include <array>
#include <utility>

namespace simtrail::simulate {

std::string Summary::json(std::uint64_t seed) const {
    std::string text = "{\n";
    using Number = std::pair<const char*, std::uint64_t>;
    const auto numbers = std::to_array<Number>({{"seed", seed},
                                                {"lines", lines},
                                                {"clean", clean},
                                                {"truths", truths},
                                                {"reordered", reordered},
                                                {"delayed", delayed},
                                                {"silentReports", silent_reports},
                                                {"unlistedServing", unlisted_serving},
                                                {"handOvers", hand_overs.all},
                                                {"pingPongs", hand_overs.ping_pongs}});
    for (const auto& [key, value] : numbers) text += std::string{"  \""} + key + "\": " + std::to_string(value) + ",\n";
    text += "  \"fields\": {\"signal\": " + std::to_string(odd_signals) + "},\n  \"outcomes\": {";
    const char* comma = "";
    for (const auto& [outcome, count] : outcomes) {
        text += comma + ("\"" + outcome) + "\": " + std::to_string(count);
        comma = ", ";
    }
    return text + "}\n}\n";
}

}  // namespace simtrail::simulate
