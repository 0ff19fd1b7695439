#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sas::attack {

// A TCP connection to a loopback port that sends exactly what it is given. Closed with a reset, so that no port stays
// taken.
class RawSocket {
 public:
  // `source`: the address to come from, in 127.0.0.0/8 and host byte order.
  RawSocket(std::uint16_t port, std::uint32_t source);
  ~RawSocket();
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&& other) noexcept;
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  // False: the other side has closed, or takes nothing.
  bool send(std::string_view bytes);
  void end_sending();
  // Everything until the other side closes or `most` bytes have come; none: neither happened within `patience`.
  [[nodiscard]] std::optional<std::string> rest(std::chrono::milliseconds patience, std::size_t most);
  // Whether the other side has closed; reads what there is without waiting.
  [[nodiscard]] bool closed_by_peer();
  // The head and the body (content-length) of one response; empty: there was none within `patience`.
  [[nodiscard]] std::string response(std::chrono::milliseconds patience);

 private:
  [[nodiscard]] bool wait(short what, std::chrono::steady_clock::time_point until) const;

  int descriptor_ = -1;
  std::string received_;
};

inline constexpr std::uint32_t kLoopback = 0x7F000001;

}  // namespace sas::attack
