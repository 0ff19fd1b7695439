#include "gallery/memory/chunk.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace sas::gallery {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

void transpose_block(const Chunk& chunk, std::size_t first_row, std::size_t rows, std::uint8_t* out,
                     std::size_t stride) {
  for (std::size_t r = 0; r < rows; ++r) {
    const std::uint8_t* bits = chunk.bits(first_row + r);
    for (std::size_t k = 0; k < kColumns; ++k) out[k * stride + r] = bits[k];
  }
}

}  // namespace

void Chunk::Free::operator()(std::byte* memory) const noexcept {
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): the counterpart of std::aligned_alloc
}

Chunk::Chunk(std::size_t capacity) : capacity_(capacity) {
  const std::size_t row_bytes =
      kDims + kColumns + kCodeBytes + kLowBytes + sizeof(RowNumbers) + sizeof(RowIds) + 1;
  // A large chunk starts on a huge page: finalists are read at random, and each would miss the TLB.
  const std::size_t alignment = capacity * row_bytes >= kHugePage ? kHugePage : kCacheLine;
  bytes_ = (capacity * row_bytes + alignment - 1) / alignment * alignment;
  memory_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, bytes_)));
  if (memory_ == nullptr) throw std::bad_alloc();
  if (alignment == kHugePage)
    static_cast<void>(madvise(memory_.get(), bytes_, MADV_HUGEPAGE));  // only advice

  std::byte* next = memory_.get();
  const auto take = [&](std::size_t bytes) { return std::exchange(next, next + capacity * bytes); };
  high_ = reinterpret_cast<std::int8_t*>(take(kDims));
  columns_ = reinterpret_cast<std::uint8_t*>(take(kColumns));
  bits_ = reinterpret_cast<std::uint8_t*>(take(kCodeBytes));
  low_ = reinterpret_cast<std::uint8_t*>(take(kLowBytes));
  ids_ = reinterpret_cast<RowIds*>(take(sizeof(RowIds)));
  numbers_ = reinterpret_cast<RowNumbers*>(take(sizeof(RowNumbers)));
  factor_levels_ = reinterpret_cast<std::uint8_t*>(take(1));
}

void Chunk::write_row(std::size_t row, const RowIds& ids, const std::int8_t* high, const std::uint8_t* low,
                      const SignCode& code) {
  std::memcpy(high_ + row * kDims, high, kDims);
  std::memcpy(low_ + row * kLowBytes, low, kLowBytes);
  std::memcpy(bits_ + row * kCodeBytes, code.bits.data(), kCodeBytes);
  std::construct_at(ids_ + row, ids);
  std::construct_at(numbers_ + row, RowNumbers{code.scale, code.factor});
  factor_levels_[row] = factor_level(code.factor);
}

void Chunk::write_column_block(std::size_t first_row) {
  // In a small buffer first: in a full chunk a column is a page long, and writing byte after byte into 64
  // pages would throw every line out of the cache again.
  TailColumns block;
  transpose_block(*this, first_row, kBlockRows, block.bytes.data(), kBlockRows);
  for (std::size_t k = 0; k < kColumns; ++k)
    std::memcpy(columns_ + k * capacity_ + first_row, block.bytes.data() + k * kBlockRows, kBlockRows);
}

void append_row(ChunkView& view, const RowIds& ids, const std::int8_t* high, const std::uint8_t* low) {
  const SignCode code = sign_code(high, low);
  view.chunk->write_row(view.rows, ids, high, low, code);
  view.smallest_factor = std::min(view.smallest_factor, code.factor);
  ++view.rows;
  if (view.rows % kBlockRows == 0) view.chunk->write_column_block(view.rows - kBlockRows);
}

void seal(ChunkView& view) {
  view.tail.reset();
  const std::size_t full = view.full_rows();
  if (full == view.rows) return;
  auto tail = std::make_shared<TailColumns>();
  transpose_block(*view.chunk, full, view.rows - full, tail->bytes.data(), kBlockRows);
  view.tail = std::move(tail);
}

}  // namespace sas::gallery
