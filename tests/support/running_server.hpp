#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "adapters/http/server.hpp"

namespace simtrail::tests {

/// A service made of functions, by path.
class MadeService : public http::Service {
   public:
    using Handler = std::function<void(http::Request, http::Reply)>;
    using Consumer = std::function<std::unique_ptr<http::BodyConsumer>(const http::Request&)>;

    std::map<std::string, Handler> handlers;
    std::map<std::string, Consumer> consumers;

    void handle(http::Request request, http::Reply reply) override {
        const auto found = handlers.find(request.target);
        if (found != handlers.end()) return found->second(std::move(request), std::move(reply));
        reply({.status = 404, .body = "nothing at " + request.target});
    }
    std::unique_ptr<http::BodyConsumer> stream(const http::Request& request) override {
        const auto found = consumers.find(request.target);
        return found == consumers.end() ? nullptr : found->second(request);
    }
    http::Response refusal(int status, std::string_view reason) override {
        return {.status = status, .body = std::to_string(status) + ": " + std::string(reason)};
    }
};

/// A server on a free port, on its own thread.
class RunningServer {
   public:
    explicit RunningServer(http::Service& service, http::ServerOptions options = {}) : work_(io_.get_executor()) {
        if (options.listen.empty()) options.listen = "127.0.0.1:0";
        options.name = "test";
        server_ = http::serve(io_, service, std::move(options));
        thread_ = std::thread([this] { io_.run(); });
    }
    ~RunningServer() {
        on_thread([this] { server_.reset(); });
        work_.reset();
        thread_.join();
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    std::string address() const { return server_->address(); }
    std::size_t connections() {
        std::size_t count = 0;
        on_thread([&] { count = server_->connections(); });
        return count;
    }
    http::Server& server() { return *server_; }
    boost::asio::io_context& io() { return io_; }

    void on_thread(const std::function<void()>& work) {
        std::promise<void> done;
        boost::asio::post(io_, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

   private:
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<http::Server> server_;
    std::thread thread_;
};

}  // namespace simtrail::tests
