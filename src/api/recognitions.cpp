#include <chrono>
#include <utility>

#include "api/endpoint.h"
#include "api/query.h"
#include "api/responses.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

Task<http::Response> post_recognition(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto started = steady_clock::now();
  auto sighting = protocol::read_sighting(request.body);
  context.metrics.on_step("parse", steady_clock::now() - started);
  if (!sighting) co_return error_response(sighting.error(), request.request_id);
  const auto decision = co_await context.service.recognise(std::move(*sighting));
  if (!decision) co_return error_response(decision.error(), request.request_id);
  co_return json_response(http::Status::ok, protocol::write_decision(*decision));
}

Task<http::Response> post_batch(const Context& context, http::Request& request) {
  if (const auto allowed = allow_only(request, {}); !allowed)
    co_return error_response(allowed.error(), request.request_id);
  const auto started = steady_clock::now();
  auto events = protocol::read_batch(request.body, context.options.max_batch_events);
  context.metrics.on_step("parse", steady_clock::now() - started);
  if (!events) co_return error_response(events.error(), request.request_id);

  // Those that can be read are decided together; each result goes back to its event's place.
  std::vector<Result<Decision>> results;
  std::vector<IncomingSighting> readable;
  std::vector<std::size_t> places;
  results.reserve(events->size());
  for (Result<IncomingSighting>& event : *events) {
    if (event) {
      places.push_back(results.size());
      readable.push_back(std::move(*event));
      results.emplace_back(Error::of(ErrorKind::internal, "not decided"));
    } else {
      results.emplace_back(std::move(event).error());
    }
  }
  auto decisions = co_await context.service.recognise_batch(std::move(readable));
  for (std::size_t i = 0; i < places.size(); ++i) results[places[i]] = std::move(decisions[i]);
  co_return json_response(http::Status::ok, protocol::write_batch_results(results));
}

}  // namespace

std::vector<Endpoint> recognition_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back({http::Verb::post, "/api/v1/recognitions", Access::recognise,
                       bind(context, post_recognition), kSmallBodyBytes, true});
  endpoints.push_back({http::Verb::post, "/api/v1/recognitions/batch", Access::recognise,
                       bind(context, post_batch), kBatchBodyBytes, true});
  return endpoints;
}

}  // namespace sas::api
