#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sms/smpp/esme_session.hpp"
#include "tests/support/smpp_wire.hpp"

namespace simtrail::tests {

using namespace sms::smpp;

/// What a session told.
struct SessionTold final : SessionSink {
    void on_bound() override { ++bound; }
    void on_answer(SubmitAnswer answer) override { answers.push_back(std::move(answer)); }
    void on_lost(std::uint64_t token, Lost how) override { lost.emplace_back(token, how); }
    void on_short_message(Delivery delivery, ShortMessage message) override {
        deliveries.push_back(delivery);
        texts.push_back(message.short_message);
    }
    void on_data(Delivery delivery, DataSm) override { deliveries.push_back(delivery); }
    void on_closed(std::string why) override { closed.push_back(std::move(why)); }

    int bound = 0;
    std::vector<SubmitAnswer> answers;
    std::vector<std::pair<std::uint64_t, Lost>> lost;
    std::vector<Delivery> deliveries;
    std::vector<std::string> texts, closed;
};

inline ShortMessage message(std::string text) {
    return {.destination = {1, 1, "919876543210"}, .short_message = std::move(text)};
}

/// A session with what its SMSC gets, and a manual clock.
class MadeSession {
   public:
    explicit MadeSession(SessionOptions options = {}, BindRole role = BindRole::transceiver)
        : session(with_credentials(std::move(options)), role, told) {}

    /// What was written since the last time.
    std::vector<Pdu> sent() { return reader_.read(session.take_output()); }
    std::vector<CommandId> sent_ids() {
        std::vector<CommandId> ids;
        for (const auto& pdu : sent()) ids.push_back(pdu.header.id);
        return ids;
    }
    void give(std::string_view octets) { put_octets(session, octets, now); }
    MadeSession& bind() {
        session.connected(now);
        const auto request = sent().at(0).header;
        give(octets(response_to(request.id), request.sequence, BindResponse{.system_id = "smsc"}));
        return *this;
    }
    void pass(std::int64_t ms) {
        now += ms;
        session.tick(now);
    }
    /// Submits texts of these tokens, and says under which sequence numbers.
    std::vector<std::uint32_t> submit(const std::vector<std::uint64_t>& tokens) {
        for (const auto token : tokens) session.submit(token, message("text"), now);
        std::vector<std::uint32_t> sequences;
        for (const auto& pdu : sent()) sequences.push_back(pdu.header.sequence);
        return sequences;
    }

    std::int64_t now = 1'000'000;
    SessionTold told;
    EsmeSession session;

   private:
    static SessionOptions with_credentials(SessionOptions options) {
        options.bind = {.system_id = "simtrail", .password = "secret", .system_type = "VMA"};
        return options;
    }
    WireReader reader_;
};

}  // namespace simtrail::tests
