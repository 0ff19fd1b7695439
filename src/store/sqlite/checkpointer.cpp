#include "store/sqlite/checkpointer.h"

#include <utility>

namespace sas::sqlite {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Checkpointer::begin() {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::working) return;
    state_ = State::working;
  }
  changed_.notify_all();
}

bool Checkpointer::take_finished() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::finished) return false;
  state_ = State::idle;
  return true;
}

void Checkpointer::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return state_ != State::working; });
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return closed_ || state_ == State::working; });
    if (state_ != State::working) return;
    lock.unlock();
    // What cannot be carried over now stays in the log, where it is as safe. The second round is for the
    // commits that came during the first, so that little is left for whoever ends it.
    constexpr int kRounds = 2;
    for (int round = 0; round < kRounds; ++round) {
      connection_->carry_over();
      connection_->flush_database();
    }
    lock.lock();
    state_ = State::finished;
    changed_.notify_all();
  }
}

}  // namespace sas::sqlite
