// toml++ 3.3 asserts on texts such as "[.a]", and in release takes the same for granted (undefined behaviour); the checks
// that follow its assertions tell the mistake properly. So: assertions that neither abort nor assume (our fuzzer's find).
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(expression)
#include <toml++/toml.h>

#include "adapters/config/toml_entries.hpp"

#include <algorithm>
#include <utility>

namespace simtrail::config {

namespace {

constexpr std::size_t max_line = 4096;  // bounds the library's recursion over dotted keys

ConfigurationError error(std::string_view path, std::size_t line, std::string_view what) {
    return {std::string{path} + ':' + std::to_string(line) + ": " + std::string{what}};
}

std::expected<void, ConfigurationError> check_sizes(std::string_view text, std::string_view path) {
    if (text.size() > max_configuration_bytes)
        return std::unexpected(error(path, 1, "a configuration is smaller than 1 MiB"));
    for (std::size_t begin = 0, line = 1; begin < text.size(); ++line) {
        const auto end = std::min(text.find('\n', begin), text.size());
        if (end - begin > max_line) return std::unexpected(error(path, line, "lines end within 4096 bytes"));
        begin = end + 1;
    }
    return {};
}

/// A key of the contract's is bare; any other is quoted, so that `"a.b"` is not taken for `a.b`.
std::string quoted_unless_bare(std::string_view key) {
    const auto bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (!key.empty() && std::ranges::all_of(key, bare)) return std::string{key};
    std::string text = "\"";
    for (const char c : key) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return text + '"';
}

Value list_value(const toml::array& array) {
    std::vector<std::string> texts;
    for (const auto& element : array) {
        const auto* text = element.as_string();
        if (text == nullptr) return OtherValue{"a list of other things than texts"};
        texts.push_back(text->get());
    }
    return texts;
}

Value value_of(const toml::node& node) {
    if (const auto* boolean = node.as_boolean()) return boolean->get();
    if (const auto* integer = node.as_integer()) return integer->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* array = node.as_array()) return list_value(*array);
    if (node.is_table()) return TableHead{};
    return OtherValue{"a date or time"};
}

void add_entries(const toml::table& table, const std::string& prefix, std::vector<Entry>& entries) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + quoted_unless_bare(key.str());
        entries.push_back({name, key.source().begin.line, value_of(node)});
        if (const auto* inner = node.as_table()) add_entries(*inner, name + '.', entries);
    }
}

std::string one_line(std::string_view text) {
    std::string line{text};
    std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return line;
}

}  // namespace

std::expected<std::vector<Entry>, ConfigurationError> toml_entries(std::string_view text, std::string_view path) {
    if (const auto sizes = check_sizes(text, path); !sizes) return std::unexpected(sizes.error());
    try {
        std::vector<Entry> entries;
        add_entries(toml::parse(text), {}, entries);
        std::ranges::sort(entries, {}, [](const Entry& entry) { return std::pair{entry.line, entry.key}; });
        return entries;
    } catch (const toml::parse_error& fault) {
        return std::unexpected(error(path, fault.source().begin.line, one_line(fault.description())));
    }
}

}  // namespace simtrail::config
