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
  return {PersonId::make(kMorning), kDefaultOrganisation, code, name, kMorning, kMorning};
}

FaceTemplate face_of(const Person& person, int number) {
  return {FaceId::make(kMorning), person.id, person.organisation,   ModelId{"model@1"},
          face_number(number),    0.75F,     kMorning + number * 1s};
}

Sighting sighting_at(Timestamp captured_at, const std::string& camera) {
  return {EventId::make(captured_at),
          kDefaultOrganisation,
          CameraId{camera},
          ModelId{"model@1"},
          face_number(1),
          captured_at,
          captured_at + 250ms,
          0.9F,
          std::nullopt};
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
  const auto added = run(store_->add_person(person, templates));
  EXPECT_TRUE(added) << added.error().message;
  return person;
}

Decision StoreContract::record(const Person& person, Timestamp captured_at, std::chrono::seconds window,
                               const std::string& camera) {
  const Sighting sighting = sighting_at(captured_at, camera);
  const auto decision = run(store_->record(sighting, mark(sighting, person), window));
  if (!decision) {
    ADD_FAILURE() << decision.error().message;
    return {};
  }
  return *decision;
}

std::vector<AttendanceRecord> StoreContract::log(AttendanceQuery query) {
  const auto page = run(store_->attendance(std::move(query)));
  if (!page) {
    ADD_FAILURE() << page.error().message;
    return {};
  }
  return page->items;
}

TEST_P(StoreContract, KeepsAPersonAndTheirFacesAcrossARestart) {
  const Person ada = add("7", "Ada Lovelace", 3);
  reopen();
  const auto found = run(store_->person(kDefaultOrganisation, ada.id));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->person, ada);
  ASSERT_EQ(found->faces.size(), 3U);
  EXPECT_EQ(found->faces[0].created_at, kMorning);
  EXPECT_EQ(found->faces[2].created_at, kMorning + 2s);
  EXPECT_EQ(found->faces[0].model, ModelId{"model@1"});
  EXPECT_EQ(found->faces[0].quality, 0.75F);
}

TEST_P(StoreContract, RefusesACodeThatALivingPersonHas) {
  const Person ada = add("7", "Ada");
  const Person twin = new_person("7", "Other");
  const auto added = run(store_->add_person(twin, {}));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::conflict);
  EXPECT_EQ(added.error().code, "duplicate_code");
  EXPECT_EQ(added.error().details.at("person_id").as_string(), ada.id.to_string());

  const Person bob = add("8", "Bob");
  const auto changed = run(store_->update_person(kDefaultOrganisation, bob.id, {"7", {}}, kMorning + 1h));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, "duplicate_code");
}

TEST_P(StoreContract, ChangesOnlyWhatWasAsked) {
  const Person ada = add("7", "Ada");
  const auto renamed =
      run(store_->update_person(kDefaultOrganisation, ada.id, {{}, "Ada Lovelace"}, kMorning + 1h));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->code, "7");
  EXPECT_EQ(renamed->name, "Ada Lovelace");
  EXPECT_EQ(renamed->created_at, kMorning);
  EXPECT_EQ(renamed->updated_at, kMorning + 1h);
  EXPECT_TRUE(run(store_->update_person(kDefaultOrganisation, ada.id, {"7", {}}, kMorning)))
      << "one's own code";
  const auto page = run(store_->persons({kDefaultOrganisation, "LOVELACE", {}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1U) << "the new name is found";
}

TEST_P(StoreContract, SaysThatNobodyIsThere) {
  const PersonId nobody = PersonId::make(kMorning);
  const auto found = run(store_->person(kDefaultOrganisation, nobody));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::not_found);
  EXPECT_EQ(found.error().code, "person_not_found");
  EXPECT_EQ(run(store_->update_person(kDefaultOrganisation, nobody, {}, kMorning)).error().kind,
            ErrorKind::not_found);
  EXPECT_EQ(run(store_->remove_person(kDefaultOrganisation, nobody, kMorning)).error().kind,
            ErrorKind::not_found);
  Person ghost = new_person("1", "Ghost");
  EXPECT_EQ(run(store_->add_face(face_of(ghost, 1))).error().kind, ErrorKind::not_found);
  const Person ada = add("7", "Ada");
  const auto face = run(store_->remove_face(kDefaultOrganisation, ada.id, FaceId::make(kMorning)));
  ASSERT_FALSE(face);
  EXPECT_EQ(face.error().code, "face_not_found");
}

TEST_P(StoreContract, OtherOrganisationsSeeNothing) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  const OrganisationId other = OrganisationId::make(kMorning);
  EXPECT_FALSE(run(store_->person(other, ada.id)));
  EXPECT_FALSE(run(store_->remove_person(other, ada.id, kMorning)));
  EXPECT_TRUE(run(store_->persons({other, "", {}}))->items.empty());
  AttendanceQuery query;
  query.organisation = other;
  EXPECT_TRUE(log(query).empty());
  EXPECT_TRUE(run(store_->cameras(other))->empty());
}

TEST_P(StoreContract, FindsPeopleByPartsOfNameOrCodeInAnyAlphabetAndCase) {
  add("A-100%", "Żółć Gęślą");
  add("A-200_", "Дмитрий Менделеев");
  add("B-300", "O'Brien \"Bo\" \\x");
  add("B-400", "李小龍");
  const auto codes = [&](const std::string& text) {
    const auto page = run(store_->persons({kDefaultOrganisation, text, {}}));
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

TEST_P(StoreContract, PagesOfPeopleNeitherRepeatNorMissWhilePeopleComeAndGo) {
  std::map<std::string, Person> people;
  for (int i = 10; i < 30; ++i) people.emplace(std::to_string(i), add(std::to_string(i), "P"));
  PersonQuery query;
  query.page.limit = 6;
  std::vector<std::string> seen;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = run(store_->persons(query));
    ASSERT_TRUE(page);
    for (const PersonDetails& details : page->items) seen.push_back(details.person.code);
    if (!page->next_cursor) break;
    query.page.cursor = page->next_cursor;
    if (pages == 0) {
      add("05", "before the first page's end: not seen");
      ASSERT_TRUE(run(store_->remove_person(kDefaultOrganisation, people.at("15").id, kMorning)));
    }
  }
  std::vector<std::string> expected;
  for (int i = 10; i < 30; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(seen, expected);
}

TEST_P(StoreContract, RefusesAForeignCursor) {
  PersonQuery people;
  people.page.cursor = "nonsense";
  EXPECT_EQ(run(store_->persons(people)).error().code, "invalid_cursor");
  AttendanceQuery query;
  query.page.cursor = "";
  const auto page = run(store_->attendance(query));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(page.error().code, "invalid_cursor");
}

TEST_P(StoreContract, GivesEveryTemplateOnceAndStopsWhenTold) {
  std::set<FaceId> added;
  for (int i = 0; i < 700; ++i) {
    const Person person = new_person("p" + std::to_string(i), "P");
    const FaceTemplate face = face_of(person, i);
    added.insert(face.id);
    ASSERT_TRUE(run(store_->add_person(person, {face})));
  }
  const Person gone = add("gone", "Gone", 2);
  ASSERT_TRUE(run(store_->remove_person(kDefaultOrganisation, gone.id, kMorning)));

  std::set<FaceId> given;
  const auto all = run(store_->for_each_template([&](std::vector<FaceTemplate> faces) {
    for (const FaceTemplate& face : faces) EXPECT_TRUE(given.insert(face.id).second);
    return true;
  }));
  ASSERT_TRUE(all);
  EXPECT_EQ(given, added);

  int calls = 0;
  ASSERT_TRUE(run(store_->for_each_template([&](const std::vector<FaceTemplate>& /*faces*/) {
    ++calls;
    return false;
  })));
  EXPECT_EQ(calls, 1);
}

TEST_P(StoreContract, AFingerprintNamesOneSetOfTemplatesOnly) {
  std::set<std::string> seen;
  const auto fingerprint = [&] {
    const auto found = run(store_->template_fingerprint());
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
  ASSERT_TRUE(run(store_->add_face(face)));
  expect_new("another face");
  ASSERT_TRUE(run(store_->remove_face(kDefaultOrganisation, ada.id, face.id)));
  expect_new("removing it: as many as before, and the same ones");
  const Person ben = add("8", "Ben", 1);
  expect_new("another person");
  ASSERT_TRUE(run(store_->remove_person(kDefaultOrganisation, ben.id, kMorning)));
  expect_new("removing them");

  // What has nothing to do with templates leaves it alone, and so does a restart.
  const std::string last = fingerprint();
  record(ada, kMorning);
  add("9", "Cleo");
  ASSERT_TRUE(run(store_->update_person(kDefaultOrganisation, ada.id, {std::nullopt, "Ada L."}, kMorning)));
  EXPECT_EQ(run(store_->remove_face(kDefaultOrganisation, ada.id, face.id)).error().code, "face_not_found");
  EXPECT_EQ(fingerprint(), last);
  reopen();
  EXPECT_EQ(fingerprint(), last);
  add("10", "Dan", 1);
  expect_new("a person after a restart");
}

TEST_P(StoreContract, GivesTemplatesBackAsTheyWere) {
  const Person ada = add("7", "Ada");
  const FaceTemplate face = face_of(ada, 5);
  ASSERT_TRUE(run(store_->add_face(face)));
  std::vector<FaceTemplate> given;
  ASSERT_TRUE(run(store_->for_each_template([&](std::vector<FaceTemplate> faces) {
    given = std::move(faces);
    return true;
  })));
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].person, ada.id);
  EXPECT_EQ(given[0].model, face.model);
  EXPECT_NEAR(cosine(given[0].embedding, face.embedding), 1.0F, 1e-6F);
  ASSERT_TRUE(run(store_->remove_face(kDefaultOrganisation, ada.id, face.id)));
  EXPECT_TRUE(run(store_->person(kDefaultOrganisation, ada.id))->faces.empty());
}

TEST_P(StoreContract, WritesAMarkWithTheNumbersThatExplainIt) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  const Decision proposed = mark(sighting, ada);
  const auto decision = run(store_->record(sighting, proposed, 12h));
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
  const auto first = run(store_->record(sighting, mark(sighting, ada), 12h));
  ASSERT_TRUE(first);
  reopen();
  EXPECT_EQ(*run(store_->record(sighting, mark(sighting, ada), 12h)), *first);
  EXPECT_EQ(*run(store_->record(sighting, mark(sighting, bob), 0s)), *first) << "whatever is proposed now";
  EXPECT_EQ(log().size(), 1U);
  EXPECT_EQ(run(store_->cameras(kDefaultOrganisation))->at(0).events, 1);

  Sighting stranger = sighting_at(kMorning + 1s);
  Decision unknown;
  unknown.event = stranger.event;
  unknown.threshold = 0.35F;
  const auto once = run(store_->record(stranger, unknown, 12h));
  ASSERT_TRUE(once);
  EXPECT_EQ(*once, unknown);
  EXPECT_EQ(*run(store_->record(stranger, mark(stranger, bob), 12h)), unknown);
}

TEST_P(StoreContract, OneWindowHoldsOneMarkWhicheverCameFirst) {
  const Person ada = add("7", "Ada");
  const Decision first = record(ada, kMorning);
  ASSERT_EQ(first.outcome, Outcome::marked);

  const Decision after = record(ada, kMorning + 12h - 1us);
  EXPECT_EQ(after.outcome, Outcome::cooldown);
  EXPECT_EQ(after.cooldown_until, first.cooldown_until);
  EXPECT_EQ(after.attendance, std::nullopt);
  EXPECT_EQ(after.person, first.person);

  const Decision late = record(ada, kMorning - 12h + 1us);
  EXPECT_EQ(late.outcome, Outcome::cooldown) << "an outbox delivers an earlier sighting later";
  EXPECT_EQ(late.cooldown_until, first.cooldown_until);

  EXPECT_EQ(record(ada, kMorning + 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 12h).outcome, Outcome::marked) << "exactly the window";
  EXPECT_EQ(record(ada, kMorning - 6h).outcome, Outcome::cooldown) << "between two";
  EXPECT_EQ(log().size(), 3U);
}

TEST_P(StoreContract, MidnightIsNoBorder) {
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

TEST_P(StoreContract, AShorterWindowHoldsFromTheNextWriteOn) {
  const Person ada = add("7", "Ada");
  EXPECT_EQ(record(ada, kMorning, 12h).outcome, Outcome::marked);
  EXPECT_EQ(record(ada, kMorning + 1h, 1min).outcome, Outcome::marked);
}

TEST_P(StoreContract, OnePersonsCooldownIsNotAnothers) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  EXPECT_EQ(record(ada, kMorning).outcome, Outcome::marked);
  EXPECT_EQ(record(bob, kMorning).outcome, Outcome::marked);
}

TEST_P(StoreContract, ManyAtOnceMakeOneMark) {
  const Person ada = add("7", "Ada");
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 64; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1ms, "gate" + std::to_string(i % 2));
    pending.push_back(runner_.start(store_->record(sighting, mark(sighting, ada), 12h)));
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
  EXPECT_EQ(until.size(), 1U) << "everyone hears of the same cooldown";
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(StoreContract, OneEventSentManyTimesAtOnceGivesOneDecision) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < 32; ++i)
    pending.push_back(runner_.start(store_->record(sighting, mark(sighting, ada), 0s)));
  std::set<AttendanceId> ids;
  for (auto& future : pending) ids.insert(*future.get()->attendance);
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(log().size(), 1U);
}

TEST_P(StoreContract, ABadRequestAmongManySpoilsNoOther) {
  const Person ada = add("7", "Ada");
  const Person ghost = new_person("9", "Ghost");
  std::vector<std::future<Result<Decision>>> good;
  std::vector<std::future<Result<Decision>>> bad;
  std::vector<std::future<Result<void>>> again;
  for (int i = 0; i < 40; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1h);
    good.push_back(runner_.start(store_->record(sighting, mark(sighting, ada), 1h)));
    const Sighting other = sighting_at(kMorning);
    bad.push_back(runner_.start(store_->record(other, mark(other, ghost), 1h)));
    Person copy = ada;  // the same id under another code
    copy.code = "copy" + std::to_string(i);
    again.push_back(runner_.start(store_->add_person(copy, {})));
  }
  for (auto& future : good) EXPECT_EQ(future.get()->outcome, Outcome::marked);
  for (auto& future : bad) EXPECT_EQ(future.get().error().kind, ErrorKind::not_found);
  for (auto& future : again) {
    const auto refused = future.get();
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict) << refused.error().message;
  }
  EXPECT_EQ(log().size(), 40U);
  EXPECT_EQ(run(store_->cameras(kDefaultOrganisation))->at(0).events, 40);
}

TEST_P(StoreContract, ARemovedPersonKeepsTheLogAndLosesTheRest) {
  const Person ada = add("7", "Ada", 2);
  record(ada, kMorning);
  ASSERT_TRUE(run(store_->remove_person(kDefaultOrganisation, ada.id, kMorning + 1h)));
  EXPECT_EQ(run(store_->person(kDefaultOrganisation, ada.id)).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(run(store_->persons({}))->items.empty());
  EXPECT_FALSE(run(store_->remove_person(kDefaultOrganisation, ada.id, kMorning + 1h)));
  ASSERT_EQ(log().size(), 1U);
  EXPECT_EQ(log()[0].person, (PersonRef{ada.id, "7", "Ada"}));

  const Sighting sighting = sighting_at(kMorning + 48h);
  const auto decision = run(store_->record(sighting, mark(sighting, ada), 12h));
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().kind, ErrorKind::not_found);
  EXPECT_EQ(log().size(), 1U);

  const Person next = add("7", "Next");
  record(next, kMorning + 48h);
  AttendanceQuery query;
  query.person = "7";
  ASSERT_EQ(log(query).size(), 1U) << "the code means the living person";
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
  AttendanceQuery query;
  query.from = kMorning + 24h;
  query.to = kMorning + 48h;
  EXPECT_EQ(log(query).size(), 2U) << "from is in, to is not";
  query = {};
  query.person = "7";
  EXPECT_EQ(log(query).size(), 4U);
  query.person = bob.id.to_string();
  query.camera = CameraId{"front"};
  EXPECT_EQ(log(query).size(), 3U);
  query.from = kMorning + 72h;
  EXPECT_EQ(log(query).size(), 1U);
  query = {};
  query.camera = CameraId{"back"};
  EXPECT_EQ(log(query).size(), 1U);
  query.person = "nobody";
  EXPECT_TRUE(log(query).empty());
}

TEST_P(StoreContract, PagesOfTheLogNeitherRepeatNorMissWhileRecordsCome) {
  const Person ada = add("7", "Ada");
  std::vector<EventId> expected;
  for (int i = 0; i < 25; ++i) record(ada, kMorning + (i / 2) * 1s, 0s);  // pairs at the same instant
  for (const auto& entry : log()) expected.push_back(entry.event);
  for (const auto& person : {std::optional<std::string>(), std::optional<std::string>("7")}) {
    AttendanceQuery query;
    query.person = person;
    query.page.limit = 4;
    query.to = kMorning + 1h;
    std::vector<EventId> seen;
    for (int pages = 0; pages < 20; ++pages) {
      const auto page = run(store_->attendance(query));
      ASSERT_TRUE(page);
      for (const auto& entry : page->items) seen.push_back(entry.event);
      if (!page->next_cursor) break;
      query.page.cursor = page->next_cursor;
      record(ada, kMorning + 2h + pages * 1s, 0s);
    }
    EXPECT_EQ(seen, expected);
  }
}

TEST_P(StoreContract, TellsWhichMarksStillHold) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  record(ada, kMorning - 12h);
  const Decision holds = record(bob, kMorning - 1h);
  record(bob, kMorning);  // cooldown
  reopen();
  const auto marks = run(store_->active_marks(kMorning));
  ASSERT_TRUE(marks);
  ASSERT_EQ(marks->size(), 1U) << "cooldown_until > now";
  EXPECT_EQ(marks->at(0).person, bob.id);
  EXPECT_EQ(marks->at(0).event, holds.event);
  EXPECT_EQ(marks->at(0).captured_at, kMorning - 1h);
  EXPECT_EQ(marks->at(0).cooldown_until, kMorning + 11h);
}

TEST_P(StoreContract, CamerasTellWhenTheyWereSeenAndHowWrongTheirClocksAre) {
  const Person ada = add("7", "Ada");
  Sighting live = sighting_at(kMorning, "front");
  live.received_at = kMorning + 2s;
  ASSERT_TRUE(run(store_->record(live, mark(live, ada), 1h)));
  Sighting late = sighting_at(kMorning - 5h, "front");
  late.received_at = kMorning + 10s;
  ASSERT_TRUE(run(store_->record(late, mark(late, ada), 1h)));
  Sighting ahead = sighting_at(kMorning + 100s, "back");
  ahead.received_at = kMorning + 90s;
  ASSERT_TRUE(run(store_->record(ahead, mark(ahead, ada), 1h)));
  reopen();
  const auto cameras = run(store_->cameras(kDefaultOrganisation));
  ASSERT_TRUE(cameras);
  ASSERT_EQ(cameras->size(), 2U);
  EXPECT_EQ(cameras->at(0).id, CameraId{"back"});
  EXPECT_EQ(cameras->at(0).clock_skew, -10s);
  EXPECT_EQ(cameras->at(1).id, CameraId{"front"});
  EXPECT_EQ(cameras->at(1).events, 2);
  EXPECT_EQ(cameras->at(1).first_seen, kMorning + 2s);
  EXPECT_EQ(cameras->at(1).last_seen, kMorning + 10s);
  EXPECT_EQ(cameras->at(1).clock_skew, 2s) << "a late event says nothing about the clock";

  Sighting told = sighting_at(kMorning - 3h, "front");
  told.received_at = kMorning + 20s;
  told.sent_at = kMorning + 13s;
  ASSERT_TRUE(run(store_->record(told, mark(told, ada), 1h)));
  const auto again = run(store_->cameras(kDefaultOrganisation));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at(1).clock_skew, 7s) << "unless it says when it was sent";
}

TEST_P(StoreContract, AnswersWithTheNameThatTheStoreHas) {
  const Person ada = add("7", "Ada");
  Person only_id = ada;
  only_id.code.clear();
  only_id.name.clear();
  EXPECT_EQ(record(only_id, kMorning).person, (PersonRef{ada.id, "7", "Ada"}));
}

TEST_P(StoreContract, ACooldownOfARemovedPersonIsNotWritten) {
  const Person ada = add("7", "Ada");
  ASSERT_TRUE(run(store_->remove_person(kDefaultOrganisation, ada.id, kMorning)));
  const Sighting sighting = sighting_at(kMorning + 1h);
  Decision cooldown = mark(sighting, ada);
  cooldown.outcome = Outcome::cooldown;
  cooldown.attendance.reset();
  cooldown.cooldown_until = kMorning + 12h;
  EXPECT_EQ(run(store_->record(sighting, cooldown, 12h)).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(run(store_->cameras(kDefaultOrganisation))->empty());
}

TEST_P(StoreContract, RefusesADecisionThatContradictsItself) {
  const Person ada = add("7", "Ada");
  const Sighting sighting = sighting_at(kMorning);
  Decision without_person = mark(sighting, ada);
  without_person.person.reset();
  EXPECT_EQ(run(store_->record(sighting, without_person, 1h)).error().kind, ErrorKind::invalid_argument);
  Decision without_id = mark(sighting, ada);
  without_id.attendance.reset();
  EXPECT_EQ(run(store_->record(sighting, without_id, 1h)).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->record(sighting_at(kMorning), mark(sighting, ada), 1h)).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(run(store_->record(sighting, mark(sighting, ada), -1s)).error().kind,
            ErrorKind::invalid_argument);
}

Sighting unknown_at(Timestamp captured_at, const std::string& camera = "gate") {
  return sighting_at(captured_at, camera);
}

Decision unknown(const Sighting& sighting, Outcome outcome = Outcome::unknown) {
  Decision decision;
  decision.event = sighting.event;
  decision.outcome = outcome;
  decision.similarity = 0.2F;
  decision.threshold = 0.35F;
  return decision;
}

Heartbeat beat(Timestamp received_at, std::optional<Interval> watched, const std::string& camera = "gate") {
  Heartbeat heartbeat;
  heartbeat.camera = CameraId{camera};
  heartbeat.received_at = received_at;
  heartbeat.watched = watched;
  return heartbeat;
}

TallyQuery range_of(Timestamp from, Timestamp to, std::chrono::seconds offset = {}) {
  TallyQuery query;
  query.range = {from, to};
  query.offsets = {{{from, to}, offset}};
  return query;
}

TEST_P(StoreContract, FindsOneRecordByItsId) {
  const Person ada = add("7", "Ada");
  const auto marked = record(ada, kMorning);
  const auto found = run(store_->attendance_record(kDefaultOrganisation, *marked.attendance));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->event, marked.event);
  EXPECT_EQ(found->person.name, "Ada");
  const auto none = run(store_->attendance_record(kDefaultOrganisation, AttendanceId::make(kMorning)));
  EXPECT_EQ(none.error().code, "attendance_not_found");
}

TEST_P(StoreContract, ListsEveryDecisionNewestFirst) {
  const Person ada = add("7", "Ada");
  record(ada, kMorning);
  for (int i = 1; i <= 3; ++i) {
    const Sighting sighting = unknown_at(kMorning + i * 1min, "door");
    ASSERT_TRUE(
        run(store_->record(sighting, unknown(sighting, i == 2 ? Outcome::spoof : Outcome::unknown), 12h)));
  }
  SightingQuery query;
  query.page.limit = 3;
  const auto page = run(store_->sightings(query));
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 3U);
  EXPECT_EQ(page->items[0].captured_at, kMorning + 3min);
  EXPECT_EQ(page->items[1].decision.outcome, Outcome::spoof);
  EXPECT_FALSE(page->items[1].decision.person);
  EXPECT_FLOAT_EQ(*page->items[1].liveness, 0.9F);
  query.page.cursor = page->next_cursor;
  const auto rest = run(store_->sightings(query));
  ASSERT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(rest->items[0].decision.person->code, "7");
  EXPECT_TRUE(rest->items[0].decision.attendance);
  EXPECT_FALSE(rest->next_cursor);

  SightingQuery spoofs;
  spoofs.outcome = Outcome::spoof;
  EXPECT_EQ(run(store_->sightings(spoofs))->items.size(), 1U);
  SightingQuery gate;
  gate.camera = CameraId{"gate"};
  EXPECT_EQ(run(store_->sightings(gate))->items.size(), 1U);
  SightingQuery middle;
  middle.from = kMorning + 1min;
  middle.to = kMorning + 3min;
  EXPECT_EQ(run(store_->sightings(middle))->items.size(), 2U);
  SightingQuery rubbish;
  rubbish.page.cursor = "rubbish";
  EXPECT_EQ(run(store_->sightings(rubbish)).error().code, "invalid_cursor");
}

TEST_P(StoreContract, AHeartbeatMakesACameraKnownAndKeepsWhatItSaid) {
  Heartbeat said = beat(kMorning, std::nullopt);
  said.fps = 14.5F;
  said.outbox_waiting = 3;
  said.outbox_oldest = kMorning - 1h;
  said.software = "attend 1";
  said.model = "model@1";
  ASSERT_TRUE(run(store_->heartbeat(said)));
  auto cameras = run(store_->cameras(kDefaultOrganisation));
  ASSERT_EQ(cameras->size(), 1U);
  EXPECT_EQ(cameras->front().events, 0);
  EXPECT_EQ(cameras->front().last_seen, kMorning);
  EXPECT_EQ(cameras->front().fps, 14.5F);
  EXPECT_EQ(cameras->front().outbox_waiting, 3);
  EXPECT_EQ(cameras->front().outbox_oldest, kMorning - 1h);
  EXPECT_EQ(cameras->front().software, "attend 1");
  EXPECT_EQ(cameras->front().model, "model@1");
  // One that was overtaken on its way changes nothing of it.
  ASSERT_TRUE(run(store_->heartbeat(beat(kMorning - 10s, std::nullopt))));
  cameras = run(store_->cameras(kDefaultOrganisation));
  EXPECT_EQ(cameras->front().fps, 14.5F);
  EXPECT_EQ(cameras->front().last_seen, kMorning);
  ASSERT_TRUE(run(store_->heartbeat(beat(kMorning + 10s, std::nullopt))));
  cameras = run(store_->cameras(kDefaultOrganisation));
  EXPECT_FALSE(cameras->front().fps);
  EXPECT_EQ(cameras->front().last_seen, kMorning + 10s);
}

TEST_P(StoreContract, CoverageIsTheUnionOfWhatWasWatched) {
  const auto watch = [&](std::chrono::seconds from, std::chrono::seconds to,
                         const std::string& camera = "gate") {
    const auto kept =
        run(store_->heartbeat(beat(kMorning + 1h, Interval{kMorning + from, kMorning + to}, camera)));
    ASSERT_TRUE(kept) << kept.error().message;
  };
  const auto covered = [&](Timestamp from, Timestamp to) {
    std::vector<std::pair<std::string, std::pair<std::int64_t, std::int64_t>>> seen;
    const auto found = run(store_->tallies(range_of(from, to)));
    EXPECT_TRUE(found) << found.error().message;
    for (const auto& each : found->watched)
      seen.push_back(
          {each.camera.value, {(each.interval.from - kMorning) / 1s, (each.interval.to - kMorning) / 1s}});
    return seen;
  };
  using Seen = decltype(covered(kMorning, kMorning));
  watch(0s, 10s);
  watch(10s, 20s);  // touches
  watch(40s, 50s);
  watch(60s, 70s);
  watch(40s, 50s);  // told twice
  watch(5s, 5s);    // nothing
  watch(0s, 90s, "door");
  EXPECT_EQ(covered(kMorning, kMorning + 1h),
            (Seen{{"door", {0, 90}}, {"gate", {0, 20}}, {"gate", {40, 50}}, {"gate", {60, 70}}}));
  watch(15s, 45s);  // told late: closes a gap
  EXPECT_EQ(covered(kMorning, kMorning + 1h),
            (Seen{{"door", {0, 90}}, {"gate", {0, 50}}, {"gate", {60, 70}}}));
  EXPECT_EQ(covered(kMorning + 50s, kMorning + 60s), (Seen{{"door", {0, 90}}}));
  watch(-5s, 80s);  // covers all
  reopen();
  EXPECT_EQ(covered(kMorning, kMorning + 1h), (Seen{{"door", {0, 90}}, {"gate", {-5, 80}}}));
}

TEST_P(StoreContract, CountsByLocalHourAndDay) {
  const Person ada = add("7", "Ada");
  const Person bob = add("8", "Bob");
  // At +5:45 the local day begins at 18:15 UTC, and hours at a quarter past.
  const auto offset = 5h + 45min;
  const Timestamp midnight = kMorning - 8h + 18h + 15min;
  record(ada, midnight - 10min, 0s);
  record(ada, midnight + 5min, 0s);
  record(ada, midnight + 65min, 0s, "door");
  record(bob, midnight + 66min, 0s);
  const Sighting stranger = unknown_at(midnight + 67min);
  ASSERT_TRUE(run(store_->record(stranger, unknown(stranger), 0s)));
  Sighting late = unknown_at(midnight + 68min);
  late.received_at = late.captured_at + 1h;
  ASSERT_TRUE(run(store_->record(late, unknown(late, Outcome::spoof), 0s)));

  const auto found = run(store_->tallies(range_of(midnight - 1h, midnight + 5h, offset)));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->enrolled, 2);
  EXPECT_EQ(found->present, 2);
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> hours;  // (hour, camera + outcome)
  for (const auto& hour : found->hours)
    hours[{(hour.start - midnight) / 1h, hour.camera.value + " " + std::string(to_string(hour.outcome))}] =
        hour.count;
  EXPECT_EQ(hours, (decltype(hours){{{-1, "gate marked"}, 1},
                                    {{0, "gate marked"}, 1},
                                    {{1, "door marked"}, 1},
                                    {{1, "gate marked"}, 1},
                                    {{1, "gate spoof"}, 1},
                                    {{1, "gate unknown"}, 1}}));
  std::vector<std::array<std::int64_t, 3>> arrivals;  // hour, day, count
  const Timestamp day = midnight + offset;
  for (const auto& each : found->arrivals)
    arrivals.push_back({(each.start - midnight) / 1h, (each.day - day) / 24h, each.count});
  EXPECT_EQ(arrivals, (decltype(arrivals){{-1, -1, 1}, {0, 0, 1}, {1, 0, 1}}));
  ASSERT_EQ(found->bins.size(), 2U);
  EXPECT_EQ(found->bins[0].index, 60);  // 0.2
  EXPECT_EQ(found->bins[0].unknown, 1);
  EXPECT_EQ(found->bins[1].index, 85);  // 0.71
  EXPECT_EQ(found->bins[1].known, 4);
  ASSERT_EQ(found->thresholds.size(), 1U);
  EXPECT_FLOAT_EQ(found->thresholds[0], 0.35F);
  ASSERT_EQ(found->delays.size(), 1U);  // the late one did not come live
  EXPECT_EQ(found->delays[0].milliseconds, 250);
  EXPECT_EQ(found->delays[0].count, 5);

  TallyQuery door = range_of(midnight - 1h, midnight + 5h, offset);
  door.camera = CameraId{"door"};
  const auto of_door = run(store_->tallies(door));
  ASSERT_EQ(of_door->hours.size(), 1U);
  EXPECT_EQ(of_door->present, 1);
  EXPECT_EQ(of_door->arrivals.size(), 1U);
}

TEST_P(StoreContract, ADayInWhichTheClocksChangeIsOneDay) {
  const Person ada = add("7", "Ada");
  // Local time goes from +2 h to +1 h at `change`: 2 to 3 o'clock comes twice.
  const Timestamp change = kMorning - 7h;  // 01:00 UTC
  record(ada, change - 30min, 0s);         // 02:30, the first time
  record(ada, change + 30min, 0s);         // 02:30, the second time
  TallyQuery query;
  query.range = {change - 3h, change + 3h};
  query.offsets = {{{change - 3h, change}, 2h}, {{change, change + 3h}, 1h}};
  const auto found = run(store_->tallies(query));
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->hours.size(), 2U);
  EXPECT_EQ(found->hours[0].start, change - 1h);
  EXPECT_EQ(found->hours[1].start, change);
  ASSERT_EQ(found->arrivals.size(), 1U);
  EXPECT_EQ(found->arrivals[0].count, 1);
}

TEST_P(StoreContract, AnswersAPing) { EXPECT_TRUE(run(store_->ping())); }

}  // namespace sas
