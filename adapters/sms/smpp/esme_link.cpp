#include "adapters/sms/smpp/esme_link.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace simtrail::sms::smpp {

namespace {

constexpr std::int64_t log_again_ms = 60'000;

}  // namespace

EsmeLink::EsmeLink(Setting setting, OutboundQueue& queue, IncomingMessages& incoming, IncomingMessages::Post post)
    : setting_(std::move(setting)),
      queue_(queue),
      incoming_(incoming),
      post_(std::move(post)),
      throttle_(setting_.session.window) {}

std::optional<std::int64_t> EsmeLink::connect_ms() const {
    if (phase_ != Phase::waiting || retired_) return std::nullopt;
    return connect_ms_;
}

void EsmeLink::connecting() { phase_ = Phase::connecting; }

void EsmeLink::connected(std::int64_t now_ms) {
    now_ms_ = now_ms;
    phase_ = Phase::talking;
    closed_why_.clear();
    SessionSink& sink = *this;
    session_ = std::make_shared<EsmeSession>(setting_.session, setting_.role, sink);
    session_->connected(now_ms);
}

void EsmeLink::disconnected(const std::string& why, std::int64_t now_ms) {
    now_ms_ = now_ms;
    if (phase_ == Phase::connecting) closed_why_ = why;
    if (session_) session_->disconnected(why);
    session_.reset();
    const bool turned_away = phase_ == Phase::talking && bound_ms_ == 0;
    phase_ = Phase::waiting;
    wait(turned_away ? longest_refused_pause_ms : longest_pause_ms, now_ms);
    log_end(now_ms);
}

/// An outage of hours is told once a minute, and whenever its reason changes.
void EsmeLink::log_end(std::int64_t now_ms) {
    if (closed_why_ == logged_why_ && now_ms - logged_ms_ < log_again_ms) return;
    logged_why_ = closed_why_;
    logged_ms_ = now_ms;
    if (retired_)
        spdlog::info("smpp: {}: {}", setting_.name, closed_why_);
    else
        spdlog::warn("smpp: {}: {}; going on trying", setting_.name, closed_why_);
}

void EsmeLink::wait(std::int64_t longest_ms, std::int64_t now_ms) {
    if (bound_ms_ != 0 && now_ms - bound_ms_ >= proven_ms) pause_ms_ = first_pause_ms;
    bound_ms_ = 0;
    one_in_doubt_ = false;
    const double jitter = 0.8 + 0.2 * setting_.random();
    connect_ms_ = now_ms + static_cast<std::int64_t>(static_cast<double>(pause_ms_) * jitter);
    pause_ms_ = std::min(pause_ms_ * 2, longest_ms);
}

std::span<char> EsmeLink::room() { return session_->room(); }

void EsmeLink::received(std::size_t octets, std::int64_t now_ms) {
    now_ms_ = now_ms;
    session_->received(octets, now_ms);
}

void EsmeLink::tick(std::int64_t now_ms) {
    now_ms_ = now_ms;
    if (session_) session_->tick(now_ms);
}

std::optional<std::int64_t> EsmeLink::next_ms() const {
    auto next = session_ ? session_->next_ms() : std::nullopt;
    if (session_ && session_->can_submit() && throttle_.until_ms() > now_ms_)
        next = std::min(next.value_or(throttle_.until_ms()), throttle_.until_ms());
    return next;
}

std::string EsmeLink::take_output() { return session_ ? session_->take_output() : std::string(); }

bool EsmeLink::may_submit(std::int64_t now_ms) const {
    if (!session_ || !session_->can_submit() || now_ms < throttle_.until_ms()) return false;
    const bool alone = one_in_doubt_ || queue_.next_is_in_doubt();
    return session_->outstanding() < (alone ? 1 : throttle_.window());
}

bool EsmeLink::submit_one(std::int64_t now_ms) {
    if (!may_submit(now_ms)) return false;
    now_ms_ = now_ms;
    auto part = queue_.next(now_ms);
    if (!part) return false;
    one_in_doubt_ = part->in_doubt;
    session_->submit(part->token, std::move(part->message), now_ms);
    return true;
}

void EsmeLink::retire(std::int64_t now_ms) {
    now_ms_ = now_ms;
    retired_ = true;
    if (session_) session_->unbind(now_ms);
}

void EsmeLink::on_bound() {
    bound_ms_ = now_ms_;
    logged_why_.clear();
    spdlog::info("smpp: {}: bound", setting_.name);
}

void EsmeLink::on_answer(SubmitAnswer answer) {
    one_in_doubt_ = false;
    const auto said = verdict(answer.status);
    if (said == Verdict::throttled) {
        throttle_.throttled(answer.sent_ms, now_ms_);
    } else {
        throttle_.accepted(answer.sent_ms);
        pause_ms_ = first_pause_ms;
    }
    queue_.answered(answer.token, answer.status, answer.message_id, now_ms_);
}

void EsmeLink::on_lost(std::uint64_t token, Lost how) {
    one_in_doubt_ = false;
    queue_.lost(token, how);
}

void EsmeLink::on_short_message(Delivery delivery, ShortMessage message) {
    incoming_.take(message, answer_to(delivery), now_ms_);
}

void EsmeLink::on_data(Delivery delivery, DataSm message) { incoming_.take(message, answer_to(delivery), now_ms_); }

void EsmeLink::on_closed(std::string why) { closed_why_ = std::move(why); }

/// The session may be over when the answer comes: the SMSC delivers again on the next.
IncomingMessages::Answer EsmeLink::answer_to(Delivery delivery) {
    return [post = post_, session = std::weak_ptr(session_), delivery](bool durable) {
        post([session, delivery, durable] {
            if (const auto alive = session.lock())
                alive->answer(delivery, durable ? Status::ESME_ROK : Status::ESME_RX_T_APPN);
        });
    };
}

}  // namespace simtrail::sms::smpp
