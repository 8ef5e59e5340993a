#include "storage/cell_notes.hpp"

#include <algorithm>

#include "storage/connection.hpp"
#include "storage/schema.hpp"

namespace simtrail::storage {

namespace {

std::vector<CellFile> read_notes(Database& database) {
    std::vector<CellFile> files;
    for (Statement s(database, "SELECT path, bytes, checksum FROM cell_file ORDER BY number"); s.step();)
        files.push_back({.path = std::string(s.bytes(0)),
                         .bytes = static_cast<std::uint64_t>(s.number(1)),
                         .checksum = static_cast<std::uint64_t>(s.number(2))});
    return files;
}

}  // namespace

void note_cell_files(const std::string& path, std::span<const CellFile> files) {
    Database database = open_existing(path);
    if (std::ranges::equal(read_notes(database), files)) return;
    Transaction transaction(database);
    database.execute("DELETE FROM cell_file");
    Statement insert(database, "INSERT INTO cell_file (path, bytes, checksum) VALUES (?, ?, ?)");
    for (const CellFile& file : files) insert.with(std::string_view(file.path), file.bytes, file.checksum).run();
    transaction.commit();
}

std::vector<CellFile> noted_cell_files(const std::string& path) {
    Database database(path, Database::Mode::read_only);
    check_schema(database, 1);
    constexpr std::int64_t since = 4;
    if (database.number("PRAGMA user_version") < since) return {};
    return read_notes(database);
}

}  // namespace simtrail::storage
