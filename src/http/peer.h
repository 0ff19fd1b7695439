#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

namespace sas::http {

// What one peer can have of the network: limits that are per address count by this. An IPv4 address as text, also of an
// IPv4-mapped IPv6 address; for IPv6 the /64, since its owner can use every address in it.
[[nodiscard]] std::string network_of(const boost::asio::ip::address& address);

}  // namespace sas::http
