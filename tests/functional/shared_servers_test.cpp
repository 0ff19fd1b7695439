// Two servers on one PostgreSQL and one Redis, as behind a load balancer: two complete instances of attendd,
// used over HTTP.

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "domain/ids.h"
#include "fixtures/people.h"
#include "fixtures/postgres_server.h"
#include "fixtures/redis_server.h"
#include "fixtures/synthetic_faces.h"
#include "functional/application_server.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using SteadyTime = std::chrono::steady_clock::time_point;
using test::becomes_true;
using ::testing::HasSubstr;
using Server = test::ApplicationServer;

constexpr int kClaimants = 64;

// The number of walk-pasts to race for: SAS_TEST_ROUNDS, or few enough for everyday runs.
int rounds() {
  const char* const asked = std::getenv("SAS_TEST_ROUNDS");
  return asked != nullptr ? std::max(1, std::atoi(asked)) : SAS_EVERYDAY_ROUNDS;
}

std::string sighting_json(const Embedding& face, const std::string& camera, const std::string& event = {}) {
  return R"({"camera_id":")" + camera + R"(",)" + (event.empty() ? "" : R"("event_id":")" + event + R"(",)") +
         R"("vector":)" + test::vector_json(face) + "}";
}

class SharedServers : public test::SharedBackends, public testing::WithParamInterface<std::string> {
 protected:
  [[nodiscard]] std::map<std::string, std::string> settings() const {
    auto values = SharedBackends::settings();
    values["GALLERY"] = GetParam();
    return values;
  }
  void start_two(const std::map<std::string, std::string>& beside = {}) {
    for (int i = 0; i < 2; ++i) {
      auto values = settings();
      values.insert(beside.begin(), beside.end());
      servers_.push_back(std::make_unique<Server>(std::move(values)));
    }
  }
  std::string sql(const std::string& statement) const { return database_->sql(url_, statement); }
  // pgvector finds everybody on commit, an in-memory gallery once the change has arrived.
  [[nodiscard]] bool all_know(int people) const {
    if (GetParam() == "pgvector") return true;
    for (const auto& server : servers_)
      if (!becomes_true([&] { return server->people() == people; })) return false;
    return true;
  }

  void race(const std::function<void(std::atomic<bool>& over)>& meanwhile);

  std::vector<std::unique_ptr<Server>> servers_;
  test::SyntheticFaces faces_{17, kEmbeddingSize};  // spread so far that no two resemble each other
};

// Each walk-past, always of another person, is seen by 64 cameras at once, alternating between the servers:
// exactly one sighting is marked, and every camera gets an answer.
void SharedServers::race(const std::function<void(std::atomic<bool>& over)>& meanwhile) {
  start_two();
  const int walk_pasts = rounds();
  std::vector<std::string> bodies;
  const auto administrator = servers_[0]->client();
  for (int i = 0; i < walk_pasts; ++i) {
    const Embedding face = faces_.identity();
    test::enrol(*administrator, std::to_string(i), "Somebody", face);
    bodies.push_back(sighting_json(face, "door"));
  }
  ASSERT_TRUE(all_know(walk_pasts));

  std::vector<std::atomic<int>> marked(bodies.size());
  std::vector<std::atomic<int>> refused(bodies.size());
  std::mutex mutex;
  std::string strange;  // guarded by mutex: the first unexpected answer
  std::barrier at_once(kClaimants);
  std::vector<std::thread> claimants;
  for (int c = 0; c < kClaimants; ++c)
    claimants.emplace_back([&, c] {
      const auto client = servers_[static_cast<std::size_t>(c) % servers_.size()]->client();
      for (std::size_t i = 0; i < bodies.size(); ++i) {
        at_once.arrive_and_wait();
        const auto reply = client->post("/api/v1/recognitions", bodies[i]);
        const auto outcome =
            reply.status == 200 ? std::string(reply.json().at("outcome").as_string()) : reply.body;
        if (outcome == "marked") {
          ++marked[i];
        } else if (outcome == "cooldown") {
          ++refused[i];
        } else {
          const std::lock_guard lock(mutex);
          if (strange.empty()) strange = std::to_string(reply.status) + " " + outcome;
        }
      }
    });
  std::atomic<bool> over{false};
  std::thread disturber([&] { meanwhile(over); });
  for (std::thread& claimant : claimants) claimant.join();
  over = true;
  disturber.join();

  EXPECT_EQ(strange, "");
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    EXPECT_EQ(marked[i], 1) << "walk-past " << i;
    EXPECT_EQ(refused[i], kClaimants - 1) << "walk-past " << i;
  }
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT person_id) FROM attendance"),
            std::to_string(walk_pasts) + "|" + std::to_string(walk_pasts));
  EXPECT_EQ(sql("SELECT count(*) FROM sightings"), std::to_string(walk_pasts * kClaimants));
  std::cout << walk_pasts << " walk-pasts, " << kClaimants << " claimants each: one record each\n";
}

TEST_P(SharedServers, SixtyFourClaimantsMakeOneRecord) {
  race([](std::atomic<bool>& /*over*/) {});
}

TEST_P(SharedServers, SixtyFourClaimantsMakeOneRecordWhileRedisIsKilled) {
  int kills = 0;
  race([&](std::atomic<bool>& over) {
    while (!over || kills == 0) {
      redis_->kill();
      ++kills;
      std::this_thread::sleep_for(20ms);
      redis_->start();
      std::this_thread::sleep_for(100ms);  // time to use it again
    }
  });
  std::cout << "Redis was killed " << kills << " times\n";
}

TEST_P(SharedServers, APersonEnrolledOnOneIsFoundOnTheOtherEvenIfNotificationsAreCut) {
  start_two();
  const auto one = servers_[0]->client();
  const auto other = servers_[1]->client();
  const auto is_found = [&](const Embedding& face) {
    return becomes_true([&] {
      const auto outcome = test::recognise(*other, face).at("outcome");
      return outcome == "marked" || outcome == "cooldown";
    });
  };
  std::chrono::duration<double, std::milli> longest{0};
  for (int i = 0; i < 10; ++i) {
    const bool cut = i % 2 == 1;
    if (cut) sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
    const Embedding face = faces_.identity();
    const std::string id = test::enrol(*one, std::to_string(i), "Somebody", face);
    const SteadyTime since = std::chrono::steady_clock::now();
    ASSERT_TRUE(is_found(face)) << (cut ? "after the notifications were cut" : "");
    longest = std::max<std::chrono::duration<double, std::milli>>(longest,
                                                                  std::chrono::steady_clock::now() - since);
    ASSERT_EQ(other->request("DELETE", "/api/v1/persons/" + id).status, 204);
    ASSERT_TRUE(becomes_true([&] { return test::recognise(*one, face).at("outcome") == "unknown"; }));
  }
  std::cout << "found on the other server after at most " << longest.count() << " ms\n";
}

TEST_P(SharedServers, AFaceEnrolledOnBothAtOnceIsAcceptedOnce) {
  start_two();
  for (int round = 0; round < 20; ++round) {
    const Embedding face = faces_.identity();
    std::barrier at_once(2);
    std::vector<test::HttpReply> replies(2);
    std::vector<std::thread> administrators;
    for (std::size_t i = 0; i < 2; ++i)
      administrators.emplace_back([&, i] {
        const auto client = servers_[i]->client();
        const std::string code = std::to_string(round) + "-" + std::to_string(i);
        at_once.arrive_and_wait();
        replies[i] = client->post("/api/v1/persons", test::enrolment_json(code, "Somebody", face));
      });
    for (std::thread& administrator : administrators) administrator.join();
    const std::size_t taken = replies[0].status == 201 ? 0 : 1;
    ASSERT_EQ(replies[taken].status, 201) << replies[taken].body;
    const test::HttpReply& refused = replies[1 - taken];
    ASSERT_EQ(refused.status, 409) << refused.body;
    const auto error = refused.json().at("error");
    EXPECT_EQ(error.at("code"), "duplicate_face");
    EXPECT_EQ(error.at("details").at("person_id"), replies[taken].json().at("id"));
    EXPECT_GT(error.at("details").at("similarity").to_number<double>(), 0.9);
  }
  EXPECT_EQ(sql("SELECT count(*) FROM persons"), "20");
}

// One server adds a face to a person while the other enrols a new person with it.
TEST_P(SharedServers, AFaceAddedOnOneAndEnrolledOnTheOtherIsAcceptedOnce) {
  start_two();
  for (int round = 0; round < 10; ++round) {
    const std::string code = std::to_string(round);
    const std::string id = test::enrol(*servers_[0]->client(), code, "Ada", faces_.identity());
    const Embedding face = faces_.identity();
    auto enrolment = boost::json::parse(test::enrolment_json(code + "-other", "Ben", face)).as_object();
    const std::string one_face = boost::json::serialize(enrolment.at("faces").at(0));
    std::barrier at_once(2);
    long added = 0;
    std::thread adds([&] {
      const auto client = servers_[0]->client();
      at_once.arrive_and_wait();
      added = client->post("/api/v1/persons/" + id + "/faces", one_face).status;
    });
    const auto client = servers_[1]->client();
    at_once.arrive_and_wait();
    const long enrolled = client->post("/api/v1/persons", boost::json::serialize(enrolment)).status;
    adds.join();
    EXPECT_TRUE((added == 201 && enrolled == 409) || (added == 409 && enrolled == 201))
        << added << " and " << enrolled;
  }
}

// Sends events one after another and remembers which were acknowledged.
class Door {
 public:
  Door(const Server& server, std::string name, Embedding face)
      : thread_([this, client = server.client(), name = std::move(name), face = std::move(face)] {
          while (!stop_) send(*client, name, face);
        }) {}
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  ~Door() { stop(); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  std::atomic<int> marked{0};
  std::atomic<int> turned_away{0};
  std::set<std::string> acknowledged;  // after stop()
  std::string strange;                 // after stop(): the first unexpected answer

 private:
  void send(test::HttpClient& client, const std::string& name, const Embedding& face) {
    const std::string event = EventId::make(SystemClock().now()).to_string();
    const auto reply = client.post("/api/v1/recognitions", sighting_json(face, name, event));
    if (reply.status == 200 && reply.json().at("outcome") == "marked") {
      acknowledged.insert(event);
      ++marked;
    } else if (reply.status == 503 && reply.headers.count("retry-after") == 1) {
      ++turned_away;
      std::this_thread::sleep_for(1ms);
    } else if (strange.empty()) {
      strange = std::to_string(reply.status) + " " + reply.body;
    }
  }

  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_P(SharedServers, ADatabaseOutageUnderLoadLosesNothingAcknowledgedAndRecovers) {
  start_two({{"COOLDOWN_SECONDS", "0"}});
  std::vector<std::unique_ptr<Door>> doors;
  for (int i = 0; i < 6; ++i) {
    const Embedding face = faces_.identity();
    test::enrol(*servers_[0]->client(), std::to_string(i), "Somebody", face);
    ASSERT_TRUE(all_know(i + 1));
    doors.push_back(
        std::make_unique<Door>(*servers_[static_cast<std::size_t>(i) % 2], "door" + std::to_string(i), face));
  }
  const auto all_get = [&](std::atomic<int> Door::*what, int more) {
    std::vector<int> before;
    for (const auto& door : doors) before.push_back(*door.*what);
    return becomes_true([&] {
      for (std::size_t i = 0; i < doors.size(); ++i)
        if (*doors[i].*what < before[i] + more) return false;
      return true;
    });
  };
  std::chrono::duration<double, std::milli> longest{0};
  for (int outage = 0; outage < 3; ++outage) {
    ASSERT_TRUE(all_get(&Door::marked, 20));
    outage == 1 ? database_->kill() : database_->stop();
    ASSERT_TRUE(all_get(&Door::turned_away, 3)) << "503 with retry-after";
    for (const auto& server : servers_) {
      EXPECT_EQ(server->client()->get("/readyz").status, 503);
      EXPECT_EQ(server->client()->get("/healthz").status, 200);
    }
    database_->start();
    const SteadyTime since = std::chrono::steady_clock::now();
    ASSERT_TRUE(all_get(&Door::marked, 1)) << "by itself";
    longest = std::max<std::chrono::duration<double, std::milli>>(longest,
                                                                  std::chrono::steady_clock::now() - since);
  }
  std::set<std::string> acknowledged;
  for (const auto& door : doors) {
    door->stop();
    EXPECT_EQ(door->strange, "");
    acknowledged.insert(door->acknowledged.begin(), door->acknowledged.end());
  }
  std::set<std::string> kept;
  std::istringstream lines(sql("SELECT event_id FROM attendance"));
  for (std::string line; std::getline(lines, line);)
    EXPECT_TRUE(kept.insert(line).second) << "twice: " << line;
  for (const std::string& event : acknowledged) EXPECT_TRUE(kept.contains(event)) << event;
  std::cout << acknowledged.size() << " acknowledged, all kept; marking again at every door "
            << longest.count() << " ms after the database's start\n";
}

TEST_P(SharedServers, TenServersStartConcurrentlyOnAnEmptyDatabase) {
  std::vector<std::future<std::unique_ptr<Server>>> starting;
  for (int i = 0; i < 10; ++i)
    starting.push_back(
        std::async(std::launch::async, [this] { return std::make_unique<Server>(settings()); }));
  for (auto& server : starting) EXPECT_NO_THROW(servers_.push_back(server.get()));
  ASSERT_EQ(servers_.size(), 10U);
  const Embedding ada = faces_.identity();
  test::enrol(*servers_[3]->client(), "7", "Ada", ada);
  ASSERT_TRUE(all_know(1));
  int marked = 0;
  for (const auto& server : servers_)
    marked += test::recognise(*server->client(), ada).at("outcome") == "marked" ? 1 : 0;
  EXPECT_EQ(marked, 1);
}

TEST_P(SharedServers, RestoresMissingObjectsAtStartAndRefusesANewerSchema) {
  start_two();
  const Embedding ada = faces_.identity();
  test::enrol(*servers_[0]->client(), "7", "Ada", ada);
  servers_.clear();
  const std::string count = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
  const std::string before = sql(count);
  sql("DROP INDEX IF EXISTS face_templates_hnsw; DROP INDEX attendance_time; DROP TABLE cameras, readiness");
  ASSERT_NE(sql(count), before);
  start_two();
  EXPECT_EQ(sql(count), before);
  EXPECT_EQ(test::recognise(*servers_[1]->client(), ada).at("outcome"), "marked");
  servers_.clear();
  sql("INSERT INTO schema_version VALUES (9999, 'from the future', now())");
  try {
    const Server server(settings());
    FAIL() << "a server that does not know this schema must not use it";
  } catch (const std::exception& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("9999"));
  }
}

INSTANTIATE_TEST_SUITE_P(Gallery, SharedServers, testing::Values("memory", "pgvector"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace sas
