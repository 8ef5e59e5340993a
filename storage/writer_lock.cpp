#include "storage/writer_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace simtrail::storage {

WriterLock::WriterLock(const std::string& path) {
    if (path.empty()) return;
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor_ < 0)
        throw StoreError(path + ": cannot be opened for writing: " + std::generic_category().message(errno) +
                         "; check that the folder exists and may be written to");
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw WriterBusy(path + ": another simtrail is writing to it; stop that one or choose another path");
    }
}

WriterLock::~WriterLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace simtrail::storage
