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
          .scores = {.liveness = 0.9F}};
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

TEST_P(StoreContract, AnswersAPing) { EXPECT_TRUE(run(store_->ping())); }

}  // namespace sas
