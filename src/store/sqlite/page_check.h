#pragma once
// Verifies the checksums of a database file without SQLite, so that pages that nobody reads are checked as well.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "store/sqlite/checksum_vfs.h"

namespace sas::store::sqlite {

struct PageReport {
  std::int64_t checked = 0;
  std::vector<std::int64_t> damaged;   // numbers from 1, ascending
  std::vector<std::int64_t> unsealed;  // of these the bytes were not verified
};

// The pages of a file. The caller owns the descriptor: closing one of a database drops the locks that SQLite has on it
// in this process. Not thread-safe.
class PageCheck {
 public:
  // None: the file is empty or not a database.
  [[nodiscard]] static std::optional<PageCheck> of(int descriptor);

  [[nodiscard]] const PageLayout& layout() const { return layout_; }
  // Also of a last page that is cut off.
  [[nodiscard]] std::int64_t pages() const;
  // Adds the state of up to `count` pages from `first` on to `report`. A page that is written at the same time may
  // look damaged.
  void check(std::int64_t first, std::int64_t count, PageReport& report);
  // Adds the checksum to pages, and syncs the file. Nobody else may write to it. False: the file cannot be written.
  [[nodiscard]] bool seal_pages(std::span<const std::int64_t> pages);

 private:
  PageCheck(int descriptor, PageLayout layout) : descriptor_(descriptor), layout_(layout) {}
  [[nodiscard]] std::size_t read(std::int64_t first, std::int64_t count);

  int descriptor_;
  PageLayout layout_;
  std::vector<unsigned char> buffer_;
};

// data_loss "database_damaged"; `pages` is not empty.
[[nodiscard]] Error damaged_pages(const std::filesystem::path& database, std::span<const std::int64_t> pages);

}  // namespace sas::store::sqlite
