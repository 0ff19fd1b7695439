#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

namespace sas::http {

// A client that sends exactly the given bytes and returns exactly what arrives.
class RawClient {
 public:
  // `receive_buffer`: bytes the kernel buffers for a client that does not read; 0: the default.
  explicit RawClient(const boost::asio::ip::tcp::endpoint& server, int receive_buffer = 0)
      : socket_(context_, server.protocol()) {
    if (receive_buffer > 0) socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
    socket_.connect(server);
  }

  // False: the server has already closed, which can happen in tests of refusals.
  bool send(std::string_view bytes) {
    boost::system::error_code ec;
    boost::asio::write(socket_, boost::asio::buffer(bytes), ec);
    return !ec;
  }
  void end() {
    boost::system::error_code ignored;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  }
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger(true, 0));
    socket_.close();
  }
  // One response by its content-length, including headers; or everything up to the end if the server closes.
  std::string response() {
    boost::system::error_code ec;
    const auto head =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(received_), "\r\n\r\n", ec);
    if (ec) return std::exchange(received_, {});
    std::size_t length = 0;
    constexpr std::string_view kName = "content-length: ";
    if (const auto at = received_.find(kName); at < head)
      length = std::stoul(received_.substr(at + kName.size()));
    if (received_.size() < head + length) {
      boost::asio::read(socket_, boost::asio::dynamic_buffer(received_),
                        boost::asio::transfer_exactly(head + length - received_.size()), ec);
    }
    std::string one = received_.substr(0, head + length);
    received_.erase(0, head + length);
    return one;
  }
  std::string exchange(std::string_view bytes) {
    send(bytes);
    return response();
  }
  // Whether the server has closed, as far as this machine knows.
  [[nodiscard]] bool is_closed() {
    char byte = 0;
    return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }
  // Everything until the server closes.
  std::string rest() {
    boost::system::error_code ec;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(received_), ec);
    return std::exchange(received_, {});
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  std::string received_;
};

inline std::string get(std::string_view path, std::string_view more = "") {
  return fmt::format("GET {} HTTP/1.1\r\nhost: test\r\n{}\r\n", path, more);
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
  return fmt::format("POST {} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n{}\r\n{}", path, body.size(),
                     more, body);
}

}  // namespace sas::http
