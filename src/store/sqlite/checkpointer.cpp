#include "store/sqlite/checkpointer.h"

#include <utility>

namespace sas::store::sqlite {

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
    if (working_) return;
    working_ = true;
  }
  changed_.notify_all();
}

bool Checkpointer::is_working() {
  const std::lock_guard lock(mutex_);
  return working_;
}

void Checkpointer::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !working_; });
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return closed_ || working_; });
    if (!working_) return;
    lock.unlock();
    connection_
        ->checkpoint();  // pages that cannot be checkpointed yet stay in the WAL, which is just as durable
    connection_->flush_database();
    lock.lock();
    working_ = false;
    changed_.notify_all();
  }
}

}  // namespace sas::store::sqlite
