#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "attendd/application.h"
#include "config/server_config.h"
#include "config/settings.h"
#include "fixtures/http.h"
#include "fixtures/temp_dir.h"

namespace sas::test {

// False: not within two minutes.
template <class Condition>
[[nodiscard]] bool becomes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return false;
}

// attendd without its process. Throws where it does not start.
class ApplicationServer {
 public:
  explicit ApplicationServer(std::map<std::string, std::string> values) {
    values.try_emplace("PORT", "0");
    values.try_emplace("DATA_DIR", (dir_ / "data").string());
    values.try_emplace("MODELS_DIR", (dir_ / "models").string());
    // A machine under a sanitizer answers late; what is to be seen here is no time limit.
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

}  // namespace sas::test
