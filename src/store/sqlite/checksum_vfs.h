#pragma once
// A SQLite VFS that keeps a checksum in the last 8 bytes of every page of a main database file. Writing a page adds the
// checksum; reading a page verifies it. docs/storage.md describes the format.
//
// SQLite sees zeros in those 8 bytes, so the write-ahead log contains pages without a checksum. SQLite has a checksum of
// its own there. A page that another program copies from the log into the file (the sqlite3 shell, if the server did not
// shut down) therefore ends in 8 zeros: it is unsealed, not damaged.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

struct sqlite3;

namespace sas::store::sqlite {

// The size of a page's checksum, and the reserved bytes of a file that has checksums.
inline constexpr std::size_t kChecksumBytes = 8;

enum class PageState {
  sealed,    // the checksum is right
  unsealed,  // not empty, but ends in 8 zeros: written by another program
  empty,     // nothing but zeros: a free page that was never written
  damaged    // also: ends in a sector of zeros into which a row reaches
};

// Covers all bytes before the checksum, and the page's number (from 1), so that a page at a wrong place is found too.
// Of the first page it leaves out the change counter, the schema cookie and SQLite's version (bytes 24-27, 40-43 and
// 92-99 of the file): a backup by SQLite changes them, and nothing is read from them.
// Never 0. Any change within one aligned group of 8 bytes changes it; of other changes it misses one in 2^64.
// `page` has 512..65536 bytes, a multiple of 8.
[[nodiscard]] std::uint64_t page_checksum(std::span<const unsigned char> page, std::int64_t number);
[[nodiscard]] PageState state_of(std::span<const unsigned char> page, std::int64_t number);
void seal(std::span<unsigned char> page, std::int64_t number);

struct PageLayout {
  std::size_t page_size = 0;
  bool has_checksums = false;
};
// Reads `size` bytes at `offset`; false if there are fewer.
using ReadBytes = std::function<bool(unsigned char* into, std::size_t size, std::int64_t offset)>;
// None: not a SQLite database, or an empty one. A file whose header was damaged still counts as having checksums.
[[nodiscard]] std::optional<PageLayout> layout_of(const ReadBytes& read);

// How a connection reads pages of a file that has checksums.
enum class Verify : int {
  off,
  lenient,  // accepts unsealed pages
  strict    // refuses whatever is not sealed, with SQLITE_IOERR_DATA
};

// Registers the VFS on the first call; returns its name. Files without reserved bytes are read and written as usual.
// A connection starts with Verify::strict.
[[nodiscard]] const char* checksum_vfs();
// For a connection that uses the VFS.
void set_verify(sqlite3* connection, Verify verify);
// The last page that the connection refused; none: it refused none.
[[nodiscard]] std::optional<std::int64_t> refused_page(sqlite3* connection);
// Makes SQLite reserve the bytes: in a new file, or in an existing one at the next VACUUM.
void reserve_checksum_bytes(sqlite3* connection);

}  // namespace sas::store::sqlite
