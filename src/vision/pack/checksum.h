#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"

namespace sas::vision {

// Incremental SHA-256.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::span<const char> bytes);
  // 64 lower-case hex digits. May be called once.
  [[nodiscard]] std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Error: the file cannot be read; the message names it.
[[nodiscard]] Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace sas::vision
