#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace simtrail::api {

/// The type of a Content-Type header without its parameters and the blanks around it: "text/csv". As sent, in its case.
std::string_view bare_media_type(std::string_view content_type) noexcept;

/// Which of `offered` an Accept header (RFC 9110, 12.5.1) wants most, the earlier one where it does not care; nothing where
/// it takes none of them. An empty header takes all. What is no media range in it is ignored.
std::optional<std::size_t> preferred_type(std::string_view accept, std::span<const std::string_view> offered) noexcept;

}  // namespace simtrail::api
