#include "attendance/people_service.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/labels.h"
#include "store/refusals.h"

namespace sas::attendance {

namespace {

constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxName = 200;

Error refuse_label(std::string code, std::string_view what, std::size_t most) {
  return Error::of(ErrorKind::invalid_argument, std::move(code), std::string(what) + " " + label_rule(most));
}

}  // namespace

PeopleService::PeopleService(const ModelPolicies& models, PeopleStore& people, Gallery& gallery,
                             CooldownGate& cooldown, const Clock& clock, GalleryPosition gallery_position)
    : models_(models),
      people_(people),
      gallery_(gallery),
      cooldown_(cooldown),
      clock_(clock),
      gallery_position_(std::move(gallery_position)) {}

Result<FaceTemplate> PeopleService::template_of(const Caller& caller, PersonId person, const NewFace& face,
                                                Timestamp now) const {
  auto policy = models_.of(face.model);
  if (!policy) return policy.error();
  if (!(face.quality >= 0.0F && face.quality <= 1.0F))
    return Error::of(ErrorKind::invalid_argument, "invalid_quality", "quality must be between 0 and 1");
  return FaceTemplate{.id = FaceId::make(now),
                      .person = person,
                      .organisation = caller.organisation,
                      .model = policy->id,
                      .embedding = face.embedding,
                      .quality = face.quality,
                      .created_at = now};
}

Task<Result<PeopleService::Check>> PeopleService::refuse_duplicates(const Caller& caller,
                                                                    const std::vector<FaceTemplate>& faces,
                                                                    std::optional<PersonId> except,
                                                                    bool allow) {
  if (allow) co_return Check();
  Check check;
  if (gallery_position_) {
    // Before the search, so that a change in between is checked twice rather than never.
    auto asking = gallery_position_();
    const auto heard = co_await std::move(asking);
    if (!heard) co_return heard.error();
    check.emplace().heard = *heard;
  }
  for (const FaceTemplate& face : faces) {
    const auto policy = models_.of(face.model);
    if (check) check->thresholds.push_back(policy->threshold);
    const std::span<const Embedding> probe(&face.embedding, 1);
    GalleryPartition partition{face.organisation, face.model};
    const auto answers = co_await gallery_.search(std::move(partition), probe);
    if (!answers) co_return answers.error();
    auto nearest = answers->front().best;
    if (nearest && except && nearest->person == *except) nearest = answers->front().runner_up;
    if (!nearest || nearest->similarity < policy->threshold) continue;
    const auto who = co_await people_.person(caller.organisation, nearest->person);
    if (!who) continue;  // removed meanwhile
    co_return store::duplicate_face({who->person.id, who->person.code, who->person.name}, nearest->similarity,
                                    policy->threshold);
  }
  co_return check;
}

Task<Result<PersonDetails>> PeopleService::enrol(const Caller& caller, Enrolment enrolment) {
  auto code = normalised_label(enrolment.code, kMaxCode);
  if (!code) co_return refuse_label("invalid_code", "code", kMaxCode);
  auto name = normalised_label(enrolment.name, kMaxName);
  if (!name) co_return refuse_label("invalid_name", "name", kMaxName);
  const Timestamp now = clock_.now();
  const Person person{.id = PersonId::make(now),
                      .organisation = caller.organisation,
                      .code = std::move(*code),
                      .name = std::move(*name),
                      .created_at = now,
                      .updated_at = now};

  std::vector<FaceTemplate> faces;
  for (const NewFace& face : enrolment.faces) {
    auto made = template_of(caller, person.id, face, now);
    if (!made) co_return made.error();
    faces.push_back(std::move(*made));
  }
  // Faces sent for one person must be similar to each other. Otherwise a passer-by's template could become theirs.
  for (const FaceTemplate& face : faces) {
    float nearest = -1;
    bool compared = false;
    for (const FaceTemplate& other : faces) {
      if (other.id == face.id || other.model != face.model) continue;
      nearest = std::max(nearest, cosine(face.embedding, other.embedding));
      compared = true;
    }
    if (compared && nearest < models_.of(face.model)->threshold)
      co_return Error::of(ErrorKind::invalid_argument, "mixed_faces",
                          "the faces sent for " + enrolment.name +
                              " do not resemble each other; check that all show the same person",
                          {{"similarity", nearest}, {"threshold", models_.of(face.model)->threshold}});
  }

  const auto alone = co_await enrolling_.lock();
  const auto check = co_await refuse_duplicates(caller, faces, std::nullopt, enrolment.allow_duplicate);
  if (!check) co_return check.error();
  auto adding = people_.add_person(caller, person, faces, *check);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();

  PersonDetails details{person, {}};
  std::vector<GalleryEntry> entries;
  for (const FaceTemplate& face : faces) {
    details.faces.push_back({face.id, face.model, face.quality, face.created_at});
    entries.push_back({{face.organisation, face.model}, face.person, face.id, face.embedding});
  }
  const auto indexed = co_await gallery_.add(std::move(entries));
  if (!indexed) co_return indexed.error();
  co_return details;
}

Task<Result<FaceSummary>> PeopleService::add_face(const Caller& caller, PersonId person, NewFace face,
                                                  bool allow_duplicate) {
  auto made = template_of(caller, person, face, clock_.now());
  if (!made) co_return made.error();
  const std::vector<FaceTemplate> faces{*made};

  const auto alone = co_await enrolling_.lock();
  const auto check = co_await refuse_duplicates(caller, faces, person, allow_duplicate);
  if (!check) co_return check.error();
  auto adding = people_.add_face(caller, *made, *check);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();
  std::vector<GalleryEntry> entries{
      {{made->organisation, made->model}, made->person, made->id, made->embedding}};
  const auto indexed = co_await gallery_.add(std::move(entries));
  if (!indexed) co_return indexed.error();
  co_return FaceSummary{made->id, made->model, made->quality, made->created_at};
}

Task<Result<void>> PeopleService::remove_face(const Caller& caller, PersonId person, FaceId face) {
  gallery_.forget_files();
  const auto removed = co_await people_.remove_face(caller, person, face, clock_.now());
  if (!removed) co_return removed.error();
  co_return co_await gallery_.remove_face(face);
}

Task<Result<PersonDetails>> PeopleService::person(const Caller& caller, PersonId id) {
  co_return co_await people_.person(caller.organisation, id);
}

Task<Result<Page<PersonDetails>>> PeopleService::persons(const Caller& caller, std::string text,
                                                         PageRequest page) {
  auto pending = people_.persons({caller.organisation, std::move(text), std::move(page)});
  co_return co_await std::move(pending);
}

Task<Result<Person>> PeopleService::update_person(const Caller& caller, PersonId id, PersonChange change) {
  if (change.code && !(change.code = normalised_label(*change.code, kMaxCode)))
    co_return refuse_label("invalid_code", "code", kMaxCode);
  if (change.name && !(change.name = normalised_label(*change.name, kMaxName)))
    co_return refuse_label("invalid_name", "name", kMaxName);
  auto pending = people_.update_person(caller, id, std::move(change), clock_.now());
  co_return co_await std::move(pending);
}

Task<Result<void>> PeopleService::remove_person(const Caller& caller, PersonId id) {
  gallery_.forget_files();
  const auto removed = co_await people_.remove_person(caller, id, clock_.now());
  if (!removed) co_return removed.error();
  const auto unlisted = co_await gallery_.remove_person(id);
  if (!unlisted) co_return unlisted.error();
  const auto forgotten = co_await cooldown_.forget(id);
  if (!forgotten)
    spdlog::warn("cooldown: the marks of a removed person could not be deleted: {}",
                 forgotten.error().message);
  co_return Result<void>{};
}

}  // namespace sas::attendance
