#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "adapters/api/api_service.hpp"
#include "adapters/cli/callback_post.hpp"
#include "adapters/cli/commit_failures.hpp"
#include "adapters/cli/daemon.hpp"
#include "adapters/cli/text_post.hpp"
#include "adapters/feed_server/tcp_feed_server.hpp"
#include "adapters/feed_server/upload_desk.hpp"
#include "adapters/feed_server/watched_directory.hpp"
#include "adapters/http/server.hpp"
#include "adapters/operations/daemon_metrics.hpp"
#include "adapters/operations/operator_service.hpp"
#include "adapters/operations/random_identities.hpp"
#include "adapters/operations/service_manager.hpp"
#include "adapters/record/day_recorder.hpp"
#include "adapters/runtime/core.hpp"

namespace simtrail::storage {
class SqliteTraceStore;
class OutboxDepths;
}  // namespace simtrail::storage

namespace simtrail::cli {

/// All that a daemon is made of: daemon_wiring.cpp puts it together, daemon.cpp has its life from the first signal handler to
/// the end. The I/O thread, but where it says another.
class Daemon::Parts {
   public:
    Parts(config::Configuration configuration, std::string path);
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts();

    void run();

   private:
    void listen_for_signals();
    void serve_operator();
    void open();
    runtime::CoreSetup core_setup(std::shared_ptr<const CellTable> cells);
    runtime::WriterHooks hooks();
    void tell_damaged(TrackNumber track, const std::vector<SeqRange>& points);
    void reach_phones();
    void serve();
    void tick();
    void reload();
    void reloaded();
    void drain_fronts(std::chrono::steady_clock::time_point until);
    void shut_down(const char* why);
    void end();
    void fail(std::exception_ptr failure);
    void tell_callback(const callbacks::Outcome& outcome);
    operations::DaemonState state() const;

    config::Configuration configuration_;
    std::string path_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set signals_{io_};
    boost::asio::steady_timer ticker_{io_};
    operations::DaemonMetrics metrics_;
    operations::ServiceManager service_manager_ = operations::ServiceManager::from_environment();
    std::unique_ptr<TextPost> text_post_;
    std::optional<operations::OperatorService> operator_service_;
    std::unique_ptr<http::Server> operator_server_;

    operations::RandomIdentities identities_;
    std::unique_ptr<storage::SqliteTraceStore> store_;
    std::unique_ptr<storage::OutboxDepths> outbox_depths_;
    std::unique_ptr<record::DayRecorder> recorder_;
    std::unique_ptr<runtime::Core> core_;
    std::unique_ptr<CallbackPost> callback_post_;
    CommitFailures commit_failures_;
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

}  // namespace simtrail::cli
