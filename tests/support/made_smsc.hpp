#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "adapters/sms/smpp/esme.hpp"
#include "tests/support/smpp_wire.hpp"

namespace simtrail::tests {

/// An Esme, an SMSC and the network between them, all on a clock that is turned by hand. What the SMSC took is its log.
class MadeSmsc {
   public:
    using Status = sms::smpp::Status;

    explicit MadeSmsc(const sms::smpp::SmppOptions& options = {}, std::uint64_t seed = 1)
        : random(seed),
          esme(options,
               {.on_result = [this](sms::TextResult result) { results.push_back(std::move(result)); },
                .on_receipt = [](auto&&, sms::GatewayHooks::Done done) { done(true); },
                .on_text = [](auto&&, sms::GatewayHooks::Done done) { done(true); },
                .on_room = [this] { ++rooms; },
                .now_ms = [this] { return now; }},
               {.random = [] { return 1.0; }, .post = [this](auto work) { posted.push_back(std::move(work)); }}),
          wires(esme.links().size()) {}

    void send(std::int64_t number) {
        esme.send({{.number = number, .to = *Msisdn::parse("919876543210"), .text = "n" + std::to_string(number)}});
    }

    /// One turn at this moment: connections, octets both ways, what was posted.
    void turn() {
        esme.tick(now);
        esme.settle(now);
        for (std::size_t link = 0; link < wires.size(); ++link) turn_link(link);
        for (auto& work : std::exchange(posted, {})) work();
        esme.settle(now);
    }
    /// Until it comes true, at most so long.
    bool until(const std::function<bool()>& condition, std::int64_t limit_ms) {
        for (const auto end = now + limit_ms; now <= end; ++now) {
            turn();
            if (condition()) return true;
            if (!has_output()) now = std::min(end, std::max(now, esme.next_ms(now).value_or(end) - 1));
        }
        return false;
    }
    void pass(std::int64_t ms) {
        until([] { return false; }, ms);
    }
    /// Ends all connections.
    void cut() {
        for (std::size_t link = 0; link < wires.size(); ++link)
            if (wires[link]) end(link, "cut");
    }

    // The SMSC's mood.
    bool up = true;
    Status bind_status = Status::ESME_ROK;  // of each bind
    bool silent = false;                    // it takes texts and does not answer
    std::uint32_t cut_one_in = 0;           // messages; the link breaks before, in or after its answer
    std::function<Status()> status = [] { return Status::ESME_ROK; };  // of the next submit_sm

    std::mt19937_64 random;
    std::int64_t now = 1'000'000;
    std::map<std::string, int> taken;  // how often each text was
    std::vector<sms::TextResult> results;
    std::size_t connections = 0, refusals = 0, cuts = 0, unbinds = 0;
    int rooms = 0;
    sms::smpp::Esme esme;

   private:
    struct Wire {
        WireReader reader;
        std::string back;  // to the Esme
    };

    bool has_output() const { return !posted.empty(); }

    void turn_link(std::size_t number) {
        auto& link = *esme.links()[number];
        if (!wires[number]) {
            if (link.connect_ms().value_or(INT64_MAX) > now) return;
            link.connecting();
            ++(up ? connections : refusals);
            if (!up) return link.disconnected("connection refused", now);
            wires[number].emplace();
            link.connected(now);
        }
        while (link.has_output()) {
            answer(number, link.take_output());
            if (!wires[number]) return;
            put_octets(link, std::exchange(wires[number]->back, {}), now);
            if (link.is_over()) return end(number, "closed");
            esme.settle(now);
        }
    }

    void end(std::size_t number, const std::string& why) {
        wires[number].reset();
        esme.links()[number]->disconnected(why, now);
    }

    void answer(std::size_t number, const std::string& octets) {
        using Id = sms::smpp::CommandId;
        for (const auto& pdu : wires[number]->reader.read(octets)) {
            if (sms::smpp::is_response(pdu.header.id)) continue;
            if (pdu.header.id == Id::submit_sm) {
                submit(number, pdu);
                if (!wires[number]) return;
                continue;
            }
            unbinds += pdu.header.id == Id::unbind ? 1 : 0;
            if (silent) continue;
            sms::smpp::Body body = sms::smpp::NoBody{};
            const bool bind = std::holds_alternative<sms::smpp::Bind>(pdu.body);
            if (bind) body = sms::smpp::BindResponse{.system_id = "made"};
            reply(number, pdu, body, bind ? bind_status : Status::ESME_ROK);
        }
    }

    void submit(std::size_t number, const sms::smpp::Pdu& pdu) {
        const auto& text = std::get<sms::smpp::ShortMessage>(pdu.body).short_message;
        const auto way = cut_one_in != 0 && random() % cut_one_in == 0 ? random() % 3 : 3;
        cuts += way < 3 ? 1 : 0;
        if (way == 0) return end(number, "cut before");
        const auto said = status();
        if (said == Status::ESME_ROK) ++taken[text];
        if (way == 1) return end(number, "cut after");
        if (silent) return;
        reply(number, pdu, sms::smpp::MessageResponse{.message_id = said == Status::ESME_ROK ? "1" : ""}, said);
        if (way != 2) return;
        auto& back = wires[number]->back;
        back.resize(back.size() - 1 - random() % 8);  // within its answer
        put_octets(*esme.links()[number], back, now);
        end(number, "cut within");
    }

    void reply(std::size_t number, const sms::smpp::Pdu& request, sms::smpp::Body body,
               Status said = Status::ESME_ROK) {
        wires[number]->back +=
            octets(sms::smpp::response_to(request.header.id), request.header.sequence, std::move(body), said);
    }

    std::vector<std::optional<Wire>> wires;
    std::vector<std::move_only_function<void()>> posted;
};

}  // namespace simtrail::tests
