#include "adapters/sms/smpp/esme.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "adapters/sms/smpp/segmentation.hpp"

namespace simtrail::sms::smpp {

namespace {

SessionOptions session_options(const SmppOptions& options) {
    return {.bind = {.system_id = options.system_id,
                     .password = options.password,
                     .system_type = options.system_type,
                     .address_range = {}},
            .window = options.window,
            .enquire_interval_ms = options.enquire_interval.count(),
            .response_timeout_ms = options.response_timeout.count()};
}

std::vector<BindRole> roles_of(BindMode mode) {
    if (mode == BindMode::transceiver) return {BindRole::transceiver};
    return {BindRole::transmitter, BindRole::receiver};
}

std::string_view name_of(BindRole role) {
    switch (role) {
        case BindRole::transmitter: return "transmitter";
        case BindRole::receiver: return "receiver";
        case BindRole::transceiver: break;
    }
    return "transceiver";
}

void log_possible_duplicate(const OutboxText& text) {
    spdlog::warn("smpp: possible duplicate: text {} to {} is sent again, the SMSC may have taken it before",
                 text.number, text.to.masked());
}

}  // namespace

Esme::Esme(const SmppOptions& options, GatewayHooks hooks, const Environment& environment)
    : options_(options),
      hooks_(hooks),
      queue_({.capacity = options.capacity, .rate = options.rate},
             {.split = [this](const OutboxText& text) { return split(text); },
              .on_result = [this](TextResult result) { results_.push_back(std::move(result)); },
              .on_possible_duplicate = log_possible_duplicate}),
      incoming_(options.default_alphabet, std::move(hooks), environment.post),
      reference_(static_cast<std::uint16_t>(environment.random() * UINT16_MAX)) {
    for (std::uint32_t bind = 1; bind <= options.binds; ++bind)
        for (const auto role : roles_of(options.mode)) {
            EsmeLink::Setting setting{
                .session = session_options(options), .role = role, .name = {}, .random = environment.random};
            setting.name = options.host + ":" + std::to_string(options.port) + " " + std::string(name_of(role)) + " " +
                           std::to_string(bind);
            links_.push_back(std::make_unique<EsmeLink>(std::move(setting), queue_, incoming_, environment.post));
        }
}

void Esme::settle(std::int64_t now_ms) {
    for (std::size_t idle = 0; idle < links_.size();) {
        idle = links_[first_link_]->submit_one(now_ms) ? 0 : idle + 1;
        first_link_ = (first_link_ + 1) % links_.size();
    }
    tell_results();
    go_on_draining(now_ms);
}

/// The hooks may give new texts meanwhile: the driver settles after that, too.
void Esme::tell_results() {
    for (auto& result : std::exchange(results_, {})) {
        if (!result.accepted) spdlog::warn("smpp: text {} is refused: {}", result.number, result.error);
        hooks_.on_result(std::move(result));
    }
    if (short_of_room_ && room() * 2 >= options_.capacity) {
        short_of_room_ = false;
        hooks_.on_room();
    }
}

void Esme::tick(std::int64_t now_ms) {
    for (const auto& link : links_) link->tick(now_ms);
}

std::optional<std::int64_t> Esme::next_ms(std::int64_t now_ms) const {
    std::optional<std::int64_t> next;
    const auto consider = [&](std::optional<std::int64_t> time) {
        if (time && (!next || *time < *next)) next = time;
    };
    for (const auto& link : links_) {
        consider(link->connect_ms());
        consider(link->next_ms());
    }
    if (std::ranges::any_of(links_, [&](const auto& link) { return link->may_submit(now_ms); }))
        consider(queue_.next_ms(now_ms));
    if (draining() && drain_ended_) consider(retired_ ? *drain_until_ms_ : *drain_until_ms_ - good_bye_ms);
    return next;
}

void Esme::send(std::vector<OutboxText> texts) {
    for (auto& text : texts) queue_.add(std::move(text));
    if (room() * 2 < options_.capacity) short_of_room_ = true;
}

std::expected<std::vector<ShortMessage>, std::string> Esme::split(const OutboxText& text) {
    auto split = split_text(text.text, options_.default_alphabet, options_.long_texts, reference_++);
    if (!split) return std::unexpected("the text is too long for SMS");
    std::vector<ShortMessage> messages;
    messages.reserve(split->parts.size());
    for (auto& part : split->parts) {
        ShortMessage message{
            .service_type = options_.service_type,
            .source = options_.source,
            .destination = {.ton = options_.destination_ton, .npi = options_.destination_npi, .text = text.to.text()},
            .esm_class = part.esm_class,
            .schedule_delivery_time = {},
            .validity_period = {},
            .data_coding = split->data_coding,
            .short_message = std::move(part.short_message),
            .tlvs = std::move(part.tlvs)};
        message.tlvs.insert(message.tlvs.end(), options_.extra_tlvs.begin(), options_.extra_tlvs.end());
        messages.push_back(std::move(message));
    }
    messages.back().registered_delivery = want_receipt;
    return messages;
}

void Esme::drain(std::function<void()> ended, std::int64_t now_ms) {
    drain_until_ms_ = now_ms + drain_ms;
    drain_ended_ = std::move(ended);
    queue_.finish_begun_only();
}

void Esme::go_on_draining(std::int64_t now_ms) {
    if (!draining() || !drain_ended_) return;
    const bool finished = queue_.begun() == 0 || std::ranges::none_of(links_, &EsmeLink::is_bound);
    if (!retired_ && (finished || now_ms >= *drain_until_ms_ - good_bye_ms)) {
        retired_ = true;
        for (const auto& link : links_) link->retire(now_ms);
    }
    if (!retired_) return;
    if (now_ms < *drain_until_ms_ && std::ranges::any_of(links_, &EsmeLink::is_talking)) return;
    std::exchange(drain_ended_, nullptr)();
}

}  // namespace simtrail::sms::smpp
