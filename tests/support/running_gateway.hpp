#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sms/smpp/smpp_gateway.hpp"
#include "tests/support/caught_log.hpp"
#include "tests/support/peer_process.hpp"
#include "tests/support/places.hpp"

namespace simtrail::tests {

/// A real gateway on its own io_context, run by `until` and `pass` alone, and what it told.
class RunningGateway {
   public:
    explicit RunningGateway(sms::smpp::SmppOptions options)
        : gateway(sms::smpp::make_smpp_gateway(
              io, with_credentials(std::move(options)),
              {.on_result = [this](sms::TextResult result) { results.push_back(std::move(result)); },
               .on_receipt =
                   [this](sms::TextReceipt receipt, sms::GatewayHooks::Done done) {
                       receipts.push_back(std::move(receipt));
                       done(durable);
                   },
               .on_text =
                   [this](sms::IncomingText text, sms::GatewayHooks::Done done) {
                       texts.push_back(std::move(text));
                       if (!hold_answers) return done(durable);
                       held.push_back(std::move(done));
                   },
               .on_room = [this] { ++rooms; },
               .now_ms = [] { return std::int64_t{1'700'000'000'000}; }})) {}

    /// False where the condition does not come true in time.
    template <class Condition>
    bool until(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(15)) {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            io.restart();
            io.run_for(std::chrono::milliseconds(2));
        }
        return true;
    }
    void pass(std::chrono::milliseconds time) {
        until([] { return false; }, time);
    }

    void send(std::int64_t number, const std::string& text, const std::string& to = "919876543210") {
        gateway->send({{.number = number, .to = *Msisdn::parse(to), .text = text}});
    }
    bool drained() {
        bool ended = false;
        gateway->drain([&] { ended = true; });
        return until([&] { return ended; });
    }

    std::vector<sms::TextResult> results;
    std::vector<sms::TextReceipt> receipts;
    std::vector<sms::IncomingText> texts;
    std::vector<sms::GatewayHooks::Done> held;
    bool durable = true;
    bool hold_answers = false;
    int rooms = 0;
    CaughtLog log;
    boost::asio::io_context io;
    std::unique_ptr<sms::TextGateway> gateway;

   private:
    static sms::smpp::SmppOptions with_credentials(sms::smpp::SmppOptions options) {
        options.system_id = "simtrail";
        options.password = "secret";
        options.source.npi = 1;
        options.source.text = "56767";
        return options;
    }
};

/// npm's smpp as SMSC, tests/peers/smsc.js.
inline std::vector<std::string> node_smsc() {
    return {"node", simtrail::places::source_dir() + "/tests/peers/smsc.js"};
}
inline bool has_node_smsc() {
    return std::filesystem::exists(simtrail::places::source_dir() + "/tests/peers/node_modules/smpp") &&
           std::system("node --version > /dev/null 2>&1") == 0;
}
inline std::vector<std::string> perl_smsc() {
    return {"perl", simtrail::places::source_dir() + "/tests/peers/smsc.pl"};
}
inline bool has_perl_smsc() { return std::system("perl -MNet::SMPP -e1 > /dev/null 2>&1") == 0; }

}  // namespace simtrail::tests
