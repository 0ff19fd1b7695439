#include "attendance/calibrator.h"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

namespace sas::attendance {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kPreparedAtOnce = 32;

std::vector<LookAlikes> closest_pairs(const EnrolledProbes& enrolled, std::size_t most) {
  std::vector<LookAlikes> pairs;
  for (const EnrolledProbe& probe : enrolled.probes) {
    if (!probe.stranger.best) continue;
    const PersonId other = probe.stranger.best->person;
    pairs.push_back({.one = std::min(probe.person, other),
                     .other = std::max(probe.person, other),
                     .similarity = probe.stranger.best->similarity,
                     .score = *probe.stranger.score()});
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const LookAlikes& a, const LookAlikes& b) { return a.score > b.score; });
  std::vector<LookAlikes> closest;
  std::set<std::pair<PersonId, PersonId>> seen;
  for (const LookAlikes& pair : pairs) {
    if (closest.size() == most) break;
    if (seen.insert({pair.one, pair.other}).second) closest.push_back(pair);
  }
  return closest;
}

}  // namespace

Calibrator::Calibrator(Gallery& gallery, Calibrations& calibrations, const ModelPolicies& models,
                       const std::vector<OrganisationId>& organisations, CalibratorOptions options)
    : gallery_(gallery), calibrations_(calibrations), options_(options) {
  for (const OrganisationId& organisation : organisations)
    for (const ModelPolicy& policy : models.all())
      if (policy.source() == ThresholdSource::calibrated)
        partitions_.emplace_back(GalleryPartition{organisation, policy.id}, policy);
}

Calibrator::~Calibrator() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Calibrator::start() {
  thread_ = std::thread([this] { run(); });
}

template <class T>
Result<T> Calibrator::await(Task<Result<T>> task) {
  auto result = asio::co_spawn(io_, std::move(task), asio::use_future);
  io_.run();
  io_.restart();
  return result.get();
}

Result<void> Calibrator::fit() {
  preparing_ = 0;
  Result<void> all;
  for (const auto& [partition, policy] : partitions_) {
    auto fitted = fit(partition, policy);
    if (!fitted && all) all = std::move(fitted);
  }
  return all;
}

Result<void> Calibrator::fit(const GalleryPartition& partition, const ModelPolicy& policy) {
  const auto enrolled = await(gallery_.probe_enrolled(partition, options_.sample));
  if (!enrolled) return enrolled.error();
  GalleryScores scores{.people = enrolled->people, .strangers = {}, .genuine = {}};
  for (const EnrolledProbe& probe : enrolled->probes) {
    if (const auto score = probe.stranger.score()) scores.strangers.push_back(*score);
    if (probe.genuine) scores.genuine.push_back(*probe.genuine);
  }
  const Calibration calibration = calibrate(scores, *policy.prior, calibrations_.rate());
  spdlog::debug("model {}: threshold {:.3f} for {} people, from {} scores; expected miss {:.1f} %",
                policy.id.value, calibration.threshold, calibration.people, calibration.strangers,
                100 * calibration.expected_miss);
  calibrations_.set(partition, calibration, closest_pairs(*enrolled, options_.closest));
  return {};
}

bool Calibrator::prepare_some() {
  // One partition after the other.
  while (preparing_ < partitions_.size()) {
    const auto prepared = await(gallery_.prepare(partitions_[preparing_].first, kPreparedAtOnce));
    if (!prepared) return true;  // tried again after the next fit
    if (*prepared > 0) return false;
    ++preparing_;
  }
  return true;
}

void Calibrator::run() {
  GalleryStats fitted;
  std::optional<Steady::time_point> when;
  bool failing = false;
  bool complete = false;
  std::chrono::nanoseconds pause{0};
  do {
    const auto since = Steady::now();
    try {
      const GalleryStats now = gallery_.stats();
      const bool changed = now.faces != fitted.faces || now.people != fitted.people;
      if (!when || changed || since - *when > options_.at_least_every) {
        const auto done = fit();
        if (!done && !std::exchange(failing, true))
          spdlog::warn("the threshold cannot be fitted to the gallery: {}; it stays as it is",
                       done.error().message);
        if (done) failing = false;
        fitted = now;
        when = since;
        complete = false;
      } else if (!complete) {
        complete = prepare_some();
      }
    } catch (const std::exception& failure) {
      if (!std::exchange(failing, true)) spdlog::warn("the threshold cannot be fitted: {}", failure.what());
    }
    pause = complete || failing ? options_.poll : Steady::now() - since;
  } while (wait(std::min<std::chrono::nanoseconds>(pause, options_.poll)));
}

bool Calibrator::wait(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex_);
  return !stopping_changed_.wait_for(lock, time, [this] { return stopping_; });
}

}  // namespace sas::attendance
