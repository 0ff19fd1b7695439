#include "edge/outbox.h"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "edge/edge_fakes.h"
#include "fixtures/temp_dir.h"

namespace sas::edge {
namespace {

using sas::test::TempDir;
using test::kNow;
using testing::HasSubstr;

std::unique_ptr<Outbox> open(const TempDir& dir, std::size_t capacity = 100) {
  auto outbox = Outbox::open({dir / "outbox" / "door.db", capacity});
  if (!outbox) throw std::runtime_error(outbox.error().message);
  return std::move(*outbox);
}

TEST(Outbox, KeepsEventsInOrderUntilTheyAreRemoved) {
  const TempDir dir;
  const auto outbox = open(dir);
  for (const char* body : {"one", "two", "three"}) ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, body));
  auto events = outbox->peek(2);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0].body, "one");
  ASSERT_TRUE(outbox->remove({(*events)[0].sequence}));
  EXPECT_EQ((*outbox->peek(9))[0].body, "two");
  EXPECT_EQ(outbox->waiting(), 2U);
}

TEST(Outbox, AProcessKilledAfterPutHasLostNothing) {
  const TempDir dir;
  const pid_t child = fork();
  if (child == 0) {
    const auto outbox = open(dir);
    for (int i = 0; i < 5; ++i) {
      if (!outbox->put(EventId::make(kNow), kNow, "event " + std::to_string(i))) _exit(1);
    }
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const auto outbox = open(dir);
  EXPECT_EQ(outbox->waiting(), 5U);
  EXPECT_EQ((*outbox->peek(9)).back().body, "event 4");
}

TEST(Outbox, TheSameEventTwiceWaitsOnce) {
  const TempDir dir;
  const auto outbox = open(dir);
  const EventId event = EventId::make(kNow);
  ASSERT_TRUE(outbox->put(event, kNow, "body"));
  ASSERT_TRUE(outbox->put(event, kNow, "body"));
  EXPECT_EQ(outbox->waiting(), 1U);
}

TEST(Outbox, AFullOneRefusesTheNewestAndKeepsWhatItPromised) {
  const TempDir dir;
  const auto outbox = open(dir, 2);
  ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, "first"));
  ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, "second"));
  const auto third = outbox->put(EventId::make(kNow), kNow, "third");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "outbox_full");
  EXPECT_EQ((*outbox->peek(9))[0].body, "first");
}

TEST(Outbox, RefusedEventsAreKeptAsideAndCanBeTriedAgain) {
  const TempDir dir;
  auto outbox = open(dir);
  ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, "bad"));
  const auto events = outbox->peek(1);
  ASSERT_TRUE(outbox->reject((*events)[0].sequence,
                             Error::of(ErrorKind::invalid_argument, "unknown_model", "?"), kNow));
  EXPECT_EQ(outbox->waiting(), 0U);
  outbox.reset();
  outbox = open(dir);
  EXPECT_EQ(outbox->rejected(), 1U) << "a restart does not forget it";
  EXPECT_EQ(*outbox->requeue_rejected(), 1U);
  EXPECT_EQ((*outbox->peek(9))[0].body, "bad");
}

TEST(Outbox, SaysWhatIsWrongWithItsFile) {
  const TempDir dir;
  std::ofstream(dir / "door.db") << std::string(4096, 'x');
  const auto damaged = Outbox::open({dir / "door.db"});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, "outbox_damaged");
  EXPECT_THAT(damaged.error().message, HasSubstr("door.db"));

  std::ofstream(dir / "file") << "x";
  const auto unwritable = Outbox::open({dir / "file" / "door.db"});
  ASSERT_FALSE(unwritable);
  EXPECT_EQ(unwritable.error().code, "outbox_unwritable");
}

TEST(Outbox, CamerasWithOddNamesHaveFilesOfTheirOwn) {
  EXPECT_EQ(outbox_path("data", CameraId{"door-1"}), "data/outbox/door-1.db");
  EXPECT_EQ(outbox_path("data", CameraId{"../etc"}), "data/outbox/%2E%2E%2Fetc.db");
}

}  // namespace
}  // namespace sas::edge
