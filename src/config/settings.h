#pragma once
// Where configuration comes from: the environment, and under it a .env file. Getters never fail; they note
// what is wrong and return the default, and check() reports every problem at once, so that one start shows
// them all.

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sas::config {

class Settings {
 public:
  // `dotenv` need not exist. A line of it that cannot be read becomes a problem. An empty value counts as not
  // set.
  static Settings load(const std::filesystem::path& dotenv);
  // From values alone, for tests.
  static Settings from(std::map<std::string, std::string> values);

  [[nodiscard]] std::optional<std::string> text(std::string_view name);
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                                     std::int64_t most);
  [[nodiscard]] std::optional<double> number(std::string_view name, double least, double most);
  [[nodiscard]] double number(std::string_view name, double fallback, double least, double most);
  // true|false|1|0|yes|no|on|off in any case.
  [[nodiscard]] bool flag(std::string_view name, bool fallback);
  [[nodiscard]] std::string choice(std::string_view name, std::string_view fallback,
                                   std::initializer_list<std::string_view> allowed);

  // For rules between values. `message` says what is wrong and what would be right.
  void problem(std::string_view name, std::string message);

  // invalid_argument "invalid_configuration": every problem, a line each.
  [[nodiscard]] Result<void> check() const;

  // Names in the .env file that no program reads: most likely misspelt.
  [[nodiscard]] std::vector<std::string> unknown_names() const;

 private:
  std::optional<std::string> find(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> dotenv_;
  std::map<std::string, std::string, std::less<>>
      values_;  // stands in for the environment when from() made this
  bool use_environment_ = false;
  std::vector<std::string> problems_;
};

}  // namespace sas::config
