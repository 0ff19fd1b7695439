#pragma once
// The inner loops of the gallery in memory. Each is compiled for every instruction set that Highway knows for
// this architecture and the best one that the CPU has is chosen at run time. All are pure and thread-safe.
//
// Everything works on rotated vectors (see rotate()): 512 numbers, unit length.

#include <cstddef>
#include <cstdint>

#include "domain/embedding.h"

namespace sas::gallery {

inline constexpr std::size_t kDims = kEmbeddingSize;
inline constexpr std::size_t kCodeBytes = kDims / 8;  // one sign bit a dimension
inline constexpr std::size_t kLowBytes = kDims / 2;   // four low bits a dimension
inline constexpr std::size_t kCacheLine = 64;         // bytes
inline constexpr std::size_t kBlockRows = 64;         // rows are scanned in multiples of this
inline constexpr std::size_t kPlanesPerGroup = 16;    // bit planes are scanned in multiples of this
inline constexpr std::uint8_t kWeightMax = 15;        // sixteen of them add up without overflow in a byte
inline constexpr std::uint8_t kMagnitudeMax = 31;     // eight of them do
inline constexpr std::uint32_t kRotationVersion = 1;  // changes when rotate() gives other numbers

// A fixed random rotation: three rounds of random signs and a Walsh-Hadamard transform (Yu et al.,
// "Orthogonal Random Features", 2016). It keeps every dot product (to 1e-6) and spreads any vector evenly
// over the 512 dimensions, which is what makes sign bits and one scale a vector good enough, whatever the
// embedder. `in` and `out` are 512 floats and may be the same.
void rotate(const float* in, float* out);

// A probe's dimensions as plane_sums() wants them: `planes` in the order in which they are read, and what
// each adds where its bit is set, modulo 256: its weight (0..kWeightMax) where the probe's own bit is set,
// 256 less the weight where it is not; `biases`, one a group of kPlanesPerGroup, are the sums of the weights
// of the latter. So a group's sum is that of the weights of the dimensions in which row and probe agree,
// which fits into a byte.
struct PlaneWeights {
  const std::uint16_t* planes;
  const std::uint8_t* deltas;
  const std::uint8_t* biases;
};

// sums[r] = the sum of the weights of the first `groups` groups of planes whose bit for row r is the probe's,
// for rows 0..rows-1. Bit r % 8 of codes[plane * stride + r / 8] is row r's. `rows` is a multiple of
// kBlockRows, `stride` of kBlockRows / 8, and `groups` is not 0. `next_codes` (may be null) is what will be
// scanned next, with the same stride and probe.
void plane_sums(const std::uint8_t* codes, std::size_t stride, std::size_t rows, const PlaneWeights& weights,
                std::size_t groups, const std::uint8_t* next_codes, std::uint16_t* sums);

// Writes the rows with sums[row] >= cut in ascending order to `out` (room for `rows`) and returns how many.
// `rows` is a multiple of kBlockRows.
std::size_t select_rows(const std::uint16_t* sums, std::size_t rows, std::uint16_t cut, std::uint16_t* out);

// out[n] = the sum of magnitudes[i] over the dimensions whose bit is the same in row rows[n] of `bits` (64
// bytes a row) and in `probe_bits`. No magnitude is above kMagnitudeMax. `bits`, `probe_bits` and
// `magnitudes` are aligned to 64 bytes.
void agreeing_magnitudes(const std::uint8_t* bits, const std::uint16_t* rows, std::size_t count,
                         const std::uint8_t* probe_bits, const std::uint8_t* magnitudes, std::uint32_t* out);

// Sum of high[i] * probe[i]. Exact: |high| <= 127, and the lengths of the two sides are bounded so that it
// fits.
std::int32_t dot_high(const std::int8_t* high, const std::int16_t* probe);

// Sum of (16 * high[i] + low(i)) * probe[i], where low(i), -8..7, is stored plus eight: dimension i < 256 in
// the low nibble of low[i], dimension 256 + i in its high nibble.
float dot_full(const std::int8_t* high, const std::uint8_t* low, const float* probe);

// The name of the instruction set in use, for diagnosis and benchmarks: "AVX3", "AVX2", "NEON", …
const char* kernel_target();

}  // namespace sas::gallery
