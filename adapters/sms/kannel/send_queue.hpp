#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sms/text_gateway.hpp"

namespace simtrail::sms::kannel {

/// How one attempt to hand a text to Kannel ended.
struct Verdict {
    enum class Kind : std::uint8_t {
        accepted,
        refused,      // for good
        busy,         // Kannel answered: not this one, not now
        unreachable,  // it never got there, or Kannel lets nobody in: wrong password or path
        timed_out,    // it may have got there: no answer came in time
        cut,          // and here the connection broke before one came
    };
    Kind kind = Kind::accepted;
    std::string reason{};  // for people; no number, no text
};

/// Which text goes next, and what becomes of it: no sockets, no clock. It is open (a full window goes), closed (after trouble:
/// nothing goes until `reopen`), or on trial (one at a time, until one is answered).
class SendQueue {
   public:
    static constexpr int max_timeouts = 2;  // resent at most once (issue 4)
    static constexpr int max_cuts =
        4;  // no text may be lost by restarts, and none on which Kannel dies goes on for ever

    struct Limits {
        std::size_t window = 8;
        std::size_t held = 64;  // waiting and under way: the rest waits in the durable outbox
        std::chrono::milliseconds first_pause{250}, longest_pause{10'000};
    };
    explicit SendQueue(Limits limits) : limits_(limits), pause_(limits.first_pause) {}

    std::size_t room() const { return limits_.held - waiting_.size() - under_way_.size(); }
    std::size_t under_way() const { return under_way_.size(); }
    void put(std::vector<OutboxText> texts);

    /// The text to be sent now, if any; it is under way until `finish`. Valid until then.
    OutboxText* next();

    /// Nothing, where the text is tried again or was forgotten.
    std::optional<TextResult> finish(std::int64_t number, const Verdict& verdict);

    bool closed() const { return flow_ == Flow::closed; }
    bool trusted() const { return flow_ == Flow::open; }
    /// An answer was lost since Kannel last answered: see that it lives before texts are risked.
    bool suspect() const { return suspect_; }
    /// How long to wait before `reopen`; each call after the first since all was well tells twice as much.
    std::chrono::milliseconds take_pause();
    void reopen();

    /// Drops what waits for them; of what is under way nothing is told any more.
    void forget(Msisdn msisdn);

   private:
    enum class Flow : std::uint8_t { open, closed, trial };
    struct Entry {
        OutboxText text;
        int timeouts = 0, cuts = 0;
        bool forgotten = false;
    };

    void all_is_well();
    void try_again(Entry entry, Verdict::Kind kind);
    std::optional<TextResult> lost(Entry entry, Verdict::Kind kind);

    Limits limits_;
    std::chrono::milliseconds pause_;
    std::deque<Entry> waiting_;
    std::map<std::int64_t, Entry> under_way_;
    Flow flow_ = Flow::open;
    bool suspect_ = false;
};

/// What receipts call a text: not to be mistaken for the id of another gateway's.
std::string message_id(std::int64_t number);

}  // namespace simtrail::sms::kannel
