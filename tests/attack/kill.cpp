#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "attacks.h"
#include "domain/attendance.h"
#include "fixtures/people.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"
#include "protocol/messages.h"

namespace sas::attack {
namespace {

constexpr int kPeople = 20;
constexpr unsigned kClients = 4;
constexpr std::uint64_t kMostAcksBeforeAKill = 120;

struct Ledger {
  std::mutex mutex;
  std::map<std::string, std::string> acknowledged;  // attendance by event; guarded by mutex
  std::vector<std::string> unanswered;              // bodies; guarded by mutex
  std::atomic<std::size_t> acks{0};

  void note(const boost::json::value& decision) {
    const std::lock_guard lock(mutex);
    acknowledged.emplace(decision.at("event_id").as_string(), decision.at("attendance_id").as_string());
    ++acks;
  }
};

// Until the server is gone.
void mark(const test::TestServer& server, const std::vector<Embedding>& people, unsigned number,
          Ledger& ledger) {
  const auto client = server.client();
  const SystemClock clock;
  for (std::size_t i = number;; ++i) {
    const std::string body = protocol::write_sighting(
        {CameraId{fmt::format("door-{}", number)}, people[i % people.size()], std::nullopt,
         EventId::make(clock.now()), clock.now(), std::nullopt, std::nullopt},
        protocol::EmbeddingEncoding::i8);
    const auto reply = client->post("/api/v1/recognitions", body);
    if (reply.status == 200) {
      ledger.note(reply.json());
      continue;
    }
    const std::lock_guard lock(ledger.mutex);
    ledger.unanswered.push_back(body);
    return;
  }
}

}  // namespace

bool kill(const KillOptions& options) {
  // Without a cooldown every sighting is a record.
  test::TestServer server(test::Environment{{"COOLDOWN_SECONDS", "0"}, {"LOG_LEVEL", "info"}});
  test::SyntheticFaces faces(options.seed);
  std::vector<Embedding> people;
  for (int i = 0; i < kPeople; ++i) {
    people.push_back(faces.identity());
    test::enrol(*server.client(), std::to_string(i), fmt::format("Person {}", i), people.back());
  }
  std::mt19937_64 random(options.seed);
  Ledger ledger;
  for (int round = 0; round < options.count; ++round) {
    const std::size_t enough = ledger.acks + 1 + random() % kMostAcksBeforeAKill;
    std::vector<std::thread> clients;
    clients.reserve(kClients);
    for (unsigned i = 0; i < kClients; ++i) clients.emplace_back([&, i] { mark(server, people, i, ledger); });
    while (ledger.acks < enough && server.process().running())
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    server.kill();
    for (std::thread& client : clients) client.join();
    server.start();
  }
  // As an edge does, and twice: each is one record.
  const auto client = server.client();
  for (int again = 0; again < 2; ++again)
    for (const std::string& body : ledger.unanswered) {
      const auto reply = client->post("/api/v1/recognitions", body);
      if (reply.status != 200) throw std::runtime_error("refused: " + reply.body);
      ledger.note(reply.json());
    }
  std::map<std::string, std::set<std::string>> found;
  std::size_t records = 0;
  for (const auto& record : test::whole_log(*client)) {
    found[std::string(record.at("event_id").as_string())].insert(std::string(record.at("id").as_string()));
    ++records;
  }
  std::size_t lost = 0;
  for (const auto& [event, attendance] : ledger.acknowledged)
    if (!found[event].contains(attendance)) ++lost;
  const std::size_t doubled = records > ledger.acknowledged.size() ? records - ledger.acknowledged.size() : 0;
  std::cout << fmt::format("{} kills, {} acknowledged records, {} sent again\nlost: {}, doubled: {}\n",
                           options.count, ledger.acknowledged.size(), ledger.unanswered.size(), lost,
                           doubled);
  return lost == 0 && doubled == 0;
}

}  // namespace sas::attack
