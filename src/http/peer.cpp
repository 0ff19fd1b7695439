#include "http/peer.h"

#include <algorithm>
#include <cstddef>

namespace sas::http {

std::string network_of(const boost::asio::ip::address& address) {
  namespace ip = boost::asio::ip;
  if (!address.is_v6()) return address.to_string();
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, v6).to_string();
  constexpr std::size_t kHalf = 8;
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + kHalf, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace sas::http
