// Keys on two servers of one database.

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "functional/application_server.h"

namespace sas {
namespace {

using test::becomes_true;
using Server = test::ApplicationServer;

constexpr const char* kAdminKey = "the-key-of-the-configuration";

class SharedKeys : public test::SharedBackends {
 protected:
  void SetUp() override {
    SharedBackends::SetUp();
    if (IsSkipped()) return;
    for (int i = 0; i < 2; ++i) {
      auto values = settings();
      values["API_KEY"] = kAdminKey;
      servers_.push_back(std::make_unique<Server>(std::move(values)));
    }
    admin_ = servers_[0]->client();
    admin_->use_key(kAdminKey);
  }
  // What the other server answers to this key.
  [[nodiscard]] test::HttpReply ask_other(const std::string& key) const {
    const auto client = servers_[1]->client();
    client->use_key(key);
    return client->get("/api/v1/persons");
  }

  std::vector<std::unique_ptr<Server>> servers_;
  std::unique_ptr<test::HttpClient> admin_;
};

TEST_F(SharedKeys, AreKnownAndRefusedByTheOtherServerToo) {
  const auto made = admin_->post("/api/v1/keys", R"({"name":"Grace","role":"viewer"})").json();
  const std::string key(made.at("key").as_string());
  const std::string path = "/api/v1/keys/" + std::string(made.at("id").as_string());
  ASSERT_TRUE(becomes_true([&] { return ask_other(key).status == 200; }));

  const auto rotated = admin_->post(path + "/rotate", R"({"overlap_seconds":3600})").json();
  const std::string next(rotated.at("key").as_string());
  EXPECT_TRUE(becomes_true([&] { return ask_other(next).status == 200; }));
  EXPECT_EQ(ask_other(key).status, 200) << "for an hour";

  ASSERT_EQ(admin_->request("DELETE", path).status, 204);
  // 401, and 429 once this test has shown too many wrong ones.
  EXPECT_TRUE(becomes_true([&] { return ask_other(next).status != 200; }));
}

TEST_F(SharedKeys, ACodeOfOneServerPairsAtTheOtherOnce) {
  const auto code = admin_->post("/api/v1/pairings", R"({"cameras":["gate"],"kind":"edge"})").json();
  const std::string path = "/api/v1/pairings/" + std::string(code.at("code").as_string());
  const auto paired = servers_[1]->client()->post(path, "");
  ASSERT_EQ(paired.status, 200) << paired.body;
  const auto device = servers_[0]->client();
  device->use_key(std::string(paired.json().at("key").as_string()));
  EXPECT_TRUE(
      becomes_true([&] { return device->post("/api/v1/cameras/gate/heartbeat", "{}").status == 204; }));
  EXPECT_EQ(device->post("/api/v1/cameras/door/heartbeat", "{}").status, 403);
  EXPECT_NE(admin_->post(path, "").status, 200) << "used already; 429 where this test has asked too often";
}

}  // namespace
}  // namespace sas
