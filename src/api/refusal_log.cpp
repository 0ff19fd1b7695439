#include "api/refusal_log.h"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>

namespace sas::api {

std::optional<std::int64_t> RefusalLog::take(const Caller& caller) {
  constexpr double kAtOnce = 20;
  constexpr double kPerSecond = 0.1;
  constexpr std::size_t kMostAskers = 1000;
  const auto now = std::chrono::steady_clock::now();
  const std::string key = caller.organisation.to_string() + " " +
                          std::string(to_string(caller.subject.kind)) + " " + caller.subject.id;
  const std::lock_guard lock(mutex_);
  if (askers_.size() >= kMostAskers)
    std::erase_if(askers_, [now](const auto& each) { return each.second.rows.full(now); });
  Asker& asker = askers_.try_emplace(key, Asker{TokenBucket(kAtOnce, kPerSecond, now)}).first->second;
  if (asker.rows.take(1, now)) return std::exchange(asker.left_out, 0);
  ++asker.left_out;
  return std::nullopt;
}

Task<void> RefusalLog::note(const Caller& caller, Right right, std::string route) {
  const auto left_out = take(caller);
  if (!left_out) co_return;
  boost::json::object details{{"right", to_string(right)}, {"peer", caller.peer}};
  if (*left_out > 0) details["left_out"] = *left_out;
  auto appending = audit_.append(audit::entry_of(caller.organisation, caller.subject, clock_.now(),
                                                 audit::actions::kRightRefused, "route:" + route,
                                                 boost::json::serialize(details)));
  const auto appended = co_await std::move(appending);
  if (!appended) spdlog::warn("a refusal is not in the audit log: {}", appended.error().message);
}

}  // namespace sas::api
