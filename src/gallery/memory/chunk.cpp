#include "gallery/memory/chunk.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace sas::gallery {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::uint64_t kUnknown = ~std::uint64_t{0};  // two NaNs

// Transposes the 8x8 bit matrix whose row i is byte i, in three rounds that swap ever larger squares.
std::uint64_t transpose_bits(std::uint64_t x) {
  const auto swap = [&x](std::uint64_t mask, int by) {
    const std::uint64_t differing = (x ^ (x >> by)) & mask;
    x ^= differing ^ (differing << by);
  };
  swap(0x00AA00AA00AA00AA, 7);
  swap(0x0000CCCC0000CCCC, 14);
  swap(0x00000000F0F0F0F0, 28);
  return x;
}

// Writes the bits of up to kSquareRows rows as planes, the first at `out` and each next one `stride` bytes
// later.
void transpose(const Chunk& chunk, std::size_t first_row, std::size_t rows, std::uint8_t* out,
               std::size_t stride) {
  constexpr std::size_t kEight = 8;
  for (std::size_t r = 0; r < rows; r += kEight) {
    for (std::size_t k = 0; k < kCodeBytes; ++k) {
      std::uint64_t square = 0;
      for (std::size_t i = 0; i < std::min(kEight, rows - r); ++i)
        square |= std::uint64_t{chunk.bits(first_row + r + i)[k]} << (kEight * i);
      square = transpose_bits(square);
      for (std::size_t bit = 0; bit < kEight; ++bit)
        out[(kEight * k + bit) * stride + r / kEight] = static_cast<std::uint8_t>(square >> (kEight * bit));
    }
  }
}

}  // namespace

void Chunk::Free::operator()(std::byte* memory) const noexcept {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): the counterpart of std::aligned_alloc
}

Chunk::Chunk(std::size_t capacity) : capacity_(capacity) {
  const std::size_t row_bytes = kFineBytes + 2 * kCodeBytes + kCoarseBytes + sizeof(RowNumbers) +
                                sizeof(RowIds) + 1 + sizeof(std::uint64_t);
  // A large chunk starts on a huge page: finalists are read in random order, and each would cause a TLB miss.
  const std::size_t alignment = capacity * row_bytes >= kHugePage ? kHugePage : kCacheLine;
  bytes_ = (capacity * row_bytes + alignment - 1) / alignment * alignment;
  memory_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, bytes_)));
  if (memory_ == nullptr) throw std::bad_alloc();
  if (alignment == kHugePage)
    static_cast<void>(madvise(memory_.get(), bytes_, MADV_HUGEPAGE));  // advisory only

  std::byte* next = memory_.get();
  const auto take = [&](std::size_t bytes) { return std::exchange(next, next + capacity * bytes); };
  fine_ = reinterpret_cast<std::uint8_t*>(take(kFineBytes));
  planes_ = reinterpret_cast<std::uint8_t*>(take(kCodeBytes));
  bits_ = reinterpret_cast<std::uint8_t*>(take(kCodeBytes));
  coarse_ = reinterpret_cast<std::uint8_t*>(take(kCoarseBytes));
  ids_ = reinterpret_cast<RowIds*>(take(sizeof(RowIds)));
  numbers_ = reinterpret_cast<RowNumbers*>(take(sizeof(RowNumbers)));
  neighbourhoods_ = reinterpret_cast<std::atomic<std::uint64_t>*>(take(sizeof(std::uint64_t)));
  factor_levels_ = reinterpret_cast<std::uint8_t*>(take(1));
}

void Chunk::write_row(std::size_t row, const RowIds& ids, StoredView stored, const RowCode& code) {
  std::memcpy(coarse_ + row * kCoarseBytes, stored.coarse, kCoarseBytes);
  std::memcpy(fine_ + row * kFineBytes, stored.fine, kFineBytes);
  std::memcpy(bits_ + row * kCodeBytes, code.bits.data(), kCodeBytes);
  std::construct_at(ids_ + row, ids);
  std::construct_at(numbers_ + row, code.numbers);
  std::construct_at(neighbourhoods_ + row, kUnknown);
  factor_levels_[row] = factor_level(code.numbers.factor);
}

std::optional<RowNeighbourhood> Chunk::neighbourhood(std::size_t row) const {
  const std::uint64_t bits = neighbourhoods_[row].load(std::memory_order_relaxed);
  if (bits == kUnknown) return std::nullopt;
  return std::bit_cast<RowNeighbourhood>(bits);
}

void Chunk::set_neighbourhood(std::size_t row, const std::optional<RowNeighbourhood>& known) {
  const std::uint64_t bits = known ? std::bit_cast<std::uint64_t>(*known) : kUnknown;
  neighbourhoods_[row].store(bits, std::memory_order_relaxed);
}

void Chunk::write_plane_square(std::size_t first_row) {
  transpose(*this, first_row, kSquareRows, planes_ + first_row / 8, plane_stride());
}

void append_row(ChunkView& view, const RowIds& ids, StoredView stored) {
  const RowCode code = row_code(stored);
  view.chunk->write_row(view.rows, ids, stored, code);
  view.smallest_factor = std::min(view.smallest_factor, code.numbers.factor);
  ++view.rows;
  if (view.rows % kSquareRows == 0) view.chunk->write_plane_square(view.rows - kSquareRows);
}

void seal(ChunkView& view) {
  view.tail.reset();
  const std::size_t full = view.full_rows();
  if (full == view.rows) return;
  auto tail = std::make_shared<TailPlanes>();
  const std::size_t squares = (view.rows - full) / kSquareRows;
  const std::uint8_t* planes = view.chunk->planes() + full / 8;
  for (std::size_t i = 0; i < kDims; ++i)
    std::memcpy(tail->bytes.data() + i * TailPlanes::kStride, planes + i * view.chunk->plane_stride(),
                squares * kSquareRows / 8);
  const std::size_t rest = full + squares * kSquareRows;
  transpose(*view.chunk, rest, view.rows - rest, tail->bytes.data() + squares * kSquareRows / 8,
            TailPlanes::kStride);
  view.tail = std::move(tail);
}

}  // namespace sas::gallery
