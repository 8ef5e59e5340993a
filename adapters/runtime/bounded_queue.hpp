#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace simtrail::runtime {

/// A queue between threads with a bound: full, the pusher waits. Closed, pushes do nothing and pops drain what is left.
template <class T>
class BoundedQueue {
   public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// False where the queue is closed.
    bool push(T item) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return items_.size() < capacity_ || closed_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        lock.unlock();
        filled_.notify_one();
        return true;
    }

    /// Waits for an item; nothing where the queue is closed and empty.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return !items_.empty() || closed_; });
        return take(lock);
    }

    /// An item that is there by `deadline`.
    std::optional<T> pop_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        filled_.wait_until(lock, deadline, [&] { return !items_.empty() || closed_; });
        return take(lock);
    }

    /// How many wait, for now.
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        room_.notify_all();
        filled_.notify_all();
    }

   private:
    std::optional<T> take(std::unique_lock<std::mutex>& lock) {
        if (items_.empty()) return std::nullopt;
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        lock.unlock();
        room_.notify_one();
        return item;
    }

    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable room_, filled_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace simtrail::runtime
