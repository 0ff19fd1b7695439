// The store contract on PostgreSQL, and cases specific to it: many servers at once, damage to the schema, and
// outages of the database.

#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "fixtures/becomes_true.h"
#include "postgres_databases.h"
#include "store/postgres/postgres_store.h"
#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<PostgresStore> open_store(const std::string& url, std::chrono::seconds patience = 10s) {
  PostgresOptions options;
  options.patience = patience;
  auto store = PostgresStore::open(make_pool(url), options);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

class PostgresHome final : public StoreHome {
 public:
  [[nodiscard]] std::unique_ptr<Store> open() override { return open_store(url_); }

 private:
  std::string url_ = postgres_server().create_database();
};

// Without PostgreSQL there is nothing to instantiate the contract with; PostgresSuite reports it.
std::vector<StoreFactory> factories() {
  if (test::PostgresServer::missing()) return {};
  return {{"Postgres", [] { return std::make_unique<PostgresHome>(); }}};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PeopleContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TemplateContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LogContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CameraContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FeedContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(KeyContract);
SAS_INSTANTIATE_STORE_CONTRACTS(Postgres, testing::ValuesIn(factories()));

class PostgresStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto missing = test::PostgresServer::missing()) GTEST_SKIP() << *missing;
    url_ = postgres_server().create_database();
  }
  void TearDown() override { runner_.settle(); }
  template <class T>
  T run(Task<T> task) {
    return runner_.run(std::move(task));
  }
  std::string sql(const std::string& statement) { return postgres_server().sql(url_, statement); }
  Person add(Store& store, const std::string& code, int faces = 0) {
    Person person = new_person(code, "P" + code);
    std::vector<FaceTemplate> templates;
    for (int i = 0; i < faces; ++i) templates.push_back(face_of(person, i));
    const auto added = run(store.people().add_person(kCaller, person, templates));
    EXPECT_TRUE(added) << added.error().message;
    return person;
  }

  std::string url_;
  Runner runner_;
};

TEST_F(PostgresStoreTest, TenServersStartConcurrentlyOnAnEmptyDatabase) {
  std::vector<std::thread> starting;
  std::vector<std::unique_ptr<PostgresStore>> stores(10);
  std::vector<std::string> problems(10);
  for (std::size_t i = 0; i < stores.size(); ++i)
    starting.emplace_back([&, i] {
      try {
        stores[i] = open_store(url_, 60s);
      } catch (const std::exception& problem) {
        problems[i] = problem.what();
      }
    });
  for (std::thread& thread : starting) thread.join();
  for (const std::string& problem : problems) EXPECT_EQ(problem, "");
  EXPECT_EQ(sql("SELECT count(*) = max(version) FROM schema_version"), "t");
  const Person ada = add(*stores[3], "7", 1);
  EXPECT_TRUE(run(stores[8]->people().person(kFirstOrganisation, ada.id)));
}

TEST_F(PostgresStoreTest, RestoresMissingObjects) {
  { const auto store = open_store(url_); }
  const char* const objects =
      "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN "
      "('r', 'i')), "
      "(SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), (SELECT count(*) FROM pg_constraint)";
  const std::string before = sql(objects);
  sql("DROP INDEX attendance_time; DROP INDEX persons_living_code; DROP TABLE cameras, readiness, face_clock;"
      "ALTER TABLE attendance DROP CONSTRAINT attendance_one_per_walk_past;"
      "DROP TRIGGER attendance_window ON attendance; DROP FUNCTION note_face_changes CASCADE");
  ASSERT_NE(sql(objects), before);
  const auto store = open_store(url_);
  EXPECT_EQ(sql(objects), before);
  const Person ada = add(*store, "7", 2);
  const Sighting sighting = sighting_at(kMorning);
  EXPECT_EQ(run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h))->outcome, Outcome::marked);
  sql("DROP TABLE schema_version");
  { const auto again = open_store(url_); }
  EXPECT_EQ(sql(objects), before);
  EXPECT_EQ(run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h))->outcome, Outcome::marked);
}

TEST_F(PostgresStoreTest, RefusesDamageThatCannotBeRepairedAndNamesIt) {
  { const auto store = open_store(url_); }
  sql("ALTER TABLE sightings DROP COLUMN threshold");
  const auto refused = PostgresStore::open(make_pool(url_), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "schema_damaged");
  EXPECT_THAT(refused.error().message, HasSubstr("sightings.threshold"));
}

TEST_F(PostgresStoreTest, RefusesANewerSchema) {
  { const auto store = open_store(url_); }
  sql("INSERT INTO schema_version VALUES (9999, 'from the future', now())");
  const auto refused = PostgresStore::open(make_pool(url_), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "schema_newer");
}

TEST_F(PostgresStoreTest, ReportsWhyItCannotStartWithoutRevealingThePassword) {
  std::string url = url_ + "_missing";
  url.replace(url.find("attendance@"), 11, "attendance:hunter2@");
  PostgresOptions options;
  const auto refused = PostgresStore::open(make_pool(url), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "database_refused");
  EXPECT_THAT(refused.error().message, HasSubstr("does not exist"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("hunter2")));

  options.patience = 0s;
  const auto nobody = PostgresStore::open(make_pool("postgresql://ada:hunter2@127.0.0.1:1/x"), options);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(nobody.error().message, Not(HasSubstr("hunter2")));
}

TEST_F(PostgresStoreTest, TheWindowRuleAppliesToEveryWriter) {
  const auto store = open_store(url_);
  const Person ada = add(*store, "7");
  const Sighting sighting = sighting_at(kMorning);
  ASSERT_TRUE(run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h)));
  const auto insert = [&](const std::string& at, const std::string& until) {
    return "INSERT INTO sightings (organisation_id, event_id, outcome, camera_id, model, person_id, "
           "threshold, "
           "captured_at, received_at) VALUES ('" +
           kFirstOrganisation.to_string() + "', gen_random_uuid(), 'marked', 'gate', 'm', '" +
           ada.id.to_string() +
           "', 0.3, now(), now());"
           "INSERT INTO attendance (organisation_id, event_id, id, person_id, camera_id, captured_at, "
           "cooldown_until) "
           "SELECT organisation_id, event_id, gen_random_uuid(), person_id, camera_id, '" +
           at + "', '" + until + "' FROM sightings ORDER BY received_at DESC LIMIT 1";
  };
  EXPECT_THROW(sql(insert("2026-11-22 19:59Z", "2026-11-23 07:59Z")), std::runtime_error);
  // At an isolation level that does not see others' recent commits, and without the trigger.
  EXPECT_THROW(sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SET session_replication_role = replica;" +
                   insert("2026-11-22 19:59Z", "2026-11-23 07:59Z") + "; COMMIT"),
               std::runtime_error);
  EXPECT_NO_THROW(sql(insert("2026-11-22 20:00Z", "2026-11-23 08:00Z"))) << "exactly one window later";
}

// Two servers, each with its own pool, as on two machines.
TEST_F(PostgresStoreTest, SixtyFourClaimantsOnTwoServersMakeOneRecord) {
  const auto one = open_store(url_);
  const auto other = open_store(url_);
  for (int round = 0; round < 20; ++round) {
    const Person ada = add(*one, "r" + std::to_string(round));
    std::vector<std::future<Result<Decision>>> pending;
    for (int i = 0; i < 64; ++i) {
      const Sighting sighting = sighting_at(kMorning + i * 1ms, "gate" + std::to_string(i % 4));
      Store& store = i % 2 == 0 ? *one : *other;
      pending.push_back(runner_.start(store.log().record(kCaller, sighting, mark(sighting, ada), 12h)));
    }
    int marked = 0;
    for (auto& future : pending) {
      const auto decision = future.get();
      ASSERT_TRUE(decision) << decision.error().message;
      marked += decision->outcome == Outcome::marked ? 1 : 0;
    }
    EXPECT_EQ(marked, 1);
  }
  EXPECT_EQ(sql("SELECT count(*) FROM attendance"), "20");
}

// Two servers whose galleries have received the same changes: the database has a face that one of them added
// later.
TEST_F(PostgresStoreTest, RefusesAFaceAddedToSomebodyElseSinceTheGallerySearch) {
  const auto store = open_store(url_);
  const auto heard = [&] { return std::stol(sql("SELECT newest_change FROM face_clock")); };
  const std::int64_t before = heard();
  const Person ada = add(*store, "7", 1);
  const auto enrol = [&](const Person& person, int face, std::int64_t position) {
    const std::vector<FaceTemplate> faces{face_of(person, face)};
    return run(store->people().add_person(kCaller, person, faces, FaceCheck{position, {0.35F}}));
  };
  const auto refused = enrol(new_person("8", "Ben"), 0, before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "duplicate_face");
  EXPECT_EQ(refused.error().details.at("person_id").as_string(), ada.id.to_string());
  EXPECT_EQ(sql("SELECT count(*) FROM persons"), "1") << "nothing of the other enrolment remains";

  const Person ben = new_person("8", "Ben");
  EXPECT_TRUE(enrol(ben, 1, before)) << "another face";
  EXPECT_EQ(enrol(new_person("7", "Cleo"), 2, before).error().code, "duplicate_code");
  EXPECT_TRUE(enrol(new_person("9", "Twin"), 0, heard()))
      << "the gallery knew the face, and an operator allowed it";

  const FaceTemplate hers = face_of(ben, 0);
  EXPECT_EQ(run(store->people().add_face(kCaller, hers, FaceCheck{before, {0.35F}})).error().code,
            "duplicate_face");
  FaceTemplate own = face_of(ben, 1);
  own.id = FaceId::make(kMorning);
  EXPECT_TRUE(run(store->people().add_face(kCaller, own, FaceCheck{before, {0.35F}}))) << "a face of her own";
  EXPECT_EQ(run(store->people().add_face(kCaller, face_of(new_person("0", "Nobody"), 5),
                                         FaceCheck{before, {0.35F}}))
                .error()
                .code,
            "person_not_found");
}

// Records events one after another until stopped, and remembers which were acknowledged.
class Writer {
 public:
  Writer(Store& store, Person person, int number)
      : thread_([this, &store, person = std::move(person), number] { write(store, person, number); }) {}
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::set<std::string> acknowledged;  // after stop()
  std::vector<Error> errors;           // after stop()
  std::atomic<int> successes{0};

 private:
  void write(Store& store, const Person& person, int number) {
    Runner runner;
    Timestamp at = kMorning + number * 1us;
    while (!stop_) {
      at += 1s;
      const Sighting sighting = sighting_at(at, "gate" + std::to_string(number));
      const auto decision = runner.run(store.log().record(kCaller, sighting, mark(sighting, person), 1s));
      if (decision) {
        acknowledged.insert(decision->event.to_string());
        ++successes;
      } else {
        errors.push_back(decision.error());
        std::this_thread::sleep_for(1ms);
      }
    }
    runner.settle();
  }

  std::atomic<bool> stop_{false};
  std::thread thread_;
};

template <class Condition>
bool becomes_true(Condition condition, std::chrono::seconds patience = 30s) {
  return test::becomes_true(condition, patience);
}

// A separate server that the test stops.
class PostgresOutage : public testing::TestWithParam<bool> {};

TEST_P(PostgresOutage, LosesNothingAcknowledgedAndRecovers) {
  if (const auto missing = test::PostgresServer::missing()) GTEST_SKIP() << *missing;
  const bool killed = GetParam();
  test::PostgresServer server;
  const std::string url = server.create_database();
  const auto store = open_store(url);
  Runner runner;
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 4; ++i) {
    const Person person = new_person(std::to_string(i), "P");
    ASSERT_TRUE(runner.run(store->people().add_person(kCaller, person, {})));
    writers.push_back(std::make_unique<Writer>(*store, person, i));
  }
  const auto all_write = [&] {
    std::vector<int> before;
    for (const auto& writer : writers) before.push_back(writer->successes);
    return becomes_true([&] {
      for (std::size_t i = 0; i < writers.size(); ++i)
        if (writers[i]->successes < before[i] + 20) return false;
      return true;
    });
  };
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(all_write());
    killed ? server.kill() : server.stop();
    // A backend lives for a moment after its postmaster was killed, and answers.
    std::optional<Error> refused;
    ASSERT_TRUE(becomes_true([&] {
      const auto ping = runner.run(store->ping());
      if (!ping) refused = ping.error();
      return refused.has_value();
    }));
    EXPECT_EQ(refused->kind, ErrorKind::unavailable);
    server.start();
  }
  ASSERT_TRUE(all_write()) << "recovers without a restart";
  runner.settle();
  std::set<std::string> acknowledged;
  std::size_t failures = 0;
  for (const auto& writer : writers) {
    writer->stop();
    acknowledged.insert(writer->acknowledged.begin(), writer->acknowledged.end());
    failures += writer->errors.size();
    for (const Error& error : writer->errors) EXPECT_EQ(error.kind, ErrorKind::unavailable) << error.message;
  }
  EXPECT_GT(failures, 0U) << "the outage had an effect";
  std::set<std::string> kept;
  std::istringstream lines(server.sql(url, "SELECT event_id FROM attendance"));
  for (std::string line; std::getline(lines, line);) kept.insert(line);
  for (const std::string& event : acknowledged) EXPECT_TRUE(kept.contains(event)) << event;
}

INSTANTIATE_TEST_SUITE_P(Postgres, PostgresOutage, testing::Bool(),
                         [](const auto& instance) { return instance.param ? "Killed" : "Stopped"; });

// What a pooler does that lends another server connection to each transaction.
TEST_F(PostgresStoreTest, SaysThatAPoolerTakesPreparedStatementsAway) {
  const auto pool = make_pool(url_, 1);
  const auto ask_twice = [](postgres::Connection& connection) -> Task<Result<void>> {
    auto asking = connection.run({postgres::Command{"SELECT 1", {}}});
    const auto asked = co_await std::move(asking);
    if (!asked) co_return asked.error();
    auto forgetting = connection.script("DEALLOCATE ALL");
    const auto forgotten = co_await std::move(forgetting);
    if (!forgotten) co_return forgotten.error();
    auto again = connection.run({postgres::Command{"SELECT 1", {}}});
    const auto answered = co_await std::move(again);
    if (!answered) co_return answered.error();
    co_return Result<void>{};
  };
  const auto asked = run(pool->with<void>(ask_twice));
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, "database_pooler") << asked.error().message;
}

TEST_F(PostgresStoreTest, HandlesAFullPoolAndClosedConnections) {
  const auto store = open_store(url_);
  const Person ada = add(*store, "7");
  sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'attendd'");
  EXPECT_TRUE(run(store->people().person(kFirstOrganisation, ada.id)));
  std::vector<std::future<Result<PersonDetails>>> pending;
  for (int i = 0; i < 200; ++i)
    pending.push_back(runner_.start(store->people().person(kFirstOrganisation, ada.id)));
  for (auto& future : pending) EXPECT_TRUE(future.get());
  EXPECT_LE(std::stoi(sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'attendd'")), 8);
}

}  // namespace
}  // namespace sas
