#include "store/sqlite/page_check.h"

#include <algorithm>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace sas::store::sqlite {
namespace {

constexpr std::int64_t kPagesAtOnce = 256;  // 1 MiB
// SQLite keeps its locks in the page with this byte and never writes it.
constexpr std::int64_t kLockByte = 0x4000'0000;

bool read_fully(int descriptor, unsigned char* into, std::size_t size, std::int64_t offset) {
  while (size > 0) {
    const ssize_t got = ::pread(descriptor, into, size, offset);
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
    offset += got;
  }
  return true;
}

}  // namespace

std::optional<PageCheck> PageCheck::of(int descriptor) {
  const auto layout = layout_of([descriptor](unsigned char* into, std::size_t size, std::int64_t offset) {
    return read_fully(descriptor, into, size, offset);
  });
  if (!layout) return std::nullopt;
  return PageCheck(descriptor, *layout);
}

std::int64_t PageCheck::pages() const {
  struct stat file {};
  if (::fstat(descriptor_, &file) != 0) return 0;
  const auto size = static_cast<std::int64_t>(layout_.page_size);
  return (file.st_size + size - 1) / size;
}

// The number of bytes that could be read.
std::size_t PageCheck::read(std::int64_t first, std::int64_t count) {
  buffer_.resize(static_cast<std::size_t>(count) * layout_.page_size);
  std::size_t filled = 0;
  while (filled < buffer_.size()) {
    const ssize_t got = ::pread(
        descriptor_, buffer_.data() + filled, buffer_.size() - filled,
        (first - 1) * static_cast<std::int64_t>(layout_.page_size) + static_cast<std::int64_t>(filled));
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

void PageCheck::check(std::int64_t first, std::int64_t count, PageReport& report) {
  const std::int64_t end = std::min(first + count, pages() + 1);
  const std::int64_t lock_page = kLockByte / static_cast<std::int64_t>(layout_.page_size) + 1;
  while (first < end) {
    const std::int64_t wanted = std::min(kPagesAtOnce, end - first);
    const std::size_t bytes = read(first, wanted);
    for (std::int64_t i = 0; i < wanted; ++i) {
      const std::int64_t number = first + i;
      if (number == lock_page) continue;
      ++report.checked;
      const std::size_t at = static_cast<std::size_t>(i) * layout_.page_size;
      const auto state = at + layout_.page_size > bytes
                             ? PageState::damaged
                             : state_of({buffer_.data() + at, layout_.page_size}, number);
      if (state == PageState::damaged) report.damaged.push_back(number);
      if (state == PageState::unsealed) report.unsealed.push_back(number);
    }
    first += wanted;
  }
}

bool PageCheck::seal_pages(std::span<const std::int64_t> pages) {
  for (const std::int64_t number : pages) {
    if (read(number, 1) != layout_.page_size) return false;
    const std::span page(buffer_.data(), layout_.page_size);
    seal(page, number);
    const auto sum = page.last(kChecksumBytes);
    const std::int64_t at =
        number * static_cast<std::int64_t>(layout_.page_size) - static_cast<std::int64_t>(kChecksumBytes);
    if (::pwrite(descriptor_, sum.data(), sum.size(), at) != static_cast<ssize_t>(sum.size())) return false;
  }
  return ::fdatasync(descriptor_) == 0;
}

Error damaged_pages(const std::filesystem::path& database, std::span<const std::int64_t> pages) {
  constexpr std::size_t kNamed = 5;
  std::string named = pages.size() == 1 ? "page " : "pages ";
  for (std::size_t i = 0; i < std::min(pages.size(), kNamed); ++i)
    named += (i == 0 ? "" : ", ") + std::to_string(pages[i]);
  if (pages.size() > kNamed) named += " and " + std::to_string(pages.size() - kNamed) + " more";
  return Error::of(ErrorKind::data_loss, "database_damaged",
                   "the database " + database.string() + " is damaged: the checksum of " + named +
                       " is wrong, so the disk returned other bytes than were written, or another program "
                       "changed the file; "
                       "stop the server, move the file away and restore the last backup, or recover what is "
                       "readable with: "
                       "sqlite3 FILE .recover",
                   {{"path", database.string()}, {"page", pages.front()}, {"pages", pages.size()}});
}

}  // namespace sas::store::sqlite
