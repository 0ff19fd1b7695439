#include "cooldown/redis/local_redis.h"

#include <cstdlib>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"
#include "redis/redis_client.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LocalRedisTest : public testing::Test {
 protected:
  void SetUp() override {
    if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
    options_.port = test::free_port();
    options_.folder = dir_ / "redis";
    options_.search_path = std::filesystem::path(test::redis_server_program()).parent_path().string();
  }

  // Whether a Redis answers there, for this user and database.
  [[nodiscard]] bool answers(std::chrono::milliseconds patience = 10s) const {
    RedisOptions options;
    options.port = options_.port;
    options.username = options_.username;
    options.password = options_.password;
    options.database = options_.database;
    return RedisClient::create(options).value()->wait_until_connected(patience).has_value();
  }

  // A fake docker program: records its arguments and then runs `body` as a shell script.
  void make_docker(const std::string& body) {
    const auto folder = dir_ / "bin";
    std::filesystem::create_directories(folder);
    const auto path = folder / "docker";
    std::ofstream(path) << "#!/bin/sh\necho \"$*\" >>" << (dir_ / "docker.words").string() << "\n"
                        << body << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    options_.search_path = folder.string() + ":" + options_.search_path;
    options_.prefer_docker = true;
  }
  [[nodiscard]] std::string docker_words() const {
    std::ifstream file(dir_ / "docker.words");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::string daemon() const {
    return test::redis_server_program() + " --port " + std::to_string(options_.port) +
           " --save '' --daemonize yes --dir " + dir_.path().string();
  }
  void shut_down() const {
    std::system(("redis-cli -p " + std::to_string(options_.port) + " shutdown nosave").c_str());
  }

  test::TempDir dir_;
  LocalRedisOptions options_;
};

TEST_F(LocalRedisTest, IsStartedAndEndsWithThisProcess) {
  {
    const auto redis = LocalRedis::ensure(options_);
    ASSERT_TRUE(redis) << redis.error().message;
    EXPECT_EQ((*redis)->how(), "started redis-server; it ends with this server");
    EXPECT_TRUE(answers());
    EXPECT_EQ(LocalRedis::ensure(options_).value()->how(), "was already running");
  }
  EXPECT_FALSE(answers(200ms));
}

TEST_F(LocalRedisTest, AcceptsOnlyTheUserInTheAddress) {
  options_.username = "attendd";
  options_.password = "a \"b\" #c\\";
  options_.database = 20;
  const auto redis = LocalRedis::ensure(options_);
  ASSERT_TRUE(redis) << redis.error().message;
  EXPECT_TRUE(answers());
  options_.password = "another";
  EXPECT_FALSE(answers(200ms));
}

TEST_F(LocalRedisTest, AForegroundCommandIsUsedAndEndsWithThisProcess) {
  options_.command =
      "exec " + test::redis_server_program() + " --port " + std::to_string(options_.port) + " --save ''";
  options_.search_path = "";
  {
    const auto redis = LocalRedis::ensure(options_);
    ASSERT_TRUE(redis) << redis.error().message;
    EXPECT_TRUE(answers());
  }
  EXPECT_FALSE(answers(200ms));
}

TEST_F(LocalRedisTest, ADaemonisedCommandKeepsRunning) {
  options_.command = daemon();
  {
    const auto redis = LocalRedis::ensure(options_);
    ASSERT_TRUE(redis) << redis.error().message;
  }
  EXPECT_TRUE(answers());
  shut_down();
}

TEST_F(LocalRedisTest, TriesDockerFirstIfPreferredAndInstalled) {
  make_docker("[ \"$1\" = run ] || exit 1\n" + daemon());
  const auto redis = LocalRedis::ensure(options_);
  ASSERT_TRUE(redis) << redis.error().message;
  const std::string name = "sas-redis-" + std::to_string(options_.port);
  EXPECT_THAT((*redis)->how(), HasSubstr("container " + name));
  EXPECT_THAT(docker_words(),
              HasSubstr("start " + name + "\nrun --detach --name " + name + " --publish 127.0.0.1:"));
  EXPECT_TRUE(answers());
  shut_down();
}

TEST_F(LocalRedisTest, FallsBackToRedisServerIfDockerFails) {
  make_docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  const auto redis = LocalRedis::ensure(options_);
  ASSERT_TRUE(redis) << redis.error().message;
  EXPECT_THAT((*redis)->how(), HasSubstr("redis-server"));
}

TEST_F(LocalRedisTest, DoesNotPassAPasswordToDocker) {
  make_docker("exit 0");
  options_.password = "hunter2";
  ASSERT_TRUE(LocalRedis::ensure(options_));
  EXPECT_EQ(docker_words(), "");
}

TEST_F(LocalRedisTest, AFailureNamesEveryAttempt) {
  make_docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
  options_.search_path = (dir_ / "bin").string();
  const auto neither = LocalRedis::ensure(options_);
  ASSERT_FALSE(neither);
  EXPECT_THAT(neither.error().message,
              HasSubstr("Docker (PREFER_DOCKER_REDIS): ended with status 1, saying: Cannot connect"));
  EXPECT_THAT(neither.error().message, HasSubstr("redis-server: program not found"));

  options_.command = "echo the disk is full; echo hunter2 >/dev/null; exit 3";
  const auto command = LocalRedis::ensure(options_);
  ASSERT_FALSE(command);
  EXPECT_THAT(command.error().message,
              HasSubstr("LOCAL_REDIS_START_CMD: ended with status 3, saying: the disk is full"));
  EXPECT_THAT(command.error().message, Not(HasSubstr("hunter2")));

  options_.command = "true";
  options_.patience = 1s;
  EXPECT_THAT(LocalRedis::ensure(options_).error().message, HasSubstr("does not listen on port"));
}

}  // namespace
}  // namespace sas
