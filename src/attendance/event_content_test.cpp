#include "attendance/event_content.h"

#include <array>

#include <gtest/gtest.h>

namespace sas::attendance {
namespace {

using namespace std::chrono_literals;

IncomingSighting sighting() {
  std::array<float, kEmbeddingSize> values{};
  values[7] = 1;
  return {.camera = CameraId{"gate"},
          .embedding = *Embedding::normalised(values),
          .model = {},
          .event = {},
          .captured_at = Timestamp(10s)};
}

TEST(EventContent, IsWhatTheClientSaysOfTheWalkPast) {
  const auto digest = digest_of(sighting());
  EXPECT_EQ(digest_of(sighting()), digest);
  const auto changed = [&](auto change) {
    IncomingSighting other = sighting();
    change(other);
    return digest_of(other) != digest;
  };
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.camera.value = "door"; }));
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.model = ModelId{"m"}; }));
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.captured_at = Timestamp(11s); }));
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.captured_at.reset(); }));
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.scores.liveness = 0.0F; }));
  EXPECT_TRUE(changed([](IncomingSighting& other) { other.scores.quality = 0.0F; }));
  EXPECT_TRUE(changed([](IncomingSighting& other) {
    std::array<float, kEmbeddingSize> values{};
    values[8] = 1;
    other.embedding = *Embedding::normalised(values);
  }));
  // Differ between two attempts to send one event.
  EXPECT_FALSE(changed([](IncomingSighting& other) { other.sent_at = Timestamp(12s); }));
  EXPECT_FALSE(changed([](IncomingSighting& other) { other.event = EventId::make(Timestamp(10s)); }));
}

TEST(EventContent, TellsOneScoreFromAnother) {
  IncomingSighting live = sighting();
  live.scores.liveness = 0.5F;
  IncomingSighting sharp = sighting();
  sharp.scores.quality = 0.5F;
  EXPECT_NE(digest_of(live), digest_of(sharp));
}

}  // namespace
}  // namespace sas::attendance
