#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string>

namespace simtrail::http {

/// "127.0.0.1:7480", "[::1]:7480", "localhost:7480". Throws std::runtime_error that says what is expected.
boost::asio::ip::tcp::endpoint parse_listen(const std::string& listen);

/// Opens, binds and listens. Throws std::runtime_error that names the address and says how to mend it.
void open_listener(boost::asio::ip::tcp::acceptor& acceptor, const std::string& listen);

/// "127.0.0.1:7480", with the port that was found.
std::string address_text(const boost::asio::ip::tcp::endpoint& endpoint);

/// The soft limit of open files is often 1,024, far below the connections promised; raised as far as the system lets us.
void raise_file_limit(std::size_t connections);

}  // namespace simtrail::http
