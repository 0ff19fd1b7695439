#include "attendance/attendance_service.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <spdlog/spdlog.h>

#include "store/refusals.h"

namespace sas {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kMaxCameraId = 64;
constexpr std::size_t kMaxCode = 64;
constexpr std::size_t kMaxName = 200;
// Writes of one batch that are on their way at once; they share the store's durable transactions.
constexpr std::size_t kBatchInFlight = 256;

// Printable text of 1..most characters (UTF-8 code points), without blanks at its ends.
bool is_label(std::string_view text, std::size_t most) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  std::size_t characters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return false;
    if ((byte & 0xC0) != 0x80) ++characters;
  }
  return characters <= most;
}

Error refuse_label(std::string code, std::string_view what, std::size_t most) {
  return Error::of(ErrorKind::invalid_argument, std::move(code),
                   std::string(what) + " must be 1 to " + std::to_string(most) +
                       " printable characters without blanks at the ends");
}

}  // namespace

AttendanceService::AttendanceService(AttendanceOptions options, Store& store, Gallery& gallery,
                                     CooldownGate& cooldown, const Clock& clock,
                                     RecognitionObserver* observer)
    : options_(std::move(options)),
      store_(store),
      gallery_(gallery),
      cooldown_(cooldown),
      clock_(clock),
      observer_(observer) {}

void AttendanceService::observe(std::string_view step, std::chrono::steady_clock::time_point since) const {
  if (observer_ != nullptr) observer_->on_step(step, std::chrono::steady_clock::now() - since);
}

Result<ModelPolicy> AttendanceService::policy_of(const std::optional<ModelId>& model) const {
  if (!model) return options_.models.front();
  for (const ModelPolicy& policy : options_.models)
    if (policy.id == *model) return policy;
  boost::json::array known;
  std::string names;
  for (const ModelPolicy& policy : options_.models) {
    known.emplace_back(policy.id.value);
    names += (names.empty() ? "" : ", ") + policy.id.value;
  }
  return Error::of(ErrorKind::invalid_argument, "unknown_model",
                   "this server does not know the model \"" + model->value.substr(0, 64) +
                       "\": vectors of different models cannot be compared. It knows: " + names +
                       ". Use the same model pack on both sides (MODEL_PACK).",
                   {{"known", std::move(known)}});
}

Result<AttendanceService::Prepared> AttendanceService::prepare(IncomingSighting incoming) const {
  auto policy = policy_of(incoming.model);
  if (!policy) return policy.error();
  if (!is_label(incoming.camera.value, kMaxCameraId))
    return refuse_label("invalid_camera", "camera_id", kMaxCameraId);
  const Timestamp now = clock_.now();
  const Timestamp captured_at = incoming.captured_at.value_or(now);
  if (captured_at > now + options_.future_tolerance)
    return Error::of(ErrorKind::invalid_argument, "captured_in_future",
                     "captured_at " + to_rfc3339(captured_at) + " lies after this server's time " +
                         to_rfc3339(now) + ": set the edge's clock (NTP)",
                     {{"server_time", to_rfc3339(now)}});
  Sighting sighting{incoming.event ? *incoming.event : EventId::make(now),
                    kDefaultOrganisation,
                    std::move(incoming.camera),
                    policy->id,
                    incoming.embedding,
                    captured_at,
                    now,
                    incoming.liveness,
                    incoming.quality,
                    incoming.sent_at};
  return Prepared{std::move(sighting), std::move(*policy)};
}

Task<Result<std::vector<GalleryAnswer>>> AttendanceService::search(GalleryPartition partition,
                                                                   std::span<const Embedding> probes) {
  const auto since = std::chrono::steady_clock::now();
  auto answers = co_await gallery_.search(std::move(partition), probes);
  observe("search", since);
  co_return answers;
}

AttendanceService::Judgement AttendanceService::judge(const Prepared& prepared,
                                                      const GalleryAnswer& answer) const {
  Judgement judgement;
  if (answer.best) judgement.similarity = answer.best->similarity;
  if (answer.runner_up) judgement.runner_up = answer.runner_up->similarity;
  const std::optional<float> liveness = prepared.sighting.liveness;
  if (liveness && *liveness < options_.liveness_threshold) {
    judgement.outcome = Outcome::spoof;
  } else if (!answer.best || answer.best->similarity < prepared.policy.threshold) {
    judgement.outcome = Outcome::unknown;
  } else if (answer.runner_up &&
             answer.best->similarity - answer.runner_up->similarity < options_.ambiguity_margin) {
    judgement.outcome = Outcome::ambiguous;
  } else {
    judgement.outcome = Outcome::marked;
    judgement.person = answer.best->person;
  }
  return judgement;
}

Task<Result<Decision>> AttendanceService::settle(Prepared prepared, Judgement judgement) {
  const Sighting& sighting = prepared.sighting;
  Decision proposed;
  proposed.event = sighting.event;
  proposed.outcome = judgement.outcome;
  if (judgement.person) proposed.person = PersonRef{*judgement.person, {}, {}};
  proposed.similarity = judgement.similarity;
  proposed.runner_up = judgement.runner_up;
  proposed.threshold = prepared.policy.threshold;

  bool claimed = false;
  if (proposed.outcome == Outcome::marked) {
    proposed.attendance = AttendanceId::make(sighting.received_at);
    proposed.cooldown_until = sighting.captured_at + options_.cooldown;
    if (options_.cooldown.count() > 0) {
      const auto since = std::chrono::steady_clock::now();
      const CooldownClaim claim{proposed.person->id, sighting.event, sighting.captured_at, options_.cooldown};
      const auto answer = co_await cooldown_.try_claim(claim);
      observe("cooldown", since);
      // When the cache does not answer, the store's own rule decides: no double, no stop. The claim may have
      // landed.
      claimed = !answer || answer->granted;
      if (answer && !answer->granted) {
        proposed.outcome = Outcome::cooldown;
        proposed.attendance.reset();
        proposed.cooldown_until = answer->until;
      }
      // The gate itself logs that it is lost, once: a line for each event would bury the log.
      if (!answer) spdlog::debug("cooldown: {}; the store decides", answer.error().message);
    }
  }

  const auto since = std::chrono::steady_clock::now();
  auto decision = co_await store_.record(sighting, proposed, options_.cooldown);
  observe("write", since);

  if (claimed && (!decision || decision->outcome != Outcome::marked)) {
    // A walk-past that was not written must not keep the next one from being written.
    const auto released = co_await cooldown_.release(*judgement.person, sighting.event);
    if (!released) spdlog::warn("cooldown: a claim could not be given back: {}", released.error().message);
  }
  if (!decision) {
    if (judgement.person && decision.error().kind == ErrorKind::not_found)
      co_return co_await settle_again_without(*judgement.person, std::move(prepared));
    co_return decision.error();
  }
  if (observer_ != nullptr) observer_->on_decision(sighting, *decision);
  co_return decision;
}

// The person was removed between the search and the write. The gallery forgets them and is asked once more.
Task<Result<Decision>> AttendanceService::settle_again_without(PersonId removed, Prepared prepared) {
  const auto forgotten = co_await gallery_.remove_person(removed);
  if (!forgotten) co_return forgotten.error();
  const std::span<const Embedding> probe(&prepared.sighting.embedding, 1);
  GalleryPartition partition{prepared.sighting.organisation, prepared.sighting.model};
  const auto answers = co_await search(std::move(partition), probe);
  if (!answers) co_return answers.error();
  Judgement judgement = judge(prepared, answers->front());
  co_return co_await settle(std::move(prepared), judgement);
}

Task<Result<Decision>> AttendanceService::recognise(IncomingSighting incoming) {
  auto prepared = prepare(std::move(incoming));
  if (!prepared) co_return prepared.error();
  const std::span<const Embedding> probe(&prepared->sighting.embedding, 1);
  GalleryPartition partition{prepared->sighting.organisation, prepared->sighting.model};
  const auto answers = co_await search(std::move(partition), probe);
  if (!answers) co_return answers.error();
  Judgement judgement = judge(*prepared, answers->front());
  co_return co_await settle(std::move(*prepared), judgement);
}

Task<std::vector<Result<Decision>>> AttendanceService::recognise_batch(
    std::vector<IncomingSighting> incoming) {
  std::vector<Result<Decision>> results(
      incoming.size(), Result<Decision>(Error::of(ErrorKind::internal, "this event was not decided")));
  std::vector<std::optional<Prepared>> prepared(incoming.size());
  std::vector<GalleryAnswer> answers(incoming.size());

  // The probes of one model share a pass over the gallery.
  std::map<GalleryPartition, std::vector<std::size_t>> partitions;
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    auto one = prepare(std::move(incoming[i]));
    if (!one) {
      results[i] = one.error();
      continue;
    }
    partitions[{one->sighting.organisation, one->sighting.model}].push_back(i);
    prepared[i].emplace(std::move(*one));
  }
  for (const auto& [partition, members] : partitions) {
    std::vector<Embedding> probes;
    probes.reserve(members.size());
    for (const std::size_t i : members) probes.push_back(prepared[i]->sighting.embedding);
    auto found = co_await search(partition, probes);
    for (std::size_t k = 0; k < members.size(); ++k) {
      if (found) {
        answers[members[k]] = (*found)[k];
      } else {
        results[members[k]] = found.error();
        prepared[members[k]].reset();
      }
    }
  }

  // Claims are made in order, so that of two events of one walk-past the first is marked; the writes then run
  // together and share durable transactions.
  const auto executor = co_await asio::this_coro::executor;
  using Finished =
      asio::experimental::concurrent_channel<void(std::exception_ptr, std::size_t, Result<Decision>)>;
  Finished finished(executor, kBatchInFlight);
  std::size_t next = 0;
  std::size_t in_flight = 0;
  while (next < prepared.size() || in_flight > 0) {
    while (next < prepared.size() && in_flight < kBatchInFlight) {
      const std::size_t i = next++;
      if (!prepared[i]) continue;
      ++in_flight;
      Judgement judgement = judge(*prepared[i], answers[i]);
      asio::co_spawn(executor, settle(std::move(*prepared[i]), judgement),
                     [&finished, i](const std::exception_ptr& failure, Result<Decision> decision) {
                       finished.try_send(failure, i, std::move(decision));
                     });
    }
    if (in_flight == 0) break;
    auto [failure, i, decision] = co_await finished.async_receive(asio::as_tuple(asio::use_awaitable));
    --in_flight;
    if (failure) {
      results[i] = Error::of(ErrorKind::internal, "deciding this event failed; send it again");
    } else {
      results[i] = std::move(decision);
    }
  }
  co_return results;
}

Result<FaceTemplate> AttendanceService::template_of(PersonId person, const NewFace& face,
                                                    Timestamp now) const {
  auto policy = policy_of(face.model);
  if (!policy) return policy.error();
  if (!(face.quality >= 0.0F && face.quality <= 1.0F))
    return Error::of(ErrorKind::invalid_argument, "invalid_quality", "quality must lie between 0 and 1");
  return FaceTemplate{FaceId::make(now), person, kDefaultOrganisation, policy->id, face.embedding,
                      face.quality,      now};
}

Task<Result<AttendanceService::Check>> AttendanceService::refuse_duplicates(
    const std::vector<FaceTemplate>& faces, std::optional<PersonId> except, bool allow) {
  if (allow) co_return Check();
  Check check;
  if (options_.gallery_position) {
    // Before the search: what comes in between is looked at twice rather than not at all.
    auto asking = options_.gallery_position();
    const auto heard = co_await std::move(asking);
    if (!heard) co_return heard.error();
    check.emplace().heard = *heard;
  }
  for (const FaceTemplate& face : faces) {
    const auto policy = policy_of(face.model);
    if (check) check->thresholds.push_back(policy->threshold);
    const std::span<const Embedding> probe(&face.embedding, 1);
    GalleryPartition partition{face.organisation, face.model};
    const auto answers = co_await gallery_.search(std::move(partition), probe);
    if (!answers) co_return answers.error();
    auto nearest = answers->front().best;
    if (nearest && except && nearest->person == *except) nearest = answers->front().runner_up;
    if (!nearest || nearest->similarity < policy->threshold) continue;
    const auto who = co_await store_.person(kDefaultOrganisation, nearest->person);
    if (!who) continue;  // removed meanwhile
    co_return store::duplicate_face({who->person.id, who->person.code, who->person.name}, nearest->similarity,
                                    policy->threshold);
  }
  co_return check;
}

Task<Result<PersonDetails>> AttendanceService::enrol(Enrolment enrolment) {
  if (!is_label(enrolment.code, kMaxCode)) co_return refuse_label("invalid_code", "code", kMaxCode);
  if (!is_label(enrolment.name, kMaxName)) co_return refuse_label("invalid_name", "name", kMaxName);
  const Timestamp now = clock_.now();
  const Person person{PersonId::make(now), kDefaultOrganisation, enrolment.code, enrolment.name, now, now};

  std::vector<FaceTemplate> faces;
  for (const NewFace& face : enrolment.faces) {
    auto made = template_of(person.id, face, now);
    if (!made) co_return made.error();
    faces.push_back(std::move(*made));
  }
  // Faces sent as one person's must resemble each other, or the template of a passer-by becomes theirs.
  for (const FaceTemplate& face : faces) {
    float nearest = -1;
    bool compared = false;
    for (const FaceTemplate& other : faces) {
      if (other.id == face.id || other.model != face.model) continue;
      nearest = std::max(nearest, cosine(face.embedding, other.embedding));
      compared = true;
    }
    if (compared && nearest < policy_of(face.model)->threshold)
      co_return Error::of(ErrorKind::invalid_argument, "mixed_faces",
                          "the faces sent for " + enrolment.name +
                              " do not resemble each other; check that all show the same person",
                          {{"similarity", nearest}, {"threshold", policy_of(face.model)->threshold}});
  }

  const auto alone = co_await enrolling_.lock();
  const auto check = co_await refuse_duplicates(faces, std::nullopt, enrolment.allow_duplicate);
  if (!check) co_return check.error();
  auto adding = store_.add_person(person, faces, *check);
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

Task<Result<FaceSummary>> AttendanceService::add_face(PersonId person, NewFace face, bool allow_duplicate) {
  auto made = template_of(person, face, clock_.now());
  if (!made) co_return made.error();
  const std::vector<FaceTemplate> faces{*made};

  const auto alone = co_await enrolling_.lock();
  const auto check = co_await refuse_duplicates(faces, person, allow_duplicate);
  if (!check) co_return check.error();
  auto adding = store_.add_face(*made, *check);
  const auto added = co_await std::move(adding);
  if (!added) co_return added.error();
  std::vector<GalleryEntry> entries{
      {{made->organisation, made->model}, made->person, made->id, made->embedding}};
  const auto indexed = co_await gallery_.add(std::move(entries));
  if (!indexed) co_return indexed.error();
  co_return FaceSummary{made->id, made->model, made->quality, made->created_at};
}

Task<Result<void>> AttendanceService::remove_face(PersonId person, FaceId face) {
  const auto removed = co_await store_.remove_face(kDefaultOrganisation, person, face);
  if (!removed) co_return removed.error();
  co_return co_await gallery_.remove_face(face);
}

Task<Result<PersonDetails>> AttendanceService::person(PersonId id) {
  co_return co_await store_.person(kDefaultOrganisation, id);
}

Task<Result<Page<PersonDetails>>> AttendanceService::persons(PersonQuery query) {
  co_return co_await store_.persons(std::move(query));
}

Task<Result<Person>> AttendanceService::update_person(PersonId id, PersonChange change) {
  if (change.code && !is_label(*change.code, kMaxCode))
    co_return refuse_label("invalid_code", "code", kMaxCode);
  if (change.name && !is_label(*change.name, kMaxName))
    co_return refuse_label("invalid_name", "name", kMaxName);
  co_return co_await store_.update_person(kDefaultOrganisation, id, std::move(change), clock_.now());
}

Task<Result<void>> AttendanceService::remove_person(PersonId id) {
  const auto removed = co_await store_.remove_person(kDefaultOrganisation, id, clock_.now());
  if (!removed) co_return removed.error();
  const auto unlisted = co_await gallery_.remove_person(id);
  if (!unlisted) co_return unlisted.error();
  const auto forgotten = co_await cooldown_.forget(id);
  if (!forgotten)
    spdlog::warn("cooldown: a removed person could not be forgotten: {}", forgotten.error().message);
  co_return Result<void>{};
}

Task<Result<Page<AttendanceRecord>>> AttendanceService::attendance(AttendanceQuery query) {
  co_return co_await store_.attendance(std::move(query));
}

Task<Result<std::vector<Camera>>> AttendanceService::cameras() {
  co_return co_await store_.cameras(kDefaultOrganisation);
}

Task<Result<AttendanceRecord>> AttendanceService::attendance_record(AttendanceId id) {
  co_return co_await store_.attendance_record(kDefaultOrganisation, id);
}

Task<Result<Page<SightingRecord>>> AttendanceService::sightings(SightingQuery query) {
  co_return co_await store_.sightings(std::move(query));
}

Task<Result<void>> AttendanceService::heartbeat(Heartbeat heartbeat) {
  heartbeat.received_at = clock_.now();
  if (heartbeat.watched) {
    const auto refuse = [](std::string why) {
      return Error::of(ErrorKind::invalid_argument, "invalid_watch", std::move(why));
    };
    const Interval& watched = *heartbeat.watched;
    if (watched.to < watched.from) co_return refuse("watching_to lies before watching_from");
    if (watched.to - watched.from > kLongestAnalytics)
      co_return refuse("watching_from and watching_to lie more than 400 days apart");
    if (watched.to > heartbeat.received_at + options_.future_tolerance)
      co_return refuse("watching_to lies in the future: the edge's clock is wrong; set it by NTP");
  }
  co_return co_await store_.heartbeat(std::move(heartbeat));
}

Task<Result<Analytics>> AttendanceService::analytics(AnalyticsQuery query) {
  const Timestamp now = clock_.now();
  auto asked = plan(query, now);
  if (!asked) co_return asked.error();
  std::vector<CameraId> cameras;
  if (query.camera) {
    cameras.push_back(*query.camera);
  } else {
    const auto known = co_await store_.cameras(kDefaultOrganisation);
    if (!known) co_return known.error();
    for (const Camera& camera : *known) cameras.push_back(camera.id);
  }
  const auto tallies = co_await store_.tallies(*asked);
  if (!tallies) co_return tallies.error();
  co_return summarise(*asked, query.zone, *tallies, std::move(cameras), now);
}

}  // namespace sas
