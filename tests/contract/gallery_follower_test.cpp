// The in-memory gallery of one server, kept in sync with other servers' changes to the shared store.

#include "gallery/replication/gallery_follower.h"

#include <array>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "fixtures/becomes_true.h"
#include "gallery/memory/memory_gallery.h"
#include "postgres_databases.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/postgres_template_feed.h"
#include "store_contract.h"

namespace sas {

using namespace std::chrono_literals;

Embedding face_number(int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::normal_distribution<float> normal;
  std::array<float, kEmbeddingSize> values{};
  for (float& value : values) value = normal(random);
  return *Embedding::normalised(values);
}

namespace {

constexpr Timestamp kNow{std::chrono::seconds{1795334400}};
const ModelId kModel{"model@1"};

template <class Condition>
bool becomes_true(Condition condition) {
  return test::becomes_true(condition, 60s);
}

// One of several servers on one database: its store, its gallery and its follower.
struct Server {
  explicit Server(const std::string& url)
      : pool(make_pool(url)), store(PostgresStore::open(pool).value()), feed(pool), follower(feed, gallery) {
    follower.mark().value();
    runner
        .run(store->templates().for_each_template([this](std::vector<FaceTemplate> faces) {
          std::vector<GalleryEntry> entries;
          for (const FaceTemplate& face : faces)
            entries.push_back({{face.organisation, face.model}, face.person, face.id, face.embedding});
          return gallery.add_now(entries).has_value();
        }))
        .value();
    follower.start();
  }
  ~Server() { runner.settle(); }

  // Adds a person with one face, as this server's administrator would enrol them.
  Person enrol(int number) {
    Person person{PersonId::make(kNow), kFirstOrganisation, std::to_string(number), "P", kNow, kNow};
    const FaceTemplate face{
        FaceId::make(kNow), person.id, kFirstOrganisation, kModel, face_number(number), 0.9F, kNow};
    runner.run(store->people().add_person(kCaller, person, {face})).value();
    return person;
  }
  void remove(const Person& person) {
    runner.run(store->people().remove_person(kCaller, person.id, kNow)).value();
  }
  [[nodiscard]] bool finds(const Person& person, int number) const {
    const std::vector<Embedding> probes{face_number(number)};
    const auto answers = gallery.search_now({kFirstOrganisation, kModel}, probes);
    return answers.front().best && answers.front().best->person == person.id;
  }

  Runner runner;
  std::shared_ptr<postgres::Pool> pool;
  std::unique_ptr<PostgresStore> store;
  MemoryGallery gallery;
  PostgresTemplateFeed feed;
  GalleryFollower follower;
};

class GalleryFollowerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto missing = test::PostgresServer::missing()) GTEST_SKIP() << *missing;
  }
};

TEST_F(GalleryFollowerTest, APersonEnrolledOnOneServerIsFoundOnTheOtherUntilRemoved) {
  const std::string url = postgres_server().create_database();
  Server one(url);
  const Person early = one.enrol(1);
  Server other(url);
  EXPECT_TRUE(other.finds(early, 1)) << "enrolled before it started";
  const Person ada = one.enrol(2);
  EXPECT_TRUE(becomes_true([&] { return other.finds(ada, 2); }));
  other.remove(ada);
  EXPECT_TRUE(becomes_true([&] { return !one.finds(ada, 2); }));
  // Changes by other programs count too, such as a statement in a shell.
  postgres_server().sql(url, "DELETE FROM face_templates");
  EXPECT_TRUE(becomes_true([&] { return one.gallery.stats().faces + other.gallery.stats().faces == 0; }));
}

TEST_F(GalleryFollowerTest, ALostConnectionLosesNoChange) {
  test::PostgresServer database;
  const std::string url = database.create_database();
  Server one(url);
  Server other(url);
  const Person first = one.enrol(1);
  ASSERT_TRUE(becomes_true([&] { return other.finds(first, 1); }));
  database.sql(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
  const Person second = one.enrol(2);
  EXPECT_TRUE(becomes_true([&] { return other.finds(second, 2); }));
  database.kill();
  database.start();
  ASSERT_TRUE(becomes_true([&] { return one.runner.run(one.store->ping()).has_value(); }));
  const Person third = one.enrol(3);
  EXPECT_TRUE(becomes_true([&] { return other.finds(third, 3); }));
  EXPECT_TRUE(other.finds(first, 1));
  EXPECT_TRUE(other.finds(second, 2));
}

// Transactions commit in a different order from their row numbers. A follower that used row numbers would
// miss late commits.
TEST_F(GalleryFollowerTest, MissesNobodyHoweverCommitsInterleave) {
  const std::string url = postgres_server().create_database();
  Server one(url);
  Server other(url);
  Server third(url);
  std::vector<std::thread> administrators;
  for (int a = 0; a < 6; ++a)
    administrators.emplace_back([&, a] {
      Server& server = a % 2 == 0 ? one : other;
      for (int i = 0; i < 40; ++i) {
        const Person person = server.enrol(1000 * a + i);
        if (i % 3 == 0) server.remove(person);
      }
    });
  for (std::thread& thread : administrators) thread.join();
  const std::size_t left = 6 * (40 - 14);
  EXPECT_EQ(postgres_server().sql(url, "SELECT count(*) FROM face_templates"), std::to_string(left));
  for (Server* server : {&one, &other, &third}) {
    const std::int64_t newest = server->runner.run(server->feed.position()).value();
    ASSERT_TRUE(becomes_true([&] { return server->follower.position() == newest; }));
    EXPECT_EQ(server->gallery.stats().faces, left);
  }
}

TEST_F(GalleryFollowerTest, NoticesARestoredBackup) {
  const std::string url = postgres_server().create_database();
  Server one(url);
  const Person ada = one.enrol(1);
  ASSERT_TRUE(becomes_true([&] { return one.finds(ada, 1); }));
  ASSERT_TRUE(becomes_true([&] { return one.follower.position() == 1; }));
  postgres_server().sql(url,
                        "UPDATE face_changes SET sequence = sequence - 1; "
                        "UPDATE face_clock SET newest_change = newest_change - 1");
  ASSERT_TRUE(becomes_true([&] { return one.follower.position() == 0; }));
  const Person ben = one.enrol(2);
  EXPECT_TRUE(becomes_true([&] { return one.finds(ben, 2); }));
}

}  // namespace
}  // namespace sas
