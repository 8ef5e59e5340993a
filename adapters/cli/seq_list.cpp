#include "adapters/cli/seq_list.hpp"

namespace simtrail::cli {

std::string seq_list(const std::vector<SeqRange>& ranges) {
    std::string list;
    for (const SeqRange& range : ranges)
        list += (list.empty() ? "" : ", ") + std::to_string(range.first) + "-" + std::to_string(range.last);
    return list;
}

}  // namespace simtrail::cli
