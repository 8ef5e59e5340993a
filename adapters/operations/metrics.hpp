#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Metrics in Prometheus' text format. Own code: Debian's prometheus-cpp pulls in a web server and a client (civetweb, curl),
// and what is needed of it is this page.
namespace simtrail::operations {

/// Names and values, fixed at creation. Never a subscriber, a number or a tenant.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Only grows. Any thread.
class Counter {
   public:
    void add(std::uint64_t count = 1) noexcept { value_.fetch_add(count, std::memory_order_relaxed); }
    /// For what is counted elsewhere; one thread at a time.
    void raise_to(std::uint64_t count) noexcept {
        if (count > value()) value_.store(count, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

   private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Any thread.
class Gauge {
   public:
    void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
    double value() const noexcept { return value_.load(std::memory_order_relaxed); }

   private:
    std::atomic<double> value_{0};
};

/// How often a value came to at most each bound, and the sum of all. Any thread; a scrape beside an observation may see its
/// count without its sum.
class Histogram {
   public:
    explicit Histogram(std::vector<double> bounds);  // ascending

    void observe(double value) noexcept;

    const std::vector<double>& bounds() const noexcept { return bounds_; }
    /// Of values in bucket `index`: above the bound before it, up to its own; the last bucket has no bound.
    std::uint64_t count_in(std::size_t index) const noexcept { return counts_[index].load(std::memory_order_relaxed); }
    double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

   private:
    std::vector<double> bounds_;
    std::vector<std::atomic<std::uint64_t>> counts_;  // never grows: atomics do not move
    std::atomic<double> sum_{0};
};

/// Owns metrics and writes them as text, format 0.0.4. Series of one name stand together and share their help. Creating is
/// for any thread, and references are good as long as the registry lives.
class Metrics {
   public:
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    Metrics();
    ~Metrics();

    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                         const Labels& labels = {});

    std::string text() const;

   private:
    struct Family;
    Family& family(std::string_view name, std::string_view help, std::string_view type);

    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Family>> families_;
};

}  // namespace simtrail::operations
