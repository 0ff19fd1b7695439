#include "api/endpoint.h"
#include "api/responses.h"
#include "protocol/json_writer.h"

namespace sas::api {
namespace {

// The process lives; nothing else is asked, so that a slow database restarts nobody.
Task<http::Response> get_healthz(const Context& /*context*/, http::Request& /*request*/) {
  co_return json_response(http::Status::ok, R"({"status":"ok"})");
}

// Open, since probes bring no keys; how many people there are and what runs here is for those with one.
Task<http::Response> get_readyz(const Context& context, http::Request& request) {
  const SystemProbe& probe = context.probe;
  const auto store = co_await probe.ping_store();
  const bool loaded = probe.gallery_loaded();
  const bool ready = store.has_value() && loaded;
  const bool trusted = context.authenticator.check(Access::read, request).has_value();

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
    const AttendanceOptions& rules = context.service.options();
    out.key("version").text(SAS_VERSION);
    const auto cooldown = co_await probe.ping_cooldown();
    out.key("cooldown").begin_object().key("backend").text(probe.cooldown_backend);
    out.key("reason").text(probe.cooldown_reason);
    out.key("ok").boolean(cooldown.has_value()).key("error");
    cooldown ? out.null() : out.text(cooldown.error().message);
    out.key("seconds").integer(rules.cooldown.count()).end_object();
    out.key("models").begin_array();
    for (const ModelPolicy& model : rules.models)
      out.begin_object()
          .key("id")
          .text(model.id.value)
          .key("threshold")
          .number(static_cast<double>(model.threshold))
          .end_object();
    out.end_array();
  }
  out.end_object();
  http::Response response =
      json_response(ready ? http::Status::ok : http::Status::service_unavailable, out.take());
  if (!ready) response.headers.emplace_back("retry-after", "1");
  co_return response;
}

Task<http::Response> get_system(const Context& context, http::Request& /*request*/) {
  const SystemProbe& probe = context.probe;
  const AttendanceOptions& rules = context.service.options();
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
  out.key("models").begin_array();
  for (const ModelPolicy& model : rules.models) {
    out.begin_object().key("id").text(model.id.value);
    out.key("threshold").number(static_cast<double>(model.threshold));
    const auto pack = probe.packs.find(model.id);
    out.key("pack").text(pack == probe.packs.end() ? std::string() : pack->second).end_object();
  }
  out.end_array();
  const relay::RelayStats relay = context.live.relay.stats();
  out.key("live").begin_object().key("publishers").integer(static_cast<std::int64_t>(relay.publishers));
  out.key("viewers").integer(static_cast<std::int64_t>(relay.viewers));
  out.key("event_viewers").integer(static_cast<std::int64_t>(context.live.events.stats().listeners));
  out.key("shared").boolean(context.live.sharing != nullptr).end_object();
  out.key("ui").boolean(context.has_ui).end_object();
  co_return json_response(http::Status::ok, out.take());
}

Task<http::Response> get_metrics(const Context& context, http::Request& /*request*/) {
  context.metrics.set_gallery(context.probe.gallery_stats());
  context.metrics.set_live(context.live.relay.stats(), context.live.events.stats());
  if (context.live.sharing) context.metrics.set_sharing(context.live.sharing());
  http::Response response = http::Response::text(http::Status::ok, context.metrics.text(),
                                                 "text/plain; version=0.0.4; charset=utf-8");
  response.headers.emplace_back("cache-control", "no-store");
  co_return response;
}

}  // namespace

std::vector<Endpoint> system_endpoints(const Context& context) {
  std::vector<Endpoint> endpoints;
  endpoints.push_back({http::Verb::get, "/healthz", Access::open, bind(context, get_healthz)});
  endpoints.push_back({http::Verb::get, "/readyz", Access::open, bind(context, get_readyz)});
  endpoints.push_back({http::Verb::get, "/api/v1/system", Access::read, bind(context, get_system)});
  endpoints.push_back({http::Verb::get, "/metrics", Access::read, bind(context, get_metrics)});
  return endpoints;
}

}  // namespace sas::api
