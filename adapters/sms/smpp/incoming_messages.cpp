#include "adapters/sms/smpp/incoming_messages.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "adapters/sms/smpp/receipt.hpp"
#include "adapters/sms/smpp/segmentation.hpp"
#include "adapters/sms/smpp/text_coding.hpp"

namespace simtrail::sms::smpp {

namespace {

constexpr std::size_t most_refused = 64;  // the SMSC sends their last parts again within minutes

std::optional<Alphabet> alphabet_of_text(std::uint8_t data_coding, Alphabet default_alphabet, std::string_view octets) {
    const auto alphabet = alphabet_of(data_coding, default_alphabet);
    return !alphabet && is_plain_text(octets) ? Alphabet::ascii : alphabet;
}

/// An answer that is given even where its holder is dropped.
class SureAnswer {
   public:
    explicit SureAnswer(IncomingMessages::Answer answer) : answer_(std::move(answer)) {}
    SureAnswer(SureAnswer&& other) noexcept : answer_(std::exchange(other.answer_, nullptr)) {}
    SureAnswer& operator=(SureAnswer&&) = delete;
    SureAnswer(const SureAnswer&) = delete;
    SureAnswer& operator=(const SureAnswer&) = delete;
    ~SureAnswer() { tell(false); }

    void tell(bool durable) {
        if (auto answer = std::exchange(answer_, nullptr)) answer(durable);
    }

   private:
    IncomingMessages::Answer answer_;
};

GatewayHooks::Done done_for(IncomingMessages::Answer answer) {
    return [sure = SureAnswer(std::move(answer))](bool durable) mutable { sure.tell(durable); };
}

}  // namespace

IncomingMessages::IncomingMessages(Alphabet default_alphabet, GatewayHooks hooks, Post post)
    : default_alphabet_(default_alphabet),
      hooks_(std::move(hooks)),
      post_(std::move(post)),
      self_(std::make_shared<IncomingMessages*>(this)) {}

IncomingMessages::~IncomingMessages() { *self_ = nullptr; }

void IncomingMessages::take(const ShortMessage& message, Answer answer, std::int64_t now_ms) {
    take_any(message, std::move(answer), now_ms);
}

void IncomingMessages::take(const DataSm& message, Answer answer, std::int64_t now_ms) {
    take_any(message, std::move(answer), now_ms);
}

template <class Message>
void IncomingMessages::take_any(const Message& message, Answer answer, std::int64_t now_ms) {
    if (auto receipt = read_receipt(message)) {
        if (receipt->message_id.empty()) return answer(true);
        return hooks_.on_receipt({.message_ids = alternative_ids(receipt->message_id),
                                  .state = receipt->state,
                                  .detail = std::move(receipt->detail)},
                                 done_for(std::move(answer)));
    }
    const auto received = received_text(message);
    if (!received) return answer(true);
    const auto alphabet = alphabet_of_text(message.data_coding, default_alphabet_, received->octets);
    if (!alphabet) return answer(true);
    if (!received->part) return tell(message.source.text, decode_text(received->octets, *alphabet), std::move(answer));
    take_part({.source = message.source.text,
               .destination = message.destination.text,
               .number = *received->part,
               .alphabet = *alphabet,
               .octets = std::string(received->octets)},
              std::move(answer), now_ms);
}

void IncomingMessages::take_part(IncomingPart part, Answer answer, std::int64_t now_ms) {
    auto whole = refused_before(part);
    if (!whole) whole = joined(part, now_ms);
    if (!whole) return answer(true);
    const auto source = part.source;
    auto keep_if_refused = [self = std::weak_ptr(self_), post = post_, last = std::move(part), text = *whole,
                            answer = std::move(answer)](bool durable) mutable {
        if (durable) return answer(true);
        post([self, last = std::move(last), text = std::move(text), answer = std::move(answer)]() mutable {
            const auto held = self.lock();
            if (!held || !*held) return;
            auto& refused = (*held)->refused_;
            if (refused.size() == most_refused) refused.pop_front();
            refused.push_back({std::move(last), std::move(text)});
            answer(false);
        });
    };
    tell(source, *std::move(whole), std::move(keep_if_refused));
}

std::optional<std::string> IncomingMessages::joined(const IncomingPart& part, std::int64_t now_ms) {
    const auto dropped = reassembly_.dropped().texts();
    auto whole = reassembly_.add(part, now_ms);
    const auto more = reassembly_.dropped().texts() - dropped;
    if (more != 0 && hooks_.on_incomplete) hooks_.on_incomplete(more);
    return whole;
}

/// The text whose last part this is, if it comes again.
std::optional<std::string> IncomingMessages::refused_before(const IncomingPart& part) {
    const auto found = std::ranges::find_if(refused_, [&](const Refused& each) {
        return each.last.source == part.source && each.last.destination == part.destination &&
               each.last.number == part.number && each.last.octets == part.octets;
    });
    if (found == refused_.end()) return std::nullopt;
    auto text = std::move(found->text);
    refused_.erase(found);
    return text;
}

void IncomingMessages::tell(const std::string& source, std::string text, Answer answer) {
    const auto from = subscriber(source);
    if (!from) return answer(true);
    hooks_.on_text({.from = *from, .text = std::move(text), .gateway_ms = hooks_.now_ms()},
                   done_for(std::move(answer)));
}

}  // namespace simtrail::sms::smpp
