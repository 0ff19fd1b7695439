#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "attendd/application.h"
#include "config/server_config.h"
#include "config/settings.h"
#include "fixtures/becomes_true.h"
#include "fixtures/http.h"
#include "fixtures/postgres_server.h"
#include "fixtures/redis_server.h"
#include "fixtures/temp_dir.h"

namespace sas::test {

// attendd within this process. Throws if it does not start.
class ApplicationServer {
 public:
  explicit ApplicationServer(std::map<std::string, std::string> values) {
    values.try_emplace("PORT", "0");
    values.try_emplace("DATA_DIR", (dir_ / "data").string());
    values.try_emplace("MODELS_DIR", (dir_ / "models").string());
    // Under a sanitizer the machine is slow; these tests are not about time limits.
    values.try_emplace("DATABASE_STATEMENT_TIMEOUT", "60");
    auto settings = config::Settings::from(std::move(values));
    auto config = config::read_server_config(settings);
    settings.check().value();
    application_ = Application::create(std::move(config)).value();
    application_->start().value();
  }

  [[nodiscard]] std::string url() const { return application_->url(); }
  [[nodiscard]] std::unique_ptr<HttpClient> client() const { return std::make_unique<HttpClient>(url()); }
  [[nodiscard]] std::int64_t people() const {
    return client()->get("/readyz").json().at("gallery").at("people").as_int64();
  }

 private:
  TempDir dir_;
  std::unique_ptr<Application> application_;
};

// A PostgreSQL with an empty database and a Redis, for the servers of one test. Skips if they are not
// available.
class SharedBackends : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto missing = PostgresServer::missing()) GTEST_SKIP() << *missing;
    if (redis_server_program().empty()) GTEST_SKIP() << kNoRedisServer;
    database_ = std::make_unique<PostgresServer>();
    redis_ = std::make_unique<RedisServer>();
    url_ = database_->create_database();
  }
  [[nodiscard]] std::map<std::string, std::string> settings() const {
    return {{"DATABASE_URL", url_}, {"REDIS_URL", redis_->url()}};
  }

  std::unique_ptr<PostgresServer> database_;
  std::unique_ptr<RedisServer> redis_;
  std::string url_;
};

}  // namespace sas::test
