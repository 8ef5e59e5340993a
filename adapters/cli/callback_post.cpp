#include "adapters/cli/callback_post.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <random>

#include "adapters/http/client.hpp"

namespace simtrail::cli {

namespace {

callbacks::Item item_of(ledger::StoredCallback stored) {
    return {.id = stored.number,
            .event_id = std::move(stored.event_id),
            .lane = stored.lane,
            .url = std::move(stored.target.url),
            .key = std::move(stored.target.secret),
            .body = std::move(stored.body),
            .attempts = stored.attempts,
            .first_at_ms = stored.created_ms,
            .next_at_ms = stored.next_ms};
}

ledger::CallbackResult result_of(const callbacks::Outcome& outcome) {
    using Kind = callbacks::Outcome::Kind;
    return {.number = outcome.id,
            .delivered = outcome.kind == Kind::delivered,
            .dead = outcome.kind == Kind::dead,
            .attempts = outcome.attempts,
            .next_ms = outcome.next_at_ms,
            .error = outcome.reason};
}

}  // namespace

struct CallbackPost::State {
    State(boost::asio::io_context& context, runtime::WriterInbox& writer_inbox, Options&& given)
        : io(context),
          inbox(writer_inbox),
          options(std::move(given)),
          client(http::make_client(io, {.ca_file = options.ca_file})),
          deliverer(
              std::in_place, *client,
              callbacks::DelivererOptions{.allow_private_addresses = options.allow_private_addresses},
              callbacks::Deliverer::Hooks{.on_outcome =
                                              [this](const callbacks::Outcome& outcome) {
                                                  options.on_outcome(outcome);
                                                  inbox.put(result_of(outcome));
                                              },
                                          .wants_more = [this] { inbox.want_callbacks(); },
                                          .now_ms = options.now_ms,
                                          .random = [this] { return std::uniform_real_distribution<>()(random); }}) {}

    boost::asio::io_context& io;
    runtime::WriterInbox& inbox;
    Options options;
    std::mt19937_64 random{std::random_device{}()};
    std::unique_ptr<http::Client> client;
    std::optional<callbacks::Deliverer> deliverer;
};

CallbackPost::CallbackPost(boost::asio::io_context& io, runtime::WriterInbox& inbox, Options options)
    : state_(std::make_shared<State>(io, inbox, std::move(options))) {}

CallbackPost::~CallbackPost() = default;

void CallbackPost::offer(std::vector<ledger::StoredCallback> due) {
    boost::asio::post(state_->io, [weak = std::weak_ptr(state_), due = std::move(due)]() mutable {
        const auto state = weak.lock();
        if (!state) return;
        for (auto& stored : due) {
            const std::int64_t number = stored.number;
            const auto offered = state->deliverer->offer(item_of(std::move(stored)));
            if (offered != callbacks::Deliverer::Offered::taken && offered != callbacks::Deliverer::Offered::known)
                state->inbox.put_untaken_callback(number);
        }
    });
}

void CallbackPost::persisted(std::vector<std::int64_t> numbers) {
    boost::asio::post(state_->io, [weak = std::weak_ptr(state_), numbers = std::move(numbers)] {
        const auto state = weak.lock();
        if (!state) return;
        for (const std::int64_t number : numbers) state->deliverer->persisted(number);
    });
}

}  // namespace simtrail::cli
