#include "store/sqlite/writer.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace sas::store::sqlite {

Writer::Writer(const SqliteOptions& options, const DatabaseLock& lock, std::unique_ptr<Connection> connection,
               Verify verify, std::function<void()> on_feed)
    : options_(options),
      lock_(lock),
      on_feed_(std::move(on_feed)),
      connection_(std::move(connection)),
      checkpointer_(std::make_unique<Checkpointer>(
          std::make_unique<Connection>(options, Connection::Role::checkpointer, verify))),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_one();
  thread_.join();
}

std::unique_ptr<WriteRequest> Writer::submit(std::unique_ptr<WriteRequest> request) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || queue_.size() >= options_.write_queue) return request;
    queue_.push_back(std::move(request));
    wake = queue_.size() == wanted_;
  }
  if (wake) ready_.notify_one();
  return nullptr;
}

// Empty once the queue is closed and drained. `expected` is the size of the previous group: its callers return
// at about the same time, so the first request waits a moment for the others.
Writer::Group Writer::next_group(std::size_t expected) {
  std::unique_lock lock(mutex_);
  wanted_ = 1;
  ready_.wait(lock, [&] { return closed_ || !queue_.empty(); });
  if (expected > 1 && queue_.size() < expected && options_.group_wait.count() > 0) {
    wanted_ = expected;
    ready_.wait_for(lock, options_.group_wait, [&] { return closed_ || queue_.size() >= expected; });
  }
  wanted_ = 0;  // do not wake this thread until the next call
  const std::size_t size = std::min(queue_.size(), options_.group_size);
  Group group(std::make_move_iterator(queue_.begin()),
              std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(size)));
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
  return group;
}

void Writer::run() {
  std::size_t expected = 1;
  for (;;) {
    const Group group = next_group(expected);
    if (group.empty()) break;
    commit(group);
    erase_traces(
        std::any_of(group.begin(), group.end(), [](const auto& request) { return request->erases(); }));
    for (const auto& request : group) request->finish();
    if (std::exchange(feed_grew_, false)) on_feed_();
    expected = group.size();
    checkpoint();
  }
  checkpointer_.reset();
  // Closing the last connection would do this too, but would not report a failure.
  if (!connection_->empty_log())
    spdlog::warn("the write-ahead log of {} is in use and was not truncated", options_.path.string());
  connection_.reset();
}

void Writer::commit(std::span<const std::unique_ptr<WriteRequest>> group) {
  std::optional<Error> failure;
  // SQLite would go on writing to a file that has no name any more, and all of it would be gone with this process.
  if (!lock_.in_place()) {
    failure =
        Error::of(ErrorKind::unavailable, "database_removed",
                  "the database " + options_.path.string() +
                      " was removed or replaced while this server uses it, so nothing is recorded; stop the "
                      "server, put the file and its -wal back, and start again");
    spdlog::error("{}: {} ({} requests refused)", failure->code, failure->message, group.size());
    for (const auto& request : group) request->fail(*failure);
    return;
  }
  try {
    CameraTally cameras;
    FeedTally feed;
    WriteContext context{*connection_, cameras, feed};
    errno = 0;  // for to_error()
    Query(*connection_, "BEGIN IMMEDIATE").run();
    for (const auto& request : group) request->execute(context);
    cameras.write(*connection_, feed);
    Query(*connection_, "COMMIT").run();
    if (feed.any()) feed_grew_ = true;
    return;
  } catch (const SQLite::Exception& problem) {
    failure = to_error(problem, options_.path, connection_.get());
    connection_->roll_back();
    if (group.size() > 1 && !concerns_storage(problem)) {
      failure.reset();
    } else if (concerns_storage(problem) || failure->kind == ErrorKind::data_loss) {
      spdlog::error("{}: {} ({} requests refused)", failure->code, failure->message, group.size());
    }
  } catch (const std::exception& problem) {
    failure = Error::of(ErrorKind::internal, std::string("writing failed: ") + problem.what());
    connection_->roll_back();
  }
  if (failure) {
    for (const auto& request : group) request->fail(*failure);
    return;
  }
  for (std::size_t i = 0; i < group.size(); ++i) commit(group.subspan(i, 1));
}

// Checkpoints run in the background while commits continue. The WAL resets only after a complete checkpoint,
// which never happens while commits continue without a pause. So the writer itself checkpoints the last few pages
// between two groups. All requests wait for that (5 ms here), so it happens only once in many rounds.
void Writer::checkpoint() {
  constexpr int kRoundsPerReset = 8;    // checkpoint rounds until the WAL is to be reset
  constexpr int kMaxBacklogRounds = 4;  // with a larger backlog, commits wait
  // One for the present pages, one for those added meanwhile; then few remain for the writer.
  constexpr int kFinalCheckpoints = 2;
  const int round = options_.log_pages;
  const int pages = connection_->log_pages();
  if (pages < checkpointed_) checkpointed_ = final_checkpoints_ = 0;  // the WAL was reset
  const int backlog = pages - checkpointed_;
  if (backlog >= kMaxBacklogRounds * round) checkpointer_->wait();
  if ((backlog < round && final_checkpoints_ == 0) || checkpointer_->is_working()) return;
  if (final_checkpoints_ == kFinalCheckpoints) {
    connection_->checkpoint();
    final_checkpoints_ = 0;  // if a reader prevented the reset, try again after the next round
  } else {
    checkpointer_->begin();
    if (pages >= kRoundsPerReset * round) ++final_checkpoints_;
  }
  checkpointed_ = pages;
}

void Writer::erase_traces(bool erased) {
  if (!erased && !traces_left_) return;
  checkpointer_->wait();  // a running checkpoint would prevent truncating the WAL
  traces_left_ = !connection_->empty_log();
}

}  // namespace sas::store::sqlite
