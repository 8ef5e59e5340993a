// simtrail-bench-sms: how many texts a second the SMPP gateway gets accepted by a running SMSC.
// bench/sms/run starts one and calls this; docs/performance.md holds what came out.

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>

#include "adapters/sms/smpp/smpp_gateway.hpp"

namespace {

using namespace simtrail;
using Clock = std::chrono::steady_clock;

/// Keeps the gateway full until all texts have their result. The first one, not counted, waits for the bind.
class Load {
   public:
    Load(boost::asio::io_context& io, sms::smpp::SmppOptions options, std::int64_t texts)
        : io_(io),
          texts_(texts),
          gateway_(make_smpp_gateway(io, std::move(options),
                                     {.on_result = [this](const sms::TextResult& result) { take(result); },
                                      .on_receipt = [](auto&&, sms::GatewayHooks::Done done) { done(true); },
                                      .on_text = [](auto&&, sms::GatewayHooks::Done done) { done(true); },
                                      .on_room = [this] { fill(); },
                                      .now_ms = [] { return std::int64_t{0}; }})) {
        gateway_->send({text(0)});
    }

    /// Texts a second.
    double run() {
        io_.run();
        return static_cast<double>(texts_) / std::chrono::duration<double>(ended_ - started_).count();
    }
    std::int64_t refused() const { return refused_; }

   private:
    static sms::OutboxText text(std::int64_t number) {
        return {.number = number, .to = *Msisdn::parse("919876543210"), .text = "Acme asks: YES 4821 or NO 4821?"};
    }

    void take(const sms::TextResult& result) {
        refused_ += result.accepted ? 0 : 1;
        if (result.number == 0) {
            started_ = Clock::now();
            return fill();
        }
        if (++told_ < texts_) return;
        ended_ = Clock::now();
        io_.stop();
    }

    void fill() {
        std::vector<sms::OutboxText> texts;
        for (auto room = gateway_->room(); room > 0 && sent_ < texts_; --room) texts.push_back(text(++sent_));
        gateway_->send(std::move(texts));
    }

    boost::asio::io_context& io_;
    const std::int64_t texts_;
    std::int64_t sent_ = 0, told_ = 0, refused_ = 0;
    Clock::time_point started_, ended_;
    std::unique_ptr<sms::TextGateway> gateway_;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Sends texts to an SMSC on 127.0.0.1 and waits until all are accepted."};
    sms::smpp::SmppOptions options{.system_id = "bench", .password = "secret", .source = {.text = "56767"}};
    std::int64_t texts = 100'000;
    app.add_option("--port", options.port, "of the SMSC")->required();
    app.add_option("--window", options.window, "submit_sm under way")->check(CLI::Range(1, 1000));
    app.add_option("--texts", texts)->check(CLI::Range(1, 100'000'000));
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::off);
    boost::asio::io_context io;
    Load load(io, options, texts);
    fmt::print("{:.0f}\n", load.run());
    return load.refused() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
