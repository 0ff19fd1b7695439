#include "edge/camera_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fixtures/temp_dir.h"

namespace sas::edge {
namespace {

TEST(CameraLock, OneCameraIsRunOnceAtATime) {
  const sas::test::TempDir dir;
  const auto outbox = dir / "outbox" / "door.db";
  {
    const auto first = CameraLock::take(CameraId{"door"}, outbox);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = CameraLock::take(CameraId{"door"}, outbox);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "camera_in_use");
    EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(::getpid())));
    EXPECT_TRUE(CameraLock::take(CameraId{"gate"}, dir / "outbox" / "gate.db"));
  }
  EXPECT_TRUE(CameraLock::take(CameraId{"door"}, outbox)) << "free again when the first is gone";
}

TEST(CameraLock, AFolderThatCannotBeWrittenIsNamed) {
  const auto lock = CameraLock::take(CameraId{"door"}, "/proc/outbox/door.db");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().message, testing::HasSubstr("/proc/outbox"));
}

TEST(CameraLock, IsAFileOfItsUserAndNotALink) {
  const sas::test::TempDir dir;
  ASSERT_TRUE(CameraLock::take(CameraId{"door"}, dir / "outbox" / "door.db"));
  EXPECT_EQ(std::filesystem::status(dir / "outbox" / "door.db.lock").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::create_symlink(dir / "elsewhere", dir / "outbox" / "gate.db.lock");
  EXPECT_FALSE(CameraLock::take(CameraId{"gate"}, dir / "outbox" / "gate.db"));
  EXPECT_FALSE(std::filesystem::exists(dir / "elsewhere"));
}

}  // namespace
}  // namespace sas::edge
