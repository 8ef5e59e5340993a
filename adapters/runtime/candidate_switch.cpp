#include "adapters/runtime/candidate_switch.hpp"

namespace simtrail::runtime {

bool CandidateSwitch::changes(std::size_t waiting, Time now) noexcept {
    if (choice_ != CandidateChoice::by_load) return false;
    const bool other = few_ ? waiting <= blocks_ / 8 : waiting >= blocks_ / 2;
    if (!other) {
        since_.reset();
        return false;
    }
    if (!since_) since_ = now;
    if (now - *since_ < (few_ ? recovery : patience)) return false;
    since_.reset();
    few_ = !few_;
    return true;
}

}  // namespace simtrail::runtime
