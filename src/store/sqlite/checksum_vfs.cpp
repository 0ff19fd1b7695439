#include "store/sqlite/checksum_vfs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include <sqlite3.h>

namespace sas::store::sqlite {
namespace {

// Positions in the header of a database file (https://sqlite.org/fileformat2.html).
constexpr std::size_t kHeaderSize = 100;
constexpr std::size_t kPageSizeAt = 16;
constexpr std::size_t kReservedAt = 20;
// Change counter, schema cookie, "version valid for" and version.
constexpr std::array<std::pair<int, int>, 3> kNotCovered{{{24, 28}, {40, 44}, {92, 100}}};
constexpr char kMagic[] = "SQLite format 3";  // with its NUL

// Operations of this VFS for sqlite3_file_control(); SQLite's own are below 100.
constexpr int kSetVerify = 0x5341'0001;
constexpr int kRefusedPage = 0x5341'0002;

std::uint64_t load_word(const unsigned char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

void store_word(unsigned char* to, std::uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(to, &word, sizeof word);
}

// Without loss for a given word: a multiplication by an odd number and a rotation can be undone.
std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
  constexpr int kTurn = 29;
  constexpr std::uint64_t kFactor = 0x9E37'79B9'7F4A'7C15;
  return (std::rotl(state, kTurn) ^ word) * kFactor;
}

// 0 if the header names no valid size.
std::size_t page_size_in(const unsigned char* header) {
  constexpr std::size_t kSmallest = 512;
  constexpr std::size_t kLargest = 65536;  // written as 1
  std::size_t size = (std::size_t{header[kPageSizeAt]} << 8U) | header[kPageSizeAt + 1];
  if (size == 1) size = kLargest;
  return size >= kSmallest && std::has_single_bit(size) ? size : 0;
}

bool has_magic(const unsigned char* header) { return std::memcmp(header, kMagic, sizeof kMagic) == 0; }

// SQLite places this struct, with the file of the VFS below behind it.
struct CheckedFile {
  sqlite3_file base{};  // must be first
  sqlite3_file* real = nullptr;
  std::unique_ptr<unsigned char[]> scratch;  // one page; null: the layout is not known yet
  PageLayout layout;
  Verify verify = Verify::strict;
  std::int64_t refused = 0;

  // False: no memory.
  bool learn(const PageLayout& found) noexcept {
    if (!scratch || found.page_size != layout.page_size)
      scratch.reset(new (std::nothrow) unsigned char[found.page_size]);
    layout = found;
    return scratch != nullptr;
  }

  // Reads the layout from the file, unless it is known. False: no memory.
  bool find_layout() noexcept {
    if (scratch) return true;
    const auto found = layout_of([this](unsigned char* into, std::size_t size, std::int64_t offset) {
      return real->pMethods->xRead(real, into, static_cast<int>(size), offset) == SQLITE_OK;
    });
    return !found || learn(*found);
  }

  [[nodiscard]] bool is_page(int amount, sqlite3_int64 offset) const {
    return scratch && static_cast<std::size_t>(amount) == layout.page_size && offset % amount == 0;
  }

  // Verifies a page that was read, and hides its checksum from SQLite.
  int accept(std::span<unsigned char> page, std::int64_t number) {
    if (verify != Verify::off) {
      const PageState state = state_of(page, number);
      if (state != PageState::sealed && (state != PageState::unsealed || verify == Verify::strict)) {
        refused = number;
        return SQLITE_IOERR_DATA;
      }
    }
    std::fill(page.end() - kChecksumBytes, page.end(), static_cast<unsigned char>(0));
    return SQLITE_OK;
  }

  // Some versions of SQLite read a part of an overflow page without the rest.
  int read_part(unsigned char* into, int amount, sqlite3_int64 offset) {
    const auto size = static_cast<std::int64_t>(layout.page_size);
    while (amount > 0) {
      const std::int64_t index = offset / size;
      const std::int64_t within = offset % size;
      const auto part = static_cast<int>(std::min<std::int64_t>(amount, size - within));
      const int read =
          real->pMethods->xRead(real, scratch.get(), static_cast<int>(layout.page_size), index * size);
      if (read != SQLITE_OK) return read;
      if (const int accepted = accept({scratch.get(), layout.page_size}, index + 1); accepted != SQLITE_OK)
        return accepted;
      std::memcpy(into, scratch.get() + within, static_cast<std::size_t>(part));
      into += part;
      offset += part;
      amount -= part;
    }
    return SQLITE_OK;
  }
};

CheckedFile& checked(sqlite3_file* file) { return *reinterpret_cast<CheckedFile*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return checked(file).real; }

int close_file(sqlite3_file* file) {
  sqlite3_file* const real = real_of(file);
  const int closed = real->pMethods->xClose(real);
  std::destroy_at(&checked(file));
  return closed;
}

int read_file(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  CheckedFile& self = checked(file);
  const int result = self.real->pMethods->xRead(self.real, buffer, amount, offset);
  if (result != SQLITE_OK) return result;
  // Parts of the first page are only a hint for SQLite, which then reads the whole page.
  if (offset == 0 && amount <= static_cast<int>(kHeaderSize)) return SQLITE_OK;
  if (!self.find_layout()) return SQLITE_IOERR_NOMEM;
  if (!self.layout.has_checksums) return SQLITE_OK;
  auto* const bytes = static_cast<unsigned char*>(buffer);
  if (self.is_page(amount, offset))
    return self.accept({bytes, static_cast<std::size_t>(amount)}, offset / amount + 1);
  if (offset + amount <= static_cast<sqlite3_int64>(kHeaderSize)) return SQLITE_OK;
  return self.read_part(bytes, amount, offset);
}

int write_file(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  CheckedFile& self = checked(file);
  const auto* const bytes = static_cast<const unsigned char*>(buffer);
  if (offset == 0 && amount > static_cast<int>(kHeaderSize) && has_magic(bytes) && page_size_in(bytes) != 0) {
    // The first page says what holds from now on.
    if (!self.learn({page_size_in(bytes), bytes[kReservedAt] == kChecksumBytes})) return SQLITE_IOERR_NOMEM;
  } else if (!self.find_layout()) {
    return SQLITE_IOERR_NOMEM;
  }
  if (!self.layout.has_checksums || !self.is_page(amount, offset))
    return self.real->pMethods->xWrite(self.real, buffer, amount, offset);
  std::memcpy(self.scratch.get(), buffer, static_cast<std::size_t>(amount));
  seal({self.scratch.get(), static_cast<std::size_t>(amount)}, offset / amount + 1);
  return self.real->pMethods->xWrite(self.real, self.scratch.get(), amount, offset);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
  CheckedFile& self = checked(file);
  switch (operation) {
    case kSetVerify:
      self.verify = *static_cast<const Verify*>(argument);
      return SQLITE_OK;
    case kRefusedPage:
      *static_cast<std::int64_t*>(argument) = self.refused;
      return SQLITE_OK;
    default:
      return self.real->pMethods->xFileControl(self.real, operation, argument);
  }
}

int characteristics(sqlite3_file* file) {
  int known = real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
#ifdef SQLITE_IOCAP_SUBPAGE_READ
  known &= ~SQLITE_IOCAP_SUBPAGE_READ;  // the whole page is needed to verify it
#endif
  return known;
}

// Version 2: without xFetch, which would give SQLite pages of a memory map unverified.
const sqlite3_io_methods kMethods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = [](sqlite3_file* file,
                    sqlite3_int64 size) { return real_of(file)->pMethods->xTruncate(real_of(file), size); },
    .xSync = [](sqlite3_file* file,
                int flags) { return real_of(file)->pMethods->xSync(real_of(file), flags); },
    .xFileSize = [](sqlite3_file* file,
                    sqlite3_int64* size) { return real_of(file)->pMethods->xFileSize(real_of(file), size); },
    .xLock = [](sqlite3_file* file, int lock) { return real_of(file)->pMethods->xLock(real_of(file), lock); },
    .xUnlock = [](sqlite3_file* file,
                  int lock) { return real_of(file)->pMethods->xUnlock(real_of(file), lock); },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* result) {
          return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
        },
    .xFileControl = control_file,
    .xSectorSize = [](sqlite3_file* file) { return real_of(file)->pMethods->xSectorSize(real_of(file)); },
    .xDeviceCharacteristics = characteristics,
    .xShmMap =
        [](sqlite3_file* file, int region, int size, int extend, void volatile** into) {
          return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, into);
        },
    .xShmLock =
        [](sqlite3_file* file, int offset, int count, int flags) {
          return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
        },
    .xShmBarrier = [](sqlite3_file* file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); },
    .xShmUnmap = [](sqlite3_file* file,
                    int remove) { return real_of(file)->pMethods->xShmUnmap(real_of(file), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* opened_with) {
  // The log has checksums of its own; journals and temporary files are as short-lived as a transaction.
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
    return below(vfs)->xOpen(below(vfs), name, file, flags, opened_with);
  auto* const self = new (file) CheckedFile;
  self->real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<unsigned char*>(file) + sizeof(CheckedFile));
  self->real->pMethods = nullptr;
  const int opened = below(vfs)->xOpen(below(vfs), name, self->real, flags, opened_with);
  if (opened == SQLITE_OK) {
    self->base.pMethods = &kMethods;
    return SQLITE_OK;
  }
  if (self->real->pMethods != nullptr) self->real->pMethods->xClose(self->real);
  std::destroy_at(self);
  file->pMethods = nullptr;  // SQLite must not close it
  return opened;
}

// The VFS as a copy of the default one, whose functions for other things than files do not use their first argument's
// own data.
const char* register_vfs() {
  static constexpr char kName[] = "attendance-checksums";
  static_assert(sizeof(CheckedFile) % alignof(sqlite3_file) == 0, "the file behind it is aligned");
  sqlite3_vfs* const normal = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs vfs = *normal;
  vfs.szOsFile = normal->szOsFile + static_cast<int>(sizeof(CheckedFile));
  vfs.pNext = nullptr;
  vfs.zName = kName;
  vfs.pAppData = normal;
  vfs.xOpen = open_file;
  vfs.xDelete = [](sqlite3_vfs* self, const char* name, int sync) {
    return below(self)->xDelete(below(self), name, sync);
  };
  vfs.xAccess = [](sqlite3_vfs* self, const char* name, int flags, int* result) {
    return below(self)->xAccess(below(self), name, flags, result);
  };
  vfs.xFullPathname = [](sqlite3_vfs* self, const char* name, int size, char* into) {
    return below(self)->xFullPathname(below(self), name, size, into);
  };
  sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
  return kName;
}

}  // namespace

std::uint64_t page_checksum(std::span<const unsigned char> page, std::int64_t number) {
  // Four independent chains, so that a processor computes them at the same time.
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  constexpr std::size_t kLanes = 4;
  std::array<std::uint64_t, kLanes> lanes{static_cast<std::uint64_t>(number), 1, 2, 3};
  const auto add_round = [&lanes](const unsigned char* at) {
    lanes[0] = mixed(lanes[0], load_word(at));
    lanes[1] = mixed(lanes[1], load_word(at + kWord));
    lanes[2] = mixed(lanes[2], load_word(at + 2 * kWord));
    lanes[3] = mixed(lanes[3], load_word(at + 3 * kWord));
  };
  const std::size_t words = (page.size() - kChecksumBytes) / kWord;
  const unsigned char* at = page.data();
  std::size_t i = 0;
  if (number == 1) {
    std::array<unsigned char, 4 * kLanes * kWord> header{};  // whole rounds that cover the header
    std::copy_n(at, header.size(), header.begin());
    for (const auto& [from, to] : kNotCovered) std::fill(header.begin() + from, header.begin() + to, '\0');
    for (; i * kWord < header.size(); i += kLanes) add_round(header.data() + i * kWord);
    at += header.size();
  }
  for (; i + kLanes <= words; i += kLanes, at += kLanes * kWord) add_round(at);
  for (; i < words; ++i, at += kWord) lanes[i % kLanes] = mixed(lanes[i % kLanes], load_word(at));
  std::uint64_t sum = words;
  for (const std::uint64_t lane : lanes) sum = mixed(sum, lane);
  sum ^= sum >> 32U;
  return sum == 0 ? 1 : sum;
}

namespace {

// Whether the last sector of a page of a table or an index is nothing but zeros, though a row reaches into it: a disk lost
// it. Rows fill a page from its end; what was deleted there is in the list of free blocks.
// https://sqlite.org/fileformat2.html, section 1.6.
bool lost_its_end(std::span<const unsigned char> page, std::int64_t number) {
  constexpr std::size_t kSector = 512;
  constexpr std::size_t kFileHeader = 100;
  const std::size_t header = number == 1 ? kFileHeader : 0;
  const auto word = [&page](std::size_t at) { return std::size_t{page[at]} << 8 | page[at + 1]; };
  const unsigned char kind = page[header];
  if (kind != 2 && kind != 5 && kind != 10 && kind != 13) return false;
  const std::size_t end = page.size() - std::min(kSector, page.size());
  if (std::any_of(page.begin() + static_cast<std::ptrdiff_t>(end), page.end(),
                  [](unsigned char byte) { return byte != 0; }))
    return false;
  const std::size_t rows = word(header + 3);
  if (rows == 0) return false;
  // A chain that goes up ends before the sector, whose zeros end it too.
  std::size_t last = 0;
  for (std::size_t block = word(header + 1); block > last && block + 4 <= end; block = word(block)) {
    if (block + word(block + 2) > end) return false;
    last = block;
  }
  return true;
}

}  // namespace

PageState state_of(std::span<const unsigned char> page, std::int64_t number) {
  const std::uint64_t stored = load_word(page.data() + page.size() - kChecksumBytes);
  if (stored == page_checksum(page, number)) return PageState::sealed;
  if (stored != 0) return PageState::damaged;
  const bool empty = std::all_of(page.begin(), page.end(), [](unsigned char byte) { return byte == 0; });
  if (empty) return PageState::empty;
  return lost_its_end(page, number) ? PageState::damaged : PageState::unsealed;
}

void seal(std::span<unsigned char> page, std::int64_t number) {
  store_word(page.data() + page.size() - kChecksumBytes, page_checksum(page, number));
}

std::optional<PageLayout> layout_of(const ReadBytes& read) {
  std::array<unsigned char, kHeaderSize> header{};
  if (!read(header.data(), header.size(), 0) || !has_magic(header.data())) return std::nullopt;
  PageLayout layout{page_size_in(header.data()), header[kReservedAt] == kChecksumBytes};
  if (layout.page_size == 0) return std::nullopt;
  if (layout.has_checksums) return layout;
  // If one bit of that byte is wrong, the checksum is still that of the right byte.
  const std::unique_ptr<unsigned char[]> page(new (std::nothrow) unsigned char[layout.page_size]);
  if (!page || !read(page.get(), layout.page_size, 0)) return layout;
  page[kReservedAt] = kChecksumBytes;
  layout.has_checksums = state_of({page.get(), layout.page_size}, 1) == PageState::sealed;
  return layout;
}

const char* checksum_vfs() {
  static const char* const name = register_vfs();
  return name;
}

void set_verify(sqlite3* connection, Verify verify) {
  sqlite3_file_control(connection, nullptr, kSetVerify, &verify);
}

std::optional<std::int64_t> refused_page(sqlite3* connection) {
  std::int64_t page = 0;
  if (sqlite3_file_control(connection, nullptr, kRefusedPage, &page) != SQLITE_OK || page == 0)
    return std::nullopt;
  return page;
}

void reserve_checksum_bytes(sqlite3* connection) {
  int bytes = kChecksumBytes;
  sqlite3_file_control(connection, nullptr, SQLITE_FCNTL_RESERVE_BYTES, &bytes);
}

}  // namespace sas::store::sqlite
