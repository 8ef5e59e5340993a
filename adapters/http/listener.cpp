#include "adapters/http/listener.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace simtrail::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// Of this process's files that are not connections of this server: database, logs, other listeners.
constexpr std::size_t other_files = 1024;

const char* remedy(const error_code& error) {
    if (error == asio::error::address_in_use)
        return "; stop the program that uses it, or choose another (port 0 takes any free one)";
    if (error == asio::error::access_denied)
        return "; ports below 1024 need the right to bind them (CAP_NET_BIND_SERVICE)";
    if (error == boost::system::errc::address_not_available) return "; no interface of this machine has that address";
    return "";
}

}  // namespace

tcp::endpoint parse_listen(const std::string& listen) {
    const auto colon = listen.rfind(':');
    error_code error;
    std::uint16_t port = 0;
    if (colon == std::string::npos) throw std::runtime_error("'" + listen + "' is not ADDRESS:PORT");
    auto host = listen.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    const auto address = asio::ip::make_address(host, error);
    const char* const last = listen.data() + listen.size();
    const auto [end, fault] = std::from_chars(listen.data() + colon + 1, last, port);
    if (error || fault != std::errc{} || end != last)
        throw std::runtime_error("'" + listen +
                                 "' is not ADDRESS:PORT with a numeric address, as in 127.0.0.1:7480 or [::1]:7480");
    return {address, port};
}

void open_listener(tcp::acceptor& acceptor, const std::string& listen) {
    const auto endpoint = parse_listen(listen);
    error_code error;
    for (const auto step : {0, 1, 2, 3}) {
        if (step == 0) acceptor.open(endpoint.protocol(), error);
        if (step == 1) acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (step == 2) acceptor.bind(endpoint, error);
        if (step == 3) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (error) throw std::runtime_error("cannot listen at " + listen + ": " + error.message() + remedy(error));
    }
}

std::string address_text(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

void raise_file_limit(std::size_t connections) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, connections + other_files);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace simtrail::http
