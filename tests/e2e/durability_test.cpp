// Acknowledged records survive a SIGKILL at any instant, exactly once.

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/attendance.h"
#include "e2e/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"
#include "protocol/messages.h"

namespace sas {
namespace {

using test::TestServer;

constexpr int kPeople = 50;
constexpr int kClients = 6;
constexpr int kKills = 3;
constexpr std::size_t kAcksBeforeAKill = 300;

struct Acknowledged {
  std::mutex mutex;
  std::map<std::string, std::string> attendance_of_event;  // guarded by mutex

  std::size_t size() {
    const std::lock_guard lock(mutex);
    return attendance_of_event.size();
  }
};

// Sends events one after another until the server is gone; returns the one that got no answer.
std::optional<std::string> send_until_killed(TestServer& server, const std::vector<Embedding>& people,
                                             int seed, Acknowledged& acknowledged) {
  const auto client = server.client();
  const SystemClock clock;
  for (std::size_t i = static_cast<std::size_t>(seed);; ++i) {
    const IncomingSighting sighting{CameraId{"door-" + std::to_string(seed)},
                                    people[i % people.size()],
                                    std::nullopt,
                                    EventId::make(clock.now()),
                                    clock.now(),
                                    std::nullopt,
                                    std::nullopt};
    const std::string body = protocol::write_sighting(sighting, protocol::EmbeddingEncoding::i8);
    const auto reply = client->post("/api/v1/recognitions", body);
    if (reply.status == 0) return body;
    if (reply.status != 200) throw std::runtime_error("refused: " + reply.body);
    const auto decision = reply.json();
    const std::lock_guard lock(acknowledged.mutex);
    acknowledged.attendance_of_event.emplace(decision.at("event_id").as_string(),
                                             decision.at("attendance_id").as_string());
  }
}

TEST(Durability, KillsNeitherLoseNorDuplicateAcknowledgedRecords) {
  // Without a cooldown every recognition is a record.
  TestServer server(test::Environment{{"COOLDOWN_SECONDS", "0"}});
  test::SyntheticFaces faces(5);
  std::vector<Embedding> people;
  for (int i = 0; i < kPeople; ++i) {
    people.push_back(faces.identity());
    test::enrol(*server.client(), std::to_string(i), "Person " + std::to_string(i), people.back());
  }

  Acknowledged acknowledged;
  std::vector<std::string> unanswered;
  for (int round = 0; round < kKills; ++round) {
    std::mutex mutex;
    std::vector<std::thread> clients;
    clients.reserve(kClients);
    for (int c = 0; c < kClients; ++c)
      clients.emplace_back([&, c] {
        const auto body = send_until_killed(server, people, c, acknowledged);
        const std::lock_guard lock(mutex);
        if (body) unanswered.push_back(*body);
      });
    const std::size_t enough = acknowledged.size() + kAcksBeforeAKill;
    while (acknowledged.size() < enough && server.process().running()) std::this_thread::yield();
    server.kill();
    for (std::thread& client : clients) client.join();
    server.start();
  }
  ASSERT_EQ(unanswered.size(), static_cast<std::size_t>(kKills * kClients));

  // An edge resends unanswered events, here twice: each must be one record.
  const auto client = server.client();
  for (int again = 0; again < 2; ++again)
    for (const std::string& body : unanswered) {
      const auto decision = client->post("/api/v1/recognitions", body).json();
      acknowledged.attendance_of_event[std::string(decision.at("event_id").as_string())] =
          decision.at("attendance_id").as_string();
    }

  std::map<std::string, std::set<std::string>> found;
  std::size_t lines = 0;
  for (const auto& record : test::whole_log(*client)) {
    found[std::string(record.at("event_id").as_string())].insert(std::string(record.at("id").as_string()));
    ++lines;
  }
  for (const auto& [event, attendance] : acknowledged.attendance_of_event)
    EXPECT_THAT(found[event], ::testing::ElementsAre(attendance)) << event;
  EXPECT_EQ(lines, acknowledged.attendance_of_event.size()) << "an unacknowledged record, or a duplicate";
}

}  // namespace
}  // namespace sas
