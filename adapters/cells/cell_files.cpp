#include "adapters/cells/cell_files.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "adapters/cells/mapped_file.hpp"

namespace simtrail::cells {

namespace {

constexpr std::uint64_t rows_between_progress = 16'384;

bool is_compiled(const std::filesystem::path& path) {
    std::array<char, 8> head{};
    std::ifstream file(path, std::ios::binary);
    if (!file) throw CellFileError(path.string() + ": cannot be opened");
    file.read(head.data(), head.size());
    return SectionFile::recognises(std::as_bytes(std::span{head}));
}

CellTable open_table(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    auto table = CellTable::open(bytes);
    if (!table) throw CellFileError(path.string() + ": " + table.error());
    return *table;
}

constexpr RowOutcome row_outcome(AddOutcome outcome) noexcept {
    switch (outcome) {
        case AddOutcome::added: return RowOutcome::added;
        case AddOutcome::duplicate: return RowOutcome::duplicate;
        case AddOutcome::impossible_coordinates: return RowOutcome::impossible_coordinates;
        case AddOutcome::null_island: return RowOutcome::null_island;
        case AddOutcome::out_of_range:
        case AddOutcome::count_: break;
    }
    return RowOutcome::out_of_range;
}

void add_compiled(const std::filesystem::path& path, CellTableBuilder& builder, FileReport& report) {
    report.compiled = true;
    const MappedFile file(path);
    const CellTable table = open_table(path, file.bytes());
    table.for_each([&](const CellIdentity& identity, const CellRecord& record) {
        report.count(row_outcome(builder.add(identity, record)), 0);
    });
    for (std::size_t i = 0; i < table.file().section_count(); ++i)
        if (const Section section = table.file().section(i); section.plan.kind >= SectionKind::cell_places)
            builder.add_section({section.plan, {section.body.begin(), section.body.end()}});
}

RowOutcome add_row(CellCsv& csv, std::string_view line, CellTableBuilder& builder, FileReport& report) {
    const auto row = csv.read(line);
    if (!row) return row.error();
    report.dropped_fields += row->dropped_fields;
    return row_outcome(builder.add(row->identity, row->record));
}

void add_csv(const std::filesystem::path& path, CellTableBuilder& builder, FileReport& report,
             const std::function<void(std::uint64_t)>& progress) {
    LineSource lines(path);
    const auto first = lines.next();
    if (!first) throw CellFileError(path.string() + ": is empty; a cell table begins with a header line");
    auto csv = CellCsv::open(*first);
    if (!csv)
        throw CellFileError(path.string() + ", line 1: neither a compiled cell file nor a cell table: " + csv.error());
    if (csv->headerless()) report.count(add_row(*csv, *first, builder, report), 1);
    while (const auto line = lines.next()) {
        report.count(add_row(*csv, *line, builder, report), lines.line_number());
        if (lines.line_number() % rows_between_progress == 0) progress(lines.bytes_read());
    }
}

std::uint64_t total_bytes(std::span<const std::filesystem::path> files) {
    std::uint64_t sum = 0;
    for (const auto& file : files)
        if (std::error_code unknown; std::filesystem::is_regular_file(file, unknown))
            sum += std::filesystem::file_size(file);
    return sum;
}

}  // namespace

std::uint64_t FileReport::rejected() const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (is_rejection(static_cast<RowOutcome>(i))) sum += rows[i];
    return sum;
}

void FileReport::count(RowOutcome outcome, std::uint64_t line) {
    ++rows[static_cast<std::size_t>(outcome)];
    if (is_rejection(outcome) && first_bad.size() < max_first_bad) first_bad.push_back({line, outcome});
}

std::vector<FileReport> add_cell_files(std::span<const std::filesystem::path> files, CellTableBuilder& builder,
                                       const ReadProgress& progress) {
    std::vector<FileReport> reports;
    const auto total = total_bytes(files);
    std::uint64_t before = 0;
    for (const auto& path : files) {
        auto& report = reports.emplace_back();
        report.path = path;
        if (is_compiled(path))
            add_compiled(path, builder, report);
        else
            add_csv(path, builder, report, [&](std::uint64_t done) {
                if (progress) progress(before + done, total);
            });
        before += total_bytes({&path, 1});
    }
    if (!std::ranges::all_of(reports, &FileReport::compiled)) builder.add_rival_field();
    return reports;
}

LoadedCells load_cells(std::span<const std::filesystem::path> files, const ReadProgress& progress) {
    LoadedCells loaded;
    if (files.size() == 1 && is_compiled(files.front())) {
        const auto file = std::make_shared<const MappedFile>(files.front());
        loaded.table_ = open_table(files.front(), file->bytes());
        loaded.memory_ = file;
        loaded.reports_.emplace_back().path = files.front();
        loaded.reports_.back().compiled = true;
        return loaded;
    }
    CellTableBuilder builder;
    loaded.reports_ = add_cell_files(files, builder, progress);
    const auto bytes = std::make_shared<const CompiledBytes>(builder.build());
    const auto table = CellTable::open(*bytes);
    if (!table) throw CellFileError("the cell files do not go together: " + table.error());
    loaded.table_ = *table;
    loaded.memory_ = bytes;
    return loaded;
}

}  // namespace simtrail::cells
