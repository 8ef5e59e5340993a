#include "storage/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include "storage/connection.hpp"

namespace simtrail::storage {

namespace {

constexpr int pages_a_step = 256;  // 4 MiB: progress moves, and no step takes long

[[noreturn]] void fail(const std::string& path, const std::string& what) {
    throw StoreError(path + ": " + what + ": " + std::generic_category().message(errno));
}

void sync(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) fail(path, "cannot be opened");
    const int result = ::fsync(descriptor);
    ::close(descriptor);
    if (result != 0) fail(path, "cannot be made durable");
}

/// The copy while it is not whole; removed unless published.
class PartialFile {
   public:
    explicit PartialFile(const std::string& target) : target_(target), path_(target + ".partial") { remove(); }
    ~PartialFile() { remove(); }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    const std::string& path() const noexcept { return path_; }

    /// Under its name, unless somebody else has taken that meanwhile.
    void publish() {
        sync(path_, O_RDWR);
        if (::link(path_.c_str(), target_.c_str()) != 0) fail(target_, "cannot be made");
        remove();
        const auto folder = std::filesystem::absolute(target_).parent_path();
        sync(folder.string(), O_RDONLY | O_DIRECTORY);
    }

   private:
    void remove() noexcept {
        std::error_code ignored;
        for (const char* part : {"", "-journal", "-wal", "-shm"}) std::filesystem::remove(path_ + part, ignored);
    }

    std::string target_, path_;
};

void copy(Database& from, Database& to, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    from.execute("BEGIN");
    from.number("SELECT count(*) FROM sqlite_schema");  // the moment that is copied
    const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> backup(
        sqlite3_backup_init(to.handle(), "main", from.handle(), "main"), sqlite3_backup_finish);
    if (!backup) to.fail(sqlite3_extended_errcode(to.handle()), "cannot be written");
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup.get(), pages_a_step);
        const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
        progress(all - static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get())), all);
    }
    if (code != SQLITE_DONE) to.fail(code, "the copy cannot be made");
}

}  // namespace

void back_up(const std::string& path, const std::string& target,
             const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    if (std::filesystem::exists(std::filesystem::symlink_status(target)))
        throw StoreError(target + ": exists already; give the copy another name");
    Database from = open_reading(path);
    PartialFile partial(target);
    {
        make_private_file(partial.path());
        Database to(partial.path(), Database::Mode::read_write);
        copy(from, to, progress);
    }
    partial.publish();
}

}  // namespace simtrail::storage
