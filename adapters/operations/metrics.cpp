#include "adapters/operations/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <variant>

namespace simtrail::operations {

namespace {

using Value = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quotes && c == '"')) out += '\\';
        out += c;
    }
    return out;
}

std::string label(std::string_view name, std::string_view value) {
    return fmt::format("{}=\"{}\"", name, escaped(value, true));
}

std::string joined(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!out.empty()) out += ',';
        out += label(name, value);
    }
    return out;
}

std::string in_braces(std::string_view labels) {
    return labels.empty() ? std::string{} : fmt::format("{{{}}}", labels);
}

void write(std::string& out, std::string_view name, const std::string& labels, const Counter& counter) {
    out += fmt::format("{}{} {}\n", name, in_braces(labels), counter.value());
}

void write(std::string& out, std::string_view name, const std::string& labels, const Gauge& gauge) {
    out += fmt::format("{}{} {}\n", name, in_braces(labels), gauge.value());
}

void write(std::string& out, std::string_view name, const std::string& labels, const Histogram& histogram) {
    const std::string before = labels.empty() ? "" : labels + ',';
    std::uint64_t up_to_here = 0;
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
        const bool last = i == histogram.bounds().size();
        up_to_here += histogram.count_in(i);
        out += fmt::format("{}_bucket{{{}{}}} {}\n", name, before,
                           label("le", last ? "+Inf" : fmt::format("{}", histogram.bounds()[i])), up_to_here);
    }
    out += fmt::format("{}_sum{} {}\n", name, in_braces(labels), histogram.sum());
    out += fmt::format("{}_count{} {}\n", name, in_braces(labels), up_to_here);
}

}  // namespace

struct Metrics::Family {
    struct Series {
        std::string labels;  // as they are written
        Value value;
    };
    std::string name, help, type;
    std::vector<Series> series;

    template <class Metric, class... Arguments>
    Metric& add(const Labels& labels, Arguments&&... arguments) {
        auto metric = std::make_unique<Metric>(std::forward<Arguments>(arguments)...);
        Metric& reference = *metric;
        assert(std::ranges::find(series, joined(labels), &Series::labels) == series.end());  // each series once
        series.push_back({joined(labels), std::move(metric)});
        return reference;
    }
};

Histogram::Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
    assert(std::ranges::is_sorted(bounds_));
}

void Histogram::observe(double value) noexcept {
    const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, std::string_view type) {
    const auto found =
        std::ranges::find(families_, name, [](const auto& family) -> const std::string& { return family->name; });
    if (found != families_.end()) {
        assert((*found)->type == type);
        return **found;
    }
    families_.push_back(std::make_unique<Family>());
    Family& made = *families_.back();
    made.name = name;
    made.help = help;
    made.type = type;
    return made;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    const std::scoped_lock lock(mutex_);
    return family(name, help, "counter").add<Counter>(labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    const std::scoped_lock lock(mutex_);
    return family(name, help, "gauge").add<Gauge>(labels);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                              const Labels& labels) {
    const std::scoped_lock lock(mutex_);
    return family(name, help, "histogram").add<Histogram>(labels, std::move(bounds));
}

std::string Metrics::text() const {
    const std::scoped_lock lock(mutex_);
    std::string out;
    for (const auto& family : families_) {
        out += fmt::format("# HELP {} {}\n# TYPE {} {}\n", family->name, escaped(family->help, false), family->name,
                           family->type);
        for (const auto& series : family->series)
            std::visit([&](const auto& metric) { write(out, family->name, series.labels, *metric); }, series.value);
    }
    return out;
}

}  // namespace simtrail::operations
