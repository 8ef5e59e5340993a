#include "adapters/record/erasing_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "adapters/record/recordings.hpp"

namespace simtrail::record {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view next_list = ".next";

bool write_all(int file, const std::string& text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const ssize_t written = ::write(file, text.data() + at, text.size() - at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += static_cast<std::size_t>(written);
    }
    return ::fsync(file) == 0;
}

}  // namespace

ErasingList::ErasingList(const fs::path& folder) : folder_(folder), path_(folder / ".erasing-list") {
    std::error_code error;  // one that cannot go is written over by the next
    fs::remove(path_.string() + std::string(next_list), error);
    if (!fs::exists(path_)) return;
    std::ifstream in(path_, std::ios::binary);
    if (!in) fail(path_, EIO);
    for (std::string line; std::getline(in, line);) {
        const auto msisdn = Msisdn::parse(line);
        if (!msisdn) throw std::runtime_error(path_.string() + ": not a list of subscribers to erase");
        noted_.emplace(*msisdn, last_note_);
    }
    if (in.bad()) fail(path_, EIO);
}

void ErasingList::add(const std::vector<Msisdn>& subscribers) {
    const std::lock_guard lock(mutex_);
    ++last_note_;
    for (const Msisdn msisdn : subscribers) noted_[msisdn] = last_note_;
    write();
}

void ErasingList::remove(const std::vector<Msisdn>& subscribers, std::uint64_t last_note) {
    const std::lock_guard lock(mutex_);
    for (const Msisdn msisdn : subscribers)
        if (const auto found = noted_.find(msisdn); found != noted_.end() && found->second <= last_note)
            noted_.erase(found);
    write();
}

std::vector<Msisdn> ErasingList::subscribers() const {
    const std::lock_guard lock(mutex_);
    std::vector<Msisdn> subscribers;
    for (const auto& [msisdn, note] : noted_) subscribers.push_back(msisdn);
    return subscribers;
}

std::uint64_t ErasingList::last_note() const {
    const std::lock_guard lock(mutex_);
    return last_note_;
}

/// Replaced as a whole: a crash leaves the old one or the new one.
void ErasingList::write() const {
    if (noted_.empty()) {
        fs::remove(path_);
        return make_names_durable(folder_);
    }
    const fs::path next = path_.string() + std::string(next_list);
    const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) fail(next, errno);
    std::string text;
    for (const auto& [msisdn, note] : noted_) text.append(msisdn.text()).append("\n");
    const bool written = write_all(file, text);
    const int error = errno;
    ::close(file);
    if (!written) fail(next, error);
    fs::rename(next, path_);
    make_names_durable(folder_);
}

}  // namespace simtrail::record
