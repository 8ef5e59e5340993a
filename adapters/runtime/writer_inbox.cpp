#include "adapters/runtime/writer_inbox.hpp"

#include <utility>

namespace simtrail::runtime {

bool WriterInbox::put(ControlRequest request) {
    {
        const std::lock_guard lock(mutex_);
        if (work_.stop || stop_told_ || work_.controls.size() >= max_controls) return false;
        work_.controls.push_back(std::move(request));
    }
    filled_.notify_one();
    return true;
}

void WriterInbox::put(feed::Block& block) {
    {
        const std::lock_guard lock(mutex_);
        work_.blocks.push_back(&block);
    }
    filled_.notify_one();
}

void WriterInbox::put(ledger::CallbackResult result) {
    {
        const std::lock_guard lock(mutex_);
        work_.callback_results.push_back(std::move(result));
    }
    filled_.notify_one();
}

void WriterInbox::put(TextNews news) {
    {
        const std::lock_guard lock(mutex_);
        work_.text_news.push_back(std::move(news));
    }
    filled_.notify_one();
}

void WriterInbox::want_texts(std::size_t more) {
    {
        const std::lock_guard lock(mutex_);
        work_.text_room += more;
    }
    filled_.notify_one();
}

void WriterInbox::put_untaken_callback(std::int64_t number) {
    const std::lock_guard lock(mutex_);
    work_.untaken_callbacks.push_back(number);  // no hurry: it is looked for with the next work
}

void WriterInbox::want_callbacks() {
    {
        const std::lock_guard lock(mutex_);
        work_.wants_callbacks = true;
    }
    filled_.notify_one();
}

void WriterInbox::stop() {
    {
        const std::lock_guard lock(mutex_);
        work_.stop = true;
    }
    filled_.notify_one();
}

bool WriterInbox::anything() const {
    return !work_.blocks.empty() || !work_.controls.empty() || !work_.callback_results.empty() ||
           !work_.text_news.empty() || work_.text_room > 0 || work_.wants_callbacks || work_.stop;
}

WriterInbox::Work WriterInbox::wait_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    filled_.wait_until(lock, deadline, [&] { return anything(); });
    stop_told_ = stop_told_ || work_.stop;
    return std::exchange(work_, {});
}

std::size_t WriterInbox::controls() const {
    const std::lock_guard lock(mutex_);
    return work_.controls.size();
}

}  // namespace simtrail::runtime
