#include "store_contract.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace sas {

using namespace std::chrono_literals;

Embedding face_number(int number) {
  std::array<float, kEmbeddingSize> values{};
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>((static_cast<int>(i) * 31 + number * 17) % 101) - 50.0F;
  return *Embedding::normalised(values);
}

Person new_person(const std::string& code, const std::string& name) {
  return {.id = PersonId::make(kMorning),
          .organisation = kFirstOrganisation,
          .code = code,
          .name = name,
          .created_at = kMorning,
          .updated_at = kMorning};
}

FaceTemplate face_of(const Person& person, int number) {
  return {.id = FaceId::make(kMorning),
          .person = person.id,
          .organisation = person.organisation,
          .model = ModelId{"model@1"},
          .embedding = face_number(number),
          .quality = 0.75F,
          .created_at = kMorning + number * 1s};
}

Sighting sighting_at(Timestamp captured_at, const std::string& camera) {
  return {.event = EventId::make(captured_at),
          .organisation = kFirstOrganisation,
          .camera = CameraId{camera},
          .model = ModelId{"model@1"},
          .captured_at = captured_at,
          .received_at = captured_at + 250ms,
          .liveness = 0.9F,
          .quality = std::nullopt};
}

Decision mark(const Sighting& sighting, const Person& person) {
  Decision decision;
  decision.event = sighting.event;
  decision.outcome = Outcome::marked;
  decision.person = PersonRef{person.id, person.code, person.name};
  decision.similarity = 0.71F;
  decision.runner_up = 0.12F;
  decision.threshold = 0.35F;
  decision.attendance = AttendanceId::make(sighting.captured_at);
  return decision;
}

Person StoreContract::add(const std::string& code, const std::string& name, int faces) {
  Person person = new_person(code, name);
  std::vector<FaceTemplate> templates;
  for (int i = 0; i < faces; ++i) templates.push_back(face_of(person, i));
  const auto added = run(store_->people().add_person(kCaller, person, templates));
  EXPECT_TRUE(added) << added.error().message;
  return person;
}

Decision StoreContract::record(const Person& person, Timestamp captured_at, std::chrono::seconds window,
                               const std::string& camera) {
  const Sighting sighting = sighting_at(captured_at, camera);
  const auto decision = run(store_->log().record(kCaller, sighting, mark(sighting, person), window));
  if (!decision) {
    ADD_FAILURE() << decision.error().message;
    return {};
  }
  return *decision;
}

std::vector<AttendanceRecord> StoreContract::log(AttendanceQuery query) {
  const auto page = run(store_->log().attendance(std::move(query)));
  if (!page) {
    ADD_FAILURE() << page.error().message;
    return {};
  }
  return page->items;
}

TEST_P(StoreContract, KeepsAPersonAndTheirFacesAcrossARestart) {
  const Person ada = add("7", "Ada Lovelace", 3);
  reopen();
  const auto found = run(store_->people().person(kFirstOrganisation, ada.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->person, ada);
  ASSERT_EQ(found->faces.size(), 3U);
  EXPECT_EQ(found->faces[0].created_at, kMorning);
  EXPECT_EQ(found->faces[2].created_at, kMorning + 2s);
  EXPECT_EQ(found->faces[0].model, ModelId{"model@1"});
  EXPECT_EQ(found->faces[0].quality, 0.75F);
}

TEST_P(StoreContract, RefusesACodeInUse) {
  const Person ada = add("7", "Ada");
  const Person twin = new_person("7", "Other");
  const auto added = run(store_->people().add_person(kCaller, twin, {}));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::conflict);
  EXPECT_EQ(added.error().code, "duplicate_code");
  EXPECT_EQ(added.error().details.at("person_id").as_string(), ada.id.to_string());

  const Person bob = add("8", "Bob");
  const auto changed = run(store_->people().update_person(kCaller, bob.id, {"7", {}}, kMorning + 1h));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, "duplicate_code");
}

TEST_P(StoreContract, ChangesOnlyTheRequestedFields) {
  const Person ada = add("7", "Ada");
  const auto renamed =
      run(store_->people().update_person(kCaller, ada.id, {{}, "Ada Lovelace"}, kMorning + 1h));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->code, "7");
  EXPECT_EQ(renamed->name, "Ada Lovelace");
  EXPECT_EQ(renamed->created_at, kMorning);
  EXPECT_EQ(renamed->updated_at, kMorning + 1h);
  EXPECT_TRUE(run(store_->people().update_person(kCaller, ada.id, {"7", {}}, kMorning))) << "one's own code";
  const auto page = run(store_->people().persons({kFirstOrganisation, "LOVELACE", {}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1U) << "the new name is found";
}

TEST_P(StoreContract, ReportsAMissingPerson) {
  const PersonId nobody = PersonId::make(kMorning);
  const auto found = run(store_->people().person(kFirstOrganisation, nobody));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  EXPECT_EQ(found.error().code, "person_not_found");
  EXPECT_EQ(run(store_->people().update_person(kCaller, nobody, {}, kMorning)).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(run(store_->people().remove_person(kCaller, nobody, kMorning)).error().kind,
            ErrorKind::not_found);
  Person ghost = new_person("1", "Ghost");
  EXPECT_EQ(run(store_->people().add_face(kCaller, face_of(ghost, 1))).error().kind, ErrorKind::not_found);
  const Person ada = add("7", "Ada");
  const auto face = run(store_->people().remove_face(kCaller, ada.id, FaceId::make(kMorning), kMorning));
  ASSERT_FALSE(face);
  EXPECT_EQ(face.error().code, "face_not_found");
}

TEST_P(StoreContract, OtherOrganisationsSeeNothing) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  const OrganisationId other = OrganisationId::make(kMorning);
  EXPECT_FALSE(run(store_->people().person(other, ada.id)));
  EXPECT_FALSE(run(store_->people().remove_person(Caller(other), ada.id, kMorning)));
  EXPECT_TRUE(run(store_->people().persons({other, "", {}}))->items.empty());
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.organisation = other;
  EXPECT_TRUE(log(query).empty());
  EXPECT_TRUE(run(store_->cameras().cameras(other))->empty());
}

TEST_P(StoreContract, FindsPeopleByPartsOfNameOrCodeInAnyAlphabetAndCase) {
  add("A-100%", "Żółć Gęślą");
  add("A-200_", "Дмитрий Менделеев");
  add("B-300", "O'Brien \"Bo\" \\x");
  add("B-400", "李小龍");
  const auto codes = [&](const std::string& text) {
    const auto page = run(store_->people().persons({kFirstOrganisation, text, {}}));
    std::string found;
    for (const PersonDetails& details : page->items) found += details.person.code + " ";
    return found;
  };
  EXPECT_EQ(codes(""), "A-100% A-200_ B-300 B-400 ");
  EXPECT_EQ(codes("żółć"), "A-100% ");
  EXPECT_EQ(codes("ŻÓŁĆ"), "A-100% ");
  EXPECT_EQ(codes("МЕНДЕЛЕЕВ"), "A-200_ ");
  EXPECT_EQ(codes("小龍"), "B-400 ");
  EXPECT_EQ(codes("a-"), "A-100% A-200_ ");
  EXPECT_EQ(codes("%"), "A-100% ") << "not a wildcard";
  EXPECT_EQ(codes("_"), "A-200_ ") << "not a wildcard";
  EXPECT_EQ(codes("'b"), "B-300 ");
  EXPECT_EQ(codes("\\"), "B-300 ");
  EXPECT_EQ(codes("nobody"), "");
}

TEST_P(StoreContract, PagesOfPeopleNeitherRepeatNorMissAnyoneDuringChanges) {
  std::map<std::string, Person> people;
  for (int i = 10; i < 30; ++i) people.emplace(std::to_string(i), add(std::to_string(i), "P"));
  PersonQuery query{.organisation = kFirstOrganisation};
  query.page.limit = 6;
  std::vector<std::string> seen;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = run(store_->people().persons(query));
    ASSERT_TRUE(page);
    for (const PersonDetails& details : page->items) seen.push_back(details.person.code);
    if (!page->next_cursor) break;
    query.page.cursor = page->next_cursor;
    if (pages == 0) {
      add("05", "before the first page's end: not seen");
      ASSERT_TRUE(run(store_->people().remove_person(kCaller, people.at("15").id, kMorning)));
    }
  }
  std::vector<std::string> expected;
  for (int i = 10; i < 30; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(seen, expected);
}

TEST_P(StoreContract, RefusesAForeignCursor) {
  PersonQuery people{.organisation = kFirstOrganisation};
  people.page.cursor = "nonsense";
  EXPECT_EQ(run(store_->people().persons(people)).error().code, "invalid_cursor");
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.page.cursor = "";
  const auto page = run(store_->log().attendance(query));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(page.error().code, "invalid_cursor");
}

TEST_P(StoreContract, ReturnsEveryTemplateOnceAndStopsOnRequest) {
  std::set<FaceId> added;
  for (int i = 0; i < 700; ++i) {
    const Person person = new_person("p" + std::to_string(i), "P");
    const FaceTemplate face = face_of(person, i);
    added.insert(face.id);
    ASSERT_TRUE(run(store_->people().add_person(kCaller, person, {face})));
  }
  const Person gone = add("gone", "Gone", 2);
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, gone.id, kMorning)));

  std::set<FaceId> given;
  const auto all = run(store_->templates().for_each_template([&](std::vector<FaceTemplate> faces) {
    for (const FaceTemplate& face : faces) EXPECT_TRUE(given.insert(face.id).second);
    return true;
  }));
  ASSERT_TRUE(all);
  EXPECT_EQ(given, added);

  int calls = 0;
  ASSERT_TRUE(run(store_->templates().for_each_template([&](const std::vector<FaceTemplate>& /*faces*/) {
    ++calls;
    return false;
  })));
  EXPECT_EQ(calls, 1);
}

TEST_P(StoreContract, AFingerprintIdentifiesOneSetOfTemplates) {
  std::set<std::string> seen;
  const auto fingerprint = [&] {
    const auto found = run(store_->templates().template_fingerprint());
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::string();
  };
  const auto expect_new = [&](const char* after) {
    EXPECT_TRUE(seen.insert(fingerprint()).second) << after;
    EXPECT_LE(fingerprint().size(), 4096U);
  };
  expect_new("nothing");
  const Person ada = add("7", "Ada", 2);
  expect_new("a person with two faces");
  const FaceTemplate face = face_of(ada, 9);
  ASSERT_TRUE(run(store_->people().add_face(kCaller, face)));
  expect_new("another face");
  ASSERT_TRUE(run(store_->people().remove_face(kCaller, ada.id, face.id, kMorning)));
  expect_new("removing it: as many as before, and the same ones");
  const Person ben = add("8", "Ben", 1);
  expect_new("another person");
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, ben.id, kMorning)));
  expect_new("removing them");

  // Changes unrelated to templates leave it unchanged, and so does a restart.
  const std::string last = fingerprint();
  record(ada, kMorning);
  add("9", "Cleo");
  ASSERT_TRUE(run(store_->people().update_person(kCaller, ada.id, {std::nullopt, "Ada L."}, kMorning)));
  EXPECT_EQ(run(store_->people().remove_face(kCaller, ada.id, face.id, kMorning)).error().code,
            "face_not_found");
  EXPECT_EQ(fingerprint(), last);
  reopen();
  EXPECT_EQ(fingerprint(), last);
  add("10", "Dan", 1);
  expect_new("a person after a restart");
}

TEST_P(StoreContract, ReturnsTemplatesUnchanged) {
  const Person ada = add("7", "Ada");
  const FaceTemplate face = face_of(ada, 5);
  ASSERT_TRUE(run(store_->people().add_face(kCaller, face)));
  std::vector<FaceTemplate> given;
  ASSERT_TRUE(run(store_->templates().for_each_template([&](std::vector<FaceTemplate> faces) {
    given = std::move(faces);
    return true;
  })));
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].person, ada.id);
  EXPECT_EQ(given[0].model, face.model);
  EXPECT_NEAR(cosine(given[0].embedding, face.embedding), 1.0F, 1e-6F);
  ASSERT_TRUE(run(store_->people().remove_face(kCaller, ada.id, face.id, kMorning)));
  EXPECT_TRUE(run(store_->people().person(kFirstOrganisation, ada.id))->faces.empty());
}

TEST_P(StoreContract, WritesAMarkWithTheNumbersThatExplainIt) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  const Decision proposed = mark(sighting, ada);
  const auto decision = run(store_->log().record(kCaller, sighting, proposed, 12h));
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, Outcome::marked);
  EXPECT_EQ(decision->cooldown_until, kMorning + 12h);
  EXPECT_EQ(decision->attendance, proposed.attendance);
  reopen();
  const auto records = log();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].id, *proposed.attendance);
  EXPECT_EQ(records[0].event, sighting.event);
  EXPECT_EQ(records[0].person, *proposed.person);
  EXPECT_EQ(records[0].camera, sighting.camera);
  EXPECT_EQ(records[0].model, sighting.model);
  EXPECT_EQ(records[0].captured_at, sighting.captured_at);
  EXPECT_EQ(records[0].received_at, sighting.received_at);
  EXPECT_EQ(records[0].similarity, 0.71F);
  EXPECT_EQ(records[0].runner_up, 0.12F);
  EXPECT_EQ(records[0].threshold, 0.35F);
  EXPECT_EQ(records[0].liveness, 0.9F);
  EXPECT_EQ(records[0].quality, std::nullopt);
}

TEST_P(StoreContract, AReplayGetsTheStoredDecisionAndWritesNothing) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  const Sighting sighting = sighting_at(kMorning);
  const auto first = run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h));
  ASSERT_TRUE(first);
  reopen();
  EXPECT_EQ(*run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)), *first);
  EXPECT_EQ(*run(store_->log().record(kCaller, sighting, mark(sighting, bob), 0s)), *first)
      << "whatever is proposed now";
  EXPECT_EQ(log().size(), 1U);
  EXPECT_EQ(run(store_->cameras().cameras(kFirstOrganisation))->at(0).events, 1);

  Sighting stranger = sighting_at(kMorning + 1s);
  Decision unknown;
  unknown.event = stranger.event;
  unknown.threshold = 0.35F;
  const auto once = run(store_->log().record(kCaller, stranger, unknown, 12h));
  ASSERT_TRUE(once);
  EXPECT_EQ(*once, unknown);
  EXPECT_EQ(*run(store_->log().record(kCaller, stranger, mark(stranger, bob), 12h)), unknown);
}

TEST_P(StoreContract, OneWindowContainsOneMarkInAnyOrder) {
  const Person ada = add("7", "Ada");
  const Decision first = record(ada, kMorning);
  ASSERT_EQ(first.outcome, Outcome::marked);

  const Decision after = record(ada, kMorning + 12h - 1us);
  EXPECT_EQ(after.outcome, Outcome::cooldown);
  EXPECT_EQ(after.cooldown_until, first.cooldown_until);
  EXPECT_EQ(after.attendance, std::nullopt);
  EXPECT_EQ(after.person, first.person);

  const Decision late = record(ada, kMorning - 12h + 1us);
  EXPECT_EQ(late.outcome, Outcome::cooldown) << "an outbox delivers an earlier sighting late";
  EXPECT_EQ(late.cooldown_until, first.cooldown_until);

  EXPECT_EQ(record(ada, kMorning + 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 6h).outcome, Outcome::cooldown) << "between two";
  EXPECT_EQ(log().size(), 3U);
}

TEST_P(StoreContract, TheWindowSpansMidnight) {
  const Person ada = add("7", "Ada");
  const Timestamp before_midnight = *parse_rfc3339("2026-11-22T23:59:59.5Z");
  EXPECT_EQ(record(ada, before_midnight, 1min).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, before_midnight + 1s, 1min).outcome, Outcome::cooldown);
  EXPECT_EQ(record(ada, before_midnight + 1min, 1min).outcome, Outcome::marked);
}

TEST_P(StoreContract, WithoutAWindowEverySightingIsMarked) {
  const Person ada = add("7", "Ada");
  EXPECT_EQ(record(ada, kMorning, 12h).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning, 0s).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning, 0s).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning + 1s, 0s).outcome, Outcome::marked);
  EXPECT_EQ(log().size(), 4U);
}

TEST_P(StoreContract, AShorterWindowAppliesFromTheNextWrite) {
  const Person ada = add("7", "Ada");
  EXPECT_EQ(record(ada, kMorning, 12h).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning + 1h, 1min).outcome, Outcome::marked);
}

TEST_P(StoreContract, CooldownsOfDifferentPeopleAreIndependent) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  EXPECT_EQ(record(ada, kMorning).outcome, Outcome::marked);
  EXPECT_EQ(record(bob, kMorning).outcome, Outcome::marked);
}

TEST_P(StoreContract, ManyConcurrentSightingsMakeOneMark) {
  const Person ada = add("7", "Ada");
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 64; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1ms, "gate" + std::to_string(i % 2));
    pending.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h)));
  }
  int marked = 0;
  std::set<Timestamp> until;
  for (auto& future : pending) {
    const auto decision = future.get();
    ASSERT_TRUE(decision) << decision.error().message;
    marked += decision->outcome == Outcome::marked ? 1 : 0;
    until.insert(*decision->cooldown_until);
  }
  EXPECT_EQ(marked, 1);
  EXPECT_EQ(until.size(), 1U) << "all report the same cooldown";
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(StoreContract, OneEventSentManyTimesConcurrentlyGivesOneDecision) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 32; ++i)
    pending.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 0s)));
  std::set<AttendanceId> ids;
  for (auto& future : pending) ids.insert(*future.get()->attendance);
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(StoreContract, ABadRequestAmongManyAffectsNoOther) {
  const Person ada = add("7", "Ada");
  const Person ghost = new_person("9", "Ghost");
  std::vector<std::future<Result<Decision>>> good;
  std::vector<std::future<Result<Decision>>> bad;
  std::vector<std::future<Result<void>>> again;
  for (int i = 0; i < 40; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1h);
    good.push_back(runner_.start(store_->log().record(kCaller, sighting, mark(sighting, ada), 1h)));
    const Sighting other = sighting_at(kMorning);
    bad.push_back(runner_.start(store_->log().record(kCaller, other, mark(other, ghost), 1h)));
    Person copy = ada;  // the same id under another code
    copy.code = "copy" + std::to_string(i);
    again.push_back(runner_.start(store_->people().add_person(kCaller, copy, {})));
  }
  for (auto& future : good) EXPECT_EQ(future.get()->outcome, Outcome::marked);
  for (auto& future : bad) EXPECT_EQ(future.get().error().kind, ErrorKind::not_found);
  for (auto& future : again) {
    const auto refused = future.get();
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict) << refused.error().message;
  }
  EXPECT_EQ(log().size(), 40U);
  EXPECT_EQ(run(store_->cameras().cameras(kFirstOrganisation))->at(0).events, 40);
}

TEST_P(StoreContract, RemovingAPersonKeepsOnlyTheirLog) {
  const Person ada = add("7", "Ada", 2);
  record(ada, kMorning);
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, ada.id, kMorning + 1h)));
  EXPECT_EQ(run(store_->people().person(kFirstOrganisation, ada.id)).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(run(store_->people().persons({.organisation = kFirstOrganisation}))->items.empty());
  EXPECT_FALSE(run(store_->people().remove_person(kCaller, ada.id, kMorning + 1h)));
  ASSERT_EQ(log().size(), 1U);
  EXPECT_EQ(log()[0].person, (PersonRef{ada.id, "7", "Ada"}));

  const Sighting sighting = sighting_at(kMorning + 48h);
  const auto decision = run(store_->log().record(kCaller, sighting, mark(sighting, ada), 12h));
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().kind, ErrorKind::not_found);
  EXPECT_EQ(log().size(), 1U);

  const Person next = add("7", "Next");
  record(next, kMorning + 48h);
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.person = "7";
  ASSERT_EQ(log(query).size(), 1U) << "the code refers to the current person";
  EXPECT_EQ(log(query)[0].person.name, "Next");
  query.person = ada.id.to_string();
  EXPECT_EQ(log(query).size(), 1U);
}

TEST_P(StoreContract, TheLogIsFilteredByTimePersonAndCamera) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  for (int day = 0; day < 4; ++day) {
    record(ada, kMorning + day * 24h, 12h, "front");
    record(bob, kMorning + day * 24h + 1h, 12h, day == 0 ? "back" : "front");
  }
  EXPECT_EQ(log().size(), 8U);
  EXPECT_EQ(log()[0].captured_at, kMorning + 73h) << "newest first";
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.from = kMorning + 24h;
  query.to = kMorning + 48h;
  EXPECT_EQ(log(query).size(), 2U) << "from is in, to is not";
  query = {.organisation = kFirstOrganisation};
  query.person = "7";
  EXPECT_EQ(log(query).size(), 4U);
  query.person = bob.id.to_string();
  query.camera = CameraId{"front"};
  EXPECT_EQ(log(query).size(), 3U);
  query.from = kMorning + 72h;
  EXPECT_EQ(log(query).size(), 1U);
  query = {.organisation = kFirstOrganisation};
  query.camera = CameraId{"back"};
  EXPECT_EQ(log(query).size(), 1U);
  query.person = "nobody";
  EXPECT_TRUE(log(query).empty());
}

TEST_P(StoreContract, PagesOfTheLogNeitherRepeatNorMissRecordsDuringWrites) {
  const Person ada = add("7", "Ada");
  std::vector<EventId> expected;
  for (int i = 0; i < 25; ++i) record(ada, kMorning + (i / 2) * 1s, 0s);  // two records at each instant
  for (const auto& entry : log()) expected.push_back(entry.event);
  for (const auto& person : {std::optional<std::string>(), std::optional<std::string>("7")}) {
    AttendanceQuery query{.organisation = kFirstOrganisation};
    query.person = person;
    query.page.limit = 4;
    query.to = kMorning + 1h;
    std::vector<EventId> seen;
    for (int pages = 0; pages < 20; ++pages) {
      const auto page = run(store_->log().attendance(query));
      ASSERT_TRUE(page);
      for (const auto& entry : page->items) seen.push_back(entry.event);
      if (!page->next_cursor) break;
      query.page.cursor = page->next_cursor;
      record(ada, kMorning + 2h + pages * 1s, 0s);
    }
    EXPECT_EQ(seen, expected);
  }
}

TEST_P(StoreContract, ListsMarksWithAnActiveCooldown) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  record(ada, kMorning - 12h);
  const Decision holds = record(bob, kMorning - 1h);
  record(bob, kMorning);  // cooldown
  reopen();
  const auto marks = run(store_->log().active_marks(kMorning));
  ASSERT_TRUE(marks);
  ASSERT_EQ(marks->size(), 1U) << "cooldown_until > now";
  EXPECT_EQ(marks->at(0).person, bob.id);
  EXPECT_EQ(marks->at(0).event, holds.event);
  EXPECT_EQ(marks->at(0).captured_at, kMorning - 1h);
  EXPECT_EQ(marks->at(0).cooldown_until, kMorning + 11h);
}

TEST_P(StoreContract, CamerasHaveALastSeenTimeAndAClockSkew) {
  const Person ada = add("7", "Ada");
  Sighting live = sighting_at(kMorning, "front");
  live.received_at = kMorning + 2s;
  ASSERT_TRUE(run(store_->log().record(kCaller, live, mark(live, ada), 1h)));
  Sighting late = sighting_at(kMorning - 5h, "front");
  late.received_at = kMorning + 10s;
  ASSERT_TRUE(run(store_->log().record(kCaller, late, mark(late, ada), 1h)));
  Sighting ahead = sighting_at(kMorning + 100s, "back");
  ahead.received_at = kMorning + 90s;
  ASSERT_TRUE(run(store_->log().record(kCaller, ahead, mark(ahead, ada), 1h)));
  reopen();
  const auto cameras = run(store_->cameras().cameras(kFirstOrganisation));
  ASSERT_TRUE(cameras);
  ASSERT_EQ(cameras->size(), 2U);
  EXPECT_EQ(cameras->at(0).id, CameraId{"back"});
  EXPECT_EQ(cameras->at(0).clock_skew, -10s);
  EXPECT_EQ(cameras->at(1).id, CameraId{"front"});
  EXPECT_EQ(cameras->at(1).events, 2);
  EXPECT_EQ(cameras->at(1).first_seen, kMorning + 2s);
  EXPECT_EQ(cameras->at(1).last_seen, kMorning + 10s);
  EXPECT_EQ(cameras->at(1).clock_skew, 2s) << "a late event gives no clock skew";

  Sighting told = sighting_at(kMorning - 3h, "front");
  told.received_at = kMorning + 20s;
  told.sent_at = kMorning + 13s;
  ASSERT_TRUE(run(store_->log().record(kCaller, told, mark(told, ada), 1h)));
  const auto again = run(store_->cameras().cameras(kFirstOrganisation));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(1).clock_skew, 7s) << "unless it has a sending time";
}

TEST_P(StoreContract, AnswersWithTheStoredName) {
  const Person ada = add("7", "Ada");
  Person only_id = ada;
  only_id.code.clear();
  only_id.name.clear();
  EXPECT_EQ(record(only_id, kMorning).person, (PersonRef{ada.id, "7", "Ada"}));
}

TEST_P(StoreContract, DoesNotRecordACooldownOfARemovedPerson) {
  const Person ada = add("7", "Ada");
  ASSERT_TRUE(run(store_->people().remove_person(kCaller, ada.id, kMorning)));
  const Sighting sighting = sighting_at(kMorning + 1h);
  Decision cooldown = mark(sighting, ada);
  cooldown.outcome = Outcome::cooldown;
  cooldown.attendance.reset();
  cooldown.cooldown_until = kMorning + 12h;
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, cooldown, 12h)).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(run(store_->cameras().cameras(kFirstOrganisation))->empty());
}

TEST_P(StoreContract, RefusesADecisionThatContradictsItself) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  Decision without_person = mark(sighting, ada);
  without_person.person.reset();
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, without_person, 1h)).error().kind,
            ErrorKind::invalid_argument);
  Decision without_id = mark(sighting, ada);
  without_id.attendance.reset();
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, without_id, 1h)).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->log().record(kCaller, sighting_at(kMorning), mark(sighting, ada), 1h)).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->log().record(kCaller, sighting, mark(sighting, ada), -1s)).error().kind,
            ErrorKind::invalid_argument);
}

TEST_P(StoreContract, AnswersAPing) { EXPECT_TRUE(run(store_->ping())); }

}  // namespace sas
