#include "store/postgres/postgres_template_feed.h"

#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

#include "store/postgres/template_store.h"

namespace sas {
namespace {

namespace asio = boost::asio;
using postgres::Command;
using postgres::Connection;
using postgres::Parameters;
using postgres::Repeat;
using postgres::Rows;

constexpr std::int64_t kBatch = 512;

Task<Result<std::int64_t>> read_position(Connection& connection) {
  std::vector<Command> commands;
  commands.push_back({"SELECT coalesce(max(newest_change), 0) FROM face_clock"});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return answers->front().integer(0, 0);
}

Task<Result<TemplateChanges>> read_changes(Connection& connection, std::int64_t position) {
  std::vector<Command> commands;
  commands.push_back({"SELECT coalesce(max(newest_change), 0) FROM face_clock"});
  commands.push_back({std::string("SELECT c.sequence, c.face_id, ") + store::postgres::kTemplateColumns +
                          " FROM face_changes c LEFT JOIN face_templates f ON f.id = c.face_id "
                          "WHERE c.sequence > $1 ORDER BY c.sequence LIMIT $2",
                      Parameters().add(position).add(kBatch)});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().integer(0, 0) < position)
    co_return Error::of(ErrorKind::failed_precondition, "feed_went_back",
                        "the database lacks earlier changes of templates: a backup was restored");
  const Rows& rows = answers->back();
  TemplateChanges found;
  found.position = position;
  for (int i = 0; i < rows.size(); ++i) {
    TemplateChange change{rows.id<FaceId>(i, 1), std::nullopt};
    if (!rows.is_null(i, 2)) {
      auto face = store::postgres::template_row(rows, i, 2);
      if (!face) co_return face.error();
      change.now = std::move(*face);
    }
    found.changes.push_back(std::move(change));
    found.position = rows.integer(i, 0);
  }
  found.complete = rows.size() < kBatch;
  co_return std::move(found);
}

}  // namespace

PostgresTemplateFeed::PostgresTemplateFeed(std::shared_ptr<postgres::Pool> pool) : pool_(std::move(pool)) {}

PostgresTemplateFeed::~PostgresTemplateFeed() {
  asio::post(pool_->executor(), asio::use_future([this] { listening_.reset(); })).get();
}

Task<Result<std::int64_t>> PostgresTemplateFeed::position() {
  return pool_->with<std::int64_t>(read_position, Repeat::if_lost);
}

Task<Result<TemplateChanges>> PostgresTemplateFeed::changes_after(std::int64_t position) {
  return pool_->with<TemplateChanges>(
      [position](Connection& connection) { return read_changes(connection, position); }, Repeat::if_lost);
}

Task<void> PostgresTemplateFeed::wait(std::chrono::milliseconds patience) {
  auto waiting = asio::co_spawn(pool_->executor(), wait_here(patience), asio::use_awaitable);
  co_await std::move(waiting);
}

Task<void> PostgresTemplateFeed::wait_here(std::chrono::milliseconds patience) {
  if (listening_) {
    auto waiting = listening_->wait_for_notification(patience);
    const auto notified = co_await std::move(waiting);
    if (notified) co_return;
    spdlog::warn("{}; polling for changes of other servers until it is back", notified.error().message);
    listening_.reset();
  }
  auto connecting = pool_->connect();
  auto connection = co_await std::move(connecting);
  if (connection) {
    auto starting = (*connection)->script("LISTEN face_changes");
    const auto started = co_await std::move(starting);
    if (started) {
      // The caller now reads the changes made while this connection was not listening.
      listening_ = std::move(*connection);
      co_return;
    }
  }
  asio::steady_timer timer(pool_->executor(), patience);
  auto pausing = timer.async_wait(asio::as_tuple(asio::use_awaitable));
  static_cast<void>(co_await std::move(pausing));
}

}  // namespace sas
