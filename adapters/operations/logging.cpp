#include "adapters/operations/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "engine/events/msisdn.hpp"

namespace simtrail::operations {

namespace {

constexpr std::size_t max_path = 200;  // of a log line

/// Journald's priorities (syslog's), of spdlog's levels.
class PriorityFlag : public spdlog::custom_flag_formatter {
   public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string_view priority = message.level >= spdlog::level::critical ? "<2>"
                                          : message.level == spdlog::level::err    ? "<3>"
                                          : message.level == spdlog::level::warn   ? "<4>"
                                          : message.level == spdlog::level::info   ? "<6>"
                                                                                   : "<7>";
        out.append(priority.data(), priority.data() + priority.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PriorityFlag>(); }
};

/// The message on one line: nothing that came from outside begins a line of its own or speaks to a terminal.
class OneLineFlag : public spdlog::custom_flag_formatter {
   public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        for (const char c : message.payload) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<OneLineFlag>(); }
};

/// JOURNAL_STREAM is inherited by whatever a unit starts: it counts only where it names this very stream (systemd.exec(5)).
bool stderr_is_the_journal() {
    const char* const stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): before other threads
    struct stat status{};
    return stream != nullptr && ::fstat(STDERR_FILENO, &status) == 0 &&
           fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

spdlog::level::level_enum level_of(config::LogLevel level) {
    switch (level) {
        case config::LogLevel::debug: return spdlog::level::debug;
        case config::LogLevel::info: return spdlog::level::info;
        case config::LogLevel::warning: return spdlog::level::warn;
        case config::LogLevel::error: break;
    }
    return spdlog::level::err;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// `%30` to `%39` as the digits they are.
std::string with_plain_digits(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const bool encoded = path.substr(i).starts_with("%3") && i + 2 < path.size() && is_digit(path[i + 2]);
        if (encoded) i += 2;
        out += path[i];
    }
    return out;
}

/// The length of the UUID (RFC 9562, section 4) that begins there, or 0.
std::size_t uuid_length(std::string_view text) noexcept {
    constexpr std::string_view form = "00000000-0000-0000-0000-000000000000";
    const auto fits = [](char c, char like) {
        return like == '-' ? c == '-' : is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    return std::ranges::equal(text.substr(0, form.size()), form, fits) ? form.size() : 0;
}

std::string masked(std::string_view digits) {
    const auto msisdn = Msisdn::parse(digits);
    return msisdn ? msisdn->masked() : std::string(digits.size(), '*');
}

}  // namespace

void set_up_logging(config::LogLevel level) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<PriorityFlag>('P').add_flag<OneLineFlag>('*');
    formatter->set_pattern(stderr_is_the_journal() ? "%P%*" : "%Y-%m-%dT%H:%M:%S.%e%z %l %*");
    auto logger = std::make_shared<spdlog::logger>("simtrail", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::move(formatter));
    spdlog::set_default_logger(std::move(logger));
    set_log_level(level);
}

void set_log_level(config::LogLevel level) { spdlog::set_level(level_of(level)); }

std::string masked_path(std::string_view path) {
    constexpr std::ptrdiff_t shortest_number = 7;  // in a row, among other letters
    const std::string text = with_plain_digits(path);
    std::string out;
    for (auto at = text.begin(); at != text.end();) {
        if (const auto length = static_cast<std::ptrdiff_t>(uuid_length({at, text.end()})); length > 0) {
            out.append(at, at + length);
            at += length;
            continue;
        }
        const auto end = std::find_if_not(at, text.end(), is_digit);
        const bool whole_segment = at != text.begin() && *std::prev(at) == '/' && (end == text.end() || *end == '/');
        const std::string_view digits{at, end};
        out += end - at >= shortest_number || whole_segment ? masked(digits) : digits;
        at = end;
        if (at != text.end()) out += *at++;
    }
    return out;
}

std::string request_line(const http::Request& request, int status, std::size_t bytes, std::chrono::microseconds took) {
    const std::string_view path = std::string_view{request.target}.substr(0, request.target.find('?'));
    return fmt::format("request id={} method={} path={} status={} bytes={} ms={:.2f}", request.id, request.method,
                       masked_path(path).substr(0, max_path), status, bytes, static_cast<double>(took.count()) / 1000);
}

}  // namespace simtrail::operations
