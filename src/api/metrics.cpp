#include "api/metrics.h"

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace sas::api {
namespace {

// Steps take microseconds in memory and milliseconds on a disk or a network.
const prometheus::Histogram::BucketBoundaries kStepSeconds{0.00001, 0.000025, 0.00005, 0.0001, 0.00025,
                                                           0.0005,  0.001,    0.0025,  0.005,  0.01,
                                                           0.025,   0.05,     0.1,     0.25,   1.0};
const prometheus::Histogram::BucketBoundaries kRequestSeconds{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};
constexpr std::array<std::string_view, 4> kSteps{"parse", "search", "cooldown", "write"};
constexpr unsigned kFirstStatus = 100;
constexpr unsigned kStatuses = 500;

double seconds(std::chrono::nanoseconds took) { return std::chrono::duration<double>(took).count(); }

class RouteSeries final : public Metrics::Route {
 public:
  RouteSeries(prometheus::Family<prometheus::Counter>& requests,
              prometheus::Family<prometheus::Histogram>& durations, std::string_view method,
              std::string_view pattern)
      : requests_(requests),
        labels_{{"route", std::string(pattern)}, {"method", std::string(method)}},
        duration_(durations.Add(labels_, kRequestSeconds)) {}

  void observe(unsigned status, std::chrono::nanoseconds took) override {
    count(status);
    duration_.Observe(seconds(took));
  }

  void count(unsigned status) {
    if (status < kFirstStatus || status >= kFirstStatus + kStatuses) return;
    std::atomic<prometheus::Counter*>& slot = by_status_[status - kFirstStatus];
    prometheus::Counter* counter = slot.load(std::memory_order_acquire);
    if (counter == nullptr) {  // the first of this status; two threads at once get the same series
      prometheus::Labels labels = labels_;
      labels.emplace("status", std::to_string(status));
      counter = &requests_.Add(labels);
      slot.store(counter, std::memory_order_release);
    }
    counter->Increment();
  }

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Labels labels_;
  prometheus::Histogram& duration_;
  std::array<std::atomic<prometheus::Counter*>, kStatuses> by_status_{};
};

// Copies a counter kept elsewhere, which only grows, into a Prometheus counter.
void raise(prometheus::Counter& counter, std::uint64_t value) {
  const double more = static_cast<double>(value) - counter.Value();
  if (more > 0) counter.Increment(more);
}

// Frames shared with other servers.
class SharingSeries {
 public:
  explicit SharingSeries(prometheus::Registry& registry) {
    auto& frames =
        prometheus::BuildCounter()
            .Name("live_shared_frames_total")
            .Help("Live frames: sent to other servers, dropped for a newer one, received from other servers")
            .Register(registry);
    for (std::size_t i = 0; i < kWays.size(); ++i) frames_[i] = &frames.Add({{"way", kWays[i]}});
    servers_ = &prometheus::BuildGauge()
                    .Name("live_other_servers")
                    .Help("Other servers heard from recently")
                    .Register(registry)
                    .Add({});
  }

  void set(const relay::SharingStats& stats) {
    const std::array frames{stats.frames_sent, stats.frames_dropped, stats.frames_received};
    for (std::size_t i = 0; i < kWays.size(); ++i) raise(*frames_[i], frames[i]);
    servers_->Set(static_cast<double>(stats.servers));
  }

 private:
  static constexpr std::array<const char*, 3> kWays{"sent", "dropped", "received"};
  std::array<prometheus::Counter*, kWays.size()> frames_{};
  prometheus::Gauge* servers_ = nullptr;
};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  std::array<prometheus::Histogram*, kSteps.size()> steps{};
  std::array<prometheus::Counter*, kOutcomes.size()> decisions{};
  prometheus::Family<prometheus::Counter>* requests = nullptr;
  prometheus::Family<prometheus::Histogram>* durations = nullptr;
  prometheus::Gauge* faces = nullptr;
  prometheus::Gauge* people = nullptr;
  prometheus::Gauge* bytes = nullptr;
  prometheus::Gauge* publishers = nullptr;
  prometheus::Gauge* viewers = nullptr;
  prometheus::Gauge* event_viewers = nullptr;
  prometheus::Counter* frames_in = nullptr;
  prometheus::Counter* frames_out = nullptr;
  prometheus::Counter* frames_skipped = nullptr;
  prometheus::Counter* frame_bytes = nullptr;
  prometheus::Counter* events = nullptr;
  prometheus::Counter* events_lost = nullptr;
  std::optional<SharingSeries> sharing;  // guarded by live_mutex, as what raises the counters above
  std::mutex live_mutex;                 // two concurrent scrapes would count twice
  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<RouteSeries>> routes;  // guarded by mutex
  RouteSeries* refusals = nullptr;
  std::array<prometheus::Counter*, kEveryShown.size()> authentication_failures{};  // by Shown

  RouteSeries& route(std::string_view method, std::string_view pattern) {
    const std::lock_guard lock(mutex);
    auto& series = routes[{std::string(method), std::string(pattern)}];
    if (!series) series = std::make_unique<RouteSeries>(*requests, *durations, method, pattern);
    return *series;
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  prometheus::Registry& registry = impl_->registry;
  auto& steps =
      prometheus::BuildHistogram()
          .Name("attendance_step_seconds")
          .Help("Duration of one step of a recognition; for a batch, the search covers all of its events")
          .Register(registry);
  for (std::size_t i = 0; i < kSteps.size(); ++i)
    impl_->steps[i] = &steps.Add({{"step", std::string(kSteps[i])}}, kStepSeconds);

  auto& decisions = prometheus::BuildCounter()
                        .Name("attendance_decisions_total")
                        .Help("Sightings decided, by outcome")
                        .Register(registry);
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    impl_->decisions[i] = &decisions.Add({{"outcome", std::string(to_string(kOutcomes[i]))}});

  impl_->requests = &prometheus::BuildCounter()
                         .Name("http_requests_total")
                         .Help("Requests answered, by route, method and status")
                         .Register(registry);
  impl_->durations = &prometheus::BuildHistogram()
                          .Name("http_request_duration_seconds")
                          .Help("From the complete request to the finished response")
                          .Register(registry);
  impl_->refusals = &impl_->route("none", "none");

  const auto gauge = [&registry](const char* name, const char* help) {
    return &prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  };
  impl_->faces = gauge("gallery_faces", "Face templates in the gallery");
  impl_->people = gauge("gallery_people", "People with a face template in the gallery");
  impl_->bytes = gauge("gallery_bytes", "Memory of this process used by the gallery");
  impl_->publishers = gauge("live_publishers", "Cameras that publish frames to this server");
  impl_->viewers = gauge("live_viewers", "WebSockets that view live frames");
  impl_->event_viewers = gauge("events_viewers", "WebSockets that follow the events");
  auto& frames =
      prometheus::BuildCounter()
          .Name("live_frames_total")
          .Help("Live frames: in from cameras, out to viewers, skipped by viewers that were too slow")
          .Register(registry);
  impl_->frames_in = &frames.Add({{"way", "in"}});
  impl_->frames_out = &frames.Add({{"way", "out"}});
  impl_->frames_skipped = &frames.Add({{"way", "skipped"}});
  const auto counter = [&registry](const char* name, const char* help) {
    return &prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
  };
  impl_->frame_bytes = counter("live_bytes_total", "Bytes of live frames received from cameras");
  impl_->events = counter("events_total", "Events published, each counted once");
  impl_->events_lost = counter("events_lost_total", "Events lost by followers that were too slow");
  auto& failures = prometheus::BuildCounter()
                       .Name("authentication_failures_total")
                       .Help("Wrong keys and sessions, by what was shown")
                       .Register(registry);
  for (const Shown shown : kEveryShown)
    impl_->authentication_failures.at(static_cast<std::size_t>(shown)) =
        &failures.Add({{"shown", std::string(to_string(shown))}});
  prometheus::BuildGauge()
      .Name("build_info")
      .Help("Always 1; the version is in the label")
      .Register(registry)
      .Add({{"version", SAS_VERSION}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::on_step(std::string_view step, std::chrono::nanoseconds took) {
  for (std::size_t i = 0; i < kSteps.size(); ++i)
    if (kSteps[i] == step) impl_->steps[i]->Observe(seconds(took));
}

void Metrics::on_decision(const Sighting& /*sighting*/, const Decision& decision) {
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    if (kOutcomes[i] == decision.outcome) impl_->decisions[i]->Increment();
}

void Metrics::set_live(const relay::RelayStats& frames, const relay::EventHubStats& events) {
  const std::lock_guard lock(impl_->live_mutex);
  raise(*impl_->frames_in, frames.frames_in);
  raise(*impl_->frames_out, frames.frames_out);
  raise(*impl_->frames_skipped, frames.frames_skipped);
  raise(*impl_->frame_bytes, frames.bytes_in);
  raise(*impl_->events, events.events);
  raise(*impl_->events_lost, events.lost);
  impl_->publishers->Set(static_cast<double>(frames.publishers));
  impl_->viewers->Set(static_cast<double>(frames.viewers));
  impl_->event_viewers->Set(static_cast<double>(events.listeners));
}

void Metrics::set_sharing(const relay::SharingStats& stats) {
  const std::lock_guard lock(impl_->live_mutex);
  if (!impl_->sharing) impl_->sharing.emplace(impl_->registry);
  impl_->sharing->set(stats);
}

Metrics::Route& Metrics::route(std::string_view method, std::string_view pattern) {
  return impl_->route(method, pattern);
}

void Metrics::on_authentication_failure(Shown shown) {
  impl_->authentication_failures.at(static_cast<std::size_t>(shown))->Increment();
}

void Metrics::on_refusal(unsigned status) { impl_->refusals->count(status); }

void Metrics::set_gallery(const GalleryStats& stats) {
  impl_->faces->Set(static_cast<double>(stats.faces));
  impl_->people->Set(static_cast<double>(stats.people));
  impl_->bytes->Set(static_cast<double>(stats.bytes));
}

std::string Metrics::text() const {
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace sas::api
