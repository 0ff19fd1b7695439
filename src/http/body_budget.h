#pragma once
// Internal to http: how much memory the bodies of all requests may take together.

#include <cstddef>
#include <mutex>
#include <utility>

namespace sas::http {

// Thread-safe. Callers that have not shown who they are get an eighth of it at most, so that they cannot keep the others
// out.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : bytes_(bytes) {}

  // What one request holds; given back when it is destroyed or cleared. Not thread-safe.
  class Share {
   public:
    Share() = default;
    Share(BodyBudget& budget, bool trusted) : budget_(&budget), trusted_(trusted) {}
    ~Share() { clear(); }
    Share(Share&& other) noexcept
        : budget_(other.budget_), trusted_(other.trusted_), held_(std::exchange(other.held_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      clear();
      budget_ = other.budget_;
      trusted_ = other.trusted_;
      held_ = std::exchange(other.held_, 0);
      return *this;
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Grows to `bytes`, and never shrinks. False: there is not enough left; it holds what it held before.
    [[nodiscard]] bool grow_to(std::size_t bytes);
    void clear();

   private:
    BodyBudget* budget_ = nullptr;
    bool trusted_ = false;
    std::size_t held_ = 0;
  };

 private:
  [[nodiscard]] bool take(std::size_t bytes, bool trusted);
  void give_back(std::size_t bytes, bool trusted);

  const std::size_t bytes_;
  std::mutex mutex_;
  std::size_t used_ = 0;            // guarded by mutex_
  std::size_t used_by_others_ = 0;  // by callers that are not trusted; guarded by mutex_
};

}  // namespace sas::http
