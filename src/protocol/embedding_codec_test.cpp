#include "protocol/embedding_codec.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/half_float.h"

namespace sas::protocol {
namespace {

Embedding random_embedding(unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(kEmbeddingSize);
  for (float& value : values) value = normal(random);
  return *Embedding::normalised(values);
}

TEST(EmbeddingCodec, EveryEncodingComesBackAsTheSameFace) {
  const struct {
    EmbeddingEncoding encoding;
    std::size_t characters;
    float cosine;
  } kCases[] = {{EmbeddingEncoding::f32, 2732, 0.9999999F},
                {EmbeddingEncoding::f16, 1368, 0.999999F},
                {EmbeddingEncoding::i8, 684, 0.9999F}};
  for (const auto& wanted : kCases) {
    for (unsigned seed = 0; seed < 50; ++seed) {
      const Embedding sent = random_embedding(seed);
      const std::string text = encode_embedding(sent, wanted.encoding);
      EXPECT_EQ(text.size(), wanted.characters);
      const auto received = decode_embedding(text, wanted.encoding);
      ASSERT_TRUE(received) << received.error().message;
      EXPECT_GE(cosine(sent, *received), wanted.cosine) << to_string(wanted.encoding);
    }
  }
}

TEST(EmbeddingCodec, NamesRoundTripAndOthersAreRefused) {
  for (const auto encoding : {EmbeddingEncoding::f32, EmbeddingEncoding::f16, EmbeddingEncoding::i8})
    EXPECT_EQ(parse_encoding(to_string(encoding)), encoding);
  for (const char* name : {"", "f64", "F32", "i8 "}) EXPECT_FALSE(parse_encoding(name)) << name;
}

TEST(EmbeddingCodec, TheOtherEncodingsLengthIsRefusedWithBothLengths) {
  const std::string text = encode_embedding(random_embedding(1), EmbeddingEncoding::f16);
  const auto wrong = decode_embedding(text, EmbeddingEncoding::f32);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "invalid_vector");
  EXPECT_NE(wrong.error().message.find("1368"), std::string::npos) << wrong.error().message;
  EXPECT_NE(wrong.error().message.find("2732"), std::string::npos) << wrong.error().message;
}

TEST(EmbeddingCodec, WhatIsNotStrictBase64IsRefused) {
  const std::string good = encode_embedding(random_embedding(2), EmbeddingEncoding::i8);
  ASSERT_TRUE(decode_embedding(good, EmbeddingEncoding::i8));
  for (std::size_t at : {0U, 1U, 2U, 3U, 341U, 680U, 681U, 682U}) {
    for (const char c : {'=', ' ', '\n', '\r', '-', '_', '*', '\0', '\x7f', '\xc3'}) {
      std::string bad = good;
      bad[at] = c;
      const auto decoded = decode_embedding(bad, EmbeddingEncoding::i8);
      ASSERT_FALSE(decoded) << "byte " << int{c} << " at " << at;
      EXPECT_EQ(decoded.error().code, "invalid_vector");
    }
  }
  std::string unpadded = good;
  unpadded.back() = 'A';
  EXPECT_FALSE(decode_embedding(unpadded, EmbeddingEncoding::i8));
  // 512 bytes leave two bits of the last digit unused; they must be zero.
  std::string loose = good;
  loose[682] = static_cast<char>(loose[682] == 'z' ? 'y' : loose[682] + 1);
  EXPECT_FALSE(decode_embedding(loose, EmbeddingEncoding::i8));
  for (const std::string& bad : {std::string(), good + "AAAA", good.substr(4), " " + good, good + "\n"})
    EXPECT_FALSE(decode_embedding(bad, EmbeddingEncoding::i8));
}

TEST(EmbeddingCodec, VectorsWithoutADirectionOrWithNanAreRefused) {
  std::string zeros(683, 'A');
  zeros += '=';
  EXPECT_EQ(decode_embedding(zeros, EmbeddingEncoding::i8).error().code, "invalid_vector");
  // 0x7fc07fc0 little-endian all along: a NaN in every single, and in every half.
  std::string nans;
  for (int i = 0; i < 1366 / 2 * 2; ++i) nans += "wH/Af8B/"[i % 8];
  nans += "==";
  EXPECT_EQ(decode_embedding(nans, EmbeddingEncoding::f16).error().code, "invalid_vector");
}

TEST(HalfFloat, EveryHalfSurvivesTheRoundTrip) {
  for (unsigned bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float wide = float_from_half(half);
    if (std::isnan(wide))
      EXPECT_TRUE(std::isnan(float_from_half(half_from_float(wide)))) << bits;
    else
      EXPECT_EQ(half_from_float(wide), half) << bits;
  }
}

TEST(HalfFloat, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(half_from_float(1.0F), 0x3C00);
  EXPECT_EQ(half_from_float(-2.0F), 0xC000);
  EXPECT_EQ(half_from_float(1.0F + 0x1p-11F), 0x3C00);      // a tie, to even: down
  EXPECT_EQ(half_from_float(1.0F + 3 * 0x1p-11F), 0x3C02);  // a tie, to even: up
  EXPECT_EQ(half_from_float(std::nextafter(1.0F + 0x1p-11F, 2.0F)), 0x3C01);
  EXPECT_EQ(half_from_float(65504.0F), 0x7BFF);  // the largest
  EXPECT_EQ(half_from_float(65520.0F), 0x7C00);  // rounds to infinity
  EXPECT_EQ(half_from_float(std::numeric_limits<float>::infinity()), 0x7C00);
  EXPECT_EQ(half_from_float(0x1p-24F), 0x0001);  // the smallest subnormal
  EXPECT_EQ(half_from_float(0x1p-25F), 0x0000);  // a tie, to even
  EXPECT_EQ(half_from_float(std::nextafter(0x1p-25F, 1.0F)), 0x0001);
  EXPECT_EQ(half_from_float(-0.0F), 0x8000);
}

}  // namespace
}  // namespace sas::protocol
