#include "access/key_ring.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

namespace sas::access {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t kNever = 0;

// Survives the snapshots. Times are microseconds since 1970.
struct Use {
  std::atomic<std::int64_t> last{kNever};
  std::int64_t written = kNever;  // used by the ring's thread only
};

struct Entry {
  std::shared_ptr<const AccessKey> key;
  std::shared_ptr<Use> use;
};

struct Snapshot {
  std::int64_t changes = -1;  // of the store, no newer than the keys
  std::unordered_map<std::string, KeyId> hashes;
  std::unordered_map<KeyId, Entry> keys;
};

}  // namespace

struct KeyRing::Impl {
  Impl(KeyStore& given_store, const Clock& given_clock, KeyRingOptions given_options)
      : store(given_store), clock(given_clock), options(given_options) {}

  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const {
    const std::lock_guard lock(mutex);
    return current;
  }

  [[nodiscard]] Found judge(const Snapshot& keys, KeyId id) const {
    const auto found = keys.keys.find(id);
    if (found == keys.keys.end()) return {};
    const std::shared_ptr<const AccessKey>& key = found->second.key;
    if (key->revoked_at) return {State::revoked, key};
    return {key->is_expired(clock.now()) ? State::expired : State::valid, key};
  }

  // Whether this is the key's present secret, or its old one in time.
  [[nodiscard]] bool is_secret_of(const AccessKey& key, std::string_view hash) const {
    return key.hash == hash || (key.old_hash == hash && key.old_until && clock.now() < *key.old_until);
  }

  Task<Result<void>> refresh() {
    auto counting = store.changes();
    const auto changes = co_await std::move(counting);
    if (!changes) co_return failed(changes.error());
    const std::shared_ptr<const Snapshot> before = snapshot();
    if (before->changes == *changes) co_return Result<void>{};
    auto reading = store.every_key();
    auto keys = co_await std::move(reading);
    if (!keys) co_return failed(keys.error());
    install(*changes, std::move(*keys));
    co_return Result<void>{};
  }

  [[nodiscard]] Error failed(const Error& error) {
    is_stale = true;
    return error;
  }

  // Refreshes may overlap: the one that began later counts.
  void install(std::int64_t changes, std::vector<AccessKey> keys) {
    const auto next = std::make_shared<Snapshot>();
    next->changes = changes;
    const std::lock_guard lock(mutex);
    if (changes < current->changes) return;
    for (AccessKey& key : keys) {
      const auto known = current->keys.find(key.id);
      const KeyId id = key.id;
      next->hashes.emplace(key.hash, id);
      if (key.old_hash) next->hashes.emplace(*key.old_hash, id);
      auto use = known != current->keys.end() ? known->second.use : std::make_shared<Use>();
      next->keys.emplace(id, Entry{std::make_shared<const AccessKey>(std::move(key)), std::move(use)});
    }
    current = next;
    is_stale = false;
  }

  Task<void> run() {
    bool said = false;
    while (!stopping) {
      if (store.is_shared() || is_stale) {
        auto refreshing = refresh();
        const auto refreshed = co_await std::move(refreshing);
        if (!refreshed && !said)
          spdlog::warn("cannot read the access keys, so changes by other servers are not seen yet: {}",
                       refreshed.error().message);
        said = !refreshed;
      }
      if (stopping) break;
      auto writing = write_uses();
      co_await std::move(writing);
      if (stopping) break;
      timer.expires_after(options.look_every);
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  Task<void> write_uses() {
    const std::int64_t not_since =
        clock.now().time_since_epoch().count() - std::chrono::microseconds(options.write_use_every).count();
    const std::shared_ptr<const Snapshot> keys = snapshot();
    std::vector<KeyUse> uses;
    for (const auto& [id, entry] : keys->keys) {
      const std::int64_t last = entry.use->last.load(std::memory_order_relaxed);
      if (last == entry.use->written || entry.use->written > not_since) continue;
      uses.push_back({id, Timestamp(std::chrono::microseconds(last))});
    }
    if (uses.empty()) co_return;
    auto writing = store.used(uses);
    const auto written = co_await std::move(writing);
    if (!written) co_return;  // the store cannot be reached; its own probes say so
    for (const KeyUse& use : uses) keys->keys.at(use.key).use->written = use.at.time_since_epoch().count();
  }

  KeyStore& store;
  const Clock& clock;
  const KeyRingOptions options;
  mutable std::mutex mutex;
  std::shared_ptr<const Snapshot> current = std::make_shared<const Snapshot>();  // guarded by mutex
  std::atomic<bool> is_stale{false};                                             // a refresh has failed
  // Used on the thread only.
  asio::io_context context{1};
  asio::steady_timer timer{context};
  bool stopping = false;
  std::thread thread;
};

KeyRing::KeyRing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<KeyRing>> KeyRing::open(KeyStore& store, const Clock& clock, KeyRingOptions options) {
  auto impl = std::make_unique<Impl>(store, clock, options);
  auto reading = asio::co_spawn(impl->context, impl->refresh(), asio::use_future);
  impl->context.run();
  const auto read = reading.get();
  if (!read) return read.error();
  impl->context.restart();
  asio::co_spawn(impl->context, impl->run(), asio::detached);
  impl->thread = std::thread([raw = impl.get()] { raw->context.run(); });
  return std::unique_ptr<KeyRing>(new KeyRing(std::move(impl)));
}

KeyRing::~KeyRing() {
  asio::post(impl_->context, [impl = impl_.get()] {
    impl->stopping = true;
    impl->timer.cancel();
  });
  impl_->thread.join();
}

KeyRing::Found KeyRing::find(std::string_view hash) const {
  const std::shared_ptr<const Snapshot> keys = impl_->snapshot();
  const auto id = keys->hashes.find(std::string(hash));
  if (id == keys->hashes.end()) return {};
  Found found = impl_->judge(*keys, id->second);
  if (found.state != State::revoked && !impl_->is_secret_of(*found.key, hash)) return {};
  return found;
}

KeyRing::Found KeyRing::find(KeyId id) const {
  const std::shared_ptr<const Snapshot> keys = impl_->snapshot();
  return impl_->judge(*keys, id);
}

bool KeyRing::holds(const KeyProof& proof) const {
  const Found found = find(proof.id);
  return found.state == State::valid && impl_->is_secret_of(*found.key, proof.hash);
}

void KeyRing::note_use(KeyId id) const {
  const std::shared_ptr<const Snapshot> keys = impl_->snapshot();
  const auto found = keys->keys.find(id);
  if (found == keys->keys.end()) return;
  found->second.use->last.store(impl_->clock.now().time_since_epoch().count(), std::memory_order_relaxed);
}

std::optional<Timestamp> KeyRing::last_use(KeyId id) const {
  const std::shared_ptr<const Snapshot> keys = impl_->snapshot();
  const auto found = keys->keys.find(id);
  if (found == keys->keys.end()) return std::nullopt;
  const std::int64_t last = found->second.use->last.load(std::memory_order_relaxed);
  if (last == kNever) return std::nullopt;
  return Timestamp(std::chrono::microseconds(last));
}

Task<Result<void>> KeyRing::refresh() { return impl_->refresh(); }

}  // namespace sas::access
