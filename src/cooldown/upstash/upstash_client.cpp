#include "cooldown/upstash/upstash_client.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/backoff.h"
#include "base/completion.h"
#include "cooldown/upstash/pipeline.h"
#include "http_client/http_client.h"

namespace sas {
namespace asio = boost::asio;
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

class Waiting {
 public:
  virtual ~Waiting() = default;
  virtual void finish(Result<RedisReply> reply) = 0;  // called once

  RedisCommand command;
  SteadyTime deadline;
};

template <class Handler>
class WaitingFor final : public Waiting {
 public:
  explicit WaitingFor(Handler handler) : completion_(std::move(handler)) {}
  void finish(Result<RedisReply> reply) override { completion_(std::move(reply)); }

 private:
  Completion<Result<RedisReply>, Handler> completion_;
};

using Batch = std::vector<std::unique_ptr<Waiting>>;

void fail(Batch& batch, const Error& error) {
  for (auto& waiting : batch) waiting->finish(error);
  batch.clear();
}

HttpClientOptions http_options(const UpstashOptions& options) {
  HttpClientOptions http;
  http.base_url = options.url;
  http.headers.push_back("Authorization: Bearer " + options.token);
  http.user_agent = "attendd/" SAS_VERSION;
  http.connect_timeout = options.command_timeout;
  http.timeout = options.command_timeout;
  return http;
}

Error timed_out() {
  return Error::of(ErrorKind::unavailable, "upstash_timeout", "Upstash did not answer within the time limit");
}

}  // namespace

class UpstashClient::Impl {
 public:
  explicit Impl(UpstashOptions options) : options_(std::move(options)) {
    for (std::size_t i = 0; i < options_.connections; ++i)
      threads_.emplace_back([this](const std::stop_token& stop) { carry(stop); });
  }

  ~Impl() {
    for (std::jthread& thread : threads_) thread.request_stop();
    changed_.notify_all();
    threads_.clear();
    Batch left(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
    fail(left, Error::of(ErrorKind::unavailable, "upstash_unreachable", "this server is shutting down"));
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Accepts the command, or returns the reason why not.
  std::optional<Error> submit(std::unique_ptr<Waiting>& waiting) {
    {
      const std::lock_guard lock(mutex_);
      const auto now = std::chrono::steady_clock::now();
      if (now < closed_until_) return problem_;
      // After a failure one request retries, and the others do not wait for it.
      if (failing_) {
        closed_until_ = now + options_.command_timeout;
        trying_ = true;
      }
      if (queue_.size() >= options_.most_waiting)
        return Error::of(ErrorKind::resource_exhausted, "upstash_busy",
                         std::to_string(options_.most_waiting) + " commands are already waiting for Upstash");
      waiting->deadline = now + options_.command_timeout;
      queue_.push_back(std::move(waiting));
    }
    changed_.notify_one();
    return std::nullopt;
  }

 private:
  void carry(const std::stop_token& stop) {
    HttpClient client(http_options(options_));
    for (;;) {
      Batch batch = take(stop);
      if (batch.empty()) return;
      send(client, batch, stop);
    }
  }

  // The waiting commands, oldest first; empty if this thread should end.
  Batch take(const std::stop_token& stop) {
    Batch batch;
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); })) return batch;
    if (stop.stop_requested()) return batch;
    while (!queue_.empty() && batch.size() < options_.most_in_request) {
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return batch;
  }

  void send(HttpClient& client, Batch& batch, const std::stop_token& stop) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(batch.front()->deadline -
                                                                            std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds(0)) {
      note_failure(timed_out());
      fail(batch, timed_out());
      return;
    }
    std::vector<const RedisCommand*> commands;
    commands.reserve(batch.size());
    for (const auto& waiting : batch) commands.push_back(&waiting->command);
    auto replies = ask(client, commands, left, stop);
    if (!replies) {
      if (!stop.stop_requested()) note_failure(replies.error());
      fail(batch, replies.error());
      return;
    }
    note_success();
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->finish(std::move((*replies)[i]));
  }

  Result<std::vector<RedisReply>> ask(HttpClient& client, const std::vector<const RedisCommand*>& commands,
                                      std::chrono::milliseconds limit, const std::stop_token& stop) const {
    const std::string body = cooldown::upstash::write_pipeline(commands);
    auto reply = client.send("POST", "/pipeline", body, stop, limit);
    if (!reply) {
      if (reply.error().code == "server_timeout") return timed_out();
      return Error::of(ErrorKind::unavailable, "upstash_unreachable", reply.error().message);
    }
    if (reply->status == 401 || reply->status == 403)
      return Error::of(ErrorKind::failed_precondition, "upstash_refused",
                       "Upstash rejects UPSTASH_REDIS_REST_TOKEN (status " + std::to_string(reply->status) +
                           "); it must be the token of the database at " + options_.url +
                           ", and not the read-only one");
    if (reply->status != 200) {
      const std::string why = cooldown::upstash::read_refusal(reply->body);
      return Error::of(ErrorKind::unavailable, "upstash_answer",
                       options_.url + " answered with status " + std::to_string(reply->status) +
                           (why.empty() ? "" : ": " + why.substr(0, 200)));
    }
    return cooldown::upstash::read_pipeline(reply->body, commands.size());
  }

  void note_failure(const Error& error) {
    Batch stranded;
    {
      const std::lock_guard lock(mutex_);
      if (!failing_ || problem_.message != error.message)
        spdlog::warn("cooldown: {}; the database's rule decides until it is back", error.message);
      if (!failing_) backoff_.reset();
      if (!failing_ || trying_) pause_ = backoff_.next();
      failing_ = true;
      trying_ = false;
      problem_ = error;
      closed_until_ = std::chrono::steady_clock::now() + pause_;
      // Commands queued behind the failed request would fail too, only later.
      stranded.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
      queue_.clear();
    }
    fail(stranded, error);
  }

  void note_success() {
    const std::lock_guard lock(mutex_);
    if (failing_) spdlog::info("cooldown: Upstash is reachable again");
    failing_ = false;
    trying_ = false;
    closed_until_ = {};
  }

  const UpstashOptions options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::unique_ptr<Waiting>> queue_;  // guarded by mutex_
  bool failing_ = false;                        // guarded by mutex_: the last request failed
  bool trying_ = false;                         // guarded by mutex_: one request is retrying
  Error problem_;                               // guarded by mutex_: why it failed
  SteadyTime closed_until_;                     // guarded by mutex_: until then commands fail at once
  Backoff backoff_{{.first = options_.first_pause, .longest = options_.longest_pause}};  // guarded by mutex_
  std::chrono::milliseconds pause_{0};  // guarded by mutex_: the latest
  std::vector<std::jthread> threads_;
};

UpstashClient::UpstashClient(UpstashOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
UpstashClient::~UpstashClient() = default;

Task<Result<RedisReply>> UpstashClient::execute(RedisCommand command) {
  auto start = [this](auto handler, RedisCommand asked) {
    std::unique_ptr<Waiting> waiting = std::make_unique<WaitingFor<decltype(handler)>>(std::move(handler));
    waiting->command = std::move(asked);
    const auto refused = impl_->submit(waiting);
    if (refused) waiting->finish(*refused);
  };
  auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<RedisReply>)>(
      start, asio::use_awaitable, std::move(command));
  co_return co_await std::move(pending);
}

}  // namespace sas
