#include "adapters/feed/conversation_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "adapters/feed/event_fields.hpp"

namespace simtrail::feed {

namespace {

using Json = nlohmann::json;

/// Takes members out of an object; the first fault stays, whatever is asked later.
class Members {
   public:
    explicit Members(const Json& object) : object_(object) {}

    std::string required_text(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr) note(Outcome::missing_field);
        return text_of(value);
    }
    std::string optional_text(const char* name) { return text_of(find(name)); }

    std::int64_t required_time(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr) note(Outcome::missing_field);
        return time_of(value, 0);
    }
    std::int64_t optional_time(const char* name, std::int64_t absent) { return time_of(find(name), absent); }

    Msisdn required_msisdn(const char* name) {
        const std::string digits = required_text(name);
        const auto msisdn = Msisdn::parse(digits);
        if (!msisdn) note(Outcome::bad_msisdn);
        return msisdn.value_or(*Msisdn::parse("0"));
    }

    /// The object's text; empty where it is absent.
    std::string optional_object(const char* name) {
        const Json* const value = find(name);
        if (value == nullptr) return {};
        if (!value->is_object()) note(Outcome::wrong_type);
        return value->dump();
    }

    /// Four digits.
    std::optional<std::uint16_t> optional_code(const char* name) {
        const std::string digits = optional_text(name);
        if (digits.empty()) return std::nullopt;
        const bool good =
            digits.size() == 4 && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
        if (!good) note(Outcome::out_of_range);
        return good ? std::optional(static_cast<std::uint16_t>(std::stoi(digits))) : std::nullopt;
    }

    const std::optional<Outcome>& fault() const noexcept { return fault_; }

   private:
    void note(Outcome fault) noexcept {
        if (!fault_) fault_ = fault;
    }

    const Json* find(const char* name) const {
        const auto found = object_.find(name);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }

    std::string text_of(const Json* value) {
        if (value == nullptr) return {};
        if (!value->is_string()) note(Outcome::wrong_type);
        return value->is_string() ? value->get<std::string>() : std::string();
    }

    std::int64_t time_of(const Json* value, std::int64_t absent) {
        if (value == nullptr) return absent;
        if (!value->is_number()) note(Outcome::wrong_type);
        const std::int64_t ms = value->is_number_integer() ? value->get<std::int64_t>() : 0;
        if (ms < first_ts_ms || ms >= end_ts_ms) note(Outcome::bad_time);
        return ms;
    }

    const Json& object_;
    std::optional<Outcome> fault_;
};

template <class Line>
std::expected<ConversationLine, Outcome> unless_at_fault(const Members& members, Line line) {
    if (members.fault()) return std::unexpected(*members.fault());
    return line;
}

std::expected<ConversationLine, Outcome> read_sms(Members members) {
    const std::int64_t ts_ms = members.required_time("ts");
    const Msisdn from = members.required_msisdn("from");
    SmsLine line{.ts_ms = ts_ms,
                 .from = from,
                 .to = members.optional_text("to"),
                 .text = members.required_text("text"),
                 .gateway = members.optional_text("gateway"),
                 .gateway_ms = members.optional_time("gatewayTs", ts_ms)};
    return unless_at_fault(members, std::move(line));
}

std::expected<ConversationLine, Outcome> read_control(Members members) {
    ControlLine line{.ts_ms = members.required_time("ts"),
                     .tenant = members.required_text("tenant"),
                     .operation = members.required_text("op"),
                     .path = members.optional_text("path"),
                     .body_json = members.optional_object("body"),
                     .tenant_name = members.optional_text("tenantName"),
                     .key_id = members.optional_text("key"),
                     .code = members.optional_code("code"),
                     .track_id = members.optional_text("trackId")};
    return unless_at_fault(members, std::move(line));
}

}  // namespace

std::expected<ConversationLine, Outcome> decode_json_conversation(std::string_view line, Outcome kind) {
    const Json object = Json::parse(line, nullptr, false);
    if (!object.is_object()) return std::unexpected(Outcome::not_json);
    return kind == Outcome::sms ? read_sms(Members(object)) : read_control(Members(object));
}

}  // namespace simtrail::feed
