#include "attendance/recognition_service.h"

#include <cstdint>
#include <exception>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "attendance/event_content.h"
#include "base/labels.h"

namespace sas::attendance {
namespace asio = boost::asio;
namespace {

// Concurrent writes of one batch; they share the store's transactions.
constexpr std::size_t kBatchInFlight = 256;

}  // namespace

RecognitionService::RecognitionService(RecognitionOptions options, const ModelPolicies& models, LogStore& log,
                                       Gallery& gallery, CooldownGate& cooldown, const Clock& clock,
                                       RecognitionMetrics* metrics, const Calibrations* calibrations)
    : options_(options),
      models_(models),
      log_(log),
      gallery_(gallery),
      cooldown_(cooldown),
      clock_(clock),
      metrics_(metrics),
      calibrations_(calibrations) {}

void RecognitionService::observe(std::string_view step, std::chrono::steady_clock::time_point since) const {
  if (metrics_ != nullptr) metrics_->on_step(step, std::chrono::steady_clock::now() - since);
}

Result<RecognitionService::Prepared> RecognitionService::prepare(const Caller& caller,
                                                                 IncomingSighting incoming) const {
  auto policy = models_.of(incoming.model);
  if (!policy) return policy.error();
  if (!is_safe_id(incoming.camera.value, kMaxCameraIdLength))
    return Error::of(ErrorKind::invalid_argument, "invalid_camera",
                     "camera_id " + safe_id_rule(kMaxCameraIdLength));
  const ContentDigest digest = digest_of(incoming);
  const Timestamp now = clock_.now();
  const Timestamp captured_at = incoming.captured_at.value_or(now);
  if (captured_at > now + options_.future_tolerance)
    return Error::of(ErrorKind::invalid_argument, "captured_in_future",
                     "captured_at " + to_rfc3339(captured_at) + " is later than this server's time " +
                         to_rfc3339(now) + ": set the edge's clock (NTP)",
                     {{"server_time", to_rfc3339(now)}});
  if (captured_at < now - options_.oldest_event)
    return Error::of(
        ErrorKind::invalid_argument, "captured_too_old",
        "captured_at " + to_rfc3339(captured_at) + " is more than " +
            std::to_string(std::chrono::floor<std::chrono::days>(options_.oldest_event).count()) +
            " days before this server's time " + to_rfc3339(now) +
            ": set the edge's clock (NTP), or raise OLDEST_EVENT_DAYS if the event is that old",
        {{"server_time", to_rfc3339(now)}});
  Sighting sighting{
      .event = incoming.event ? *incoming.event : EventId::make(now),
      .organisation = caller.organisation,
      .camera = std::move(incoming.camera),
      .model = policy->id,
      .captured_at = captured_at,
      .received_at = now,
      .scores = incoming.scores,
      .sent_at = incoming.sent_at,
      .content = digest,
  };
  return Prepared{std::move(sighting), incoming.embedding, std::move(*policy)};
}

Task<Result<std::vector<GalleryAnswer>>> RecognitionService::search(GalleryPartition partition,
                                                                    std::span<const Embedding> probes) {
  const auto since = std::chrono::steady_clock::now();
  auto answers = co_await gallery_.search(std::move(partition), probes);
  observe("search", since);
  co_return answers;
}

bool RecognitionService::is_spoof(const FaceScores& scores) const {
  if (scores.liveness && *scores.liveness < options_.liveness_threshold) return true;
  return scores.weak_liveness && options_.weak_liveness_threshold &&
         *scores.weak_liveness < *options_.weak_liveness_threshold;
}

RecognitionService::Judgement RecognitionService::judge(const Prepared& prepared,
                                                        const GalleryAnswer& answer) const {
  Judgement judgement;
  if (answer.best) judgement.similarity = answer.best->similarity;
  if (answer.runner_up) judgement.runner_up = answer.runner_up->similarity;
  judgement.score = answer.score();
  judgement.threshold = prepared.policy.threshold;
  judgement.source = prepared.policy.fixed ? ThresholdSource::fixed : ThresholdSource::pack;
  std::optional<float> compared = judgement.similarity;
  if (calibrations_ != nullptr) {
    const GalleryPartition partition{prepared.sighting.organisation, prepared.sighting.model};
    if (const auto calibration = calibrations_->of(partition, prepared.policy)) {
      judgement.threshold = calibration->threshold;
      judgement.source = ThresholdSource::calibrated;
      compared = judgement.score;
    }
  }
  if (is_spoof(prepared.sighting.scores)) {
    judgement.outcome = Outcome::spoof;
  } else if (options_.liveness_required && !prepared.sighting.scores.liveness &&
             !prepared.sighting.scores.weak_liveness) {
    judgement.outcome = Outcome::unproven;
  } else if (!compared || *compared < judgement.threshold) {
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

Task<Result<Decision>> RecognitionService::settle(const Caller& caller, Prepared prepared,
                                                  Judgement judgement) {
  const Sighting& sighting = prepared.sighting;
  Decision proposed;
  proposed.event = sighting.event;
  proposed.outcome = judgement.outcome;
  if (judgement.person) proposed.person = PersonRef{*judgement.person, {}, {}};
  proposed.similarity = judgement.similarity;
  proposed.runner_up = judgement.runner_up;
  proposed.score = judgement.score;
  proposed.threshold = judgement.threshold;
  proposed.threshold_source = judgement.source;

  bool claimed = false;
  bool contested = false;
  std::optional<CooldownClaim> claim;
  std::optional<InFlight::Entry> in_flight;
  if (proposed.outcome == Outcome::marked) {
    proposed.attendance = AttendanceId::make(sighting.received_at);
    proposed.cooldown_until = sighting.captured_at + options_.cooldown;
    if (options_.cooldown.count() > 0) {
      const auto since = std::chrono::steady_clock::now();
      in_flight.emplace(in_flight_, proposed.person->id);
      claim = CooldownClaim{proposed.person->id, sighting.event, sighting.captured_at, options_.cooldown};
      const auto answer = co_await cooldown_.try_claim(*claim);
      observe("cooldown", since);
      // If the cache does not answer, the store's own rule decides, so there is neither a duplicate nor a failure.
      // The claim may have succeeded.
      claimed = !answer || answer->granted;
      // A claim whose record is not written yet may still fall, and then this is the walk-past that counts: the store
      // decides.
      contested = answer && !answer->granted && !in_flight->alone();
      if (answer && !answer->granted && !contested) {
        proposed.outcome = Outcome::cooldown;
        proposed.attendance.reset();
        proposed.cooldown_until = answer->until;
      }
      // The gate itself logs the outage once; one line per event would flood the log.
      if (!answer) spdlog::debug("cooldown: {}; the store decides", answer.error().message);
    }
  }

  const auto since = std::chrono::steady_clock::now();
  auto writing = log_.record(caller, sighting, proposed, options_.cooldown);
  auto decision = co_await std::move(writing);
  observe("write", since);

  // The stored decision of a repeated event id may be for another person.
  const bool stands = decision && decision->outcome == Outcome::marked && decision->person &&
                      decision->person->id == judgement.person;
  if (contested && stands) {
    const auto taken = co_await cooldown_.try_claim(*claim);
    if (!taken) spdlog::debug("cooldown: {}; the store decides", taken.error().message);
  }
  if (claimed && !stands) {
    // A claim without a record must not block the person's next walk-past.
    const auto released = co_await cooldown_.release(*judgement.person, sighting.event);
    if (!released) spdlog::warn("cooldown: a claim could not be released: {}", released.error().message);
  }
  if (!decision) {
    if (judgement.person && decision.error().kind == ErrorKind::not_found)
      co_return co_await settle_again_without(caller, *judgement.person, std::move(prepared));
    co_return decision.error();
  }
  if (metrics_ != nullptr) metrics_->on_decision(sighting, *decision);
  co_return decision;
}

// The person was removed between the search and the write: remove them from the gallery and search again.
Task<Result<Decision>> RecognitionService::settle_again_without(const Caller& caller, PersonId removed,
                                                                Prepared prepared) {
  const auto forgotten = co_await gallery_.remove_person(removed);
  if (!forgotten) co_return forgotten.error();
  const std::span<const Embedding> probe(&prepared.probe, 1);
  GalleryPartition partition{prepared.sighting.organisation, prepared.sighting.model};
  const auto answers = co_await search(std::move(partition), probe);
  if (!answers) co_return answers.error();
  Judgement judgement = judge(prepared, answers->front());
  co_return co_await settle(caller, std::move(prepared), judgement);
}

Task<Result<Decision>> RecognitionService::recognise(const Caller& caller, IncomingSighting incoming) {
  auto prepared = prepare(caller, std::move(incoming));
  if (!prepared) co_return prepared.error();
  const std::span<const Embedding> probe(&prepared->probe, 1);
  GalleryPartition partition{prepared->sighting.organisation, prepared->sighting.model};
  const auto answers = co_await search(std::move(partition), probe);
  if (!answers) co_return answers.error();
  Judgement judgement = judge(*prepared, answers->front());
  co_return co_await settle(caller, std::move(*prepared), judgement);
}

Task<std::vector<Result<Decision>>> RecognitionService::recognise_batch(
    const Caller& caller, std::vector<IncomingSighting> incoming) {
  std::vector<Result<Decision>> results(
      incoming.size(), Result<Decision>(Error::of(ErrorKind::internal, "this event was not decided")));
  std::vector<std::optional<Prepared>> prepared(incoming.size());
  std::vector<GalleryAnswer> answers(incoming.size());

  // Probes of one model share a pass over the gallery.
  std::map<GalleryPartition, std::vector<std::size_t>> partitions;
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    auto one = prepare(caller, std::move(incoming[i]));
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
    for (const std::size_t i : members) probes.push_back(prepared[i]->probe);
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

  // Claims are made in order, so that of two events of one walk-past the first is marked. The writes then run
  // concurrently and share transactions.
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
      asio::co_spawn(executor, settle(caller, std::move(*prepared[i]), judgement),
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

}  // namespace sas::attendance
