// A start from the gallery's snapshot has exactly the people in the store, whatever happened to the file.

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Snapshot : public testing::Test {
 protected:
  Snapshot() {
    for (int i = 0; i < 5; ++i) {
      people_.push_back(faces_.identity());
      ids_.push_back(
          test::enrol(*server_.client(), std::to_string(i), "Person " + std::to_string(i), people_.back()));
    }
  }
  [[nodiscard]] std::filesystem::path file() const { return server_.dir() / "data" / "gallery.snapshot"; }
  void restart() {
    ASSERT_EQ(server_.stop(), 0);
    server_.start();
  }
  void expect_known(std::size_t who, bool known) {
    const auto decision = test::recognise(*server_.client(), people_.at(who));
    if (known)
      EXPECT_EQ(decision.at("person").at("code").as_string(), std::to_string(who));
    else
      EXPECT_EQ(decision.at("outcome"), "unknown") << who;
  }
  void expect_filled_from(const char* source) {
    EXPECT_THAT(server_.output(), HasSubstr(std::string("filled from ") + source));
  }

  test::SyntheticFaces faces_{21};
  test::TestServer server_;
  std::vector<Embedding> people_;
  std::vector<std::string> ids_;
};

TEST_F(Snapshot, IsUsedAfterAnOrderlyShutdown) {
  EXPECT_FALSE(std::filesystem::exists(file()));
  restart();
  expect_filled_from("its snapshot");
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  for (std::size_t i = 0; i < people_.size(); ++i) expect_known(i, true);
  restart();  // nothing has changed
  expect_filled_from("its snapshot");
}

// The file contains biometric templates; it must have none of people who were removed.
TEST_F(Snapshot, IsDeletedByTheFirstChange) {
  restart();
  ASSERT_TRUE(std::filesystem::exists(file()));
  EXPECT_EQ(server_.client()->request("DELETE", "/api/v1/persons/" + ids_[2]).status, 204);
  EXPECT_FALSE(std::filesystem::exists(file()));
  expect_known(2, false);
  restart();
  expect_filled_from("its snapshot");
  expect_known(2, false);
  expect_known(3, true);
}

// A server that was stopped learns of a removal by another one at its next start, and then has no file of it.
TEST_F(Snapshot, OfAnotherStateIsDeletedAtStartupEvenIfNobodyIsLeft) {
  restart();
  const auto old = server_.dir() / "old.snapshot";
  std::filesystem::copy_file(file(), old);
  for (const std::string& id : ids_)
    EXPECT_EQ(server_.client()->request("DELETE", "/api/v1/persons/" + id).status, 204);
  server_.kill();
  std::filesystem::copy_file(old, file());
  server_.start();
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(Snapshot, IsNotUsedForAnotherState) {
  restart();
  const auto old = server_.dir() / "old.snapshot";
  std::filesystem::copy_file(file(), old);
  EXPECT_EQ(server_.client()->request("DELETE", "/api/v1/persons/" + ids_[1]).status, 204);
  people_.push_back(faces_.identity());
  test::enrol(*server_.client(), "5", "Person 5", people_.back());  // the same number of faces as before
  server_.kill();
  std::filesystem::copy_file(old, file());
  server_.start();
  expect_filled_from("the store");
  EXPECT_THAT(server_.output(), HasSubstr("another state of the store"));
  expect_known(1, false);
  expect_known(5, true);
  // A start writes a new one.
  restart();
  expect_filled_from("its snapshot");
  expect_known(1, false);
  expect_known(5, true);
}

TEST_F(Snapshot, IsCorrectAfterAKill) {
  restart();
  server_.kill();
  server_.start();
  expect_filled_from("its snapshot");  // nothing had changed
  people_.push_back(faces_.identity());
  test::enrol(*server_.client(), "5", "Person 5", people_.back());
  server_.kill();
  server_.start();
  expect_filled_from("the store");
  for (std::size_t i = 0; i < people_.size(); ++i) expect_known(i, true);
}

TEST_F(Snapshot, IsReportedAndReplacedIfDamaged) {
  ASSERT_EQ(server_.stop(), 0);
  {
    std::fstream damage(file(), std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(-100, std::ios::end);
    damage.put('\x7f').put('\x01');
  }
  server_.start();
  EXPECT_THAT(server_.output(), HasSubstr("does not match its checksum"));
  expect_filled_from("the store");
  for (std::size_t i = 0; i < people_.size(); ++i) expect_known(i, true);
  restart();
  expect_filled_from("its snapshot");
  std::ofstream(file(), std::ios::trunc) << "short";
  server_.kill();
  server_.start();
  EXPECT_THAT(server_.output(), HasSubstr("is not a gallery snapshot"));
  expect_known(4, true);
}

TEST_F(Snapshot, AFailureToWriteItStopsNothing) {
  std::filesystem::create_directory(server_.dir() / "data" / "gallery.snapshot.new");
  ASSERT_EQ(server_.stop(), 0);
  EXPECT_THAT(server_.output(), HasSubstr("was not written"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  server_.start();
  expect_filled_from("the store");
  EXPECT_THAT(server_.output(), HasSubstr("was not written"));
  EXPECT_THAT(server_.output(), Not(HasSubstr("[error]")));
  expect_known(0, true);
}

}  // namespace
}  // namespace sas
