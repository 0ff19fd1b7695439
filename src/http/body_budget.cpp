#include "http/body_budget.h"

namespace sas::http {
namespace {

constexpr std::size_t kShareOfOthers = 8;

}  // namespace

bool BodyBudget::Share::grow_to(std::size_t bytes) {
  if (bytes <= held_) return true;
  if (!budget_->take(bytes - held_, trusted_)) return false;
  held_ = bytes;
  return true;
}

void BodyBudget::Share::clear() {
  if (held_ > 0) budget_->give_back(std::exchange(held_, 0), trusted_);
}

bool BodyBudget::take(std::size_t bytes, bool trusted) {
  const std::lock_guard lock(mutex_);
  if (bytes > bytes_ - used_) return false;
  if (!trusted && used_by_others_ + bytes > bytes_ / kShareOfOthers) return false;
  used_ += bytes;
  if (!trusted) used_by_others_ += bytes;
  return true;
}

void BodyBudget::give_back(std::size_t bytes, bool trusted) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  if (!trusted) used_by_others_ -= bytes;
}

}  // namespace sas::http
