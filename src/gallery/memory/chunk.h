#pragma once
// Storage for the rows of a partition. A row is one face template. Rows are only ever appended, so a reader
// that knows the row count needs no lock. Readers see a chunk through a ChunkView, which is immutable.

#include <array>
#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "domain/ids.h"
#include "gallery/memory/vector_code.h"

namespace sas::gallery {

inline constexpr std::size_t kChunkRows = 16384;
inline constexpr std::size_t kSquareRows = 64;  // rows whose bits are transposed into planes at once

struct RowIds {
  PersonId person;
  FaceId face;
};

// What a template finds among the other people.
struct RowNeighbourhood {
  float mean = 0;      // cosine of the nearest ten (csls.h)
  float eleventh = 0;  // cosine of the next; -2: there is none. A change that stays below it changes nothing
};

// Room for a fixed number of rows in one block of memory. Sign codes are stored as planes for the scan (a
// plane is one bit of every row's code); everything else is stored row by row.
class Chunk {
 public:
  // `capacity` is a multiple of kSquareRows, at most kChunkRows. Throws std::bad_alloc.
  explicit Chunk(std::size_t capacity);

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  [[nodiscard]] const std::uint8_t* planes() const { return planes_; }  // in the layout plane_sums() reads
  [[nodiscard]] std::size_t plane_stride() const { return capacity_ / 8; }
  [[nodiscard]] const std::uint8_t* bits(std::size_t row) const { return bits_ + row * kCodeBytes; }
  [[nodiscard]] const std::uint8_t* coarse(std::size_t row) const { return coarse_ + row * kCoarseBytes; }
  [[nodiscard]] const std::uint8_t* fine(std::size_t row) const { return fine_ + row * kFineBytes; }
  [[nodiscard]] StoredView stored(std::size_t row) const { return {coarse(row), fine(row)}; }
  [[nodiscard]] const RowIds& ids(std::size_t row) const { return ids_[row]; }
  [[nodiscard]] const std::uint8_t* factor_levels() const { return factor_levels_; }  // one byte per row
  [[nodiscard]] const RowNumbers& numbers(std::size_t row) const { return numbers_[row]; }
  // None: not computed yet. Both may be called by any thread at any time.
  [[nodiscard]] std::optional<RowNeighbourhood> neighbourhood(std::size_t row) const;
  void set_neighbourhood(std::size_t row, const std::optional<RowNeighbourhood>& known);

  // Only for the single writer, on rows no reader knows of yet. write_row() does not update the planes: they
  // are read in whole blocks and written in whole squares.
  void write_row(std::size_t row, const RowIds& ids, StoredView stored, const RowCode& code);
  void write_plane_square(std::size_t first_row);  // from the rows' bits

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept;
  };

  std::size_t capacity_;
  std::size_t bytes_ = 0;
  std::unique_ptr<std::byte, Free> memory_;
  std::uint8_t* fine_ = nullptr;
  std::uint8_t* planes_ = nullptr;
  std::uint8_t* bits_ = nullptr;
  std::uint8_t* coarse_ = nullptr;
  RowNumbers* numbers_ = nullptr;
  RowIds* ids_ = nullptr;
  std::uint8_t* factor_levels_ = nullptr;
  std::atomic<std::uint64_t>* neighbourhoods_ = nullptr;  // a RowNeighbourhood, or kUnknown
};

// The planes of the rows after the last full block, kBlockRows / 8 bytes each. Bits past the last row have no
// meaning; they are zero in practice.
struct alignas(64) TailPlanes {
  static constexpr std::size_t kStride = kBlockRows / 8;
  std::array<std::uint8_t, kDims * kStride> bytes{};
};

using RowSet = std::bitset<kChunkRows>;

// The first `rows` rows of a chunk at one point in time. Cheap to copy; safe to read from any thread while
// the writer appends.
struct ChunkView {
  std::shared_ptr<Chunk> chunk;
  std::shared_ptr<const TailPlanes> tail;  // null: the last block is full
  std::shared_ptr<const RowSet> dead;      // null: no dead rows
  std::uint32_t rows = 0;                  // including dead rows
  std::uint32_t dead_rows = 0;
  float smallest_factor = 1;

  [[nodiscard]] bool is_dead(std::size_t row) const { return dead != nullptr && dead->test(row); }
  [[nodiscard]] std::size_t full_rows() const { return rows / kBlockRows * kBlockRows; }
};

struct PartitionView {
  std::vector<ChunkView> chunks;
};

// Appends to the view's chunk, which must have room. The view's tail is stale until seal() is called.
void append_row(ChunkView& view, const RowIds& ids, StoredView stored);
// Makes the view readable after appends.
void seal(ChunkView& view);

}  // namespace sas::gallery
