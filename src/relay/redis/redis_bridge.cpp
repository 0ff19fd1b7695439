#include "relay/redis/redis_bridge.h"

#include <algorithm>
#include <iterator>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/clock.h"
#include "base/uuid.h"

namespace sas::relay {
namespace asio = boost::asio;
namespace {

constexpr std::size_t kMostOnTheirWay = 16;
constexpr std::size_t kMostServers = 1000;
// Limits the rate of notices when viewers come and go in large numbers.
constexpr auto kBetweenNotices = std::chrono::milliseconds(20);

std::string own_name() {
  const auto bytes = Uuid::v7(SystemClock().now()).bytes();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

RedisBridge::RedisBridge(Relay& relay, RedisBridgeOptions options)
    : relay_(relay),
      options_(std::move(options)),
      self_(own_name()),
      frames_(options_.prefix + ":frames:"),
      servers_channel_(options_.prefix + ":servers") {}

RedisBridge::~RedisBridge() { stop(); }

Result<void> RedisBridge::start(std::function<void()> on_changed) {
  on_changed_ = std::move(on_changed);
  RedisOptions silent = options_.redis;
  silent.purpose.clear();  // the subscriber logs for both
  auto client = RedisClient::create(std::move(silent));
  if (!client) return client.error();
  RedisSubscriber::Handlers handlers;
  handlers.on_message = [this](const std::string& channel, std::string message) {
    heard(channel, std::move(message));
  };
  handlers.on_subscribed = [this](const std::string& channel) { subscribed(channel); };
  auto subscriber = RedisSubscriber::create(options_.redis, std::move(handlers));
  if (!subscriber) return subscriber.error();
  client_ = std::move(*client);
  {
    const std::lock_guard lock(mutex_);
    subscriber_ = std::move(*subscriber);
    subscriber_->subscribe(servers_channel_);
  }
  work_.emplace(context_.get_executor());
  asio::co_spawn(context_, tell(), asio::detached);
  thread_ = std::thread([this] { context_.run(); });
  return {};
}

void RedisBridge::stop() {
  std::unique_ptr<RedisSubscriber> subscriber;
  {
    const std::lock_guard lock(mutex_);
    subscriber = std::move(subscriber_);
  }
  subscriber.reset();  // without the lock, because its thread may be waiting for it
  if (!thread_.joinable()) return;
  asio::post(context_, [this] {
    stopping_ = true;
    timer_.cancel();
    work_.reset();
  });
  thread_.join();
  client_.reset();
}

std::optional<Topic> RedisBridge::topic_of(std::string_view channel) const {
  if (!channel.starts_with(frames_)) return std::nullopt;
  return parse_topic(channel.substr(frames_.size()));
}

std::string RedisBridge::message(std::string_view body) const {
  std::string message;
  message.reserve(self_.size() + body.size());
  return message.append(self_).append(body);
}

// Frames published on this server reach its viewers without Redis.
template <class Change>
void RedisBridge::change(const Topic& topic, Change apply) {
  {
    const std::lock_guard lock(mutex_);
    Here& here = here_[topic];
    const bool needed = here.viewed && !here.live;
    apply(here);
    const bool needs = here.viewed && !here.live;
    if (subscriber_ && needs && !needed) subscriber_->subscribe(channel_of(topic));
    if (subscriber_ && needed && !needs) subscriber_->unsubscribe(channel_of(topic));
    if (!needs) here.subscribed = false;
    if (!here.viewed && !here.live) here_.erase(topic);
  }
  tell_soon();
}

void RedisBridge::on_live(const Topic& topic, bool live) {
  change(topic, [&](Here& here) {
    here.live = live;
    const auto outgoing = outgoing_.find(topic);
    // A frame not sent yet is now stale; the next publisher starts again with a first frame.
    if (!live && outgoing != outgoing_.end()) {
      outgoing->second.waiting.reset();
      outgoing->second.begun = false;
    }
  });
}

void RedisBridge::on_viewed(const Topic& topic, bool viewed) {
  change(topic, [viewed](Here& here) { here.viewed = viewed; });
}

void RedisBridge::on_frame(const Topic& topic, const Frame& frame) { offer(topic, frame, false); }

// `first`: the frame may be older than one offered in the meantime; then it is dropped.
void RedisBridge::offer(const Topic& topic, const Frame& frame, bool first) {
  {
    const std::lock_guard lock(mutex_);
    if (!subscriber_ || !wanted_.contains(topic)) return;
    Outgoing& outgoing = outgoing_[topic];
    if (first && outgoing.begun) return;
    outgoing.begun = true;
    if (outgoing.waiting) ++stats_.frames_dropped;
    outgoing.waiting = frame;
    if (outgoing.queued || outgoing.sending) return;
    outgoing.queued = true;
    ready_.push_back(topic);
  }
  asio::post(context_, [this] { send_more(); });
}

bool RedisBridge::is_live_elsewhere(const Topic& topic) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(servers_,
                             [&](const auto& server) { return server.second.notice.live.contains(topic); });
}

SharingStats RedisBridge::stats() const {
  const std::lock_guard lock(mutex_);
  SharingStats stats = stats_;
  stats.servers = servers_.size();
  stats.wanted = wanted_.size();
  return stats;
}

void RedisBridge::subscribed(const std::string& channel) {
  if (const auto topic = topic_of(channel)) {
    const std::lock_guard lock(mutex_);
    const auto here = here_.find(*topic);
    if (here == here_.end()) return;
    here->second.subscribed = here->second.viewed && !here->second.live;
  }
  tell_soon();
}

void RedisBridge::heard(const std::string& channel, std::string message) {
  if (message.size() < self_.size() || message.starts_with(self_)) return;
  if (const auto topic = topic_of(channel)) {
    message.erase(0, self_.size());
    {
      const std::lock_guard lock(mutex_);
      ++stats_.frames_received;
    }
    relay_.deliver(*topic, std::make_shared<const std::string>(std::move(message)));
    return;
  }
  const std::string_view body = std::string_view(message).substr(self_.size());
  if (channel == servers_channel_) heard_notice(message.substr(0, self_.size()), body);
}

void RedisBridge::heard_notice(const std::string& server, std::string_view text) {
  ServerNotice notice = ServerNotice::read(text);
  Consequences consequences;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = servers_.find(server);
    is_new = known == servers_.end();
    if (is_new && servers_.size() >= kMostServers) return;
    if (!is_new && known->second.notice == notice) {
      known->second.heard = Steady::now();
      return;
    }
    const Topics before = live_elsewhere();
    servers_[server] = {std::move(notice), Steady::now()};
    consequences = settle(before);
  }
  carry_out(consequences);
  if (is_new) tell_soon();  // it does not know about this server either
}

RedisBridge::Topics RedisBridge::live_elsewhere() const {
  Topics topics;
  for (const auto& [name, server] : servers_)
    topics.insert(server.notice.live.begin(), server.notice.live.end());
  return topics;
}

RedisBridge::Consequences RedisBridge::settle(const Topics& before) {
  Consequences consequences;
  const Topics now = live_elsewhere();
  consequences.changed = now != before;
  std::ranges::set_difference(before, now, std::back_inserter(consequences.ended));
  Topics wanted;
  for (const auto& [name, server] : servers_)
    wanted.insert(server.notice.views.begin(), server.notice.views.end());
  for (const Topic& topic : wanted) {
    if (wanted_.contains(topic)) continue;
    if (const auto outgoing = outgoing_.find(topic); outgoing != outgoing_.end())
      outgoing->second.begun = false;
    const auto here = here_.find(topic);
    if (here != here_.end() && here->second.live) consequences.begun.push_back(topic);
  }
  wanted_ = std::move(wanted);
  std::erase_if(outgoing_, [this](const auto& outgoing) {
    return !wanted_.contains(outgoing.first) && !outgoing.second.sending;
  });
  std::erase_if(ready_, [this](const Topic& topic) { return !outgoing_.contains(topic); });
  return consequences;
}

void RedisBridge::carry_out(const Consequences& consequences) {
  for (const Topic& topic : consequences.ended) relay_.forget_delivered(topic);
  // New viewers see a picture at once, however low the camera's frame rate.
  for (const Topic& topic : consequences.begun)
    if (const Frame frame = relay_.latest(topic)) offer(topic, frame, true);
  if (consequences.changed && on_changed_) on_changed_();
}

void RedisBridge::tell_soon() {
  asio::post(context_, [this] {
    told_late_ = true;
    if (!pausing_) timer_.cancel();
  });
}

Task<void> RedisBridge::tell() {
  while (!stopping_) {
    told_late_ = false;
    drop_silent_servers();
    auto telling = tell_once();
    co_await std::move(telling);
    pausing_ = true;
    timer_.expires_after(kBetweenNotices);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    pausing_ = false;
    if (told_late_ || stopping_) continue;
    timer_.expires_after(options_.tell_every);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Task<void> RedisBridge::tell_once() {
  ServerNotice notice;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [topic, here] : here_) {
      if (here.live) notice.live.insert(topic);
      if (here.subscribed) notice.views.insert(topic);
    }
  }
  auto publishing = publish(servers_channel_, message(notice.text()));
  co_await std::move(publishing);
}

void RedisBridge::drop_silent_servers() {
  const auto silent_since = Steady::now() - options_.tell_every * 7 / 2;
  Consequences consequences;
  {
    const std::lock_guard lock(mutex_);
    const auto is_silent = [&](const auto& server) { return server.second.heard < silent_since; };
    if (std::ranges::none_of(servers_, is_silent)) return;
    const Topics before = live_elsewhere();
    std::erase_if(servers_, is_silent);
    consequences = settle(before);
  }
  carry_out(consequences);
}

void RedisBridge::send_more() {
  if (stopping_) return;
  std::size_t frames = 0;
  {
    const std::lock_guard lock(mutex_);
    frames = ready_.size();
  }
  for (; frames > 0 && senders_ < kMostOnTheirWay; --frames) {
    ++senders_;
    asio::co_spawn(context_, send_frames(), asio::detached);
  }
}

std::optional<std::pair<Topic, Frame>> RedisBridge::next_frame() {
  const std::lock_guard lock(mutex_);
  while (!ready_.empty()) {
    Topic topic = std::move(ready_.front());
    ready_.pop_front();
    const auto outgoing = outgoing_.find(topic);
    if (outgoing == outgoing_.end()) continue;
    outgoing->second.queued = false;
    if (!outgoing->second.waiting) continue;
    outgoing->second.sending = true;
    return std::pair(std::move(topic), std::exchange(outgoing->second.waiting, nullptr));
  }
  return std::nullopt;
}

// One of several concurrent senders; only one sends a given camera's frames, which preserves their order.
Task<void> RedisBridge::send_frames() {
  while (!stopping_) {
    auto next = next_frame();
    if (!next) break;
    const Topic topic = std::move(next->first);
    auto publishing = publish(channel_of(topic), message(*next->second));
    next->second.reset();
    const bool sent = co_await std::move(publishing);
    const std::lock_guard lock(mutex_);
    ++(sent ? stats_.frames_sent : stats_.frames_dropped);
    const auto outgoing = outgoing_.find(topic);
    if (outgoing == outgoing_.end()) continue;
    outgoing->second.sending = false;
    if (!wanted_.contains(topic)) {
      outgoing_.erase(outgoing);
    } else if (outgoing->second.waiting) {
      outgoing->second.queued = true;
      ready_.push_back(topic);
    }
  }
  --senders_;
}

Task<bool> RedisBridge::publish(std::string channel, std::string message) {
  RedisCommand command{"PUBLISH"};
  command.push_back(std::move(channel));
  command.push_back(std::move(message));
  auto executing = client_->execute(std::move(command));
  const auto reply = co_await std::move(executing);
  if (!reply) co_return false;
  if (reply->kind != RedisReply::Kind::error) {
    refused_.clear();
    co_return true;
  }
  if (reply->text != refused_)
    spdlog::warn("{}: Redis rejects published messages (\"{}\"); {}", options_.redis.purpose, reply->text,
                 options_.redis.while_away);
  refused_ = reply->text;
  co_return false;
}

}  // namespace sas::relay
