// Cell tables as CSV: any header and rows are read or refused with a reason, and what is read can be added.

#include <cstdint>
#include <string_view>

#include "adapters/cells/cell_csv.hpp"
#include "engine/cells/cell_table_builder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace simtrail;
    static const auto usual = cells::CellCsv::open(
        "radio,mcc,mnc,area,cell,pci,unit,lon,lat,range,samples,changeable,azimuth,beamwidth,height,eirp");
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    auto csv = cells::CellCsv::open(text.substr(0, text.find('\n')));
    if (!csv) csv = usual;
    CellTableBuilder builder;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find('\n', begin);
        if (const auto row = csv->read(text.substr(begin, end - begin))) builder.add(row->identity, row->record);
        begin = end == std::string_view::npos ? text.size() : end + 1;
    }
    if (builder.size() != 0) (void)builder.build();
    return 0;
}
