// Two servers on one PostgreSQL, as behind a load balancer.

#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/people.h"
#include "fixtures/becomes_true.h"
#include "fixtures/postgres_server.h"
#include "fixtures/server.h"
#include "fixtures/synthetic_faces.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

template <class Condition>
bool becomes_true(Condition condition) {
  return test::becomes_true(condition, 60s);
}

class SharedDatabase : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const auto missing = test::PostgresServer::missing()) GTEST_SKIP() << *missing;
    database_ = std::make_unique<test::PostgresServer>();
    const test::Environment environment{{"DATABASE_URL", database_->create_database()},
                                        {"GALLERY", GetParam()}};
    one_ = std::make_unique<test::TestServer>(environment);
    other_ = std::make_unique<test::TestServer>(environment);
  }

  std::unique_ptr<test::PostgresServer> database_;
  std::unique_ptr<test::TestServer> one_;
  std::unique_ptr<test::TestServer> other_;
  test::SyntheticFaces faces_{3};
};

TEST_P(SharedDatabase, APersonEnrolledOnOneServerIsKnownToTheOtherAndRecordedOnce) {
  const auto ready = one_->client()->get("/readyz").json();
  EXPECT_EQ(ready.at("store").at("backend"), "postgresql");
  EXPECT_EQ(ready.at("gallery").at("backend"), boost::json::string(GetParam()));
  const Embedding ada = faces_.identity();
  test::enrol(*one_->client(), "7", "Ada", ada);
  const auto client = other_->client();
  ASSERT_TRUE(becomes_true([&] { return test::recognise(*client, ada).at("outcome") != "unknown"; }));
  EXPECT_EQ(test::recognise(*one_->client(), ada).at("outcome"), "cooldown");
  EXPECT_EQ(test::whole_log(*client).size(), 1U);
}

TEST_P(SharedDatabase, ReportADatabaseOutageAndRecover) {
  const Embedding ada = faces_.identity();
  test::enrol(*one_->client(), "7", "Ada", ada);
  const auto client = one_->client();
  ASSERT_EQ(test::recognise(*client, ada).at("outcome"), "marked");
  database_->kill();
  const auto refused = client->post("/api/v1/recognitions", R"({"camera_id":"gate","vector":)" +
                                                                test::vector_json(faces_.identity()) + "}");
  EXPECT_EQ(refused.status, 503) << refused.body;
  EXPECT_EQ(refused.headers.count("retry-after"), 1U);
  EXPECT_EQ(client->get("/readyz").status, 503);
  EXPECT_EQ(client->get("/healthz").status, 200);
  database_->start();
  ASSERT_TRUE(becomes_true([&] { return client->get("/readyz").status == 200; }));
  EXPECT_EQ(test::recognise(*client, ada).at("outcome"), "cooldown");
  EXPECT_EQ(test::whole_log(*client).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Gallery, SharedDatabase, testing::Values("memory", "pgvector"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace sas
