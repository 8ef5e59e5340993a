#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/callbacks/deliverer.hpp"
#include "adapters/runtime/writer_inbox.hpp"
#include "engine/ledger/ledger_store.hpp"

namespace boost::asio {
class io_context;
}

namespace simtrail::cli {

/// Between the writer, which persists callbacks, and the deliverer, which tries them. The I/O thread, but where it says any.
class CallbackPost {
   public:
    struct Options {
        bool allow_private_addresses = false;
        std::string ca_file;
        std::function<std::int64_t()> now_ms;
        std::function<void(const callbacks::Outcome&)> on_outcome;  // for the metrics
    };

    /// `inbox` outlives it.
    CallbackPost(boost::asio::io_context& io, runtime::WriterInbox& inbox, Options options);
    ~CallbackPost();

    /// Due ones, from the writer. Any thread.
    void offer(std::vector<ledger::StoredCallback> due);
    /// Their outcomes are durable. Any thread.
    void persisted(std::vector<std::int64_t> numbers);

   private:
    struct State;
    std::shared_ptr<State> state_;  // posted work outlives nobody: it finds the state gone
};

}  // namespace simtrail::cli
