// Compiled cell files: any bytes either are refused or are read without leaving them. Mutations keep the header's checksum
// right, else it would hide everything behind it.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/cells/cell_table.hpp"
#include "engine/cells/cell_table_builder.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using namespace simtrail;

const CompiledBytes& sample_file() {
    static const CompiledBytes file = [] {
        CellTableBuilder builder;
        for (std::uint64_t cell = 0; cell < 10; ++cell) builder.add({Radio::lte, {404, 45}, 7, cell}, {.site = {1, 2}});
        builder.add({Radio::gsm, {404, 45}, 7, 1}, {.site = {1, 2}});
        return builder.build();
    }();
    return file;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned) {
    if (!SectionFile::recognises(std::as_bytes(std::span(data, size))) && sample_file().size() <= max_size) {
        size = sample_file().size();
        std::memcpy(data, sample_file().data(), size);
    }
    size = LLVMFuzzerMutate(data, size, max_size);
    seal_header(std::as_writable_bytes(std::span(data, size)));
    return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto table = CellTable::open(std::as_bytes(std::span(data, size)));
    if (!table) return 0;
    table->for_each([&](const CellIdentity& identity, const CellRecord&) {
        table->prefetch(identity);
        (void)table->find(identity);
    });
    table->for_each_area([&](Radio radio, Plmn plmn, std::uint32_t area, const AreaRecord&) {
        (void)table->find_area(radio, plmn, area);
    });
    (void)table->find({Radio::nr, {1, 1}, std::nullopt, size});
    (void)table->verify();
    return 0;
}
