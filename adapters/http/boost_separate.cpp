// Asio's and Beast's own code, once for all (DESIGN: build time is a design matter).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
