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

std::filesystem::perms rights(const std::filesystem::path& path) {
  return std::filesystem::status(path).permissions();
}

constexpr auto kOwnerOnly = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

TEST(Outbox, OnlyItsUserCanReadIt) {
  const TempDir dir;
  const auto outbox = open(dir);
  ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, "a face"));
  EXPECT_EQ(rights(dir / "outbox"), std::filesystem::perms::owner_all);
  for (const char* file : {"door.db", "door.db-wal", "door.db-shm"})
    EXPECT_EQ(rights(dir / "outbox" / file), kOwnerOnly) << file;
}

TEST(Outbox, FilesOfAnEarlierVersionLoseTheRightsOfOthers) {
  const TempDir dir;
  const auto readable = kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;
  auto first = open(dir);
  ASSERT_TRUE(first->put(EventId::make(kNow), kNow, "a face"));
  std::filesystem::permissions(dir / "outbox", std::filesystem::perms::owner_all |
                                                   std::filesystem::perms::others_exec |
                                                   std::filesystem::perms::others_read);
  for (const char* file : {"door.db", "door.db-wal", "door.db-shm"})
    std::filesystem::permissions(dir / "outbox" / file, readable);
  const auto second = open(dir);  // while the first still has them open
  EXPECT_EQ(second->waiting(), 1U);
  EXPECT_EQ(rights(dir / "outbox"), std::filesystem::perms::owner_all);
  for (const char* file : {"door.db", "door.db-wal", "door.db-shm"})
    EXPECT_EQ(rights(dir / "outbox" / file), kOwnerOnly) << file;
}

TEST(Outbox, ALinkInItsPlaceIsNotFollowed) {
  for (const char* file : {"door.db", "door.db-wal", "door.db-shm"}) {
    const TempDir dir;
    std::filesystem::create_directories(dir / "outbox");
    std::ofstream(dir / "precious") << "text";
    std::filesystem::create_symlink(dir / "precious", dir / "outbox" / file);
    const auto outbox = Outbox::open({dir / "outbox" / "door.db"});
    ASSERT_FALSE(outbox) << file;
    EXPECT_EQ(outbox.error().code, "outbox_unwritable");
    EXPECT_THAT(outbox.error().message, HasSubstr("link"));
    EXPECT_EQ(std::filesystem::file_size(dir / "precious"), 4U);
  }
}

TEST(Outbox, AFolderOnAnotherDiskIsReachedByALink) {
  const TempDir dir;
  std::filesystem::create_directories(dir / "disk");
  std::filesystem::create_directory_symlink(dir / "disk", dir / "outbox");
  EXPECT_TRUE(open(dir)->put(EventId::make(kNow), kNow, "a face"));
  EXPECT_TRUE(std::filesystem::exists(dir / "disk" / "door.db"));
}

TEST(Outbox, EventsThatArePutOffDoNotHideTheOthers) {
  const TempDir dir;
  const auto outbox = open(dir);
  for (const char* body : {"one", "two", "three"}) ASSERT_TRUE(outbox->put(EventId::make(kNow), kNow, body));
  const auto all = *outbox->peek(9);
  const auto rest = outbox->peek(1, {all[0].sequence, all[1].sequence});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().body, "three");
}

}  // namespace
}  // namespace sas::edge
