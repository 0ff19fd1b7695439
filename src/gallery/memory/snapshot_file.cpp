#include "gallery/memory/snapshot_file.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder_sync.h"

namespace sas::gallery {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file holds little-endian numbers as they lie in memory");

constexpr std::array<char, 8> kMagic{'S', 'A', 'S', 'G', 'A', 'L', 'R', 'Y'};
constexpr std::uint32_t kVersion = 3;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t rotation = kRotationVersion;
  std::uint32_t dims = kDims;
  std::uint32_t partitions = 0;
  std::uint64_t rows = 0;
  std::uint32_t fingerprint_bytes = 0;
  std::array<std::uint8_t, 28> zero{};
};
static_assert(sizeof(Header) == 64);

struct PartitionHeader {
  std::array<std::uint8_t, Uuid::kSize> organisation{};
  std::uint64_t rows = 0;
  std::uint32_t model_bytes = 0;
  std::uint32_t zero = 0;
};
static_assert(sizeof(PartitionHeader) == 32);

struct Row {
  std::array<std::uint8_t, Uuid::kSize> person;
  std::array<std::uint8_t, Uuid::kSize> face;
  std::array<std::uint8_t, kCoarseBytes> coarse;
  std::array<std::uint8_t, kFineBytes> fine;
  float neighbourhood;  // a NaN: not known
  float eleventh;
};
static_assert(sizeof(Row) == 808);

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string system_reason() { return std::generic_category().message(errno); }

class Hasher {
 public:
  Hasher() { crypto_generichash_init(&state_, nullptr, 0, kDigestBytes); }
  void add(const void* bytes, std::size_t count) {
    crypto_generichash_update(&state_, static_cast<const unsigned char*>(bytes), count);
  }
  std::array<std::uint8_t, kDigestBytes> digest() {
    std::array<std::uint8_t, kDigestBytes> digest{};
    crypto_generichash_final(&state_, digest.data(), digest.size());
    return digest;
  }

 private:
  crypto_generichash_state state_;
};

class Writer {
 public:
  explicit Writer(int descriptor) : descriptor_(descriptor) { buffer_.reserve(kBufferBytes); }

  void add(const void* bytes, std::size_t count) {
    hasher_.add(bytes, count);
    append(bytes, count);
  }
  // Writes the digest and flushes the buffer. Like every write before it, returns false on failure with the
  // reason in errno.
  bool finish() {
    const auto digest = hasher_.digest();
    append(digest.data(), digest.size());
    flush();
    return ok_;
  }

 private:
  void append(const void* bytes, std::size_t count) {
    if (buffer_.size() + count > kBufferBytes) flush();
    const auto* first = static_cast<const std::byte*>(bytes);
    buffer_.insert(buffer_.end(), first, first + count);
  }
  void flush() {
    const std::byte* next = buffer_.data();
    std::size_t left = buffer_.size();
    while (ok_ && left > 0) {
      const ssize_t written = ::write(descriptor_, next, left);
      if (written < 0 && errno == EINTR) continue;
      ok_ = written > 0;
      if (ok_) {
        next += written;
        left -= static_cast<std::size_t>(written);
      }
    }
    buffer_.clear();
  }

  int descriptor_;
  bool ok_ = true;
  std::vector<std::byte> buffer_;
  Hasher hasher_;
};

class Reader {
 public:
  Reader(int descriptor, std::uint64_t size) : descriptor_(descriptor), left_(size), buffer_(kBufferBytes) {}

  // False: the file ends too early or cannot be read.
  [[nodiscard]] bool take(void* out, std::size_t count) {
    if (!take_unhashed(out, count)) return false;
    hasher_.add(out, count);
    return true;
  }
  [[nodiscard]] bool digest_matches() {
    const auto expected = hasher_.digest();
    std::array<std::uint8_t, kDigestBytes> stored{};
    return take_unhashed(stored.data(), stored.size()) && stored == expected;
  }
  [[nodiscard]] std::uint64_t left() const { return left_; }

 private:
  bool take_unhashed(void* out, std::size_t count) {
    if (count > left_) return false;
    auto* to = static_cast<std::byte*>(out);
    left_ -= count;
    while (count > 0) {
      if (next_ == end_ && !refill()) return false;
      const std::size_t part = std::min(count, end_ - next_);
      std::memcpy(to, buffer_.data() + next_, part);
      next_ += part;
      to += part;
      count -= part;
    }
    return true;
  }
  bool refill() {
    ssize_t got = 0;
    do {
      got = ::read(descriptor_, buffer_.data(), buffer_.size());
    } while (got < 0 && errno == EINTR);
    next_ = 0;
    end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    return got > 0;
  }

  int descriptor_;
  std::uint64_t left_;
  std::vector<std::byte> buffer_;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  Hasher hasher_;
};

std::size_t living_rows(const PartitionView& view) {
  std::size_t rows = 0;
  for (const ChunkView& chunk : view.chunks) rows += chunk.rows - chunk.dead_rows;
  return rows;
}

void write_partition(Writer& writer, const GalleryPartition& key, const PartitionView& view) {
  const std::string& model = key.model.value;
  const PartitionHeader header{.organisation = key.organisation.value().bytes(),
                               .rows = living_rows(view),
                               .model_bytes = static_cast<std::uint32_t>(model.size())};
  writer.add(&header, sizeof header);
  writer.add(model.data(), model.size());
  for (const ChunkView& chunk : view.chunks) {
    for (std::size_t r = 0; r < chunk.rows; ++r) {
      if (chunk.is_dead(r)) continue;
      Row row;
      row.person = chunk.chunk->ids(r).person.value().bytes();
      row.face = chunk.chunk->ids(r).face.value().bytes();
      std::memcpy(row.coarse.data(), chunk.chunk->coarse(r), kCoarseBytes);
      std::memcpy(row.fine.data(), chunk.chunk->fine(r), kFineBytes);
      const auto known = chunk.chunk->neighbourhood(r);
      row.neighbourhood = known ? known->mean : std::numeric_limits<float>::quiet_NaN();
      row.eleventh = known ? known->eleventh : 0;
      writer.add(&row, sizeof row);
    }
  }
}

Error damaged(const std::filesystem::path& path, const std::string& what) {
  return Error::of(ErrorKind::data_loss, "snapshot_damaged",
                   "the gallery snapshot " + path.string() + " " + what +
                       "; delete it to fill the gallery from the store");
}

}  // namespace

Result<void> write_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                            const PartitionViews& partitions) {
  if (fingerprint.size() > kLongestText)
    return Error::of(ErrorKind::invalid_argument,
                     "the fingerprint of a gallery snapshot is limited to 4096 bytes");
  const auto fail = [&](const std::string& what) {
    return Error::of(
        ErrorKind::unavailable, "snapshot_not_written",
        "the gallery snapshot " + path.string() + " was not written: " + what + ": " + system_reason());
  };
  std::filesystem::path unfinished = path;
  unfinished += ".new";
  {
    // A new file, so that neither a link nor an old file's rights decide where the templates go and who reads them.
    ::unlink(unfinished.c_str());
    const File file(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) return fail("cannot create " + unfinished.string());
    Writer writer(file.get());
    Header header;
    header.fingerprint_bytes = static_cast<std::uint32_t>(fingerprint.size());
    for (const auto& [key, view] : partitions) {
      header.rows += living_rows(*view);
      ++header.partitions;
    }
    writer.add(&header, sizeof header);
    writer.add(fingerprint.data(), fingerprint.size());
    for (const auto& [key, view] : partitions) write_partition(writer, key, *view);
    if (!writer.finish() || ::fsync(file.get()) != 0) {
      auto error = fail("cannot write " + unfinished.string());
      ::unlink(unfinished.c_str());
      return error;
    }
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0) return fail("cannot rename " + unfinished.string());
  const std::filesystem::path folder = folder_of(path);
  if (const auto problem = sync_folder(folder)) {
    errno = problem.value();
    return fail("cannot sync " + folder.string());
  }
  return {};
}

Result<void> read_snapshot(const std::filesystem::path& path, std::string_view fingerprint,
                           const SizeSink& size, const RowSink& sink) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
    return Error::of(ErrorKind::not_found, "snapshot_missing",
                     "cannot open the gallery snapshot " + path.string() + ": " + system_reason());
  Reader reader(file.get(), static_cast<std::uint64_t>(status.st_size));

  Header header;
  if (!reader.take(&header, sizeof header) || header.magic != kMagic)
    return damaged(path, "is not a gallery snapshot");
  if (header.version != kVersion || header.rotation != kRotationVersion || header.dims != kDims)
    return Error::of(ErrorKind::failed_precondition, "snapshot_incompatible",
                     "the gallery snapshot " + path.string() + " has version " +
                         std::to_string(header.version) + "." + std::to_string(header.rotation) +
                         "; this program reads " + std::to_string(kVersion) + "." +
                         std::to_string(kRotationVersion));
  if (header.fingerprint_bytes > kLongestText) return damaged(path, "has a fingerprint that is too long");
  std::string stored(header.fingerprint_bytes, '\0');
  if (!reader.take(stored.data(), stored.size())) return damaged(path, "is cut short");
  if (stored != fingerprint)
    return Error::of(ErrorKind::failed_precondition, "snapshot_stale",
                     "the gallery snapshot " + path.string() + " was written for another state of the store");

  std::uint64_t rows = 0;
  for (std::uint32_t p = 0; p < header.partitions; ++p) {
    PartitionHeader of;
    if (!reader.take(&of, sizeof of)) return damaged(path, "is cut short");
    if (of.model_bytes == 0 || of.model_bytes > kLongestText)
      return damaged(path, "contains an invalid model name");
    GalleryPartition key{.organisation = OrganisationId(Uuid(of.organisation)), .model = {}};
    key.model.value.resize(of.model_bytes);
    if (!reader.take(key.model.value.data(), of.model_bytes) || of.rows > reader.left() / sizeof(Row))
      return damaged(path, "is cut short");
    size(key, of.rows);
    for (std::uint64_t r = 0; r < of.rows; ++r) {
      Row row;
      if (!reader.take(&row, sizeof row)) return damaged(path, "is cut short");
      std::optional<RowNeighbourhood> known;
      if (!std::isnan(row.neighbourhood)) known = {row.neighbourhood, row.eleventh};
      sink(key, {PersonId(Uuid(row.person)), FaceId(Uuid(row.face))}, {row.coarse.data(), row.fine.data()},
           known);
    }
    rows += of.rows;
  }
  if (rows != header.rows || reader.left() != kDigestBytes || !reader.digest_matches())
    return damaged(path, "does not match its checksum");
  return {};
}

}  // namespace sas::gallery
