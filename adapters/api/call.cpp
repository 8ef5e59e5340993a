#include "adapters/api/call.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <expected>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/api/target.hpp"

namespace simtrail::api {

namespace {

constexpr std::string_view idempotency_header = "Idempotency-Key";
constexpr std::size_t max_idempotency_chars = 255;

void append_hex(std::string& out, std::uint64_t value) {
    std::array<char, 16> digits{};
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr);
    out += '.';
}

/// Tells one request from another of the same tenant: XXH3, 128 bits (a tenant who forges one fools himself alone).
std::string fingerprint(const http::Request& request) {
    std::string whole = request.method;
    whole.append(" ").append(request.target).append("\n").append(request.body);
    const XXH128_hash_t hash = XXH3_128bits(whole.data(), whole.size());
    std::string text;
    append_hex(text, hash.high64);
    append_hex(text, hash.low64);
    return text;
}

bool is_idempotency_key(std::string_view text) noexcept {
    return text.size() <= max_idempotency_chars &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::expected<std::optional<runtime::IdempotencyKey>, Problem> idempotency_of(const Call& call) {
    const std::string_view key = http::find_header(call.request.headers, idempotency_header);
    if (call.request.method != "POST" || key.empty()) return std::nullopt;
    if (!is_idempotency_key(key))
        return std::unexpected(invalid(idempotency_header, "is not 1 to 255 visible ASCII characters"));
    return runtime::IdempotencyKey{
        .tenant = call.caller.tenant, .key = std::string(key), .fingerprint = fingerprint(call.request)};
}

http::Response failure_answer(runtime::Failure failure) {
    if (failure == runtime::Failure::key_reused)
        return error_answer(invalid(idempotency_header, "came before with another request: make a new one"));
    return error_answer(unavailable("nothing was changed, for it could not be made durable: try again"));
}

/// An answer from the store has neither type nor other headers.
http::Response complete(http::Response answer) {
    if (!answer.body.empty() && http::find_header(answer.headers, "Content-Type").empty()) {
        answer.headers.emplace_back("Content-Type", "application/json");
        answer.headers.emplace_back("Cache-Control", "no-store");
    }
    return answer;
}

}  // namespace

std::string_view Call::query() const noexcept { return split_target(request.target).query; }

void submit(const Desks& desks, Call call, ledger::Command command,
            std::function<http::Response(const ledger::Decision&)> render) {
    auto once = idempotency_of(call);
    if (!once) return call.refuse(std::move(once).error());
    const auto reply =
        std::make_shared<http::Reply>(std::move(call.reply));  // a request that is dropped is answered, too
    const bool queued = desks.control.submit({
        .command = std::move(command),
        .once = *std::move(once),
        .render =
            [render = std::move(render)](const ledger::Decision& decision) {
                return decision.refusal == ledger::Refusal::none ? render(decision) : error_answer(refused(decision));
            },
        .done =
            [reply](std::expected<http::Response, runtime::Failure> answer) {
                (*reply)(answer ? complete(*std::move(answer)) : failure_answer(answer.error()));
            },
    });
    if (!queued) (*reply)(error_answer(unavailable("too much is asked of the daemon at once: try again")));
}

const ledger::SimTrack* find_track(const ledger::LedgerBook& book, std::string_view tenant,
                                   std::string_view reference) {
    if (reference.find(':') == std::string_view::npos) return book.track_by_name(tenant, reference);
    const ledger::SimTrack* track = book.track_by_id(reference);
    return track != nullptr && track->tenant == tenant ? track : nullptr;
}

}  // namespace simtrail::api
