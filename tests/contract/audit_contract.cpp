#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "audit/chain.h"
#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const Caller& operator_caller() {
  static const Caller caller = [] {
    Caller made(kFirstOrganisation);
    made.subject = {Subject::Kind::session, "session-7", "key-3"};
    return made;
  }();
  return caller;
}

audit::Entry entry_at(Timestamp at, const std::string& action) {
  return audit::entry_of(kFirstOrganisation, {Subject::Kind::key, "k", ""}, at, action, "route:GET /",
                         R"({"right":"manage"})");
}

std::vector<std::string> actions_of(const std::vector<audit::Row>& rows) {
  std::vector<std::string> actions;
  for (const audit::Row& row : rows) actions.push_back(row.entry.action);
  return actions;
}

std::string why(const std::vector<audit::Row>& rows) {
  audit::ChainCheck check;
  for (const audit::Row& row : rows)
    if (const auto broken = check.add(row)) return broken->why;
  return "";
}

}  // namespace

std::vector<audit::Row> AuditContract::rows(std::size_t limit, bool oldest_first) {
  std::vector<audit::Row> all;
  AuditQuery query{.organisation = kFirstOrganisation, .page = {}, .oldest_first = oldest_first};
  query.page.limit = limit;
  do {
    auto page = run(store_->audit().rows(query)).value();
    EXPECT_LE(page.items.size(), limit);
    std::move(page.items.begin(), page.items.end(), std::back_inserter(all));
    query.page.cursor = page.next_cursor;
  } while (query.page.cursor);
  return all;
}

TEST_P(AuditContract, KeepsRowsAsAChainThatGoesOnAfterAReopening) {
  EXPECT_TRUE(rows().empty());
  ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning, "one"))));
  ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning + 1us, "zwö"))));
  reopen();
  ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning - 24h, "three"))));
  const auto all = rows();
  ASSERT_THAT(actions_of(all), ElementsAre("one", "zwö", "three"));
  EXPECT_EQ(why(all), "");
  EXPECT_EQ(all[1].entry, entry_at(kMorning + 1us, "zwö"));
  EXPECT_EQ(all[0].previous_hash, audit::no_hash());
}

TEST_P(AuditContract, ListsInPagesFromBothEnds) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning, std::to_string(i)))));
  EXPECT_THAT(actions_of(rows(2, true)), ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_THAT(actions_of(rows(2, false)), ElementsAre("4", "3", "2", "1", "0"));
  AuditQuery query{.organisation = kFirstOrganisation};
  query.page.cursor = "01";
  EXPECT_EQ(run(store_->audit().rows(query)).error().code, "invalid_cursor");
  EXPECT_TRUE(run(store_->audit().rows({.organisation = OrganisationId(Uuid::v7(kMorning))}))->items.empty());
}

TEST_P(AuditContract, EachOrganisationHasAChainOfItsOwn) {
  audit::Entry other = entry_at(kMorning, "elsewhere");
  other.organisation = OrganisationId(Uuid::v7(kMorning));
  ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning, "here"))));
  ASSERT_TRUE(run(store_->audit().append(other)));
  ASSERT_TRUE(run(store_->audit().append(entry_at(kMorning, "here again"))));
  EXPECT_EQ(why(rows()), "");
  const auto theirs = run(store_->audit().rows({.organisation = other.organisation}))->items;
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_EQ(theirs[0].sequence, 1);
}

TEST_P(AuditContract, EveryChangeOfPeopleIsInTheLogAndSaysWho) {
  const Person ada = new_person("7", "Ada");
  const FaceTemplate first = face_of(ada, 1);
  const FaceTemplate second = face_of(ada, 2);
  auto& people = store_->people();
  const Caller& caller = operator_caller();
  ASSERT_TRUE(run(people.add_person(caller, ada, {first})));
  ASSERT_TRUE(run(people.update_person(caller, ada.id, {.code = "8", .name = {}}, kMorning + 1h)));
  ASSERT_TRUE(run(people.add_face(caller, second)));
  ASSERT_TRUE(run(people.remove_face(caller, ada.id, first.id, kMorning + 2h)));
  ASSERT_TRUE(run(people.remove_person(caller, ada.id, kMorning + 3h)));
  const auto all = rows();
  ASSERT_THAT(actions_of(all),
              ElementsAre("person_added", "person_changed", "face_added", "face_removed", "person_removed"));
  EXPECT_EQ(why(all), "");
  for (const audit::Row& row : all) {
    EXPECT_EQ(row.entry.subject_kind, "session");
    EXPECT_EQ(row.entry.subject_id, "session-7");
    EXPECT_EQ(row.entry.subject_key, "key-3");
    EXPECT_EQ(row.entry.details.find("Ada"), std::string::npos) << "the log outlives an erasure";
  }
  EXPECT_EQ(all[0].entry.target, "person:" + ada.id.to_string());
  EXPECT_EQ(all[1].entry.details, R"({"changed":["code"]})");
  EXPECT_EQ(all[1].entry.at, kMorning + 1h);
  EXPECT_EQ(all[3].entry.target, "face:" + first.id.to_string());
  EXPECT_EQ(all[3].entry.details, R"({"person":")" + ada.id.to_string() + R"("})");
}

TEST_P(AuditContract, WhatChangedNothingIsNotInTheLog) {
  const Person ada = add("7", "Ada");
  const Person nobody = new_person("9", "Nobody");
  auto& people = store_->people();
  EXPECT_FALSE(run(people.add_person(kCaller, new_person("7", "Bob"), {})));
  EXPECT_FALSE(run(people.update_person(kCaller, nobody.id, {.code = {}, .name = "X"}, kMorning)));
  EXPECT_FALSE(run(people.remove_person(kCaller, nobody.id, kMorning)));
  EXPECT_FALSE(run(people.add_face(kCaller, face_of(nobody, 1))));
  EXPECT_FALSE(run(people.remove_face(kCaller, ada.id, FaceId(Uuid::v7(kMorning)), kMorning)));
  EXPECT_THAT(actions_of(rows()), ElementsAre("person_added"));
}

TEST_P(AuditContract, ASessionIsInTheLogWhereItBeginsAndWhereItEnds) {
  const Session session{.id = SessionId(Uuid::v7(kMorning)),
                        .organisation = kFirstOrganisation,
                        .token_hash = "a1",
                        .begun_at = kMorning,
                        .ends_at = kMorning + 12h,
                        .last_at = kMorning + 720h};
  ASSERT_TRUE(run(store_->sessions().begin(session)));
  ASSERT_TRUE(run(store_->sessions().extend(session.id, kMorning + 20h)));
  ASSERT_TRUE(run(store_->sessions().end(session.id, kMorning + 1h, operator_caller().subject)));
  ASSERT_TRUE(run(store_->sessions().end(session.id, kMorning + 2h)));
  ASSERT_TRUE(run(store_->sessions().end(SessionId(Uuid::v7(kMorning)), kMorning)));
  const auto all = rows();
  ASSERT_THAT(actions_of(all), ElementsAre("session_begun", "session_ended"));
  EXPECT_EQ(why(all), "");
  EXPECT_EQ(all[0].entry.subject_id, session.id.to_string());
  EXPECT_EQ(all[0].entry.target, "session:" + session.id.to_string());
  EXPECT_EQ(all[1].entry.subject_id, "session-7") << "who ended it";
  EXPECT_EQ(all[1].entry.at, kMorning + 1h);
}

TEST_P(AuditContract, EveryChangeOfAKeyIsInTheLog) {
  AccessKey key{.id = KeyId(Uuid::v7(kMorning)),
                .organisation = kFirstOrganisation,
                .name = "Grace",
                .role = Role::operator_,
                .hash = "h1",
                .created_at = kMorning};
  AccessKey device = key;
  device.id = KeyId(Uuid::v7(kMorning));
  device.role = Role::device;
  device.cameras = {{CameraId{"gate"}}};
  device.hash = "h2";
  const Pairing pairing{.code_hash = "c1",
                        .organisation = kFirstOrganisation,
                        .kind = DeviceKind::edge,
                        .name = "gate",
                        .cameras = {CameraId{"gate"}},
                        .created_at = kMorning,
                        .expires_at = kMorning + 10min};
  auto& keys = store_->keys();
  const Caller& caller = operator_caller();
  ASSERT_TRUE(run(keys.add(caller, key)));
  ASSERT_TRUE(run(keys.change(caller, key.id, {.name = "Ada"})));
  ASSERT_TRUE(run(keys.rotate(caller, key.id, {.hash = "h3", .old_until = kMorning})));
  ASSERT_TRUE(run(keys.used({{key.id, kMorning}})));
  ASSERT_TRUE(run(keys.revoke(caller, key.id, kMorning + 1h)));
  EXPECT_FALSE(run(keys.revoke(caller, key.id, kMorning + 2h)));
  EXPECT_FALSE(run(keys.change(caller, key.id, {.name = "Eva"})));
  ASSERT_TRUE(run(keys.begin_pairing(caller, pairing)));
  ASSERT_TRUE(run(keys.pair(caller, "c1", device)));
  EXPECT_FALSE(run(keys.pair(caller, "c1", device)));
  const auto all = rows();
  ASSERT_THAT(actions_of(all), ElementsAre("key_made", "key_changed", "key_rotated", "key_revoked",
                                           "pairing_begun", "device_paired"));
  EXPECT_EQ(why(all), "");
  EXPECT_EQ(all[0].entry.target, "key:" + key.id.to_string());
  EXPECT_EQ(all[0].entry.details, R"({"role":"operator"})");
  EXPECT_EQ(all[1].entry.details, R"({"changed":["name"]})");
  EXPECT_EQ(all[3].entry.at, kMorning + 1h);
  EXPECT_EQ(all[4].entry.details, R"({"kind":"edge","cameras":["gate"]})");
  EXPECT_EQ(all[5].entry.details, R"({"role":"device","cameras":["gate"]})");
  EXPECT_EQ(all[5].entry.subject_id, "session-7");
}

TEST_P(AuditContract, RowsThatAreAddedAtTheSameTimeMakeOneChain) {
  constexpr int kRows = 40;
  std::vector<std::future<Result<void>>> pending;
  for (int i = 0; i < kRows; ++i)
    pending.push_back(runner_.start(store_->audit().append(entry_at(kMorning, std::to_string(i)))));
  for (auto& each : pending) EXPECT_TRUE(each.get());
  const auto all = rows();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kRows));
  EXPECT_EQ(why(all), "");
}

}  // namespace sas
