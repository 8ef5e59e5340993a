#include "adapters/operations/daemon_metrics.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>

namespace simtrail::operations {

namespace {

constexpr std::array<std::string_view, 3> callback_end_names{"delivered", "retried", "dead"};
constexpr std::array<std::string_view, static_cast<std::size_t>(SmsEnd::count_)> sms_end_names{
    "accepted", "refused", "delivered", "failed", "received", "unknownSender", "incomplete"};

/// One counter for each name, as that label.
template <class Names, class Counters>
void add_counters(Metrics& metrics, std::string_view name, std::string_view help, const char* label, const Names& names,
                  Counters& into) {
    for (std::size_t i = 0; i < names.size(); ++i)
        into[i] = &metrics.counter(name, help, {{label, std::string{names[i]}}});
}

template <class Names, class Gauges>
void add_gauges(Metrics& metrics, std::string_view name, std::string_view help, const Names& names, Gauges& into) {
    for (std::size_t i = 0; i < names.size(); ++i)
        into[i] = &metrics.gauge(name, help, {{"state", std::string{names[i]}}});
}

template <class Gauges, class Values>
void set_all(const Gauges& gauges, const Values& values) {
    for (std::size_t i = 0; i < gauges.size(); ++i) gauges[i]->set(static_cast<double>(values[i]));
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double all_pages = 0, resident_pages = 0;
    statm >> all_pages >> resident_pages;
    return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

DaemonMetrics::DaemonMetrics(std::string_view version, std::function<DaemonState()> look) : look_(std::move(look)) {
    metrics_.gauge("simtrail_build_info", "What is running; always 1.", {{"version", std::string{version}}}).set(1);
    add_counters(metrics_, "simtrail_feed_lines_total", "Lines of feeds, by how they ended.", "outcome",
                 feed::outcome_names, lines_);
    add_counters(metrics_, "simtrail_feed_fields_dropped_total",
                 "Fields out of range, dropped from events that stayed.", "field", feed::field_drop_names, fields_);
    add_counters(metrics_, "simtrail_callbacks_total", "Attempts at callbacks, by how they ended.", "outcome",
                 callback_end_names, callbacks_);
    add_counters(metrics_, "simtrail_sms_total", "Texts, by what became of them.", "outcome", sms_end_names, texts_);
    for (std::size_t i = 0; i < answers_.size(); ++i)
        answers_[i] = &metrics_.counter("simtrail_http_requests_total", "Answers of the API, by status.",
                                        {{"status", i < statuses.size() ? std::to_string(statuses[i]) : "other"}});
    commits_ = &metrics_.histogram("simtrail_commit_seconds", "From the start of a group commit until it is durable.",
                                   {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5});
    failed_commits_ =
        &metrics_.counter("simtrail_commit_failures_total", "Group commits that failed and are tried again.");
    few_candidates_ = &metrics_.counter("simtrail_points_few_candidates_total",
                                        "Points located with few candidates (docs/positioning.md).");
    damaged_traces_ = &metrics_.counter("simtrail_damaged_traces_total",
                                        "Traces met with stored evidence that is damaged, since the start.");
    add_gauges(metrics_, "simtrail_tracks", "Tracks, by state.", ledger::sim_track_state_names, tracks_);
    add_gauges(metrics_, "simtrail_consents", "Consents, by state.", ledger::consent_state_names, consents_);
    tracked_ = &metrics_.gauge("simtrail_tracked_subscribers", "Subscribers whose events count now.");
    blocks_ = &metrics_.gauge("simtrail_blocks_under_way", "Blocks of feed lines taken and not durable yet.");
    queue_ = &metrics_.gauge("simtrail_control_queue", "API calls that wait for the writer.");
    feed_connections_ = &metrics_.gauge("simtrail_feed_connections", "Open TCP connections of feeds.");
    api_connections_ = &metrics_.gauge("simtrail_api_connections", "Open connections of the API.");
    recording_lost_ = &metrics_.counter("simtrail_recording_lost_lines_total",
                                        "Lines that are missing in recorded days, since the start.");
    callbacks_waiting_ = &metrics_.gauge("simtrail_callbacks_waiting", "Callbacks not delivered yet, up to 100,000.");
    callbacks_dead_ = &metrics_.gauge("simtrail_callbacks_dead", "Dead letters, up to 100,000.");
    texts_waiting_ = &metrics_.gauge("simtrail_sms_waiting", "Texts that no gateway has accepted yet, up to 100,000.");
    memory_ = &metrics_.gauge("process_resident_memory_bytes", "Memory in use.");
}

void DaemonMetrics::count(const feed::OutcomeCounts& counts) noexcept {
    for (std::size_t i = 0; i < lines_.size(); ++i)
        if (counts.lines[i] != 0) lines_[i]->add(counts.lines[i]);
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (counts.fields[i] != 0) fields_[i]->add(counts.fields[i]);
}

void DaemonMetrics::count_answer(int status) noexcept {
    answers_[static_cast<std::size_t>(std::ranges::find(statuses, status) - statuses.begin())]->add();
}

void DaemonMetrics::observe_commit(std::chrono::microseconds took) noexcept {
    commits_->observe(std::chrono::duration<double>(took).count());
}

std::string DaemonMetrics::text() const {
    const DaemonState state = look_();
    set_all(tracks_, state.tracks);
    set_all(consents_, state.consents);
    tracked_->set(static_cast<double>(state.tracked_subscribers));
    blocks_->set(static_cast<double>(state.blocks_under_way));
    queue_->set(static_cast<double>(state.control_queue));
    feed_connections_->set(static_cast<double>(state.feed_connections));
    api_connections_->set(static_cast<double>(state.api_connections));
    recording_lost_->raise_to(state.recording_lost_lines);
    callbacks_waiting_->set(static_cast<double>(state.callbacks_waiting));
    callbacks_dead_->set(static_cast<double>(state.callbacks_dead));
    texts_waiting_->set(static_cast<double>(state.texts_waiting));
    memory_->set(resident_bytes());
    return metrics_.text();
}

}  // namespace simtrail::operations
