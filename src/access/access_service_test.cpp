#include "access/access_service.h"

#include <gtest/gtest.h>

#include "access/secrets.h"
#include "fixtures/manual_clock.h"
#include "fixtures/run_task.h"
#include "fixtures/temp_dir.h"
#include "store/sqlite/sqlite_store.h"

namespace sas::access {
namespace {

using namespace std::chrono_literals;
using State = KeyRing::State;

class AccessServiceTest : public testing::Test {
 protected:
  AccessServiceTest() {
    SqliteOptions options;
    options.path = dir_ / "attendance.db";
    store_ = std::move(*SqliteStore::open(options));
    ring_ = std::move(*KeyRing::open(store_->keys(), clock_));
    service_.emplace(store_->keys(), store_->sessions(), *ring_, clock_);
  }

  MadeKey make(NewKey wanted) {
    return test::run_task(service_->make_key(admin_, std::move(wanted))).value();
  }
  Error refusal(NewKey wanted) {
    return test::run_task(service_->make_key(admin_, std::move(wanted))).error();
  }
  State state_of(const std::string& secret) { return ring_->find(hash_of(secret)).state; }
  Result<Paired> pair(const std::string& code) { return test::run_task(service_->pair(anybody_, code)); }

  const Caller admin_{kFirstOrganisation};
  const Caller anybody_{OrganisationId(Uuid::v7(Timestamp()))};
  test::TempDir dir_;
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  std::unique_ptr<Store> store_;
  std::unique_ptr<KeyRing> ring_;
  std::optional<AccessService> service_;
};

TEST_F(AccessServiceTest, AKeyCountsAtOnceAndIsShownOnce) {
  const MadeKey made = make({.name = " Grace ", .role = Role::operator_});
  EXPECT_EQ(state_of(made.secret), State::valid);
  EXPECT_EQ(made.key.name, "Grace");
  const auto keys = test::run_task(service_->keys(admin_)).value();
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0], made.key);
  EXPECT_EQ(keys[0].hash.find(made.secret), std::string::npos);
  ring_->note_use(made.key.id);
  EXPECT_EQ(test::run_task(service_->keys(admin_)).value()[0].last_used_at, clock_.now());
}

TEST_F(AccessServiceTest, RefusesWhatAKeyCannotBe) {
  const std::vector<CameraId> door{CameraId{"door"}};
  EXPECT_EQ(refusal({.name = " "}).code, "invalid_name");
  EXPECT_EQ(refusal({.name = std::string(101, 'a')}).code, "invalid_name");
  EXPECT_EQ(refusal({.name = "x", .expires_at = clock_.now()}).details.at("field"), "expires_at");
  EXPECT_EQ(refusal({.name = "x", .role = Role::viewer, .cameras = door}).details.at("field"), "cameras");
  for (const std::vector<CameraId>& cameras : {std::vector<CameraId>{},
                                               {CameraId{"a b"}},
                                               {CameraId{"a"}, CameraId{"a"}},
                                               std::vector<CameraId>(101, CameraId{"a"})})
    EXPECT_EQ(refusal({.name = "x", .role = Role::device, .cameras = cameras}).details.at("field"),
              "cameras");
  EXPECT_TRUE(test::run_task(service_->keys(admin_)).value().empty());
}

TEST_F(AccessServiceTest, RenamesGivesAnEndAndTakesItAway) {
  const MadeKey made = make({.name = "Gate", .role = Role::device});
  const auto change = [&](KeyChange wanted) {
    return test::run_task(service_->change_key(admin_, made.key.id, std::move(wanted)));
  };
  EXPECT_EQ(change({.name = "Main gate"})->name, "Main gate");
  EXPECT_EQ(change({.name = "\xE2\x80\xAE"}).error().code, "invalid_name");
  EXPECT_EQ(change({.expires_at = clock_.now()}).error().details.at("field"), "expires_at");
  ASSERT_TRUE(change({.expires_at = clock_.now() + 1h}));
  clock_.advance(1h);
  EXPECT_EQ(state_of(made.secret), State::expired);
  ASSERT_TRUE(change({.expires_at = std::optional<Timestamp>()}));
  EXPECT_EQ(state_of(made.secret), State::valid);
}

TEST_F(AccessServiceTest, RotatesWithAndWithoutAnOverlap) {
  const MadeKey first = make({.name = "Gate", .role = Role::device});
  const auto second = test::run_task(service_->rotate_key(admin_, first.key.id, 1h)).value();
  EXPECT_NE(second.secret, first.secret);
  EXPECT_EQ(state_of(first.secret), State::valid);
  EXPECT_EQ(state_of(second.secret), State::valid);
  const auto third = test::run_task(service_->rotate_key(admin_, first.key.id, 0s)).value();
  EXPECT_EQ(state_of(first.secret), State::unknown);
  EXPECT_EQ(state_of(second.secret), State::unknown);
  EXPECT_EQ(state_of(third.secret), State::valid);
  for (const auto overlap : {std::chrono::seconds(-1), std::chrono::seconds(kLongestOverlap) + 1s})
    EXPECT_EQ(test::run_task(service_->rotate_key(admin_, first.key.id, overlap)).error().code,
              "invalid_field");
}

TEST_F(AccessServiceTest, RevokesAtOnce) {
  const MadeKey made = make({.name = "Gate", .role = Role::device});
  ASSERT_TRUE(test::run_task(service_->revoke_key(admin_, made.key.id)));
  EXPECT_EQ(state_of(made.secret), State::revoked);
  EXPECT_EQ(test::run_task(service_->revoke_key(admin_, made.key.id)).error().code, "key_not_found");
}

TEST_F(AccessServiceTest, AnotherOrganisationsKeysAndSessionsAreNotThere) {
  const MadeKey made = make({.name = "Gate", .role = Role::device});
  EXPECT_TRUE(test::run_task(service_->keys(anybody_)).value().empty());
  EXPECT_EQ(test::run_task(service_->revoke_key(anybody_, made.key.id)).error().code, "key_not_found");
  EXPECT_EQ(test::run_task(service_->rotate_key(anybody_, made.key.id, 0s)).error().code, "key_not_found");
  const Session session{.id = SessionId::make(clock_.now()),
                        .organisation = kFirstOrganisation,
                        .token_hash = "a1",
                        .begun_at = clock_.now(),
                        .ends_at = clock_.now() + 12h,
                        .last_at = clock_.now() + 720h};
  ASSERT_TRUE(test::run_task(store_->sessions().begin(session)));
  EXPECT_EQ(test::run_task(service_->end_session(anybody_, session.id)).error().code, "session_not_found");
  EXPECT_EQ(test::run_task(service_->sessions(admin_)).value().size(), 1U);
  EXPECT_TRUE(test::run_task(service_->end_session(admin_, session.id)));
  EXPECT_TRUE(test::run_task(service_->sessions(admin_)).value().empty());
  EXPECT_EQ(test::run_task(service_->end_session(admin_, session.id)).error().code, "session_not_found");
}

TEST_F(AccessServiceTest, ACodeMakesOneDeviceOfItsOrganisation) {
  const auto made = test::run_task(service_->begin_pairing(
      admin_, {.kind = DeviceKind::kiosk, .cameras = {CameraId{"gate"}, CameraId{"door"}}, .pin = "2468"}));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->expires_at, clock_.now() + 10min);
  const auto paired = pair(made->code);
  ASSERT_TRUE(paired) << paired.error().message;
  EXPECT_EQ(paired->kind, DeviceKind::kiosk);
  const AccessKey& key = paired->made.key;
  EXPECT_EQ(key.organisation, kFirstOrganisation);
  EXPECT_EQ(key.role, Role::device);
  EXPECT_EQ(key.name, "Kiosk gate, door");
  EXPECT_EQ(key.cameras, (std::vector{CameraId{"gate"}, CameraId{"door"}}));
  EXPECT_EQ(state_of(paired->made.secret), State::valid);
  EXPECT_EQ(pair(made->code).error().code, "pairing_used");
}

TEST_F(AccessServiceTest, ACodeHoldsForTenMinutes) {
  const auto made =
      test::run_task(service_->begin_pairing(admin_, {.kind = DeviceKind::edge, .cameras = {CameraId{"a"}}}));
  clock_.advance(10min);
  EXPECT_EQ(pair(made->code).error().code, "pairing_expired");
  EXPECT_EQ(pair("K7QM-2XHD").error().code, "pairing_not_found");
  EXPECT_EQ(pair("no code").error().code, "pairing_not_found");
}

TEST_F(AccessServiceTest, RefusesPairingsThatCannotBe) {
  const auto refused = [&](NewPairing wanted) {
    return test::run_task(service_->begin_pairing(admin_, std::move(wanted))).error().details.at("field");
  };
  EXPECT_EQ(refused({.cameras = {}}), "cameras");
  EXPECT_EQ(refused({.cameras = {CameraId{"a"}}, .pin = "12"}), "pin");
  EXPECT_EQ(refused({.kind = DeviceKind::edge, .cameras = {CameraId{"a"}}, .pin = "1234"}), "pin");
}

TEST_F(AccessServiceTest, PinsAreTriedSlowly) {
  const auto made = test::run_task(service_->begin_pairing(
      admin_, {.kind = DeviceKind::kiosk, .cameras = {CameraId{"a"}}, .pin = "2468"}));
  const AccessKey key = pair(made->code)->made.key;
  TokenBucket::Time now{1h};
  EXPECT_TRUE(service_->check_pin(key, "2468", now).value());
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(service_->check_pin(key, "1111", now).value());
  const auto slowed = service_->check_pin(key, "2468", now);
  ASSERT_FALSE(slowed);
  EXPECT_EQ(slowed.error().code, "too_many_attempts");
  EXPECT_EQ(slowed.error().details.at("retry_after"), 10);
  now += 10s;
  EXPECT_TRUE(service_->check_pin(key, "2468", now).value());
}

}  // namespace
}  // namespace sas::access
