#include "adapters/cli/daemon.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "adapters/api/api_service.hpp"
#include "adapters/cli/callback_post.hpp"
#include "adapters/cli/clock.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/daemon_setup.hpp"
#include "adapters/cli/sms_setup.hpp"
#include "adapters/cli/text_post.hpp"
#include "adapters/feed_server/tcp_feed_server.hpp"
#include "adapters/feed_server/upload_desk.hpp"
#include "adapters/feed_server/watched_directory.hpp"
#include "adapters/http/server.hpp"
#include "adapters/operations/daemon_metrics.hpp"
#include "adapters/operations/logging.hpp"
#include "adapters/operations/operator_service.hpp"
#include "adapters/operations/random_identities.hpp"
#include "adapters/operations/service_manager.hpp"
#include "adapters/runtime/core.hpp"
#include "adapters/sms/console_gateway.hpp"
#include "storage/key_store.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_pages.hpp"

namespace simtrail::cli {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Of the ten seconds that SIGTERM has: answers under way, then what was taken is committed, then acknowledgements leave.
constexpr auto answers_grace = 4s;  // gateways say good-bye within 3 s
constexpr auto acknowledgements_grace = 2s;

}  // namespace

class Daemon::Parts {
   public:
    Parts(config::Configuration configuration, std::string path)
        : configuration_(std::move(configuration)), path_(std::move(path)) {}
    ~Parts() {
        if (opener_.joinable()) opener_.join();
        if (ending_.joinable()) ending_.join();
    }

    void run();

   private:
    void listen_for_signals();
    void serve_operator();
    void open();
    runtime::CoreSetup core_setup();
    runtime::WriterHooks hooks();
    void reach_phones();
    void serve();
    void tick();
    void reload();
    void reloaded();
    void drain_fronts(std::chrono::steady_clock::time_point until);
    void shut_down(const char* why);
    void end();
    void fail(std::exception_ptr failure);
    operations::DaemonState state() const;

    config::Configuration configuration_;
    std::string path_;
    asio::io_context io_{1};
    asio::signal_set signals_{io_};
    asio::steady_timer ticker_{io_};
    operations::DaemonMetrics metrics_{SIMTRAIL_VERSION, [this] { return state(); }};
    operations::ServiceManager service_manager_ = operations::ServiceManager::from_environment();
    std::unique_ptr<TextPost> text_post_;
    std::optional<operations::OperatorService> operator_service_;
    std::unique_ptr<http::Server> operator_server_;

    operations::RandomIdentities identities_;
    std::unique_ptr<storage::SqliteTraceStore> store_;
    std::unique_ptr<record::DayRecorder> recorder_;
    std::unique_ptr<runtime::Core> core_;
    std::unique_ptr<CallbackPost> callback_post_;
    std::atomic<bool> ready_ = false, ending_told_ = false;
    bool texts_drained_ = false;
    bool reloading_ = false, reload_again_ = false;

    std::unique_ptr<runtime::FeedDesk> uploads_;
    std::unique_ptr<api::ApiService> api_;
    std::unique_ptr<http::Server> api_server_;
    std::unique_ptr<feed_server::TcpFeedServer> feed_server_;
    std::unique_ptr<feed_server::WatchedDirectory> watched_directory_;

    std::thread opener_, ending_;
    std::exception_ptr failure_;
};

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

void Daemon::Parts::reach_phones() {
    text_post_ = std::make_unique<TextPost>(
        io_, [this](sms::GatewayHooks hooks) { return make_gateway(io_, configuration_.sms, std::move(hooks)); },
        [this](operations::SmsEnd end, std::uint64_t texts) { metrics_.count(end, texts); });
}

void Daemon::Parts::serve_operator() {
    operator_service_.emplace(
        operations::OperatorHooks{.not_ready = [this]() -> std::optional<std::string> {
                                      if (ending_told_) return "the daemon is ending";
                                      if (!ready_) return "the journal is replayed";
                                      return std::nullopt;
                                  },
                                  .metrics = [this] { return metrics_.text(); },
                                  .console = dynamic_cast<sms::ConsoleGateway*>(&text_post_->gateway())});
    operator_server_ =
        http::serve(io_, *operator_service_, {.name = "operator", .listen = configuration_.operator_port.listen});
    spdlog::info("operator's port listens on={}", operator_server_->address());
}

/// What may take its time: cells, the database, the journal. On the opener's thread.
void Daemon::Parts::open() {
    store_ = storage::open_trace_store({.path = configuration_.storage.path});
    recorder_ = recorder_of(configuration_);
    note_cells(configuration_);
    core_ = std::make_unique<runtime::Core>(core_setup());
    core_->start();
}

runtime::CoreSetup Daemon::Parts::core_setup() {
    const std::string path = configuration_.storage.path;
    return {.store = *store_,
            .ledger_store = *store_,
            .open_segments = [path] { return storage::open_segment_reader({.path = path}); },
            .open_pages = [path] { return storage::open_trace_pages(path); },
            .cells = load_table(configuration_),
            .identities = identities_,
            .rules = rules_of(configuration_),
            .shards = static_cast<std::uint32_t>(configuration_.runtime.shards),
            .hold_ms = configuration_.feed.hold.count(),
            .limits = {.retention_ms = configuration_.storage.retention.count(),
                       .silent_after_ms = configuration_.tracks.silent_after.count(),
                       .body_rules = body_rules_of(configuration_)},
            .hooks = hooks(),
            .on_fatal =
                [](const std::string& what) {
                    // What is acknowledged is durable: a restart goes on from there, a daemon without a thread does not.
                    spdlog::critical("the daemon cannot go on: {}", what);
                    spdlog::shutdown();
                    std::_Exit(static_cast<int>(ExitCode::failed));
                }};
}

runtime::WriterHooks Daemon::Parts::hooks() {
    return {.now_ms = wall_clock_ms,
            .make_callback =
                [this](const auto& callback, auto consent, const runtime::Board& board) {
                    return stored_callback(callback, consent, board, configuration_.tracks.silent_after.count());
                },
            .on_texts = [this](std::vector<ledger::OutgoingText> texts) { text_post_->send(std::move(texts)); },
            .on_erased = [this](std::vector<Msisdn> msisdns) { text_post_->forget(std::move(msisdns)); },
            .on_callbacks =
                [this](std::vector<ledger::StoredCallback> due) {
                    asio::post(io_, [this, due = std::move(due)]() mutable {
                        if (callback_post_) return callback_post_->offer(std::move(due));
                        for (const auto& callback : due) core_->inbox().put_untaken_callback(callback.number);
                    });
                },
            .on_callbacks_persisted =
                [this](std::vector<std::int64_t> numbers) {
                    asio::post(io_, [this, numbers = std::move(numbers)]() mutable {
                        if (callback_post_) callback_post_->persisted(std::move(numbers));
                    });
                },
            .on_lines = [this](const feed::OutcomeCounts& counts) { metrics_.count(counts); },
            .on_commit =
                [this](std::chrono::nanoseconds took, std::uint64_t) {
                    metrics_.observe_commit(std::chrono::duration_cast<std::chrono::microseconds>(took));
                },
            .on_failure =
                [this](const std::string& error) {
                    metrics_.count_failed_commit();
                    spdlog::error("commit failed, nothing of it is acknowledged: {}", error);
                },
            .on_record = recorder_ ? [this](record::Recorded recorded) { recorder_->put(std::move(recorded)); }
                                   : std::function<void(record::Recorded)>(),
            .on_recovery = [] { spdlog::info("commits succeed again"); },
            .on_erasing = recorder_ ? [this](const std::vector<Msisdn>& erased) { recorder_->note_erasure(erased); }
                                    : std::function<void(const std::vector<Msisdn>&)>()};
}

/// The fronts open once everything behind them is there.
void Daemon::Parts::serve() {
    if (ending_told_) return;
    try {
        callback_post_ = std::make_unique<CallbackPost>(
            io_, core_->inbox(),
            CallbackPost::Options{.allow_private_addresses = configuration_.callbacks.allow_private_addresses,
                                  .ca_file = configuration_.callbacks.ca_file,
                                  .now_ms = wall_clock_ms,
                                  .on_outcome = [this](const callbacks::Outcome& outcome) {
                                      using Kind = callbacks::Outcome::Kind;
                                      metrics_.count(outcome.kind == Kind::delivered
                                                         ? operations::CallbackEnd::delivered
                                                     : outcome.kind == Kind::dead ? operations::CallbackEnd::dead
                                                                                  : operations::CallbackEnd::retried);
                                  }});
        core_->inbox().want_callbacks();
        text_post_->open(*core_);
        uploads_ = feed_server::make_upload_desk(
            core_->intake(), [this](std::function<void()> task) { asio::post(io_, std::move(task)); });
        const double rate = configuration_.api.requests_per_second;
        api_ = api::make_api({.msisdn_max_digits = configuration_.api.msisdn_max_digits,
                              .requests_per_second_per_key = rate,
                              .burst_per_key = 2 * rate,
                              .allow_private_callbacks = configuration_.callbacks.allow_private_addresses,
                              .silent_after_ms = configuration_.tracks.silent_after.count()},
                             *core_, *core_, *uploads_, storage::open_key_source(configuration_.storage.path));
        api_server_ = http::serve(io_, *api_,
                                  {.name = "api",
                                   .listen = configuration_.api.listen,
                                   .tls = tls_of(configuration_.api.tls),
                                   .on_answer = [this](const http::Request& request, int status, std::size_t bytes,
                                                       std::chrono::microseconds took) {
                                       metrics_.count_answer(status);
                                       if (spdlog::should_log(spdlog::level::info))
                                           spdlog::info(operations::request_line(request, status, bytes, took));
                                   }});
        spdlog::info("api listens on={}", api_server_->address());
        feed_server_ = feed_server::serve_tcp_feed(
            io_, core_->intake(), *core_,
            {.listen = configuration_.feed.tcp.listen,
             .trust = {.sms = configuration_.feed.tcp.trust_sms, .control = configuration_.feed.tcp.trust_control},
             .tls = tls_of(configuration_.feed.tcp.tls),
             .connections = static_cast<std::size_t>(configuration_.feed.tcp.max_connections)});
        spdlog::info("feed listens on={}", feed_server_->address());
        if (!configuration_.feed.directory.path.empty())
            watched_directory_ =
                feed_server::watch_directory(core_->intake(), {.path = configuration_.feed.directory.path,
                                                               .done = configuration_.feed.directory.done,
                                                               .known = core_->file_positions()});
        ready_ = true;
        service_manager_.ready();
        spdlog::info("ready version={} tracked={}", SIMTRAIL_VERSION, core_->intake().tracked());
        tick();
    } catch (...) {
        fail(std::current_exception());
    }
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
    for (const auto& error : {api_server_->reload_tls(), feed_server_->reload_tls()})
        if (error) spdlog::error("certificates stay as they are: {}", *error);
    if (opener_.joinable()) opener_.join();
    opener_ = std::thread([this, next = std::move(*read)] {
        try {
            auto cells = load_table(next);
            note_cells(next);
            core_->use_cells(std::move(cells));
            spdlog::info("reloaded: cells, certificates, log level");
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

operations::DaemonState Daemon::Parts::state() const {
    operations::DaemonState state;
    if (!ready_) return state;
    core_->read([&](const ledger::LedgerBook& book) {
        state.tracks = book.tracks_by_state();
        state.consents = book.consents_by_state();
    });
    state.tracked_subscribers = core_->intake().tracked();
    state.blocks_under_way = core_->intake().blocks_under_way();
    state.control_queue = core_->inbox().controls();
    state.feed_connections = feed_server_ ? feed_server_->connections() : 0;
    state.api_connections = api_server_ ? api_server_->connections() : 0;
    state.recording_lost_lines = recorder_ ? recorder_->lost_lines() : 0;
    return state;
}

Daemon::Daemon(config::Configuration configuration, std::string configuration_path)
    : parts_(std::make_unique<Parts>(std::move(configuration), std::move(configuration_path))) {}

Daemon::~Daemon() = default;

void Daemon::run() { parts_->run(); }

}  // namespace simtrail::cli
