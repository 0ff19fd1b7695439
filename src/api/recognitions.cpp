#include <chrono>
#include <utility>

#include "api/responses.h"
#include "api/route.h"
#include "api/views.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

// What the server asks of a sighting beyond its form.
Task<Result<void>> admit(const Call& call, const IncomingSighting& sighting) {
  auto admitting = call.context.camera_limits.admit_sighting(call.caller, sighting.camera);
  co_return co_await std::move(admitting);
}

Task<Result<http::Response>> post_recognition(const Call& call) {
  const auto started = steady_clock::now();
  auto sighting = protocol::read_sighting(call.request.body);
  call.context.metrics.on_step("parse", steady_clock::now() - started);
  if (!sighting) co_return sighting.error();
  auto admitting = admit(call, *sighting);
  const auto admitted = co_await std::move(admitting);
  if (!admitted) co_return admitted.error();
  const auto decision =
      co_await call.context.services.recognition.recognise(call.caller, std::move(*sighting));
  if (!decision) co_return decision.error();
  co_return json_response(http::Status::ok, protocol::write_decision(shown_to(call.caller, *decision)));
}

Task<Result<http::Response>> post_batch(const Call& call) {
  const auto started = steady_clock::now();
  auto events = protocol::read_batch(call.request.body, call.context.options.max_batch_events);
  call.context.metrics.on_step("parse", steady_clock::now() - started);
  if (!events) co_return events.error();

  // The events that can be read are decided together; each result goes back to its event's place.
  std::vector<Result<Decision>> results;
  std::vector<IncomingSighting> readable;
  std::vector<std::size_t> places;
  results.reserve(events->size());
  for (Result<IncomingSighting>& event : *events) {
    if (event) {
      auto admitting = admit(call, *event);
      const auto admitted = co_await std::move(admitting);
      if (!admitted) event = admitted.error();
    }
    if (event) {
      places.push_back(results.size());
      readable.push_back(std::move(*event));
      results.emplace_back(Error::of(ErrorKind::internal, "not decided"));
    } else {
      results.emplace_back(std::move(event).error());
    }
  }
  auto decisions =
      co_await call.context.services.recognition.recognise_batch(call.caller, std::move(readable));
  for (std::size_t i = 0; i < places.size(); ++i) {
    Result<Decision>& decision = decisions[i];
    results[places[i]] =
        decision ? Result<Decision>(shown_to(call.caller, std::move(*decision))) : std::move(decision);
  }
  co_return json_response(http::Status::ok, protocol::write_batch_results(results));
}

}  // namespace

std::vector<Route> recognition_routes() {
  return {
      {.verb = http::Verb::post,
       .path = "/api/v1/recognitions",
       .needs = Right::recognise,
       .body = Body::json,
       .needs_gallery = true,
       .errors = {errors::kInvalidVector, errors::kInvalidId, errors::kInvalidTime, errors::kUnknownModel,
                  errors::kCapturedInFuture, errors::kCapturedTooOld, errors::kEventIdReused,
                  errors::kTooManyCameras, errors::kCameraTooFast},
       .handler = post_recognition},
      {.verb = http::Verb::post,
       .path = "/api/v1/recognitions/batch",
       .needs = Right::recognise,
       .body = Body::json,
       .max_body_bytes = kBatchBodyBytes,
       .is_long = true,
       .needs_gallery = true,
       .errors = {errors::kTooManyEvents},
       .handler = post_batch},
  };
}

}  // namespace sas::api
