#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace simtrail::storage {

/// The store failed: `what()` says which file, what happened and how to mend it.
class StoreError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

/// A SQLite connection, closed with its owner. One thread at a time.
class Database {
   public:
    enum class Mode : std::uint8_t { read_only, read_write, create };

    /// `vfs`: nullptr for the operating system's. Throws StoreError.
    Database(const std::string& path, Mode mode, const char* vfs = nullptr);

    void execute(const std::string& sql);
    std::int64_t number(const std::string& sql);
    std::string text(const std::string& sql);

    const std::string& path() const noexcept { return path_; }
    sqlite3* handle() const noexcept { return handle_.get(); }

    /// Throws what `code` means for a person.
    [[noreturn]] void fail(int code, std::string_view doing) const;

   private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::string path_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// Bytes among the values of `Statement::with`; strings are text there.
struct Blob {
    std::string_view bytes;
};

/// A prepared statement. Bind 1, 2, …, then `step` until it returns false; `run` is for statements without rows.
class Statement {
   public:
    Statement(Database& database, std::string_view sql);

    Statement& bind(int index, std::int64_t value);
    /// Text and blobs are not copied: they must outlive the run.
    Statement& bind_text(int index, std::string_view text);
    Statement& bind_blob(int index, std::string_view bytes);

    /// Binds 1, 2, … in order: integers, text, `Blob`.
    template <class... Values>
    Statement& with(const Values&... values) {
        int index = 0;
        (bind_value(++index, values), ...);
        return *this;
    }

    bool step();
    void reset() noexcept;
    void run();

    std::int64_t number(int column) const;
    /// Valid until the next step.
    std::string_view bytes(int column) const;

   private:
    void check(int code);
    void bind_value(int index, std::integral auto value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind_value(int index, std::string_view text) { bind_text(index, text); }
    void bind_value(int index, Blob blob) { bind_blob(index, blob.bytes); }

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Rolls back unless committed. BEGIN IMMEDIATE: the write lock is taken at once.
class Transaction {
   public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

   private:
    Database* database_;
    bool open_ = true;
};

}  // namespace simtrail::storage
