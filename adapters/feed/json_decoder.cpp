#include <simdjson.h>

#include <cstring>
#include <new>

#include "adapters/feed/conversation_json.hpp"
#include "adapters/feed/event_fields.hpp"
#include "adapters/feed/json_keys.hpp"
#include "adapters/feed/line_decoder.hpp"
#include "adapters/feed/line_scan.hpp"
#include "adapters/feed/plain_json.hpp"
#include "adapters/feed/seen_fields.hpp"

namespace simtrail::feed {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

static_assert(line_padding >= simdjson::SIMDJSON_PADDING);

bool has_escapes(ondemand::raw_json_string key) noexcept {
    const char* end = key.raw();
    while (*end != '"' && *end != '\\') ++end;  // simdjson found the closing quote before
    return *end == '\\';
}

/// Which field a key names. Reads the key: call once.
error_code read_key(simdjson::simdjson_result<ondemand::field>& pair, Field& field) noexcept {
    ondemand::raw_json_string key;
    if (const auto error = pair.key().get(key)) return error;
    field = JsonKeys::at(key.raw());
    if (field != Field::unknown || !has_escapes(key)) return simdjson::SUCCESS;
    std::string_view unescaped;
    if (const auto error = pair.unescaped_key().get(unescaped)) return error;
    field = field_named(unescaped);
    return simdjson::SUCCESS;
}

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// A scalar's bytes, without the blanks that follow.
std::string_view token_of(ondemand::value& value) noexcept {
    auto token = value.raw_json_token();
    while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
    return token;
}

/// Checks a value that is not read any further: its first byte, and `null`, `true` or `false` whole.
error_code skim(ondemand::value& value) noexcept {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    const auto token = token_of(value);
    if (type == ondemand::json_type::boolean && token != "true" && token != "false") return simdjson::T_ATOM_ERROR;
    if (type == ondemand::json_type::null && token != "null") return simdjson::N_ATOM_ERROR;
    return simdjson::SUCCESS;
}

error_code read_number(ondemand::value& value, NumberField& number) noexcept {
    const auto token = token_of(value);
    number = parse_number(token);
    if (number.spelling != NumberField::Spelling::unreadable) return simdjson::SUCCESS;
    number.spelling = token == "null" ? NumberField::Spelling::absent : NumberField::Spelling::other_type;
    const bool digits_gone_wrong = token.starts_with('-') || (!token.empty() && token[0] >= '0' && token[0] <= '9');
    return digits_gone_wrong ? simdjson::NUMBER_ERROR : skim(value);
}

error_code read_text(ondemand::value& value, TextField& field) noexcept {
    const auto token = token_of(value);
    if (!token.starts_with('"')) {
        NumberField other;  // a number that is none is no JSON here either
        const auto error = read_number(value, other);
        using enum NumberField::Spelling;
        field.spelling = other.spelling == absent ? TextField::Spelling::absent : TextField::Spelling::other_type;
        return error;
    }
    field.spelling = TextField::Spelling::text;
    if (std::memchr(token.data(), '\\', token.size())) return value.get_string().get(field.text);
    field.text = token.substr(1, token.size() - 2);
    return simdjson::SUCCESS;
}

error_code read_neighbour(ondemand::value& element, EventFields& fields) noexcept {
    ondemand::object object;
    if (const auto error = element.get_object().get(object)) {
        if (error != simdjson::INCORRECT_TYPE) return error;
        fields.drop_neighbour();
        return skim(element);
    }
    auto* const neighbour = fields.add_neighbour();
    SeenFields seen;
    for (auto pair : object) {
        Field field{};
        ondemand::value value;
        if (const auto error = read_key(pair, field)) return error;
        if (const auto error = pair.value().get(value)) return error;
        auto* const number = neighbour ? neighbour->slot(field) : nullptr;
        const auto error = number && seen.first(field) ? read_number(value, *number) : skim(value);
        if (error != simdjson::SUCCESS) return error;
    }
    return simdjson::SUCCESS;
}

error_code read_neighbours(ondemand::value& value, EventFields& fields) noexcept {
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) {
        if (error != simdjson::INCORRECT_TYPE) return error;
        if (token_of(value) != "null") fields.drop_neighbour();
        return skim(value);
    }
    for (auto item : array) {
        ondemand::value element;
        if (const auto error = item.get(element)) return error;
        if (const auto error = read_neighbour(element, fields)) return error;
    }
    return simdjson::SUCCESS;
}

error_code read_field(Field field, ondemand::value& value, EventFields& fields) noexcept {
    if (is_number(field)) return read_number(value, fields.number(field));
    if (is_text(field)) return read_text(value, fields.text(field));
    if (field == Field::neighbours) return read_neighbours(value, fields);
    return skim(value);
}

error_code read_fields(ondemand::object& object, EventFields& fields) noexcept {
    fields.clear();
    SeenFields seen;
    for (auto pair : object) {
        Field field{};
        ondemand::value value;
        if (const auto error = read_key(pair, field)) return error;
        if (const auto error = pair.value().get(value)) return error;
        if (const auto error = seen.first(field) ? read_field(field, value, fields) : skim(value)) return error;
    }
    return simdjson::SUCCESS;
}

/// True where nothing but blanks follows what was read. (simdjson 3.0 has no `at_end` of a document.)
bool at_end(ondemand::document& document) noexcept {
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

class JsonDecoder final : public LineDecoder {
   public:
    explicit JsonDecoder(Trust trust) : trust_(trust) {
        if (parser_.allocate(max_line_bytes) != simdjson::SUCCESS) throw std::bad_alloc();
    }

    std::expected<void, Outcome> decode(std::string_view line, CellEvent& event, OutcomeCounts& drops) override {
        if (line.size() > max_line_bytes) return std::unexpected(Outcome::oversized);
        line = without_mark(line);
        if (scan::is_blank(line)) return std::unexpected(Outcome::blank);
        if (!plain_.read(line, fields_))
            if (const auto fault = parse(line)) return std::unexpected(*fault);
        return build_event(fields_, trust_, event, drops);
    }

    std::expected<ConversationLine, Outcome> decode_conversation(std::string_view line, Outcome kind) override {
        return decode_json_conversation(line, kind);
    }

    std::optional<Msisdn> scan_msisdn(std::string_view line) const noexcept override {
        const auto msisdn = scan::json_msisdn(line);
        const bool may_converse = trust_.sms || trust_.control;
        return msisdn && may_converse && !scan::is_json_cell(line) ? std::nullopt : msisdn;
    }
    std::optional<std::int64_t> scan_ts(std::string_view line) const noexcept override { return scan::json_ts(line); }

   private:
    std::optional<Outcome> parse(std::string_view line) noexcept {
        ondemand::document document;
        const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + line_padding);
        if (parser_.iterate(padded).get(document) != simdjson::SUCCESS)
            return simdjson::validate_utf8(line) ? Outcome::not_json : Outcome::not_utf8;
        ondemand::object object;
        if (const auto error = document.get_object().get(object))
            return error == simdjson::INCORRECT_TYPE && document.type().error() == simdjson::SUCCESS
                       ? Outcome::not_an_object
                       : Outcome::not_json;
        if (read_fields(object, fields_) != simdjson::SUCCESS || !at_end(document)) return Outcome::not_json;
        return std::nullopt;
    }

    Trust trust_;
    PlainJson plain_;
    ondemand::parser parser_;
    EventFields fields_;
};

}  // namespace

std::unique_ptr<LineDecoder> make_json_decoder(Trust trust) { return std::make_unique<JsonDecoder>(trust); }

}  // namespace simtrail::feed
