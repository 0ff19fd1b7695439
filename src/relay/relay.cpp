#include "relay/relay.h"

#include <algorithm>
#include <utility>

namespace sas::relay {

namespace {

// Increments unless the counter has reached `most`.
bool count_up(std::atomic<std::size_t>& counter, std::size_t most) {
  if (counter.fetch_add(1) < most) return true;
  counter.fetch_sub(1);
  return false;
}

}  // namespace

// The state of one camera. Exists while it has a publisher or a viewer.
struct Relay::Channel {
  struct Viewer {
    std::shared_ptr<const Wake> wake;
    std::uint64_t id = 0;
  };

  explicit Channel(Topic of) : topic(std::move(of)) {}

  const Topic topic;
  // Orders the observer's notifications. Taken before `mutex`, and held while the observer is called.
  std::mutex changes;
  std::mutex mutex;
  // The rest is guarded by mutex.
  Frame latest;
  std::uint64_t sequence = 0;     // of `latest`; 0: no frame so far
  std::uint64_t publication = 0;  // the current one; 0: nobody publishes
  std::uint64_t last_id = 0;
  Wake on_replaced;
  std::vector<Viewer> viewers;
};

struct Relay::Publication::State {
  Relay& relay;
  std::shared_ptr<Channel> channel;
  std::uint64_t id;
};

struct Relay::View::State {
  Relay& relay;
  std::shared_ptr<Channel> channel;
  std::uint64_t id;
  std::uint64_t taken;  // sequence of the frame taken last
};

Relay::Relay(RelayOptions options) : options_(options) {}
Relay::~Relay() = default;

std::shared_ptr<Relay::Channel> Relay::channel(const Topic& topic) {
  const std::lock_guard lock(mutex_);
  auto found = channels_.find(topic);
  if (found == channels_.end()) found = channels_.emplace(topic, std::make_shared<Channel>(topic)).first;
  return found->second;
}

std::shared_ptr<Relay::Channel> Relay::find(const Topic& topic) const {
  const std::lock_guard lock(mutex_);
  const auto found = channels_.find(topic);
  return found == channels_.end() ? nullptr : found->second;
}

void Relay::drop_if_unused(const std::shared_ptr<Channel>& channel) {
  const std::lock_guard lock(mutex_);
  // Only the map and our caller hold it: nobody else can get it except through the map.
  const auto found = channels_.find(channel->topic);
  if (found != channels_.end() && found->second == channel && channel.use_count() == 2)
    channels_.erase(found);
}

Result<std::unique_ptr<Relay::Publication>> Relay::publish(const Topic& topic, Wake on_replaced) {
  if (!count_up(publishers_, options_.max_publishers))
    return Error::of(ErrorKind::resource_exhausted, "too_many_publishers",
                     std::to_string(options_.max_publishers) + " cameras are already publishing here");
  auto of = channel(topic);
  auto state = std::make_unique<Publication::State>(Publication::State{*this, of, 0});
  Wake replaced;
  bool begins = false;
  {
    const std::lock_guard changes(of->changes);
    {
      const std::lock_guard lock(of->mutex);
      begins = of->publication == 0;
      state->id = of->publication = ++of->last_id;
      replaced = std::exchange(of->on_replaced, std::move(on_replaced));
    }
    if (begins && observer_.on_live) observer_.on_live(of->topic, true);
  }
  if (!begins && replaced) replaced();
  return std::unique_ptr<Publication>(new Publication(std::move(state)));
}

Result<std::unique_ptr<Relay::View>> Relay::view(const Topic& topic, Wake wake) {
  if (!count_up(viewers_, options_.max_viewers))
    return Error::of(ErrorKind::resource_exhausted, "too_many_viewers",
                     std::to_string(options_.max_viewers) + " viewers are already watching here");
  auto of = channel(topic);
  auto state = std::make_unique<View::State>(View::State{*this, of, 0, 0});
  {
    const std::lock_guard changes(of->changes);
    bool first = false;
    {
      const std::lock_guard lock(of->mutex);
      first = of->viewers.empty();
      state->id = ++of->last_id;
      // The latest frame is new to this viewer; earlier frames do not count as skipped.
      state->taken = of->latest ? of->sequence - 1 : of->sequence;
      of->viewers.push_back({std::make_shared<const Wake>(std::move(wake)), state->id});
    }
    if (first && observer_.on_viewed) observer_.on_viewed(of->topic, true);
  }
  return std::unique_ptr<View>(new View(std::move(state)));
}

void Relay::fan_out(Channel& channel, Frame frame) {
  std::vector<std::shared_ptr<const Wake>> wakes;
  {
    const std::lock_guard lock(channel.mutex);
    channel.latest = std::move(frame);
    ++channel.sequence;
    wakes.reserve(channel.viewers.size());
    for (const auto& viewer : channel.viewers) wakes.push_back(viewer.wake);
  }
  for (const auto& wake : wakes) (*wake)();
}

void Relay::deliver(const Topic& topic, Frame frame) {
  const auto found = find(topic);
  if (!found) return;
  {
    // A local publisher takes precedence over frames from other servers.
    const std::lock_guard lock(found->mutex);
    if (found->publication != 0 || found->viewers.empty()) return;
  }
  fan_out(*found, std::move(frame));
}

void Relay::forget_delivered(const Topic& topic) {
  const auto found = find(topic);
  if (!found) return;
  const std::lock_guard lock(found->mutex);
  if (found->publication == 0) found->latest.reset();
}

Frame Relay::latest(const Topic& topic) const {
  const auto found = find(topic);
  if (!found) return nullptr;
  const std::lock_guard lock(found->mutex);
  return found->publication != 0 ? found->latest : nullptr;
}

bool Relay::is_published(const Topic& topic) const {
  const auto found = find(topic);
  if (!found) return false;
  const std::lock_guard lock(found->mutex);
  return found->publication != 0;
}

RelayStats Relay::stats() const {
  return {frames_in_, bytes_in_, frames_out_, frames_skipped_, publishers_, viewers_};
}

Relay::Publication::Publication(std::unique_ptr<State> state) : state_(std::move(state)) {}

Relay::Publication::~Publication() {
  Channel& of = *state_->channel;
  Relay& relay = state_->relay;
  {
    const std::lock_guard changes(of.changes);
    bool ends = false;
    Wake gone;
    {
      const std::lock_guard lock(of.mutex);
      ends = of.publication == state_->id;
      if (ends) {
        of.publication = 0;
        of.latest.reset();  // viewers must never see a stale frame
        gone = std::exchange(of.on_replaced, {});
      }
    }
    if (ends && relay.observer_.on_live) relay.observer_.on_live(of.topic, false);
  }
  relay.drop_if_unused(state_->channel);
  relay.publishers_.fetch_sub(1);
}

void Relay::Publication::send(Frame frame) {
  Relay& relay = state_->relay;
  {
    const std::lock_guard lock(state_->channel->mutex);
    if (state_->channel->publication != state_->id) return;
  }
  relay.frames_in_.fetch_add(1, std::memory_order_relaxed);
  relay.bytes_in_.fetch_add(frame->size(), std::memory_order_relaxed);
  if (relay.observer_.on_frame) relay.observer_.on_frame(state_->channel->topic, frame);
  relay.fan_out(*state_->channel, std::move(frame));
}

Relay::View::View(std::unique_ptr<State> state) : state_(std::move(state)) {}

Relay::View::~View() {
  Channel& of = *state_->channel;
  Relay& relay = state_->relay;
  {
    const std::lock_guard changes(of.changes);
    std::shared_ptr<const Wake> wake;  // destroyed after the lock is released
    bool last = false;
    {
      const std::lock_guard lock(of.mutex);
      const auto own = std::ranges::find(of.viewers, state_->id, &Channel::Viewer::id);
      wake = std::move(own->wake);
      of.viewers.erase(own);
      last = of.viewers.empty();
    }
    if (last && relay.observer_.on_viewed) relay.observer_.on_viewed(of.topic, false);
  }
  relay.drop_if_unused(state_->channel);
  relay.viewers_.fetch_sub(1);
}

Frame Relay::View::next() {
  Frame frame;
  std::uint64_t skipped = 0;
  {
    const std::lock_guard lock(state_->channel->mutex);
    const std::uint64_t now = state_->channel->sequence;
    if (!state_->channel->latest || now == state_->taken) return nullptr;
    skipped = now - state_->taken - 1;
    state_->taken = now;
    frame = state_->channel->latest;
  }
  state_->relay.frames_out_.fetch_add(1, std::memory_order_relaxed);
  if (skipped > 0) state_->relay.frames_skipped_.fetch_add(skipped, std::memory_order_relaxed);
  return frame;
}

}  // namespace sas::relay
