#pragma once
// The inner loops of the in-memory gallery. Each is compiled for every instruction set Highway supports on
// this architecture; the best one the CPU has is chosen at run time. All functions are pure and thread-safe.
//
// All work on rotated vectors (see rotate()): 512 numbers, unit length.

#include <array>
#include <cstddef>
#include <cstdint>

#include "domain/embedding.h"

namespace sas::gallery {

inline constexpr std::size_t kDims = kEmbeddingSize;
inline constexpr std::size_t kCodeBytes = kDims / 8;    // one sign bit per dimension
inline constexpr std::size_t kCoarseBytes = kDims / 2;  // the upper four of each dimension's twelve bits
inline constexpr std::size_t kFineBytes = kDims;        // the lower eight
inline constexpr std::size_t kCacheLine = 64;           // bytes
inline constexpr std::size_t kBlockRows = 512;          // rows are scanned in multiples of this
inline constexpr std::size_t kPlanesPerGroup = 16;      // bit planes are scanned in multiples of this
inline constexpr std::size_t kGroups = kDims / kPlanesPerGroup;
inline constexpr std::uint8_t kMagnitudeMax = 31;     // the sum of eight fits in a byte
inline constexpr std::uint32_t kRotationVersion = 1;  // changes when rotate() produces other numbers

// A fixed random rotation: three rounds of random signs and a Walsh-Hadamard transform (Yu et al.,
// "Orthogonal Random Features", 2016). It preserves every dot product (to 1e-6) and spreads any vector evenly
// over the 512 dimensions. That makes sign bits and one scale per vector accurate enough for any embedder.
// `in` and `out` are 512 floats and may be the same.
void rotate(const float* in, float* out);

// All planes of a group have the same weight, which depends on the group's position in the reading order.
// Weights two and four are shifts, which are free when adding bits. With a probe's largest dimensions first,
// this loses 3 % of the energy that exact weights would have at eight groups, 4 % at twenty.
inline constexpr std::size_t kFourfoldGroups = 2;
inline constexpr std::size_t kTwofoldGroups = 10;  // including the fourfold ones
[[nodiscard]] constexpr unsigned group_weight(std::size_t group) {
  return group < kFourfoldGroups ? 4 : group < kTwofoldGroups ? 2 : 1;
}

// A probe's dimensions in the form plane_sums() needs: the planes in reading order, and for each all ones if
// the probe's own bit is not set, else zero.
struct PlaneOrder {
  const std::uint16_t* planes;
  const std::uint64_t* flips;
};

// What will be scanned next, with the same stride, probe and number of rows.
struct NextPlanes {
  const std::uint8_t* codes = nullptr;  // null: nothing
  std::size_t groups = 0;
};

// Sums of up to kGroups groups, stored bit-sliced: a block of rows has kSumBits lines of kBlockRows / 8
// bytes, lowest bit first. Bit r % 8 of byte (r % kBlockRows) / 8 of a line belongs to row r.
inline constexpr std::size_t kSumBits = 10;
[[nodiscard]] constexpr std::size_t sum_bytes(std::size_t rows) {
  return (rows + kBlockRows - 1) / kBlockRows * kSumBits * kBlockRows / 8;
}

// For rows 0..rows-1: the weighted number of planes in the first `groups` groups whose bit equals the
// probe's, written to sums (sum_bytes(rows), aligned to 64 bytes). Bit r % 8 of codes[plane * stride + r / 8]
// belongs to row r. `rows` is a multiple of kBlockRows, `stride` of kBlockRows / 8, and `groups` is not 0.
// Prefetches `next` meanwhile.
void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneOrder& order,
                std::size_t groups, const NextPlanes& next, std::uint8_t* sums);

// Every row has one of this many factor levels (vector_code.h), and every level has a cut.
inline constexpr std::size_t kFactorLevels = 16;
using LevelCuts = std::array<std::uint16_t, kFactorLevels>;

// Writes to `out` (room for `rows`) the rows whose sum is at least their level's cut, in ascending order, and
// returns their number. If the cuts differ by more than 62, some rows of the levels with the higher cuts may
// be written too. `levels` is not read at or past `rows`.
std::size_t select_rows(const std::uint8_t* sums, const std::uint8_t* levels, std::size_t rows,
                        const LevelCuts& cuts, std::uint16_t* out);

// out[n] = the sum of magnitudes[i] over the dimensions whose bit in row rows[n] of `bits` (64 bytes per row)
// equals that in `probe_bits`. No magnitude exceeds kMagnitudeMax. `bits`, `probe_bits` and `magnitudes` are
// aligned to 64 bytes.
void agreeing_magnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                         const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out);

// A template's dimensions in twelve bits, 0..4095; kTwelveBitZero stands for zero. The upper four bits,
// `coarse`, are packed in 128 little-endian 16-bit words: dimension i is the four bits of word i % 128
// starting at bit i / 128 * 4, so a shift and a mask give whole vectors of them. The lower eight, `fine`,
// take one byte per dimension. Both are aligned to 64 bytes.
inline constexpr std::size_t kCoarseWords = kCoarseBytes / 2;
inline constexpr std::size_t kDimsPerCoarseWord = kDims / kCoarseWords;
inline constexpr int kFineSteps = 256;
inline constexpr int kTwelveBitZero = 2056;

// out[n] = the sum of coarse(i) * probe[i], with coarse(i) in 0..15, of row rows[n] of `coarse`, kCoarseBytes
// per row. Exact: no values can overflow it.
void dots_coarse(const std::uint8_t* coarse, const std::uint16_t* rows, std::size_t count,
                 const std::int16_t* probe, std::int32_t* out);

// Sum of (256 * coarse(i) + fine[i] - kTwelveBitZero) * probe[i].
float dot_full(const std::uint8_t* coarse, const std::uint8_t* fine, const float* probe);

// The name of the instruction set in use, for diagnostics and benchmarks: "AVX3", "AVX2", "NEON", …
const char* kernel_target();

}  // namespace sas::gallery
