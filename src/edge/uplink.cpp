#include "edge/uplink.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/backoff.h"
#include "protocol/messages.h"

namespace sas::edge {
namespace {
using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kMostResults = 4096;
}  // namespace

bool waits_for_clock(const Error& error) { return error.code == "captured_in_future"; }

bool refused_for_good(const Error& error) {
  if (waits_for_clock(error)) return false;
  switch (error.kind) {
    case ErrorKind::invalid_argument:
    case ErrorKind::too_large:
    case ErrorKind::conflict:
      return true;
    default:
      return false;
  }
}

std::uint64_t UplinkStatistics::delivered() const {
  return std::accumulate(by_outcome.begin(), by_outcome.end(), std::uint64_t{0});
}

Result<Decision> HttpRecognitionSender::send_one(const std::string& body, const std::stop_token& stop) {
  auto reply = client_.send("POST", "/api/v1/recognitions", protocol::with_sent_at(body, clock_.now()), stop);
  if (!reply) return reply.error();
  if (reply->status == 200) {
    auto decision = protocol::read_decision(reply->body);
    if (decision) return decision;
    // Status 200, but not attendd's answer: a captive portal, or a server of another version.
    return Error::of(ErrorKind::unavailable, "strange_answer",
                     "the server at " + client_.base_url() +
                         " gave an answer that is not understood: " + decision.error().message);
  }
  Error error = error_of(*reply, client_.base_url());
  // An answer in another form comes from something in between, which knows nothing about the event.
  if (error.code == "unexpected_answer") error.kind = ErrorKind::unavailable;
  return error;
}

Result<std::vector<Result<Decision>>> HttpRecognitionSender::send(const std::vector<std::string>& bodies,
                                                                  std::stop_token stop) {
  if (bodies.size() > 1) {
    std::vector<std::string> stamped;
    stamped.reserve(bodies.size());
    for (const std::string& body : bodies) stamped.push_back(protocol::with_sent_at(body, clock_.now()));
    auto reply = client_.send("POST", "/api/v1/recognitions/batch", protocol::write_batch(stamped), stop);
    if (!reply) return reply.error();
    if (reply->status == 200) {
      auto results = protocol::read_batch_results(reply->body);
      if (results && results->size() == bodies.size()) return results;
      return Error::of(ErrorKind::unavailable, "strange_answer",
                       "the server at " + client_.base_url() + " did not answer for each event of a batch" +
                           (results ? std::string() : ": " + results.error().message));
    }
    // If the batch is refused as a whole (too large, or this server has no batches), send each event alone.
    const bool try_singly = reply->status == 400 || reply->status == 404 || reply->status == 405 ||
                            reply->status == 413 || reply->status == 422;
    if (!try_singly) {
      Error error = error_of(*reply, client_.base_url());
      if (refused_for_good(error)) error.kind = ErrorKind::unavailable;
      return error;
    }
  }
  std::vector<Result<Decision>> results;
  for (const std::string& body : bodies) {
    auto result = send_one(body, stop);
    if (!result && !refused_for_good(result.error()) && !waits_for_clock(result.error())) {
      if (results.empty()) return result.error();
      // The answers so far count; the rest is sent again.
      while (results.size() < bodies.size()) results.emplace_back(result.error());
      break;
    }
    results.push_back(std::move(result));
  }
  return results;
}

Uplink::Uplink(Outbox& outbox, std::unique_ptr<RecognitionSender> sender, const Clock& clock,
               UplinkOptions options)
    : outbox_(outbox),
      sender_(std::move(sender)),
      clock_(clock),
      options_(options),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Uplink::~Uplink() { stop(); }

void Uplink::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Uplink::wake() {
  {
    const std::lock_guard lock(mutex_);
    work_ = true;
  }
  changed_.notify_all();
}

std::vector<UplinkResult> Uplink::take_results() {
  const std::lock_guard lock(mutex_);
  return std::exchange(results_, {});
}

UplinkStatistics Uplink::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

bool Uplink::drain(std::chrono::milliseconds patience, const std::stop_token& stop) {
  wake();
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, stop, patience, [&] { return !work_ && !busy_ && outbox_.waiting() == 0; });
}

void Uplink::note_failure(const Error& error) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    ++statistics_.failures;
    first = statistics_.last_failure != error.message;
    statistics_.last_failure = error.message;
    const bool key = error.kind == ErrorKind::unauthenticated || error.kind == ErrorKind::permission_denied;
    statistics_.server = key ? ServerState::key_refused : ServerState::down;
  }
  // Log a problem once, not at every attempt.
  if (first) spdlog::warn("{}; {} events wait and are delivered later", error.message, outbox_.waiting());
}

void Uplink::postpone(const WaitingEvent& event, const Error& error) {
  if (!told_of_clock_) {
    spdlog::error(
        "{}; this machine's clock says {}. Set the clock that is wrong (NTP). The event is kept and tried "
        "again every {} s",
        error.message, to_rfc3339(clock_.now()),
        std::chrono::duration_cast<std::chrono::seconds>(options_.clock_pause).count());
  }
  told_of_clock_ = true;
  postponed_[event.sequence] = SteadyClock::now() + options_.clock_pause;
}

std::unordered_set<std::int64_t> Uplink::postponed() {
  const auto now = SteadyClock::now();
  std::erase_if(postponed_, [&](const auto& event) { return event.second <= now; });
  std::unordered_set<std::int64_t> sequences;
  for (const auto& [sequence, unused] : postponed_) sequences.insert(sequence);
  return sequences;
}

bool Uplink::deliver(const std::stop_token& stop, bool& failed) {
  auto events = outbox_.peek(options_.batch, postponed());
  if (!events) {
    note_failure(events.error());
    failed = true;
    return false;
  }
  if (events->empty()) return false;
  std::vector<std::string> bodies;
  bodies.reserve(events->size());
  for (const WaitingEvent& event : *events) bodies.push_back(event.body);
  auto answers = sender_->send(bodies, stop);
  if (!answers) {
    if (!stop.stop_requested()) note_failure(answers.error());
    failed = true;
    return false;
  }

  std::vector<std::int64_t> done;
  std::vector<UplinkResult> results;
  std::optional<Error> retry;
  for (std::size_t i = 0; i < events->size() && i < answers->size(); ++i) {
    const WaitingEvent& event = (*events)[i];
    Result<Decision>& answer = (*answers)[i];
    if (answer) {
      done.push_back(event.sequence);
    } else if (waits_for_clock(answer.error())) {
      postpone(event, answer.error());
      continue;
    } else if (refused_for_good(answer.error())) {
      spdlog::error("the server rejects event {}: {}; it is kept in {} (table rejected)",
                    event.event.to_string(), answer.error().message, outbox_.path().string());
      if (auto moved = outbox_.reject(event.sequence, answer.error(), clock_.now()); !moved)
        retry = moved.error();
    } else {
      retry = answer.error();
      continue;
    }
    results.push_back({event.event, std::move(answer)});
  }
  if (auto removed = outbox_.remove(done); !removed) retry = removed.error();  // sent again; harmless
  {
    const std::lock_guard lock(mutex_);
    statistics_.server = ServerState::up;
    statistics_.last_failure.clear();
    statistics_.ahead = postponed_.size();
    if (postponed_.empty()) told_of_clock_ = false;
    for (UplinkResult& result : results) {
      if (result.decision) {
        ++statistics_.by_outcome.at(static_cast<std::size_t>(result.decision->outcome));
      } else {
        ++statistics_.refused;
      }
      results_.push_back(std::move(result));
    }
    if (results_.size() > kMostResults) {
      results_.erase(results_.begin(), results_.end() - static_cast<std::ptrdiff_t>(kMostResults));
    }
  }
  changed_.notify_all();
  if (retry) {
    note_failure(*retry);
    failed = true;
  }
  return !failed;
}

void Uplink::run(const std::stop_token& stop) {
  // With jitter, so that cameras that lost the same server do not all reconnect at once.
  Backoff backoff({.first = options_.first_pause, .longest = options_.longest_pause, .jitter = 0.2});
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto work = [&] { return work_; };
      if (postponed_.empty()) {
        changed_.wait(lock, stop, work);
      } else {
        const auto first =
            std::ranges::min_element(postponed_, {}, [](const auto& event) { return event.second; });
        changed_.wait_until(lock, stop, first->second, work);
      }
      work_ = false;
      busy_ = true;
    }
    bool failed = false;
    while (!stop.stop_requested() && deliver(stop, failed)) backoff.reset();
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
    }
    changed_.notify_all();
    if (!failed || stop.stop_requested()) continue;
    std::unique_lock lock(mutex_);
    // A new event does not shorten the pause: the server is down for it as well.
    changed_.wait_for(lock, stop, backoff.next(), [] { return false; });
    work_ = true;
  }
}

}  // namespace sas::edge
