// An SMSC that says anything at any time: the session keeps its bounds, says each thing once, and writes nothing but whole PDUs.
// The input is a list of steps, each an octet that says which and an octet that says how much; octets of the SMSC follow theirs.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "adapters/sms/smpp/esme_session.hpp"

namespace {

using namespace simtrail::sms::smpp;

constexpr std::size_t window = 3;

void require(bool holds) {
    if (!holds) std::abort();
}

/// What was told; a submission is told of once.
struct Told final : SessionSink {
    void on_bound() override { require(++bound == 1 && closed == 0); }
    void on_answer(SubmitAnswer answer) override { require(under_way.erase(answer.token) == 1); }
    void on_lost(std::uint64_t token, Lost) override { require(under_way.erase(token) == 1); }
    void on_short_message(Delivery delivery, ShortMessage) override { deliveries.push_back(delivery); }
    void on_data(Delivery delivery, DataSm) override { deliveries.push_back(delivery); }
    void on_closed(std::string why) override { require(++closed == 1 && !why.empty()); }

    int bound = 0, closed = 0;
    std::map<std::uint64_t, bool> under_way;
    std::vector<Delivery> deliveries;
};

class Conversation {
   public:
    void step(std::uint8_t what, std::uint8_t how_much, std::string_view& rest) {
        switch (what % 8) {
            case 0: return session_.connected(now_);
            case 1:
                return give(rest.substr(0, how_much)), rest.remove_prefix(std::min<std::size_t>(how_much, rest.size()));
            case 2: now_ += how_much * 100; return session_.tick(now_);
            case 3: return submit(how_much);
            case 4: return answer(how_much);
            case 5: return read_output();
            case 6: return how_much == 0 ? session_.unbind(now_) : void();
            default: return how_much == 0 ? session_.disconnected("cut") : void();
        }
    }

    void check() {
        require(session_.outstanding() == told_.under_way.size() && session_.outstanding() <= window);
        require(session_.unanswered() <= EsmeSession::max_unanswered);
        require((session_.state() == SessionState::closed) == (told_.closed == 1));
        require(session_.state() != SessionState::closed || (session_.outstanding() == 0 && !session_.can_submit()));
    }

   private:
    void give(std::string_view octets) {
        if (octets.empty() || !session_.wants_read()) return;
        const auto room = session_.room();
        require(room.size() >= octets.size());
        std::memcpy(room.data(), octets.data(), octets.size());
        session_.received(octets.size(), now_);
    }

    void submit(std::uint8_t count) {
        for (; count > 0 && session_.can_submit(); --count) {
            told_.under_way[token_] = true;
            session_.submit(token_++, {.short_message = "text"}, now_);
        }
    }

    void answer(std::uint8_t count) {
        for (; count > 0 && !told_.deliveries.empty(); --count) {
            session_.answer(told_.deliveries.back(), Status::ESME_ROK);
            told_.deliveries.pop_back();
        }
    }

    void read_output() {
        const auto octets = session_.take_output();
        if (octets.empty()) return;
        const auto room = written_.room(octets.size());
        std::memcpy(room.data(), octets.data(), octets.size());
        written_.filled(octets.size());
        for (auto raw = written_.next(); require(raw.has_value()), *raw; raw = written_.next())
            require(read_pdu(**raw).has_value());
        require(written_.empty());
    }

    std::int64_t now_ = 1000;
    std::uint64_t token_ = 0;
    Told told_;
    EsmeSession session_{
        {.bind = {.system_id = "fuzz"}, .window = window, .enquire_interval_ms = 30'000}, BindRole::transceiver, told_};
    PduFramer written_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    Conversation conversation;
    while (rest.size() >= 2) {
        const auto what = static_cast<std::uint8_t>(rest[0]), how_much = static_cast<std::uint8_t>(rest[1]);
        rest.remove_prefix(2);
        conversation.step(what, how_much, rest);
        conversation.check();
    }
    return 0;
}
