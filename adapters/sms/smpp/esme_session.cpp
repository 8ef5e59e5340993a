#include "adapters/sms/smpp/esme_session.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "adapters/sms/smpp/pdu_writer.hpp"

namespace simtrail::sms::smpp {

namespace {

constexpr std::size_t read_octets = 16 * 1024;
constexpr std::uint32_t last_sequence = 0x7FFF'FFFF;  // section 3.2: 0 and the upper half are not for requests

CommandId bind_command(BindRole role) {
    switch (role) {
        case BindRole::transmitter: return CommandId::bind_transmitter;
        case BindRole::receiver: return CommandId::bind_receiver;
        case BindRole::transceiver: break;
    }
    return CommandId::bind_transceiver;
}

}  // namespace

EsmeSession::EsmeSession(SessionOptions options, BindRole role, SessionSink& sink)
    : options_(std::move(options)), role_(role), sink_(sink), sequence_(options_.first_sequence) {}

/// The state table: what is not in it changes nothing.
SessionState EsmeSession::after(SessionState state, Happening happening) {
    struct Row {
        SessionState from;
        Happening happening;
        SessionState to;
    };
    using enum SessionState;
    static constexpr auto rows = std::to_array<Row>({
        {connecting, Happening::linked, binding},
        {connecting, Happening::over, closed},
        {binding, Happening::bind_accepted, bound},
        {binding, Happening::unbind_wanted, closed},
        {binding, Happening::over, closed},
        {bound, Happening::unbind_wanted, unbinding},
        {bound, Happening::over, closed},
        {unbinding, Happening::unbind_answered, closed},
        {unbinding, Happening::over, closed},
        {connecting, Happening::unbind_wanted, closed},
    });
    const auto* const row =
        std::ranges::find_if(rows, [&](const Row& each) { return each.from == state && each.happening == happening; });
    return row == rows.end() ? state : row->to;
}

void EsmeSession::connected(std::int64_t now_ms) {
    if (state_ != SessionState::connecting) return;
    state_ = after(state_, Happening::linked);
    heard_ms_ = now_ms;
    deadline_ms_ = now_ms + options_.response_timeout_ms;
    request(bind_command(role_), options_.bind);
}

std::span<char> EsmeSession::room() { return framer_.room(read_octets); }

void EsmeSession::received(std::size_t octets, std::int64_t now_ms) {
    framer_.filled(octets);
    while (state_ != SessionState::closed) {
        const auto next = framer_.next();
        if (!next) {
            put({{.id = CommandId::generic_nack, .status = next.error().status}, NoBody{}});
            return close("the peer announces a PDU of " + std::to_string(next.error().length) + " octets");
        }
        if (!*next) return;
        take(**next, now_ms);
    }
}

void EsmeSession::disconnected(const std::string& why) { close(why); }

void EsmeSession::close(const std::string& why) {
    if (state_ == SessionState::closed) return;
    state_ = SessionState::closed;
    for (const auto& each : std::exchange(outstanding_, {}))
        sink_.on_lost(each.token, each.end <= taken_octets_ ? Lost::cut : Lost::unsent);
    sink_.on_closed(why);
}

void EsmeSession::take(const RawPdu& raw, std::int64_t now_ms) {
    heard_ms_ = now_ms;
    asked_ms_.reset();
    if (is_response(raw.header.id))
        take_response(raw);
    else
        take_request(raw);
}

void EsmeSession::take_request(const RawPdu& raw) {
    switch (raw.header.id) {
        case CommandId::enquire_link: return put({answer_header(raw.header, Status::ESME_ROK), NoBody{}});
        case CommandId::unbind:
            put({answer_header(raw.header, Status::ESME_ROK), NoBody{}});
            return close("the peer has unbound");
        case CommandId::deliver_sm:
        case CommandId::data_sm: return take_message(raw);
        case CommandId::
            alert_notification:           // that a phone is reachable again: the SMSC itself retries; it has no answer
        case CommandId::outbind: return;  // a wish that we bind, which we do or have done
        default:
            put({{.id = CommandId::generic_nack, .status = Status::ESME_RINVCMDID, .sequence = raw.header.sequence},
                 NoBody{}});
    }
}

void EsmeSession::take_message(const RawPdu& raw) {
    const Delivery delivery{.id = raw.header.id, .sequence = raw.header.sequence};
    const auto refuse = [&](Status status) { put({answer_header(raw.header, status), MessageResponse{}}); };
    if (state_ == SessionState::unbinding) return refuse(Status::ESME_RX_T_APPN);
    if (state_ != SessionState::bound || role_ == BindRole::transmitter) return refuse(Status::ESME_RINVBNDSTS);
    if (unanswered_ >= max_unanswered) return refuse(Status::ESME_RTHROTTLED);
    auto pdu = read_pdu(raw);
    if (!pdu) return refuse(pdu.error().status);
    ++unanswered_;
    if (auto* message = std::get_if<ShortMessage>(&pdu->body))
        sink_.on_short_message(delivery, std::move(*message));
    else
        sink_.on_data(delivery, std::get<DataSm>(std::move(pdu->body)));
}

void EsmeSession::take_response(const RawPdu& raw) {
    switch (raw.header.id) {
        case CommandId::bind_transceiver_resp:
        case CommandId::bind_transmitter_resp:
        case CommandId::bind_receiver_resp: return take_bind_answer(raw.header);
        case CommandId::unbind_resp:
            if (after(state_, Happening::unbind_answered) == SessionState::closed) close("unbound");
            return;
        case CommandId::submit_sm_resp: take_submit_answer(raw); return;
        case CommandId::generic_nack:
            if (!take_submit_answer(raw) && state_ == SessionState::binding) take_bind_answer(raw.header);
            return;
        default: return;  // answers nobody waits for
    }
}

void EsmeSession::take_bind_answer(const Header& header) {
    if (state_ != SessionState::binding) return;
    if (header.id == CommandId::generic_nack || header.status != Status::ESME_ROK)
        return close("the bind is refused: " + status_name(header.status));
    state_ = after(state_, Happening::bind_accepted);
    sink_.on_bound();
}

/// False where it is the answer to none.
bool EsmeSession::take_submit_answer(const RawPdu& raw) {
    const auto found = std::ranges::find(outstanding_, raw.header.sequence, &Outstanding::sequence);
    if (found == outstanding_.end()) return false;
    SubmitAnswer answer{
        .token = found->token, .sent_ms = found->sent_ms, .status = raw.header.status, .message_id = {}};
    outstanding_.erase(found);
    if (raw.header.id == CommandId::generic_nack && answer.status == Status::ESME_ROK)
        answer.status = Status::ESME_RUNKNOWNERR;
    if (answer.status == Status::ESME_ROK)
        if (auto pdu = read_pdu(raw))
            if (auto* body = std::get_if<MessageResponse>(&pdu->body)) answer.message_id = std::move(body->message_id);
    sink_.on_answer(std::move(answer));
    return true;
}

bool EsmeSession::can_submit() const {
#ifdef SIMTRAIL_PLANTED_BUGS  // the bug that esme_session_fuzzer must find
    const auto window = options_.window + 1;
#else
    const auto window = options_.window;
#endif
    return state_ == SessionState::bound && role_ != BindRole::receiver && outstanding_.size() < window &&
           output_.size() < max_output_octets;
}

void EsmeSession::submit(std::uint64_t token, ShortMessage message, std::int64_t now_ms) {
    assert(can_submit());
    const auto sequence = request(CommandId::submit_sm, std::move(message));
    outstanding_.push_back({.sequence = sequence, .token = token, .sent_ms = now_ms, .end = put_octets_});
}

void EsmeSession::answer(const Delivery& delivery, Status status) {
    if (state_ == SessionState::closed) return;
    assert(unanswered_ > 0);
    --unanswered_;
    put({{.id = response_to(delivery.id), .status = status, .sequence = delivery.sequence}, MessageResponse{}});
}

void EsmeSession::unbind(std::int64_t now_ms) {
    const auto next = after(state_, Happening::unbind_wanted);
    if (next == state_) return;
    if (next == SessionState::closed) return close("not wanted any more");
    state_ = next;
    deadline_ms_ = now_ms + options_.response_timeout_ms;
    request(CommandId::unbind, NoBody{});
}

std::optional<std::int64_t> EsmeSession::next_ms() const {
    if (state_ == SessionState::connecting || state_ == SessionState::closed) return std::nullopt;
    std::int64_t next = deadline_ms_;
    if (state_ == SessionState::bound)
        next = asked_ms_ ? *asked_ms_ + options_.response_timeout_ms : heard_ms_ + options_.enquire_interval_ms;
    if (!outstanding_.empty()) next = std::min(next, outstanding_.front().sent_ms + options_.response_timeout_ms);
    return next;
}

void EsmeSession::tick(std::int64_t now_ms) {
    if (state_ == SessionState::connecting || state_ == SessionState::closed) return;
    if (state_ != SessionState::bound && now_ms >= deadline_ms_)
        return close(state_ == SessionState::binding ? "the bind is not answered" : "the unbind is not answered");
    expire_submissions(now_ms);
    if (state_ != SessionState::bound) return;
    if (asked_ms_ && now_ms >= *asked_ms_ + options_.response_timeout_ms)
        return close("the peer does not answer enquire_link");
    if (!asked_ms_ && now_ms >= heard_ms_ + options_.enquire_interval_ms) {
        request(CommandId::enquire_link, NoBody{});
        asked_ms_ = now_ms;
    }
}

void EsmeSession::expire_submissions(std::int64_t now_ms) {
    while (!outstanding_.empty() && now_ms >= outstanding_.front().sent_ms + options_.response_timeout_ms) {
        const auto late = outstanding_.front();
        // What still waits here to be written cannot be called back, but for ending the link.
        if (late.end > taken_octets_) return close("the peer reads nothing");
        outstanding_.pop_front();
        sink_.on_lost(late.token, Lost::timed_out);
    }
}

std::string EsmeSession::take_output() {
    taken_octets_ = put_octets_;
    return std::exchange(output_, {});
}

std::uint32_t EsmeSession::next_sequence() {
    return std::exchange(sequence_, sequence_ == last_sequence ? 1 : sequence_ + 1);
}

std::uint32_t EsmeSession::request(CommandId id, Body body) {
    const auto sequence = next_sequence();
    put({{.id = id, .sequence = sequence}, std::move(body)});
    return sequence;
}

void EsmeSession::put(const Pdu& pdu) {
    const auto octets = write_pdu(pdu);
    put_octets_ += octets.size();
    output_ += octets;
}

}  // namespace simtrail::sms::smpp
