#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/feed/block.hpp"
#include "adapters/runtime/desks.hpp"
#include "engine/ledger/ledger_store.hpp"

namespace simtrail::runtime {

/// Everything the writer waits for, in one place. Control is bounded: full, it is refused (503). Blocks are bounded by the
/// intake's, results by the deliverer's and the gateway's windows.
class WriterInbox {
   public:
    /// What a gateway said of a text.
    struct TextNews {
        ledger::TextOutcome outcome;           // number 0: of the text that one of the ids is of
        std::vector<std::string> message_ids;  // of a receipt, likeliest first
        std::string detail;                    // for people, kept as evidence
        /// Of a receipt: told whether it is durable.
        std::move_only_function<void(bool durable)> done;
    };

    static constexpr std::size_t max_controls = 4096;  // a second's worth of commands; their callers hold connections

    struct Work {
        std::vector<feed::Block*> blocks;
        std::vector<ControlRequest> controls;
        std::vector<ledger::CallbackResult> callback_results;
        std::vector<TextNews> text_news;
        std::size_t text_room = 0;
        std::vector<std::int64_t> untaken_callbacks;
        bool wants_callbacks = false;
        bool stop = false;
    };

    /// False where the control queue is full, or the writer has been told to stop.
    bool put(ControlRequest request);
    void put(feed::Block& block);
    void put(ledger::CallbackResult result);
    void put(TextNews news);
    /// The gateway takes so many more texts, beyond those that it was told of before.
    void want_texts(std::size_t more);
    /// The deliverer did not take an offered one: offer it again when it is due.
    void put_untaken_callback(std::int64_t number);
    /// The deliverer has room.
    void want_callbacks();
    /// What is here and under way is still done; no more control is taken.
    void stop();

    /// What has come; waits for something until then.
    Work wait_until(std::chrono::steady_clock::time_point deadline);

    std::size_t controls() const;

   private:
    bool anything() const;

    mutable std::mutex mutex_;
    std::condition_variable filled_;
    Work work_;
    bool stop_told_ = false;
};

}  // namespace simtrail::runtime
