#include "adapters/feed/decoder_cache.hpp"

#include <stdexcept>

namespace simtrail::feed {

LineDecoder& DecoderCache::of(const LineSource& source) {
    auto& decoder = decoders_[Key{source.csv_header, source.trust.sms, source.trust.control}];
    if (decoder) return *decoder;
    if (source.csv_header.empty()) {
        decoder = make_json_decoder(source.trust);
    } else {
        auto csv = make_csv_decoder(source.csv_header, source.trust);
        if (!csv) throw std::logic_error("a CSV header that was not checked: " + csv.error());
        decoder = std::move(*csv);
    }
    return *decoder;
}

}  // namespace simtrail::feed
