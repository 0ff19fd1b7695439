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

// Names both: an operator who enrols many has to know whose photograph to look at.
Error duplicate_face(const PersonRef& whose, const LookAlike& found) {
  Error error = store::duplicate_face(found.person, found.similarity, found.threshold);
  error.message =
      "the face sent for " + whose.name + " (" + whose.code + ") resembles " + found.person.name + " (" +
      found.person.code +
      "), who is already enrolled; add the face to them, or allow the duplicate if they are two people";
  if (found.score) error.details["score"] = *found.score;
  error.details["new_code"] = whose.code;
  error.details["new_name"] = whose.name;
  return error;
}

}  // namespace

PeopleService::PeopleService(const ModelPolicies& models, PeopleStore& people, Gallery& gallery,
                             CooldownGate& cooldown, const Clock& clock, GalleryPosition gallery_position,
                             const Calibrations* calibrations)
    : models_(models),
      people_(people),
      gallery_(gallery),
      cooldown_(cooldown),
      clock_(clock),
      gallery_position_(std::move(gallery_position)),
      calibrations_(calibrations) {}

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

Task<Result<PeopleService::Compared>> PeopleService::compare(const Caller& caller,
                                                             const std::vector<FaceTemplate>& faces,
                                                             const PersonRef& whose, bool allow) {
  Compared compared;
  if (gallery_position_ && !allow) {
    // Before the search, so that a change in between is checked twice rather than never.
    auto asking = gallery_position_();
    const auto heard = co_await std::move(asking);
    if (!heard) co_return heard.error();
    compared.check.emplace().heard = *heard;
  }
  for (const FaceTemplate& face : faces) {
    const auto policy = models_.of(face.model);
    const std::span<const Embedding> probe(&face.embedding, 1);
    GalleryPartition partition{face.organisation, face.model};
    std::optional<Calibration> calibration;
    if (calibrations_ != nullptr) calibration = calibrations_->of(partition, *policy);
    const auto answers = co_await gallery_.search(std::move(partition), probe);
    if (!answers) co_return answers.error();
    const GalleryAnswer& answer = answers->front();
    const float threshold = calibration ? calibration->threshold : policy->threshold;
    // The store compares raw cosines: this is what they must be if the other's neighbourhood is like this face's.
    if (compared.check)
      compared.check->thresholds.push_back(calibration ? threshold + answer.probe_neighbourhood : threshold);
    std::optional<GalleryMatch> nearest = answer.best;
    std::optional<float> score = calibration ? answer.score() : std::nullopt;
    if (nearest && nearest->person == whose.id) {
      // A score is known for the best person only. Nearest to their own face, it is theirs.
      nearest = calibration ? std::nullopt : answer.runner_up;
      score.reset();
    }
    if (!nearest || score.value_or(nearest->similarity) < threshold) continue;
    const auto who = co_await people_.person(caller.organisation, nearest->person);
    if (!who) continue;  // removed meanwhile
    LookAlike found{.person = {who->person.id, who->person.code, who->person.name},
                    .similarity = nearest->similarity,
                    .score = score,
                    .threshold = threshold};
    if (!allow) co_return duplicate_face(whose, found);
    compared.look_alikes.push_back(std::move(found));
  }
  co_return compared;
}

Task<Result<Enrolled>> PeopleService::enrol(const Caller& caller, Enrolment enrolment) {
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
  const PersonRef whose{person.id, person.code, person.name};
  auto comparing = compare(caller, faces, whose, enrolment.allow_duplicate);
  auto compared = co_await std::move(comparing);
  if (!compared) co_return compared.error();
  auto adding = people_.add_person(caller, person, faces, compared->check);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();

  Enrolled details{{person, {}}, std::move(compared->look_alikes)};
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
  const auto who = co_await people_.person(caller.organisation, person);
  if (!who) co_return who.error();
  const PersonRef whose{person, who->person.code, who->person.name};
  auto comparing = compare(caller, faces, whose, allow_duplicate);
  const auto compared = co_await std::move(comparing);
  if (!compared) co_return compared.error();
  auto adding = people_.add_face(caller, *made, compared->check);
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

Task<Result<std::vector<ClosePair>>> PeopleService::closest_pairs(const Caller& caller) {
  std::vector<ClosePair> pairs;
  if (calibrations_ == nullptr) co_return pairs;
  for (const ModelPolicy& policy : models_.all()) {
    const GalleryPartition partition{caller.organisation, policy.id};
    const auto calibration = calibrations_->of(partition, policy);
    if (!calibration) continue;
    for (const LookAlikes& close : calibrations_->closest(partition)) {
      const auto one = co_await people_.person(caller.organisation, close.one);
      const auto other = co_await people_.person(caller.organisation, close.other);
      if (!one || !other) continue;  // removed since
      pairs.push_back({.one = {close.one, one->person.code, one->person.name},
                       .other = {close.other, other->person.code, other->person.name},
                       .similarity = close.similarity,
                       .score = close.score,
                       .threshold = calibration->threshold});
    }
  }
  co_return pairs;
}

}  // namespace sas::attendance
