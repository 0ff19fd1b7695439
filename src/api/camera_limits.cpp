#include "api/camera_limits.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "api/identity.h"

namespace sas::api {
namespace {

using std::chrono::steady_clock;

// While there are too many, how often the store is asked whether some have gone.
constexpr auto kReadEvery = std::chrono::seconds(5);
constexpr double kSecondsAtOnce = 60;

}  // namespace

Error CameraLimits::too_many() const {
  return Error::of(ErrorKind::resource_exhausted, "too_many_cameras",
                   "this server knows " + std::to_string(options_.cameras) +
                       " cameras, which is its limit (MAX_CAMERAS); check the camera ids that are sent, or "
                       "raise it",
                   {{"retry_after", 60}});
}

auto CameraLimits::judge(OrganisationId organisation, const CameraId& camera, Time now) -> Verdict {
  const std::lock_guard lock(mutex_);
  Known& known = known_[organisation];
  if (known.cameras.contains(camera.value)) return Verdict::known;
  if (!known.was_read || (known.cameras.size() >= options_.cameras && now - known.read >= kReadEvery))
    return Verdict::ask;
  if (known.cameras.size() >= options_.cameras) return Verdict::full;
  known.cameras.insert(camera.value);
  return Verdict::fits;
}

Task<Result<void>> CameraLimits::admit(const Caller& caller, CameraId camera) {
  if (const auto allowed = require_camera(caller, camera); !allowed) co_return allowed.error();
  const auto now = steady_clock::now();
  Verdict verdict = judge(caller.organisation, camera, now);
  if (verdict == Verdict::ask) {
    auto reading = cameras_.cameras(caller);
    const auto stored = co_await std::move(reading);
    if (!stored) co_return stored.error();
    {
      const std::lock_guard lock(mutex_);
      Known& known = known_[caller.organisation];
      // Names that were admitted and never stored are forgotten.
      known.cameras.clear();
      for (const Camera& one : *stored) known.cameras.insert(one.id.value);
      known.read = now;
      known.was_read = true;
    }
    verdict = judge(caller.organisation, camera, now);
  }
  if (verdict == Verdict::full || verdict == Verdict::ask) co_return too_many();
  co_return Result<void>{};
}

Task<Result<void>> CameraLimits::admit_sighting(const Caller& caller, CameraId camera) {
  auto admitting = admit(caller, camera);
  const auto admitted = co_await std::move(admitting);
  if (!admitted) co_return admitted.error();
  const auto now = steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (buckets_.size() > 2 * options_.cameras)
    std::erase_if(buckets_, [now](const auto& entry) { return entry.second.full(now); });
  TokenBucket& bucket =
      buckets_
          .try_emplace({caller.organisation, camera.value}, options_.sightings_per_second * kSecondsAtOnce,
                       options_.sightings_per_second, now)
          .first->second;
  if (bucket.take(1, now)) co_return Result<void>{};
  const auto wait = static_cast<std::int64_t>(
      std::ceil(std::max(1.0, (1 - bucket.available(now)) / options_.sightings_per_second)));
  co_return Error::of(ErrorKind::resource_exhausted, "camera_too_fast",
                      "camera " + camera.value +
                          " sends more sightings than SIGHTINGS_PER_CAMERA allows; "
                          "try again in " +
                          std::to_string(wait) + " s",
                      {{"retry_after", wait}});
}

}  // namespace sas::api
