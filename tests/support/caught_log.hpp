#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

namespace simtrail::tests {

/// Catches what is logged while it lives.
class CaughtLog {
   public:
    CaughtLog() : before_(spdlog::default_logger()) {
        auto logger =
            std::make_shared<spdlog::logger>("caught", std::make_shared<spdlog::sinks::ostream_sink_st>(text_));
        logger->set_level(spdlog::level::debug);
        spdlog::set_default_logger(std::move(logger));
    }
    ~CaughtLog() { spdlog::set_default_logger(before_); }
    CaughtLog(const CaughtLog&) = delete;
    CaughtLog& operator=(const CaughtLog&) = delete;

    std::string text() const { return text_.str(); }
    std::size_t count(const std::string& phrase) const {
        const auto all = text();
        std::size_t found = 0;
        for (auto at = all.find(phrase); at != std::string::npos; at = all.find(phrase, at + 1)) ++found;
        return found;
    }

   private:
    std::shared_ptr<spdlog::logger> before_;
    std::ostringstream text_;
};

}  // namespace simtrail::tests
