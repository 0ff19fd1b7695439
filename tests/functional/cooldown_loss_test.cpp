// One walk-past makes one record whatever happens to the cooldown's cache, because the store has its own
// rule.

#include <future>
#include <memory>
#include <thread>

#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include "cooldown/redis/redis_cooldown.h"
#include "fixtures/redis_server.h"
#include "fixtures/run_task.h"
#include "fixtures/synthetic_faces.h"
#include "fixtures/temp_dir.h"
#include "functional/test_services.h"
#include "gallery/memory/memory_gallery.h"
#include "store/sqlite/sqlite_store.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using test::run_task;

constexpr int kClaimants = 64;

// Always unreachable; counts the releases.
class LostCooldown final : public CooldownGate {
 public:
  Task<Result<CooldownAnswer>> try_claim(CooldownClaim /*claim*/) override { co_return lost(); }
  Task<Result<void>> release(PersonId /*person*/, EventId /*event*/) override {
    ++released;
    co_return lost();
  }
  Task<Result<void>> forget(PersonId /*person*/) override { co_return lost(); }

  std::atomic<int> released{0};

 private:
  static Error lost() { return Error::of(ErrorKind::unavailable, "cooldown_unavailable", "gone"); }
};

// One database, one gallery, and a service per server.
class CooldownLoss : public testing::Test {
 protected:
  CooldownLoss() {
    SqliteOptions sqlite;
    sqlite.path = dir_ / "attendance.db";
    store_ = SqliteStore::open(sqlite).value();
  }

  void TearDown() override { threads_.join(); }

  void add_server(CooldownGate& gate) {
    servers_.push_back(std::make_unique<test::TestServices>(
        std::vector<attendance::ModelPolicy>{{kModel, 0.35F}}, 12h, *store_, gallery_, gate, clock_));
  }

  // A new person walks past and 64 cameras see it, alternating between the servers. Returns how many marked
  // it; every camera must get a decision.
  int marks_of_one_walk_past() {
    const Embedding face = faces_.identity();
    run_task(servers_[0]->people.enrol(
                 kCaller, {std::to_string(++people_), "Somebody", {{face, kModel, 0.9F}}, false}))
        .value();
    const Timestamp start = clock_.now();
    std::vector<std::future<Result<Decision>>> pending;
    for (std::size_t i = 0; i < kClaimants; ++i) {
      const IncomingSighting sighting{CameraId{"door"}, face,        kModel, EventId::make(start), start,
                                      std::nullopt,     std::nullopt};
      pending.push_back(test::start_task(
          threads_, servers_[i % servers_.size()]->recognition.recognise(kCaller, sighting)));
    }
    int marked = 0;
    for (auto& future : pending) {
      const auto decision = future.get();
      if (!decision) {
        ADD_FAILURE() << decision.error().message;
        continue;
      }
      EXPECT_TRUE(decision->outcome == Outcome::marked || decision->outcome == Outcome::cooldown);
      marked += decision->outcome == Outcome::marked ? 1 : 0;
    }
    return marked;
  }

  std::size_t records() {
    AttendanceQuery query{.organisation = kCaller.organisation};
    query.page.limit = 1000;
    return run_task(store_->log().attendance(query)).value().items.size();
  }

  const Caller kCaller{kFirstOrganisation};
  const ModelId kModel{"test-model-1"};
  boost::asio::thread_pool threads_{4};  // the store posts to it, and it calls the store: see TearDown
  test::TempDir dir_;
  SystemClock clock_;
  test::SyntheticFaces faces_{11};
  std::unique_ptr<SqliteStore> store_;
  MemoryGallery gallery_;
  std::vector<std::unique_ptr<test::TestServices>> servers_;
  int people_ = 0;
};

TEST_F(CooldownLoss, WithoutACacheTheStoreAllowsOneRecordAndBlocksNobody) {
  LostCooldown gate;
  add_server(gate);
  add_server(gate);
  for (int round = 0; round < 5; ++round) EXPECT_EQ(marks_of_one_walk_past(), 1);
  EXPECT_EQ(records(), 5U);
  // Each claim may have been made without an answer; those without a record are released, or they would keep
  // people from being marked once the cache is back.
  EXPECT_EQ(gate.released, 5 * (kClaimants - 1));
}

TEST_F(CooldownLoss, KillingRedisCausesNoDuplicatesAndBlocksNobody) {
  if (test::redis_server_program().empty()) GTEST_SKIP() << test::kNoRedisServer;
  test::RedisServer redis;
  RedisOptions options;
  options.port = redis.port();
  options.first_pause = 5ms;
  options.longest_pause = 50ms;
  std::vector<std::unique_ptr<RedisCooldown>> gates;
  for (int i = 0; i < 2; ++i) {
    gates.push_back(RedisCooldown::create(options, clock_).value());
    gates.back()->wait_until_connected(20s).value();
    add_server(*gates.back());
  }
  constexpr int kRounds = 30;
  std::thread killer([&] {
    for (int i = 0; i < 3; ++i) {
      redis.kill();
      redis.start();
    }
  });
  int marks = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int marked = marks_of_one_walk_past();
    EXPECT_EQ(marked, 1);
    marks += marked;
  }
  killer.join();
  EXPECT_EQ(marks, kRounds);
  EXPECT_EQ(records(), static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace sas
