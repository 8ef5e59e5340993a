#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "adapters/http/client.hpp"

namespace simtrail::callbacks {

/// A callback as it is persisted.
struct Item {
    std::int64_t id = 0;  // of its row; grows within a lane
    std::string event_id;
    std::uint64_t lane = 0;  // a track's or a consent's: the order within one is kept
    std::string url;
    std::string key;   // the decoded secret; empty: not signed
    std::string body;  // make_body's
    std::uint32_t attempts = 0;
    std::int64_t first_at_ms = 0;  // when it came to be: retries end a day later
    std::int64_t next_at_ms = 0;   // not before
};

/// What became of an offered item. The deliverer has let it go: it counts again once `persisted` is called.
struct Outcome {
    enum class Kind : std::uint8_t {
        delivered,  // answered 2xx: delete it
        retry,      // keep it with `attempts` and `next_at_ms`, and offer it again then
        dead,       // 410, or the day is over: a dead letter
    };
    std::int64_t id = 0;
    Kind kind = Kind::delivered;
    bool tried = true;           // false: given back, because of its endpoint or of another before it
    std::uint32_t attempts = 0;  // as they are now; unchanged where it was not tried
    std::int64_t next_at_ms = 0;
    std::string
        reason;  // for the dead letter and the log: "503", "timeout", "refused_address: ..."; no body, no secret
};

struct DelivererOptions {
    std::size_t max_items = 4096;  // held at once, with those whose outcome is not persisted; a body is ~1 KiB
    std::size_t running = 512;     // attempts under way, in all
    std::size_t running_per_endpoint = 8;
    std::size_t waiting_per_endpoint =
        128;  // beyond them items are given back, so that one endpoint cannot fill the memory
    std::chrono::milliseconds timeout{15'000};
    bool allow_private_addresses = false;
};

/// Tries callbacks, and says what became of each. It keeps nothing that the ledger does not have: after a kill, offering again
/// what is due is all that is needed. It runs on the io_context's thread (the client's) and has no timer: the wiring offers
/// what is due when something was committed, when `wants_more` is called, and every second.
///
/// The wiring offers, of each lane, its first item (lowest id) and only then, if it likes, those behind it; never one whose
/// predecessor waits in the ledger for its time. A failing head takes the offered ones behind it back with it (retry, at the
/// head's time, attempts unchanged); a dead head lets them go on.
///
/// An endpoint (scheme, host, port) that fails to answer is left alone for a growing pause and then tried by one item at a
/// time; items offered meanwhile are given back untried, so a dead endpoint costs others neither time nor memory. A slow one
/// (over 2 s) gets one attempt at a time.
class Deliverer {
   public:
    enum class Offered : std::uint8_t {
        taken,
        known,       // held already, or its outcome is not persisted yet
        lane_waits,  // a predecessor was given back and that is not persisted yet: offer it later
        not_due,
        full,
    };
    struct Hooks {
        std::function<void(Outcome)> on_outcome;  // may call offer() and persisted()
        std::function<void()> wants_more;         // there is room again
        std::function<std::int64_t()> now_ms;     // Unix
        std::function<double()> random;           // 0 to 1
    };

    Deliverer(http::Client& client, DelivererOptions options, Hooks hooks);
    ~Deliverer();  // abandons what is under way: it was not delivered, and will be offered again after the next start
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

    Offered offer(Item item);
    /// The outcome of this item is durable.
    void persisted(std::int64_t id);
    std::size_t room() const;

   private:
    class State;
    std::shared_ptr<State> state_;  // outlived by answers under way, which then find it gone
};

}  // namespace simtrail::callbacks
