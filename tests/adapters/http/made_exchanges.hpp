#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/raw_connection.hpp"
#include "tests/support/running_server.hpp"

namespace simtrail::tests {

inline std::string get(const std::string& path, const std::string& fields = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body, const std::string& fields = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
           "\r\n" + body;
}

inline std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }
inline std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

inline std::string field_of(const std::string& answer, const std::string& name) {
    const auto at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

/// Takes what it is given when it is told to.
class ListSource : public http::BodySource {
   public:
    explicit ListSource(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    void next(Piece give) override {
        if (given_ == pieces_.size()) return give(std::nullopt);
        give(pieces_[given_++]);
    }

   private:
    std::vector<std::string> pieces_;
    std::size_t given_ = 0;
};

class HttpServer : public ::testing::Test {
   protected:
    HttpServer() {
        service.handlers["/hello"] = [](http::Request, http::Reply reply) { reply({.body = "hello"}); };
        service.handlers["/echo"] = [](http::Request request, http::Reply reply) {
            reply({.status = 201, .body = request.method + " " + request.body});
        };
        service.handlers["/later"] = [this](http::Request request, http::Reply reply) {
            keep(std::move(request), std::move(reply));
        };
        service.handlers["/write"] = service.handlers["/later"];
        service.handlers["/pieces"] = [](http::Request, http::Reply reply) {
            http::Response response;
            response.stream =
                std::make_unique<ListSource>(std::vector<std::string>{"one ", "", "two ", std::string(100'000, 'x')});
            reply(std::move(response));
        };
    }

    void keep(http::Request request, http::Reply reply) {
        const std::lock_guard lock(mutex);
        kept.emplace_back(std::move(request), std::move(reply));
        arrived.notify_all();
    }
    /// Waits for so many requests to be kept.
    void await_kept(std::size_t count) {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(arrived.wait_for(lock, std::chrono::seconds(10), [&] { return kept.size() >= count; }));
    }

    MadeService service;
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<std::pair<http::Request, http::Reply>> kept;
};

}  // namespace simtrail::tests
