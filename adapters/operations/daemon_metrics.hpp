#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/feed/feed_outcome.hpp"
#include "adapters/operations/metrics.hpp"
#include "engine/ledger/consent.hpp"
#include "engine/ledger/sim_track.hpp"

namespace simtrail::operations {

/// What stands in the gauges: looked at when somebody scrapes.
struct DaemonState {
    std::array<std::size_t, ledger::sim_track_state_names.size()> tracks{};
    std::array<std::size_t, ledger::consent_state_names.size()> consents{};
    std::size_t tracked_subscribers = 0;  // whose gate is open
    std::size_t blocks_under_way = 0;     // of lines taken and not durable yet
    std::size_t control_queue = 0;        // API calls that wait for the writer
    std::size_t feed_connections = 0;
    std::size_t api_connections = 0;
    std::uint64_t recording_lost_lines = 0;
    std::size_t callbacks_waiting = 0, callbacks_dead = 0, texts_waiting = 0;  // as storage::OutboxDepths counts
};

enum class CallbackEnd : std::uint8_t { delivered, retried, dead };
enum class SmsEnd : std::uint8_t { accepted, refused, delivered, failed, received, unknown_sender, incomplete, count_ };

/// The daemon's metrics, under the names that docs/operating.md lists. Counting is for any thread.
class DaemonMetrics {
   public:
    /// `look` is called by `text`, on its thread.
    DaemonMetrics(std::string_view version, std::function<DaemonState()> look);

    void count(const feed::OutcomeCounts& counts) noexcept;
    void count(CallbackEnd end) noexcept { callbacks_[static_cast<std::size_t>(end)]->add(); }
    void count(SmsEnd end, std::uint64_t texts = 1) noexcept { texts_[static_cast<std::size_t>(end)]->add(texts); }
    void count_answer(int status) noexcept;
    /// A group commit, from the first of its blocks or commands waiting to durable.
    void observe_commit(std::chrono::microseconds took) noexcept;
    void count_few_candidates(std::uint64_t points) noexcept { few_candidates_->add(points); }
    void count_damaged_trace() noexcept { damaged_traces_->add(); }
    void count_failed_commit() noexcept { failed_commits_->add(); }

    std::string text() const;

   private:
    static constexpr std::array<int, 18> statuses{200, 201, 202, 204, 304, 400, 401, 403, 404,
                                                  405, 406, 408, 409, 413, 415, 429, 500, 503};

    Metrics metrics_;
    std::function<DaemonState()> look_;
    std::array<Counter*, static_cast<std::size_t>(feed::Outcome::count_)> lines_{};
    std::array<Counter*, static_cast<std::size_t>(feed::FieldDrop::count_)> fields_{};
    std::array<Counter*, 3> callbacks_{};
    std::array<Counter*, static_cast<std::size_t>(SmsEnd::count_)> texts_{};
    std::array<Counter*, statuses.size() + 1> answers_{};  // the last: any other status
    Counter *failed_commits_ = nullptr, *few_candidates_ = nullptr, *damaged_traces_ = nullptr,
            *recording_lost_ = nullptr;
    Histogram* commits_ = nullptr;
    std::array<Gauge*, ledger::sim_track_state_names.size()> tracks_{};
    std::array<Gauge*, ledger::consent_state_names.size()> consents_{};
    Gauge *tracked_ = nullptr, *blocks_ = nullptr, *queue_ = nullptr, *feed_connections_ = nullptr,
          *api_connections_ = nullptr, *callbacks_waiting_ = nullptr, *callbacks_dead_ = nullptr,
          *texts_waiting_ = nullptr, *memory_ = nullptr;
};

}  // namespace simtrail::operations
