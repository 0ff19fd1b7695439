#include "raw_socket.h"

#include <algorithm>
#include <array>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sas::attack {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in address_of(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(address);
  result.sin_port = htons(port);
  return result;
}

}  // namespace

RawSocket::RawSocket(std::uint16_t port, std::uint32_t source) {
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return;
  const int on = 1;
  const linger reset{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const sockaddr_in from = address_of(source, 0);
  const sockaddr_in to = address_of(kLoopback, port);
  if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    close(descriptor_);
    descriptor_ = -1;
  }
}

RawSocket::~RawSocket() {
  if (descriptor_ >= 0) close(descriptor_);
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(received_, other.received_);
  return *this;
}

bool RawSocket::wait(short what, Clock::time_point until) const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  pollfd one{.fd = descriptor_, .events = what, .revents = 0};
  return left.count() > 0 && poll(&one, 1, static_cast<int>(left.count())) > 0;
}

bool RawSocket::send(std::string_view bytes) {
  const auto until = Clock::now() + std::chrono::seconds(5);
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN || !wait(POLLOUT, until))
      return false;
  }
  return true;
}

void RawSocket::end_sending() { shutdown(descriptor_, SHUT_WR); }

std::optional<std::string> RawSocket::rest(std::chrono::milliseconds patience, std::size_t most) {
  const auto until = Clock::now() + patience;
  std::array<char, 65536> buffer{};
  while (received_.size() < most) {
    if (!wait(POLLIN, until)) return std::nullopt;
    const auto got = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    received_.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::exchange(received_, {});
}

bool RawSocket::closed_by_peer() {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto got = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) continue;
    return got == 0 || errno != EAGAIN;
  }
}

std::string RawSocket::response(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  std::array<char, 65536> buffer{};
  while (true) {
    if (const auto head = received_.find("\r\n\r\n"); head != std::string::npos) {
      constexpr std::string_view kName = "\r\ncontent-length: ";
      const auto at = received_.find(kName);
      std::size_t size = head + 4;
      if (at < head) size += std::stoul(received_.substr(at + kName.size()));
      if (received_.size() >= size) {
        std::string one = received_.substr(0, size);
        received_.erase(0, size);
        return one;
      }
    }
    if (!wait(POLLIN, until)) return {};
    const auto got = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got <= 0) return {};
    received_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace sas::attack
