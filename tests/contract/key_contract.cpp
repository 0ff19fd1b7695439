#include <string>

#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

AccessKey key_of(const std::string& hash) {
  return {.id = KeyId(Uuid::v7(kMorning)),
          .organisation = kFirstOrganisation,
          .name = "Key " + hash,
          .role = Role::operator_,
          .hash = hash,
          .created_at = kMorning};
}

AccessKey device_of(const std::string& hash) {
  AccessKey key = key_of(hash);
  key.role = Role::device;
  key.cameras = {CameraId{"gate"}, CameraId{"door"}};
  key.pin_hash = "$argon2id$…";
  key.expires_at = kMorning + 24h;
  return key;
}

Pairing pairing_of(const std::string& code_hash) {
  return {.code_hash = code_hash,
          .organisation = kFirstOrganisation,
          .kind = DeviceKind::kiosk,
          .name = "Tablet at the gate",
          .cameras = {CameraId{"gate"}},
          .pin_hash = "$argon2id$…",
          .created_at = kMorning,
          .expires_at = kMorning + 10min};
}

const Caller kOther{OrganisationId(Uuid::v7(kMorning))};

}  // namespace

TEST_P(KeyContract, ListsWhatWasAddedAlsoAfterAReopening) {
  const AccessKey one = key_of("a1");
  const AccessKey device = device_of("b2");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  ASSERT_TRUE(run(store_->keys().add(kCaller, device)));
  reopen();
  const std::vector<AccessKey> both{one, device};
  EXPECT_EQ(run(store_->keys().keys(kFirstOrganisation)).value(), both);
  EXPECT_EQ(run(store_->keys().every_key()).value(), both);
  EXPECT_EQ(run(store_->keys().find_by_hash("b2")).value(), device);
  EXPECT_EQ(run(store_->keys().find_by_hash("c3")).value(), std::nullopt);
}

TEST_P(KeyContract, KeysBelongToTheirOrganisation) {
  const AccessKey one = key_of("a1");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  EXPECT_FALSE(run(store_->keys().add(kOther, key_of("b2"))));
  EXPECT_TRUE(run(store_->keys().keys(kOther.organisation)).value().empty());
  EXPECT_EQ(run(store_->keys().change(kOther, one.id, {.name = "Mine"})).error().code, "key_not_found");
  EXPECT_EQ(run(store_->keys().rotate(kOther, one.id, {"c3", kMorning})).error().code, "key_not_found");
  EXPECT_EQ(run(store_->keys().revoke(kOther, one.id, kMorning)).error().code, "key_not_found");
  EXPECT_EQ(run(store_->keys().keys(kFirstOrganisation)).value(), std::vector{one});
}

TEST_P(KeyContract, ChangesNameAndEndEachAlone) {
  const AccessKey device = device_of("a1");
  ASSERT_TRUE(run(store_->keys().add(kCaller, device)));
  AccessKey expected = device;
  expected.name = "Gate";
  EXPECT_EQ(run(store_->keys().change(kCaller, device.id, {.name = "Gate"})).value(), expected);
  expected.expires_at = kMorning + 1h;
  EXPECT_EQ(run(store_->keys().change(kCaller, device.id, {.expires_at = kMorning + 1h})).value(), expected);
  expected.expires_at.reset();
  EXPECT_EQ(
      run(store_->keys().change(kCaller, device.id, {.expires_at = std::optional<Timestamp>()})).value(),
      expected);
  EXPECT_EQ(run(store_->keys().find_by_hash("a1")).value(), expected);
  EXPECT_EQ(run(store_->keys().change(kCaller, KeyId(Uuid::v7(kMorning)), {.name = "x"})).error().code,
            "key_not_found");
}

TEST_P(KeyContract, ARotatedKeyIsFoundByBothAndLaterByTheLastTwo) {
  const AccessKey one = key_of("a1");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  AccessKey expected = one;
  expected.hash = "b2";
  expected.old_hash = "a1";
  expected.old_until = kMorning + 1h;
  EXPECT_EQ(run(store_->keys().rotate(kCaller, one.id, {"b2", kMorning + 1h})).value(), expected);
  EXPECT_EQ(run(store_->keys().find_by_hash("a1")).value(), expected);
  EXPECT_EQ(run(store_->keys().find_by_hash("b2")).value(), expected);
  ASSERT_TRUE(run(store_->keys().rotate(kCaller, one.id, {"c3", kMorning + 2h})));
  EXPECT_EQ(run(store_->keys().find_by_hash("a1")).value(), std::nullopt);
  EXPECT_EQ(run(store_->keys().find_by_hash("b2")).value()->old_until, kMorning + 2h);
}

TEST_P(KeyContract, TheSessionsOfARotatedKeyEndWithTheOldOne) {
  const AccessKey one = key_of("a1");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  const Session session{.id = SessionId(Uuid::v7(kMorning)),
                        .organisation = kFirstOrganisation,
                        .key = one.id,
                        .token_hash = "token",
                        .begun_at = kMorning,
                        .ends_at = kMorning + 12h,
                        .last_at = kMorning + 720h};
  ASSERT_TRUE(run(store_->sessions().begin(session)));
  ASSERT_TRUE(run(store_->keys().rotate(kCaller, one.id, {"b2", kMorning + 1h})));
  EXPECT_TRUE(run(store_->sessions().find(session.id)).value()->holds(kMorning + 1h - 1us));
  EXPECT_TRUE(run(store_->sessions().sessions(kFirstOrganisation, kMorning + 1h)).value().empty());
  ASSERT_TRUE(run(store_->keys().rotate(kCaller, one.id, {"c3", kMorning + 2h})));
  EXPECT_EQ(run(store_->sessions().find(session.id)).value()->last_at, kMorning + 1h) << "never later";
}

TEST_P(KeyContract, ARevokedKeyIsNotListedAndEndsItsSessions) {
  const AccessKey one = key_of("a1");
  const AccessKey other = key_of("b2");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  ASSERT_TRUE(run(store_->keys().add(kCaller, other)));
  const auto begin = [&](const std::string& token, std::optional<KeyId> key) {
    const Session session{.id = SessionId(Uuid::v7(kMorning)),
                          .organisation = kFirstOrganisation,
                          .key = key,
                          .token_hash = token,
                          .begun_at = kMorning,
                          .ends_at = kMorning + 12h,
                          .last_at = kMorning + 720h};
    EXPECT_TRUE(run(store_->sessions().begin(session)));
    EXPECT_EQ(run(store_->sessions().find(session.id)).value(), session);
  };
  begin("of one", one.id);
  begin("of other", other.id);
  begin("of the configuration", std::nullopt);
  ASSERT_TRUE(run(store_->keys().revoke(kCaller, one.id, kMorning + 1h)));
  EXPECT_EQ(run(store_->keys().keys(kFirstOrganisation)).value(), std::vector{other});
  EXPECT_EQ(run(store_->keys().find_by_hash("a1")).value()->revoked_at, kMorning + 1h);
  EXPECT_EQ(run(store_->keys().every_key()).value().size(), 2U);
  std::vector<std::string> left;
  for (const Session& session : run(store_->sessions().sessions(kFirstOrganisation, kMorning + 2h)).value())
    left.push_back(session.token_hash);
  EXPECT_EQ(left, (std::vector<std::string>{"of other", "of the configuration"}));
  EXPECT_EQ(run(store_->sessions().find_by_token("of one")).value()->ended_at, kMorning + 1h);
  EXPECT_EQ(run(store_->keys().revoke(kCaller, one.id, kMorning)).error().code, "key_not_found");
  EXPECT_EQ(run(store_->keys().rotate(kCaller, one.id, {"c3", kMorning})).error().code, "key_not_found");
}

TEST_P(KeyContract, CountsChangesButNotUses) {
  const AccessKey one = key_of("a1");
  std::int64_t before = run(store_->keys().changes()).value();
  const auto grown = [&] {
    const std::int64_t now = run(store_->keys().changes()).value();
    return std::exchange(before, now) < now;
  };
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  EXPECT_TRUE(grown());
  ASSERT_TRUE(run(store_->keys().change(kCaller, one.id, {.name = "x"})));
  EXPECT_TRUE(grown());
  ASSERT_TRUE(run(store_->keys().rotate(kCaller, one.id, {"b2", kMorning})));
  EXPECT_TRUE(grown());
  ASSERT_TRUE(run(store_->keys().used({{one.id, kMorning}})));
  EXPECT_FALSE(grown());
  ASSERT_TRUE(run(store_->keys().revoke(kCaller, one.id, kMorning)));
  EXPECT_TRUE(grown());
  ASSERT_TRUE(run(store_->keys().begin_pairing(kCaller, pairing_of("code"))));
  ASSERT_TRUE(run(store_->keys().pair(kCaller, "code", device_of("c3"))));
  EXPECT_TRUE(grown());
}

TEST_P(KeyContract, TheLastUseMovesOnlyForwards) {
  const AccessKey one = key_of("a1");
  ASSERT_TRUE(run(store_->keys().add(kCaller, one)));
  ASSERT_TRUE(run(store_->keys().used({{one.id, kMorning + 2h}, {KeyId(Uuid::v7(kMorning)), kMorning}})));
  ASSERT_TRUE(run(store_->keys().used({{one.id, kMorning + 1h}})));
  EXPECT_EQ(run(store_->keys().find_by_hash("a1")).value()->last_used_at, kMorning + 2h);
}

TEST_P(KeyContract, ACodeBecomesOneKeyOnce) {
  const Pairing pairing = pairing_of("code");
  ASSERT_TRUE(run(store_->keys().begin_pairing(kCaller, pairing)));
  EXPECT_EQ(run(store_->keys().pairing("code")).value(), pairing);
  EXPECT_EQ(run(store_->keys().pairing("other")).value(), std::nullopt);
  EXPECT_EQ(run(store_->keys().pair(kCaller, "other", device_of("x"))).error().code, "pairing_used");
  AccessKey key = device_of("a1");
  key.created_at = kMorning + 1min;
  auto first = runner_.start(store_->keys().pair(kCaller, "code", key));
  auto second = runner_.start(store_->keys().pair(kCaller, "code", device_of("b2")));
  EXPECT_NE(first.get().has_value(), second.get().has_value()) << "one of two wins";
  EXPECT_EQ(run(store_->keys().keys(kFirstOrganisation)).value().size(), 1U);
  EXPECT_TRUE(run(store_->keys().pairing("code")).value()->used_at);
}

TEST_P(KeyContract, ACodeThatIsOverBecomesNoKey) {
  ASSERT_TRUE(run(store_->keys().begin_pairing(kCaller, pairing_of("code"))));
  AccessKey late = device_of("a1");
  late.created_at = kMorning + 10min;
  EXPECT_EQ(run(store_->keys().pair(kCaller, "code", late)).error().code, "pairing_used");
  EXPECT_TRUE(run(store_->keys().keys(kFirstOrganisation)).value().empty());
}

TEST_P(KeyContract, CodesThatEndedLongAgoAreErased) {
  ASSERT_TRUE(run(store_->keys().begin_pairing(kCaller, pairing_of("old"))));
  Pairing later = pairing_of("later");
  later.created_at = kMorning + 48h;
  later.expires_at = later.created_at + 10min;
  ASSERT_TRUE(run(store_->keys().begin_pairing(kCaller, later)));
  EXPECT_EQ(run(store_->keys().pairing("old")).value(), std::nullopt);
  EXPECT_EQ(run(store_->keys().pairing("later")).value(), later);
}

}  // namespace sas
