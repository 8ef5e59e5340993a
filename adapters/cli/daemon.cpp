#include "adapters/cli/daemon.hpp"

#include <boost/asio/post.hpp>

#include <spdlog/spdlog.h>

#include <csignal>

#include <chrono>
#include <expected>
#include <thread>
#include <utility>

#include "adapters/cli/command.hpp"
#include "adapters/cli/daemon_parts.hpp"
#include "adapters/cli/daemon_setup.hpp"
#include "adapters/operations/logging.hpp"
#include "storage/outbox_depths.hpp"
#include "storage/sqlite_trace_store.hpp"

namespace simtrail::cli {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Of the ten seconds that SIGTERM has: answers under way, then what was taken is committed, then acknowledgements leave.
constexpr auto answers_grace = 4s;  // gateways say good-bye within 3 s
constexpr auto acknowledgements_grace = 2s;

}  // namespace

Daemon::Parts::Parts(config::Configuration configuration, std::string path)
    : configuration_(std::move(configuration)),
      path_(std::move(path)),
      metrics_(SIMTRAIL_VERSION, [this] { return state(); }) {}

Daemon::Parts::~Parts() {
    if (opener_.joinable()) opener_.join();
    if (ending_.joinable()) ending_.join();
}

void Daemon::Parts::run() {
    operations::set_up_logging(configuration_.log.level);
    listen_for_signals();
    reach_phones();
    serve_operator();
    opener_ = std::thread([this] {
        try {
            open();
            asio::post(io_, [this] { serve(); });
        } catch (...) {
            fail(std::current_exception());
        }
    });
    io_.run();
    if (failure_) std::rethrow_exception(failure_);
}

void Daemon::Parts::listen_for_signals() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.add(SIGHUP);
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        if (signal == SIGHUP)
            reload();
        else
            shut_down(signal == SIGTERM ? "SIGTERM" : "SIGINT");
        listen_for_signals();
    });
}

void Daemon::Parts::tick() {
    ticker_.expires_after(1s);
    ticker_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        try {
            if (api_) api_->tick();
        } catch (const std::exception& tick_error) {
            spdlog::error("event streams are not looked after: {}", tick_error.what());
        }
        service_manager_.alive();
        tick();
    });
}

/// SIGHUP: cells, certificates and log level are read again; a bad one leaves what is there.
void Daemon::Parts::reload() {
    if (!ready_ || ending_told_) return;
    if (reloading_) {
        reload_again_ = true;
        return;
    }
    reloading_ = true;
    service_manager_.reloading();
    auto read = path_.empty() ? std::expected<config::Configuration, config::ConfigurationError>(configuration_)
                              : config::load_configuration(path_);
    if (!read) {
        spdlog::error("reload refused, everything stays as it is: {}", read.error().message);
        return reloaded();
    }
    operations::set_log_level(read->log.level);
    bool certificates = true;
    for (const auto& error : {api_server_->reload_tls(), feed_server_->reload_tls()}) {
        if (!error) continue;
        certificates = false;
        spdlog::error("certificates stay as they are: {}", *error);
    }
    if (opener_.joinable()) opener_.join();
    opener_ = std::thread([this, next = std::move(*read), certificates] {
        try {
            auto cells = load_table(next);
            note_cells(next);
            core_->use_cells(std::move(cells));
            spdlog::info("reloaded: cells, {}log level", certificates ? "certificates, " : "");
        } catch (const std::exception& error) {
            spdlog::error("cells stay as they are: {}", error.what());
        }
        asio::post(io_, [this] { reloaded(); });
    });
}

void Daemon::Parts::reloaded() {
    service_manager_.ready();
    reloading_ = false;
    if (std::exchange(reload_again_, false)) reload();
}

void Daemon::Parts::shut_down(const char* why) {
    if (ending_told_.exchange(true)) return;
    spdlog::info("ending: {}: what was taken is committed", why);
    service_manager_.stopping();
    if (feed_server_) feed_server_->drain(answers_grace + acknowledgements_grace);
    if (api_server_) api_server_->drain(answers_grace);
    text_post_->drain([this] { texts_drained_ = true; });
    drain_fronts(std::chrono::steady_clock::now() + answers_grace);
}

/// Answers under way may still need the core.
void Daemon::Parts::drain_fronts(std::chrono::steady_clock::time_point until) {
    const bool drained = texts_drained_ && (!api_server_ || api_server_->connections() == 0);
    if (drained || std::chrono::steady_clock::now() >= until) {
        ending_ = std::thread([this] { end(); });
        return;
    }
    ticker_.expires_after(20ms);
    ticker_.async_wait([this, until](const boost::system::error_code&) { drain_fronts(until); });
}

/// On a thread of its own: the I/O thread still sends answers and acknowledgements.
void Daemon::Parts::end() {
    if (opener_.joinable()) opener_.join();
    watched_directory_.reset();
    if (core_) core_->drain();
    asio::post(io_, [this] {
        ticker_.expires_after(feed_server_ && feed_server_->connections() > 0 ? acknowledgements_grace : 0s);
        ticker_.async_wait([this](const boost::system::error_code&) {
            callback_post_.reset();
            feed_server_.reset();
            api_server_.reset();
            operator_server_.reset();
            text_post_.reset();
            if (store_) store_->close();
            if (commit_failures_.failing())
                failure_ = std::make_exception_ptr(CommandError(
                    ExitCode::failed, "ended while nothing could be committed: what was not acknowledged is not kept"));
            else
                spdlog::info("ended");
            io_.stop();
        });
    });
}

void Daemon::Parts::fail(std::exception_ptr failure) {
    asio::post(io_, [this, failure = std::move(failure)] {
        failure_ = failure;
        io_.stop();
    });
}

Daemon::Daemon(config::Configuration configuration, std::string configuration_path)
    : parts_(std::make_unique<Parts>(std::move(configuration), std::move(configuration_path))) {}

Daemon::~Daemon() = default;

void Daemon::run() { parts_->run(); }

}  // namespace simtrail::cli
