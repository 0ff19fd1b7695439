// People and their templates.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "store_contract.h"

namespace sas {

using namespace std::chrono_literals;

TEST_P(PeopleContract, KeepsAPersonAndTheirFacesAcrossARestart) {
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

TEST_P(PeopleContract, RefusesACodeInUse) {
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

TEST_P(PeopleContract, ChangesOnlyTheRequestedFields) {
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

TEST_P(PeopleContract, ReportsAMissingPerson) {
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

TEST_P(PeopleContract, OtherOrganisationsSeeNothing) {
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

TEST_P(PeopleContract, FindsPeopleByPartsOfNameOrCodeInAnyAlphabetAndCase) {
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
  EXPECT_EQ(codes("zołc gesla"), "A-100% ") << "without accents";
  EXPECT_EQ(codes("z\u0307o\u0301łc\u0301"), "A-100% ") << "typed in parts";
  EXPECT_EQ(codes("МЕНДЕЛЕЕВ"), "A-200_ ");
  EXPECT_EQ(codes("小龍"), "B-400 ");
  EXPECT_EQ(codes("a-"), "A-100% A-200_ ");
  EXPECT_EQ(codes("%"), "A-100% ") << "not a wildcard";
  EXPECT_EQ(codes("_"), "A-200_ ") << "not a wildcard";
  EXPECT_EQ(codes("'b"), "B-300 ");
  EXPECT_EQ(codes("\\"), "B-300 ");
  EXPECT_EQ(codes("nobody"), "");
}

TEST_P(PeopleContract, PagesOfPeopleNeitherRepeatNorMissAnyoneDuringChanges) {
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

TEST_P(PeopleContract, RefusesAForeignCursor) {
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

TEST_P(PeopleContract, RemovingAPersonKeepsOnlyTheirLog) {
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

TEST_P(TemplateContract, ReturnsEveryTemplateOnceAndStopsOnRequest) {
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

TEST_P(TemplateContract, AFingerprintIdentifiesOneSetOfTemplates) {
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

TEST_P(TemplateContract, ReturnsTemplatesUnchanged) {
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

}  // namespace sas
