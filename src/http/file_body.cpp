#include "http/file_body.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <utility>

namespace sas::http {
namespace {

constexpr std::size_t kPart = 64UL * 1024;

struct OpenFile {
  std::ifstream in;
  std::uint64_t left = 0;
};

Result<std::string> read_part(OpenFile& file) {
  std::string part(static_cast<std::size_t>(std::min<std::uint64_t>(kPart, file.left)), '\0');
  if (!part.empty() && !file.in.read(part.data(), static_cast<std::streamsize>(part.size())))
    return Error::of(ErrorKind::unavailable, "file_changed", "the file became shorter while it was sent");
  file.left -= part.size();
  return part;
}

Task<Result<std::string>> next_part(std::shared_ptr<OpenFile> file) { co_return read_part(*file); }

}  // namespace

bool set_file_body(Response& response, const std::filesystem::path& file) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  if (unknown) return false;
  const auto open = std::make_shared<OpenFile>();
  open->in.open(file, std::ios::binary);
  open->left = size;
  if (!open->in) return false;
  auto first = read_part(*open);
  if (!first) return false;
  response.body = std::move(*first);
  if (open->left == 0) return true;
  response.length = size;
  response.more = [open] { return next_part(open); };
  return true;
}

}  // namespace sas::http
