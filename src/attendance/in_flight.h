#pragma once
// Whose marks are being written in this process at the moment.

#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "domain/ids.h"

namespace sas::attendance {

// Thread-safe.
class InFlight {
 public:
  // One event of a person, from before its claim until its claim is settled: written, or released.
  class Entry {
   public:
    Entry(InFlight& all, PersonId person) : all_(all), person_(person), alone_(all.enter(person)) {}
    ~Entry() { all_.leave(person_); }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    // No other event of the person was on its way when this one came.
    [[nodiscard]] bool alone() const { return alone_; }

   private:
    InFlight& all_;
    PersonId person_;
    bool alone_;
  };

 private:
  bool enter(PersonId person) {
    const std::lock_guard lock(mutex_);
    return ++events_[person] == 1;
  }
  void leave(PersonId person) {
    const std::lock_guard lock(mutex_);
    const auto found = events_.find(person);
    if (--found->second == 0) events_.erase(found);
  }

  std::mutex mutex_;
  std::unordered_map<PersonId, std::size_t> events_;  // guarded by mutex_
};

}  // namespace sas::attendance
