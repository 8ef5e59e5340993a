#include "adapters/feed_server/named_sources.hpp"

#include <utility>

#include "adapters/operations/logging.hpp"

namespace simtrail::feed_server {

NamedSource::NamedSource(const std::string& name, std::uint64_t lines, std::function<void()> on_progress)
    : LineSource("source " + operations::masked_path(name)),
      taken(lines),
      durable_(lines),
      on_progress_(std::move(on_progress)) {
    position_name = name;
}

void NamedSource::committed(std::uint64_t lines) {
    durable_.store(lines, std::memory_order_release);
    if (!told_.exchange(true, std::memory_order_acq_rel)) on_progress_();
}

NamedSources::NamedSources(const runtime::SourcePositions& positions, feed::Trust trust, Post post)
    : positions_(positions), trust_(trust), post_(std::move(post)) {}

std::shared_ptr<NamedSource> NamedSources::claim(const std::string& name, SourceHolder& holder) {
    auto& source = (*sources_)[name];
    if (!source) source = make(name);
    const auto claimed = source;
    if (auto* const before = std::exchange(claimed->holder, &holder)) before->superseded();
    return claimed;
}

void NamedSources::release(NamedSource& source, const SourceHolder& holder) {
    if (source.holder != &holder) return;
    source.holder = nullptr;
    forget_if_done(*sources_, source);
}

std::shared_ptr<NamedSource> NamedSources::make(const std::string& name) {
    const auto lines = positions_.lines_of(name);
    const std::weak_ptr weak_sources(sources_);
    const auto on_progress = [post = post_, weak_sources, name] {
        post([weak_sources, name] {
            const auto sources = weak_sources.lock();
            if (!sources) return;
            const auto found = sources->find(name);
            if (found == sources->end()) return;
            const auto source = found->second;
            source->progress_seen();
            if (source->holder != nullptr) source->holder->progressed();
            forget_if_done(*sources, *source);
        });
    };
    auto source = std::make_shared<NamedSource>(name, lines, on_progress);
    source->trust = trust_;
    return source;
}

/// Without a connection and without lines under way, its position in the store says all there is to know.
void NamedSources::forget_if_done(Sources& sources, const NamedSource& source) {
    if (source.holder == nullptr && source.durable() == source.taken) sources.erase(std::string(source.position_name));
}

}  // namespace simtrail::feed_server
