#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace simtrail::tests {

/// A test peer of other people's software: a child process that takes one JSON command a line on its standard input and writes
/// one JSON event a line. It is killed at the end.
class PeerProcess {
   public:
    using Json = nlohmann::json;

    /// `command`: program and arguments, found by PATH.
    explicit PeerProcess(std::vector<std::string> command) {
        std::array<int, 2> to_child{}, from_child{};
        if (::pipe2(to_child.data(), O_CLOEXEC) != 0 || ::pipe2(from_child.data(), O_CLOEXEC) != 0)
            throw std::runtime_error("no pipe");
        std::vector<char*> arguments;
        for (auto& each : command) arguments.push_back(each.data());
        arguments.push_back(nullptr);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(to_child[0], STDIN_FILENO);
            ::dup2(from_child[1], STDOUT_FILENO);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(to_child[0]);
        ::close(from_child[1]);
        in_ = to_child[1];
        out_ = from_child[0];
        ::fcntl(out_, F_SETFL, O_NONBLOCK);
    }
    ~PeerProcess() {
        ::close(in_);
        ::close(out_);
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    PeerProcess(const PeerProcess&) = delete;
    PeerProcess& operator=(const PeerProcess&) = delete;

    void tell(const Json& command) {
        const auto line = command.dump() + "\n";
        if (::write(in_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            throw std::runtime_error("the peer takes no command");
    }

    /// Everything told so far.
    const std::vector<Json>& events() {
        std::array<char, 65536> buffer{};
        for (ssize_t count = 0; (count = ::read(out_, buffer.data(), buffer.size())) > 0;)
            unread_.append(buffer.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = unread_.find('\n', begin)) != std::string::npos; begin = end + 1)
            events_.push_back(Json::parse(unread_.substr(begin, end - begin)));
        unread_.erase(0, begin);
        return events_;
    }

    /// Of one kind: all that is in `wanted` is the same in each.
    std::vector<Json> events(const Json& wanted) {
        std::vector<Json> found;
        for (const auto& event : events()) {
            bool fits = true;
            for (const auto& [key, value] : wanted.items()) fits = fits && event.contains(key) && event[key] == value;
            if (fits) found.push_back(event);
        }
        return found;
    }
    std::size_t count(const Json& wanted) { return events(wanted).size(); }

    /// The port where it listens, once it does.
    std::uint16_t port() {
        pollfd poll{.fd = out_, .events = POLLIN, .revents = 0};
        while (events({{"event", "listening"}}).empty())
            if (::poll(&poll, 1, 10'000) <= 0 || (poll.revents & POLLIN) == 0)
                throw std::runtime_error("the peer does not listen");
        const auto told = events({{"event", "listening"}}).back()["port"];
        return static_cast<std::uint16_t>(told.is_string() ? std::stoi(told.get<std::string>()) : told.get<int>());
    }

   private:
    pid_t child_ = -1;
    int in_ = -1, out_ = -1;
    std::string unread_;
    std::vector<Json> events_;
};

}  // namespace simtrail::tests
