#include "api/responses.h"
#include "api/route.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

// Within an object.
void write_threshold(protocol::JsonWriter& out, const SystemProbe& probe,
                     const attendance::ModelPolicy& model) {
  std::optional<attendance::Calibration> calibration;
  if (probe.calibration) calibration = probe.calibration(model);
  const auto raw = model.fixed ? ThresholdSource::fixed : ThresholdSource::pack;
  out.key("id").text(model.id.value);
  out.key("threshold").number(static_cast<double>(calibration ? calibration->threshold : model.threshold));
  out.key("threshold_source").text(to_string(calibration ? ThresholdSource::calibrated : raw));
  out.key("calibration");
  if (!calibration) {
    out.null();
    return;
  }
  out.begin_object().key("false_identification_rate").number(calibration->false_identification);
  out.key("people").integer(static_cast<std::int64_t>(calibration->people));
  out.key("stranger_scores").integer(static_cast<std::int64_t>(calibration->strangers));
  out.key("genuine_scores").integer(static_cast<std::int64_t>(calibration->genuine));
  out.key("expected_miss").number(calibration->expected_miss).end_object();
}

// Within an object.
void write_liveness(protocol::JsonWriter& out, const LivenessJudge& judge) {
  out.key("liveness").begin_object().key("pack");
  judge.pack.empty() ? out.null() : out.text(judge.pack);
  out.key("weak").boolean(judge.weak).key("flag_below");
  judge.weak ? out.number(static_cast<double>(judge.flag_below)) : out.null();
  out.key("advice");
  judge.advice.empty() ? out.null() : out.text(judge.advice);
  out.end_object();
}

// Says only that the process runs, so that nobody restarts the server because of a slow database.
Task<Result<http::Response>> get_healthz(const Call& /*call*/) {
  co_return json_response(http::Status::ok, R"({"status":"ok"})");
}

// Open, since probes send no keys; how many people there are and what runs here is only for callers who may read.
Task<Result<http::Response>> get_readyz(const Call& call) {
  const SystemProbe& probe = call.context.probe;
  const auto store = co_await probe.ping_store();
  const bool loaded = probe.gallery_loaded();
  const bool ready = store.has_value() && loaded;
  const bool trusted = call.caller.rights.contain(Right::read);

  protocol::JsonWriter out;
  out.begin_object().key("status").text(ready ? "ready" : "not_ready");
  out.key("store").begin_object().key("ok").boolean(store.has_value());
  if (trusted) {
    out.key("backend").text(probe.store_backend).key("error");
    store ? out.null() : out.text(store.error().message);
  }
  out.end_object();
  out.key("gallery").begin_object().key("loaded").boolean(loaded);
  if (trusted) {
    const GalleryStats stats = probe.gallery_stats();
    out.key("backend").text(probe.gallery_backend);
    out.key("people").integer(static_cast<std::int64_t>(stats.people));
    out.key("faces").integer(static_cast<std::int64_t>(stats.faces));
    out.key("bytes").integer(static_cast<std::int64_t>(stats.bytes));
  }
  out.end_object();
  if (trusted) {
    const attendance::RecognitionService& recognition = call.context.services.recognition;
    out.key("version").text(SAS_VERSION);
    const auto cooldown = co_await probe.ping_cooldown();
    out.key("cooldown").begin_object().key("backend").text(probe.cooldown_backend);
    out.key("reason").text(probe.cooldown_reason);
    out.key("ok").boolean(cooldown.has_value()).key("error");
    cooldown ? out.null() : out.text(cooldown.error().message);
    out.key("seconds").integer(recognition.options().cooldown.count()).end_object();
    out.key("models").begin_array();
    for (const attendance::ModelPolicy& model : recognition.models().all()) {
      out.begin_object();
      write_threshold(out, probe, model);
      out.end_object();
    }
    out.end_array();
    write_liveness(out, probe.liveness);
  }
  out.end_object();
  http::Response response =
      json_response(ready ? http::Status::ok : http::Status::service_unavailable, out.take());
  if (!ready) response.headers.emplace_back("retry-after", "1");
  co_return response;
}

Task<Result<http::Response>> get_system(const Call& call) {
  const Context& context = call.context;
  const SystemProbe& probe = context.probe;
  const attendance::RecognitionOptions& rules = context.services.recognition.options();
  const auto store = co_await probe.ping_store();
  const auto cooldown = co_await probe.ping_cooldown();
  const GalleryStats gallery = probe.gallery_stats();
  const auto state = [](protocol::JsonWriter& out, const Result<void>& ping) {
    out.key("ok").boolean(ping.has_value()).key("error");
    ping ? out.null() : out.text(ping.error().message);
    out.end_object();
  };
  protocol::JsonWriter out;
  out.begin_object().key("version").text(SAS_VERSION);
  out.key("started_at").text(to_rfc3339(context.started_at));
  out.key("store").begin_object().key("backend").text(probe.store_backend);
  state(out, store);
  out.key("gallery").begin_object().key("kind").text(probe.gallery_backend);
  out.key("people").integer(static_cast<std::int64_t>(gallery.people));
  out.key("templates").integer(static_cast<std::int64_t>(gallery.faces));
  out.key("bytes").integer(static_cast<std::int64_t>(gallery.bytes)).end_object();
  out.key("cooldown").begin_object().key("backend").text(probe.cooldown_backend);
  out.key("reason").text(probe.cooldown_reason);
  state(out, cooldown);
  out.key("cooldown_seconds").integer(rules.cooldown.count());
  out.key("ambiguity_margin").number(static_cast<double>(rules.ambiguity_margin));
  out.key("liveness_threshold").number(static_cast<double>(rules.liveness_threshold));
  out.key("liveness_required").boolean(context.services.recognition.options().liveness_required);
  write_liveness(out, probe.liveness);
  out.key("models").begin_array();
  for (const attendance::ModelPolicy& model : context.services.recognition.models().all()) {
    out.begin_object();
    write_threshold(out, probe, model);
    const auto pack = probe.packs.find(model.id);
    out.key("pack").text(pack == probe.packs.end() ? std::string() : pack->second).end_object();
  }
  out.end_array();
  const relay::RelayStats relay = context.live.relay.stats();
  out.key("live").begin_object().key("publishers").integer(static_cast<std::int64_t>(relay.publishers));
  out.key("viewers").integer(static_cast<std::int64_t>(relay.viewers));
  out.key("event_viewers").integer(static_cast<std::int64_t>(context.live.events.stats().listeners));
  out.key("shared").boolean(context.live.sharing != nullptr).end_object();
  out.key("ui").boolean(context.pages.has_value()).end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<Result<http::Response>> get_metrics(const Call& call) {
  const Context& context = call.context;
  context.metrics.set_gallery(context.probe.gallery_stats());
  context.metrics.set_live(context.live.relay.stats(), context.live.events.stats());
  if (context.live.sharing) context.metrics.set_sharing(context.live.sharing());
  http::Response response = http::Response::text(http::Status::ok, context.metrics.text(),
                                                 "text/plain; version=0.0.4; charset=utf-8");
  response.headers.emplace_back("cache-control", "no-store");
  co_return response;
}

}  // namespace

std::vector<Route> system_routes() {
  return {
      {.verb = http::Verb::get, .path = "/healthz", .needs = kOpen, .handler = get_healthz},
      {.verb = http::Verb::get, .path = "/readyz", .needs = kOpen, .handler = get_readyz},
      {.verb = http::Verb::get, .path = "/api/v1/system", .needs = Right::read, .handler = get_system},
      {.verb = http::Verb::get, .path = "/metrics", .needs = Right::read, .handler = get_metrics},
  };
}

}  // namespace sas::api
