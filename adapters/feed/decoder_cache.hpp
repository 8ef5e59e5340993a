#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/line_source.hpp"

namespace simtrail::feed {

/// One thread's decoders of live sources: one for each format and trust.
class DecoderCache {
   public:
    /// Precondition: the source's CSV header, where it has one, has been found good (make_csv_decoder).
    LineDecoder& of(const LineSource& source);

   private:
    using Key = std::tuple<std::string, bool, bool>;
    std::map<Key, std::unique_ptr<LineDecoder>> decoders_;
};

}  // namespace simtrail::feed
