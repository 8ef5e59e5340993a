#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A request's target (RFC 9112, 3.2.1) taken apart. All of it is hostile until it went through here.
namespace simtrail::api {

/// The bytes that `text` stands for (RFC 3986, 2.1); nothing where a percent sign has no two hex digits behind it. `+` is
/// a plus sign.
std::optional<std::string> percent_decoded(std::string_view text);

/// Everything but letters, digits, `-`, `.`, `_`, `~` and `:` as %XX: one path segment, or one value of a query.
std::string percent_encoded(std::string_view text);

/// Where the path ends and the query begins; views into `target`.
struct SplitTarget {
    std::string_view path;
    std::string_view query;  // without its question mark
};
SplitTarget split_target(std::string_view target) noexcept;

/// Whether `path` has the form of `pattern`, whose segments `{}` stand for any one that is not empty. These are put into
/// `arguments` as they came, still encoded.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string_view>& arguments);

/// The parameters of a query that an operation knows, decoded. Others are ignored.
class Query {
   public:
    struct Fault {
        std::string field;
        std::string what;
    };
    /// Refuses a known parameter that comes twice or whose encoding is broken.
    static std::expected<Query, Fault> parse(std::string_view text, std::span<const std::string_view> known);

    /// As given, also where it is empty; nullptr where absent.
    const std::string* find(std::string_view name) const noexcept;

   private:
    struct Parameter {
        std::string_view name;  // one of the known, which outlive the query
        std::string value;
    };
    std::vector<Parameter> parameters_;
};

/// `query` without its parameters of that name, fit to stand in a Link header.
std::string query_without(std::string_view query, std::string_view name);

/// The key of an Authorization header (RFC 6750, 2.1: `Bearer` in any case, one token68); nothing where it has another form.
std::optional<std::string_view> bearer_key(std::string_view header) noexcept;

}  // namespace simtrail::api
