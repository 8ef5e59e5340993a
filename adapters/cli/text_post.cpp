#include "adapters/cli/text_post.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <utility>

#include "adapters/cli/clock.hpp"

namespace simtrail::cli {

namespace {

using operations::SmsEnd;

std::vector<sms::OutboxText> for_gateway(std::vector<ledger::OutgoingText> texts) {
    std::vector<sms::OutboxText> given;
    for (ledger::OutgoingText& text : texts)
        given.push_back({.number = text.number,
                         .to = text.to,
                         .text = std::move(text.text),
                         .at_ms = text.at_ms,
                         .attempted = text.attempted});
    return given;
}

}  // namespace

struct TextPost::State {
    State(boost::asio::io_context& context, const MakeGateway& make, Count counter)
        : io(context), count(std::move(counter)), gateway(make(hooks())) {}

    sms::GatewayHooks hooks();
    void take(sms::TextResult result);
    void take(sms::TextReceipt receipt, sms::GatewayHooks::Done done);
    void take(sms::IncomingText text, sms::GatewayHooks::Done done);
    void ask_for_more();

    boost::asio::io_context& io;
    Count count;
    runtime::Core* core = nullptr;
    std::size_t asked_for = 0;  // texts that the core may send and has not sent yet
    std::unique_ptr<sms::TextGateway> gateway;
};

sms::GatewayHooks TextPost::State::hooks() {
    return {.on_result = [this](sms::TextResult result) { take(std::move(result)); },
            .on_receipt = [this](sms::TextReceipt receipt,
                                 sms::GatewayHooks::Done done) { take(std::move(receipt), std::move(done)); },
            .on_text = [this](sms::IncomingText text,
                              sms::GatewayHooks::Done done) { take(std::move(text), std::move(done)); },
            .on_incomplete = [this](std::uint64_t texts) { count(SmsEnd::incomplete, texts); },
            .on_room = [this] { ask_for_more(); },
            .now_ms = wall_clock_ms};
}

void TextPost::State::take(sms::TextResult result) {
    count(result.accepted ? SmsEnd::accepted : SmsEnd::refused, 1);
    core->inbox().put({.outcome = {.number = result.number,
                                   .fate = result.accepted ? ledger::TextFate::accepted : ledger::TextFate::refused,
                                   .message_id = result.message_id,
                                   .at_ms = wall_clock_ms()},
                       .message_ids = {},
                       .detail = result.accepted ? std::move(result.message_id) : std::move(result.error),
                       .done = {}});
}

void TextPost::State::take(sms::TextReceipt receipt, sms::GatewayHooks::Done done) {
    if (core == nullptr) return done(false);
    if (receipt.state == sms::ReceiptState::under_way) return done(true);
    const bool delivered = receipt.state == sms::ReceiptState::delivered;
    count(delivered ? SmsEnd::delivered : SmsEnd::failed, 1);
    core->inbox().put({.outcome = {.fate = delivered ? ledger::TextFate::delivered : ledger::TextFate::failed,
                                   .at_ms = wall_clock_ms()},
                       .message_ids = std::move(receipt.message_ids),
                       .detail = std::move(receipt.detail),
                       .done = std::move(done)});
}

void TextPost::State::take(sms::IncomingText text, sms::GatewayHooks::Done done) {
    if (core == nullptr) return done(false);
    count(SmsEnd::received, 1);
    auto shared = std::make_shared<sms::GatewayHooks::Done>(std::move(done));
    const bool queued = core->submit(
        {.command = ledger::ReceiveText{text.from, std::move(text.text), std::string(gateway->name()), text.gateway_ms},
         .once = std::nullopt,
         .render =
             [count = count](const ledger::Decision& decision) {
                 if (decision.refusal == ledger::Refusal::not_found) count(SmsEnd::unknown_sender, 1);
                 return http::Response{};
             },
         .done = [shared](const auto& answer) { (*shared)(answer.has_value()); }});
    if (!queued) (*shared)(false);
}

void TextPost::State::ask_for_more() {
    const std::size_t room = gateway->room();
    if (core == nullptr || room <= asked_for) return;
    core->inbox().want_texts(room - asked_for);
    asked_for = room;
}

TextPost::TextPost(boost::asio::io_context& io, const MakeGateway& make, Count count)
    : state_(std::make_shared<State>(io, make, std::move(count))) {}
TextPost::~TextPost() = default;

sms::TextGateway& TextPost::gateway() { return *state_->gateway; }

void TextPost::open(runtime::Core& core) {
    state_->core = &core;
    state_->ask_for_more();
}

void TextPost::send(std::vector<ledger::OutgoingText> texts) {
    boost::asio::post(state_->io, [weak = std::weak_ptr(state_), texts = std::move(texts)]() mutable {
        const auto state = weak.lock();
        if (!state) return;
        state->asked_for -= texts.size();
        state->gateway->send(for_gateway(std::move(texts)));
        state->ask_for_more();
    });
}

void TextPost::forget(std::vector<Msisdn> msisdns) {
    boost::asio::post(state_->io, [weak = std::weak_ptr(state_), msisdns = std::move(msisdns)] {
        if (const auto state = weak.lock())
            for (const Msisdn msisdn : msisdns) state->gateway->forget(msisdn);
    });
}

void TextPost::drain(std::function<void()> ended) { state_->gateway->drain(std::move(ended)); }

}  // namespace simtrail::cli
