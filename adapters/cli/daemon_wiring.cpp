// What a daemon is made of, and who tells whom what.
#include <boost/asio/post.hpp>

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <utility>

#include "adapters/cli/clock.hpp"
#include "adapters/cli/command.hpp"
#include "adapters/cli/configuration_check.hpp"
#include "adapters/cli/daemon_parts.hpp"
#include "adapters/cli/daemon_setup.hpp"
#include "adapters/cli/seq_list.hpp"
#include "adapters/cli/sms_setup.hpp"
#include "adapters/operations/logging.hpp"
#include "adapters/sms/console_gateway.hpp"
#include "storage/key_store.hpp"
#include "storage/outbox_depths.hpp"
#include "storage/sqlite_trace_store.hpp"
#include "storage/trace_pages.hpp"

namespace simtrail::cli {

namespace asio = boost::asio;

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
    auto cells = checked_table(configuration_);
    note_cells(configuration_);  // what does not load must not replace the note that points were located by
    core_ = std::make_unique<runtime::Core>(core_setup(std::move(cells)));
    core_->start();
    outbox_depths_ = std::make_unique<storage::OutboxDepths>(configuration_.storage.path);
}

runtime::CoreSetup Daemon::Parts::core_setup(std::shared_ptr<const CellTable> cells) {
    const std::string path = configuration_.storage.path;
    return {.store = *store_,
            .ledger_store = *store_,
            .open_segments = [path] { return storage::open_segment_reader({.path = path}); },
            .open_pages = [path] { return storage::open_trace_pages(path); },
            .cells = std::move(cells),
            .identities = identities_,
            .rules = rules_of(configuration_),
            .shards = static_cast<std::uint32_t>(configuration_.runtime.shards),
            .hold_ms = configuration_.feed.hold.count(),
            .candidates = candidates_of(configuration_),
            .limits = {.retention_ms = configuration_.storage.retention.count(),
                       .silent_after_ms = configuration_.tracks.silent_after.count(),
                       .body_rules = body_rules_of(configuration_)},
            .hooks = hooks(),
            .on_few_candidates = [this](std::uint64_t points) { metrics_.count_few_candidates(points); },
            .on_candidates_changed =
                [](std::uint32_t shard, bool few) {
                    if (few)
                        spdlog::warn(
                            "feeds bring more than can be located in time: few candidates from now on shard={}", shard);
                    else
                        spdlog::info("feeds are located in time: all candidates again shard={}", shard);
                },
            .on_damaged_evidence = [this](TrackNumber track, const auto& points) { tell_damaged(track, points); },
            .on_fatal =
                [](const std::string& what) {
                    // What is acknowledged is durable: a restart goes on from there, a daemon without a thread does not.
                    spdlog::critical("the daemon cannot go on: {}", what);
                    spdlog::shutdown();
                    std::_Exit(static_cast<int>(ExitCode::failed));
                }};
}

/// On a reader's thread.
void Daemon::Parts::tell_damaged(TrackNumber track, const std::vector<SeqRange>& points) {
    metrics_.count_damaged_trace();
    std::string id = "gone";
    core_->read([&](const ledger::LedgerBook& book) {
        if (const auto* found = book.track(track)) id = found->track_id;
    });
    spdlog::error(
        "stored evidence is damaged, smoothed traces tell these points as they were published; a backup may have "
        "it whole trackId={} seq={}",
        id, seq_list(points));
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
                    commit_failures_.failed(error);
                },
            .on_record = recorder_ ? [this](record::Recorded recorded) { recorder_->put(std::move(recorded)); }
                                   : std::function<void(record::Recorded)>(),
            .on_recovery = [this] { commit_failures_.recovered(); },
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
                                  .on_outcome = [this](const callbacks::Outcome& outcome) { tell_callback(outcome); }});
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

void Daemon::Parts::tell_callback(const callbacks::Outcome& outcome) {
    using Kind = callbacks::Outcome::Kind;
    switch (outcome.kind) {
        case Kind::delivered: metrics_.count(operations::CallbackEnd::delivered); return;
        case Kind::retry:
            metrics_.count(operations::CallbackEnd::retried);
            spdlog::log(outcome.tried ? spdlog::level::info : spdlog::level::debug,
                        "callback {} is not delivered and comes again in {} s: {} attempts={}", outcome.id,
                        (outcome.next_at_ms - wall_clock_ms()) / 1000, operations::masked_path(outcome.reason),
                        outcome.attempts);
            return;
        case Kind::dead:
            metrics_.count(operations::CallbackEnd::dead);
            spdlog::warn("callback {} is given up, see `simtrail callbacks list`: {} attempts={}", outcome.id,
                         operations::masked_path(outcome.reason), outcome.attempts);
            return;
    }
}

operations::DaemonState Daemon::Parts::state() const {
    operations::DaemonState state;
    if (!ready_) return state;
    const auto depths = outbox_depths_->look();
    state.callbacks_waiting = depths.callbacks;
    state.callbacks_dead = depths.dead_callbacks;
    state.texts_waiting = depths.texts;
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

}  // namespace simtrail::cli
