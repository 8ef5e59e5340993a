#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "adapters/feed/line_source.hpp"
#include "adapters/runtime/feed_sources.hpp"

namespace simtrail::feed_server {

/// The connection that speaks for a source.
class SourceHolder {
   public:
    virtual ~SourceHolder() = default;
    /// Another connection speaks for the source now: take no more lines of it.
    virtual void superseded() = 0;
    /// More lines of the source are durable.
    virtual void progressed() = 0;
};

/// A source that said its name, whatever connections it comes through. The server's thread but for `committed`.
class NamedSource final : public feed::LineSource {
   public:
    NamedSource(const std::string& name, std::uint64_t lines, std::function<void()> on_progress);

    /// Of the last line that was taken, or is durable: its number.
    std::uint64_t taken = 0;
    std::uint64_t durable() const noexcept { return durable_.load(std::memory_order_acquire); }

    SourceHolder* holder = nullptr;

    void committed(std::uint64_t lines) override;
    /// `on_progress` may be called again.
    void progress_seen() noexcept { told_.store(false, std::memory_order_release); }

   private:
    std::atomic<std::uint64_t> durable_;
    std::atomic<bool> told_ = false;
    std::function<void()> on_progress_;  // on the writer's thread; at most once until it was seen
};

/// The sources with a connection or with lines under way. One thread.
class NamedSources {
   public:
    /// Runs a task later on the thread of this object; may be called from any thread.
    using Post = std::function<void(std::function<void()>)>;

    /// `positions` outlives this object.
    NamedSources(const runtime::SourcePositions& positions, feed::Trust trust, Post post);

    /// `holder` speaks for the source from now on; who did so before is superseded.
    std::shared_ptr<NamedSource> claim(const std::string& name, SourceHolder& holder);
    /// `holder` speaks for it no longer, if it still did.
    void release(NamedSource& source, const SourceHolder& holder);

    std::size_t size() const noexcept { return sources_->size(); }

   private:
    using Sources = std::unordered_map<std::string, std::shared_ptr<NamedSource>>;

    std::shared_ptr<NamedSource> make(const std::string& name);
    static void forget_if_done(Sources& sources, const NamedSource& source);

    const runtime::SourcePositions& positions_;
    const feed::Trust trust_;
    const Post post_;
    std::shared_ptr<Sources> sources_ = std::make_shared<Sources>();  // tasks under way may outlive this object
};

}  // namespace simtrail::feed_server
