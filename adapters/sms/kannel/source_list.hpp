#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace simtrail::sms::kannel {

/// Which addresses may bring replies and receipts: numeric ones and prefixes of them, "10.1.2.0/24", "::1". An IPv4 address
/// within IPv6 (::ffff:10.1.2.3, as a listener on [::] sees it) counts as what it is.
class SourceList {
   public:
    /// The error names the entry that is neither an address nor a prefix.
    static std::expected<SourceList, std::string> parse(const std::vector<std::string>& entries);

    /// `address`: numeric.
    bool contains(const std::string& address) const;

   private:
    using Bytes = std::array<std::uint8_t, 16>;
    struct Range {
        Bytes base;
        int bits = 128;
    };
    std::vector<Range> ranges_;
};

}  // namespace simtrail::sms::kannel
