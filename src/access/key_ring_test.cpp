#include "access/key_ring.h"

#include <atomic>
#include <optional>

#include <gtest/gtest.h>

#include "access/secrets.h"
#include "fixtures/becomes_true.h"
#include "fixtures/manual_clock.h"
#include "fixtures/run_task.h"
#include "fixtures/temp_dir.h"
#include "store/sqlite/sqlite_store.h"

namespace sas::access {
namespace {

using namespace std::chrono_literals;
using State = KeyRing::State;

const Caller kCaller{kFirstOrganisation};

// A store that says that other servers write it too, and can be told to be out of reach.
class SharedKeys final : public KeyStore {
 public:
  explicit SharedKeys(KeyStore& store) : store_(store) {}

  Task<Result<void>> add(const Caller& caller, AccessKey key) override {
    return store_.add(caller, std::move(key));
  }
  Task<Result<std::vector<AccessKey>>> keys(OrganisationId organisation) override {
    return store_.keys(organisation);
  }
  Task<Result<std::vector<AccessKey>>> every_key() override {
    ++reads;
    return store_.every_key();
  }
  Task<Result<std::int64_t>> changes() override {
    if (!reachable) return refuse();
    return store_.changes();
  }
  Task<Result<std::optional<AccessKey>>> find_by_hash(std::string hash) override {
    return store_.find_by_hash(std::move(hash));
  }
  Task<Result<AccessKey>> change(const Caller& caller, KeyId id, KeyChange change) override {
    return store_.change(caller, id, std::move(change));
  }
  Task<Result<AccessKey>> rotate(const Caller& caller, KeyId id, KeyRotation rotation) override {
    return store_.rotate(caller, id, std::move(rotation));
  }
  Task<Result<void>> revoke(const Caller& caller, KeyId id, Timestamp at) override {
    return store_.revoke(caller, id, at);
  }
  Task<Result<void>> used(std::vector<KeyUse> uses) override {
    written += static_cast<int>(uses.size());
    return store_.used(std::move(uses));
  }
  Task<Result<void>> begin_pairing(const Caller& caller, Pairing pairing) override {
    return store_.begin_pairing(caller, std::move(pairing));
  }
  Task<Result<std::optional<Pairing>>> pairing(std::string code_hash) override {
    return store_.pairing(std::move(code_hash));
  }
  Task<Result<void>> pair(const Caller& caller, std::string code_hash, AccessKey key) override {
    return store_.pair(caller, std::move(code_hash), std::move(key));
  }
  [[nodiscard]] bool is_shared() const override { return shared; }

  std::atomic<bool> reachable{true};
  std::atomic<bool> shared{true};
  std::atomic<int> reads{0};
  std::atomic<int> written{0};

 private:
  static Task<Result<std::int64_t>> refuse() {
    co_return Error::of(ErrorKind::unavailable, "database_unavailable", "out of reach");
  }

  KeyStore& store_;
};

class KeyRingTest : public testing::Test {
 protected:
  KeyRingTest() {
    SqliteOptions options;
    options.path = dir_ / "attendance.db";
    store_ = std::move(*SqliteStore::open(options));
    keys_.emplace(store_->keys());
  }

  std::unique_ptr<KeyRing> open(KeyRingOptions options = {.look_every = 1ms}) {
    auto opened = KeyRing::open(*keys_, clock_, options);
    return std::move(*opened);
  }
  AccessKey add(const std::string& secret, std::optional<Timestamp> expires_at = std::nullopt) {
    AccessKey key{.id = KeyId::make(clock_.now()),
                  .organisation = kFirstOrganisation,
                  .name = secret,
                  .role = Role::viewer,
                  .hash = hash_of(secret),
                  .created_at = clock_.now(),
                  .expires_at = expires_at};
    EXPECT_TRUE(test::run_task(store_->keys().add(kCaller, key)));
    return key;
  }

  test::TempDir dir_;
  test::ManualClock clock_{*parse_rfc3339("2026-11-22T08:00:00Z")};
  std::unique_ptr<Store> store_;
  std::optional<SharedKeys> keys_;
};

TEST_F(KeyRingTest, KnowsWhatWasThereWhenItOpened) {
  const AccessKey key = add("one");
  const auto ring = open();
  const KeyRing::Found found = ring->find(hash_of("one"));
  EXPECT_EQ(found.state, State::valid);
  ASSERT_TRUE(found.key);
  EXPECT_EQ(*found.key, key);
  EXPECT_EQ(ring->find(key.id).state, State::valid);
  EXPECT_EQ(ring->find(hash_of("two")).state, State::unknown);
}

TEST_F(KeyRingTest, TellsAnExpiredAndARevokedKeyFromAWrongOne) {
  const AccessKey expiring = add("expiring", clock_.now() + 1h);
  const AccessKey revoked = add("revoked");
  ASSERT_TRUE(test::run_task(store_->keys().revoke(kCaller, revoked.id, clock_.now())));
  const auto ring = open();
  EXPECT_EQ(ring->find(hash_of("expiring")).state, State::valid);
  EXPECT_TRUE(ring->holds({expiring.id, expiring.hash}));
  clock_.advance(1h);
  EXPECT_EQ(ring->find(hash_of("expiring")).state, State::expired);
  EXPECT_FALSE(ring->holds({expiring.id, expiring.hash}));
  EXPECT_EQ(ring->find(hash_of("revoked")).state, State::revoked);
}

TEST_F(KeyRingTest, AnOldKeyHoldsForItsOverlap) {
  const AccessKey key = add("old");
  ASSERT_TRUE(test::run_task(store_->keys().rotate(kCaller, key.id, {hash_of("new"), clock_.now() + 1h})));
  const auto ring = open();
  for (const char* secret : {"old", "new"}) {
    EXPECT_EQ(ring->find(hash_of(secret)).state, State::valid) << secret;
    EXPECT_TRUE(ring->holds({key.id, hash_of(secret)})) << secret;
  }
  clock_.advance(1h);
  EXPECT_EQ(ring->find(hash_of("old")).state, State::unknown);
  EXPECT_FALSE(ring->holds({key.id, hash_of("old")}));
  EXPECT_EQ(ring->find(hash_of("new")).state, State::valid);
}

TEST_F(KeyRingTest, LearnsOfChangesByOtherServersAndReadsOnlyThen) {
  const auto ring = open();
  const AccessKey key = add("one");
  EXPECT_TRUE(test::becomes_true([&] { return ring->find(hash_of("one")).state == State::valid; }));
  ASSERT_TRUE(test::run_task(store_->keys().revoke(kCaller, key.id, clock_.now())));
  EXPECT_TRUE(test::becomes_true([&] { return ring->find(hash_of("one")).state == State::revoked; }));
  EXPECT_EQ(keys_->reads, 3) << "at the start and after each change";
}

TEST_F(KeyRingTest, KnowsItsOwnChangesAtOnceAndWithoutPolling) {
  keys_->shared = false;
  const auto ring = open({.look_every = 1h});
  const AccessKey key = add("one");
  ASSERT_TRUE(test::run_task(ring->refresh()));
  EXPECT_EQ(ring->find(hash_of("one")).state, State::valid);
}

TEST_F(KeyRingTest, KeepsWhatItKnowsWhileTheStoreIsGoneAndCatchesUp) {
  keys_->shared = false;
  const AccessKey key = add("one");
  const auto ring = open();
  keys_->reachable = false;
  ASSERT_TRUE(test::run_task(store_->keys().revoke(kCaller, key.id, clock_.now())));
  EXPECT_FALSE(test::run_task(ring->refresh()));
  EXPECT_EQ(ring->find(hash_of("one")).state, State::valid);
  keys_->reachable = true;
  EXPECT_TRUE(test::becomes_true([&] { return ring->find(hash_of("one")).state == State::revoked; }));
}

TEST_F(KeyRingTest, WritesTheLastUseAtMostOnceAMinute) {
  const AccessKey key = add("one");
  const auto ring = open();
  EXPECT_EQ(ring->last_use(key.id), std::nullopt);
  ring->note_use(key.id);
  const Timestamp first = clock_.now();
  const auto stored = [&] {
    return test::run_task(store_->keys().find_by_hash(key.hash)).value()->last_used_at;
  };
  EXPECT_TRUE(test::becomes_true([&] { return stored() == first; }));
  clock_.advance(59s);
  ring->note_use(key.id);
  EXPECT_EQ(ring->last_use(key.id), clock_.now());
  const int reads = keys_->reads;
  add("two");
  EXPECT_TRUE(test::becomes_true([&] { return keys_->reads > reads; })) << "it has looked again";
  EXPECT_EQ(keys_->written, 1);
  clock_.advance(1s);
  EXPECT_TRUE(test::becomes_true([&] { return stored() == first + 59s; }));
  EXPECT_EQ(keys_->written, 2);
}

}  // namespace
}  // namespace sas::access
