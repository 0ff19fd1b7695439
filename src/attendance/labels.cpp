#include "attendance/labels.h"

#include <utility>

namespace sas::attendance {

bool is_label(std::string_view text, std::size_t most) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return false;
    if ((byte & 0xC0) != 0x80) ++characters;
  }
  return characters <= most;
}

Error refuse_label(std::string code, std::string_view what, std::size_t most) {
  return Error::of(ErrorKind::invalid_argument, std::move(code),
                   std::string(what) + " must be 1 to " + std::to_string(most) +
                       " printable characters without blanks at the ends");
}

}  // namespace sas::attendance
