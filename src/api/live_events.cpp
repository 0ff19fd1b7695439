#include "api/live_events.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/backoff.h"
#include "protocol/attendance.h"
#include "protocol/json_writer.h"
#include "protocol/messages.h"

namespace sas::api {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// Entries in one read: half of a listener's queue, so that a listener that keeps up loses nothing during a backlog.
constexpr std::size_t kAtOnce = relay::EventHubOptions{}.queue / 2;
// How often a shared feed is read without a wake-up: the longest delay of decisions of other servers.
constexpr milliseconds kPoll{200};
constexpr BackoffOptions kRetry{.first = milliseconds(100), .longest = milliseconds(5000)};
// Older entries are erased. A follower that was away has this long to come back, and a busy server (10,000 decisions a
// day) keeps less than 100 MB.
constexpr auto kKeep = std::chrono::days(30);
constexpr auto kTrimEvery = std::chrono::hours(1);

}  // namespace

std::string decision_event(const SightingRecord& record) {
  protocol::JsonWriter out;
  out.begin_object().key("type").text("decision");
  out.key("decision").raw(protocol::write_decision(record.decision));
  out.key("camera_id").text(record.camera.value);
  out.key("captured_at").text(to_rfc3339(record.captured_at));
  out.key("received_at").text(to_rfc3339(record.received_at));
  protocol::write_scores(out, record.scores);
  out.end_object();
  return out.take();
}

std::string camera_event(const CameraView& camera) {
  protocol::JsonWriter out;
  out.begin_object().key("type").text("camera").key("camera");
  write(out, camera);
  out.end_object();
  return out.take();
}

std::string lost_event(std::uint64_t count) {
  protocol::JsonWriter out;
  out.begin_object()
      .key("type")
      .text("lost")
      .key("count")
      .integer(static_cast<std::int64_t>(count))
      .end_object();
  return out.take();
}

// What follows runs on its thread, except wake().
struct LiveEvents::Impl {
  using Joined = std::optional<Result<std::unique_ptr<Listener>>>;

  Impl(Feed& given_feed, relay::EventHub& given_hub, const Clock& given_clock)
      : feed(given_feed), hub(given_hub), clock(given_clock) {}

  // An entry was added, or a listener.
  void wake() {
    if (hub.is_idle() || posted.exchange(true)) return;
    asio::post(context, [this] {
      posted = false;
      woken = true;
      if (!failing) timer.cancel();
    });
  }

  // A position without listeners is outdated: nothing is read then, and the next listener begins at the feed's end.
  [[nodiscard]] bool has_position() const { return position.has_value() && !hub.is_idle(); }

  Task<Result<void>> begin() {
    auto asking = feed.end();
    auto end = co_await std::move(asking);
    if (!end) co_return end.error();
    // Somebody else may have begun in the meantime: their position is earlier.
    if (!has_position()) {
      position = std::move(*end);
      ++beginnings;
    }
    co_return Result<void>{};
  }

  // Optional, because co_spawn needs a default.
  Task<Joined> join(OrganisationId organisation, std::function<void()> told) {
    if (!has_position()) {
      auto beginning = begin();
      const auto begun = co_await std::move(beginning);
      if (!begun) co_return Joined(begun.error());
    }
    auto listener = hub.listen(organisation.value(), std::move(told));
    wake();
    co_return Joined(std::move(listener));
  }

  Task<void> follow() {
    Backoff backoff(kRetry);
    while (!stopping) {
      woken = false;
      auto catching_up = catch_up();
      const auto caught_up = co_await std::move(catching_up);
      report(caught_up);
      if (caught_up) backoff.reset();
      if (stopping) break;
      if (failing)
        timer.expires_after(backoff.next());
      else if (woken)
        continue;
      else if (feed.is_shared() && !hub.is_idle())
        timer.expires_after(kPoll);
      else
        timer.expires_at(std::chrono::steady_clock::time_point::max());
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  // Until nothing is left to read.
  Task<Result<void>> catch_up() {
    std::string problem;
    try {
      while (!stopping && !hub.is_idle()) {
        auto reading = read();
        const auto complete = co_await std::move(reading);
        if (!complete) co_return complete.error();
        if (*complete) break;
      }
      co_return Result<void>{};
    } catch (const std::exception& failure) {
      problem = failure.what();
    }
    co_return Error::of(ErrorKind::internal, problem);
  }

  // One page. True: nothing followed it.
  Task<Result<bool>> read() {
    if (!position) {
      auto beginning = begin();
      const auto begun = co_await std::move(beginning);
      if (!begun) co_return begun.error();
    }
    const auto of = beginnings;
    auto reading = feed.after(*position, kAtOnce);
    auto page = co_await std::move(reading);
    // All listeners left during the read and new ones joined: the page is from before their time.
    if (of != beginnings) co_return false;
    if (!page) {
      if (page.error().code != "feed_went_back") co_return page.error();
      spdlog::warn("events: {}; going on with what happens from now on", page.error().message);
      position.reset();
      co_return false;
    }
    for (const FeedEntry& entry : page->entries)
      if (entry.decision)
        hub.publish(std::make_shared<const relay::LiveEvent>(
            relay::LiveEvent{entry.organisation.value(), decision_event(*entry.decision)}));
    position = std::move(page->position);
    co_return page->complete;
  }

  void report(const Result<void>& outcome) {
    const bool failed = !outcome;
    if (failed == failing) return;
    failing = failed;
    if (failed)
      spdlog::warn("events: cannot read the feed: {}; listeners wait", outcome.error().message);
    else if (!hub.is_idle())
      spdlog::info("events: reading the feed again");
  }

  Task<void> trim() {
    while (!stopping) {
      auto trimming = feed.trim(clock.now() - kKeep);
      const auto trimmed = co_await std::move(trimming);
      if (!trimmed) spdlog::warn("events: cannot erase old entries of the feed: {}", trimmed.error().message);
      if (stopping) break;
      trim_timer.expires_after(kTrimEvery);
      co_await trim_timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  Feed& feed;
  relay::EventHub& hub;
  const Clock& clock;
  std::atomic<bool> posted{false};  // a wake-up is on its way to the thread
  // Used on the thread only.
  asio::io_context context{1};
  asio::steady_timer timer{context};
  asio::steady_timer trim_timer{context};
  std::optional<FeedPosition> position;
  std::uint64_t beginnings = 0;  // how often `position` was taken from the feed's end
  bool woken = false;
  bool failing = false;  // and that is logged
  bool stopping = false;
  std::optional<FeedSignal::Subscription> subscription;  // not of the thread
  std::thread thread;
};

LiveEvents::LiveEvents(Feed& feed, relay::EventHub& hub, const Clock& clock)
    : impl_(std::make_unique<Impl>(feed, hub, clock)) {
  asio::co_spawn(impl_->context, impl_->follow(), asio::detached);
  asio::co_spawn(impl_->context, impl_->trim(), asio::detached);
  impl_->thread = std::thread([impl = impl_.get()] { impl->context.run(); });
  impl_->subscription.emplace(feed.signal(), [impl = impl_.get()] { impl->wake(); });
}

LiveEvents::~LiveEvents() {
  impl_->subscription.reset();
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->stopping = true;
    impl->timer.cancel();
    impl->trim_timer.cancel();
  });
  impl_->thread.join();
}

Task<Result<std::unique_ptr<LiveEvents::Listener>>> LiveEvents::listen(OrganisationId organisation,
                                                                       std::function<void()> wake) {
  auto joining = impl_->join(organisation, std::move(wake));
  auto spawned = asio::co_spawn(impl_->context, std::move(joining), asio::use_awaitable);
  auto joined = co_await std::move(spawned);
  co_return std::move(*joined);
}

}  // namespace sas::api
