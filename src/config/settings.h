#pragma once
// Where settings come from: the environment, then a .env file, then the default of the declaration. Reading never fails;
// it notes what is wrong and goes on with the default, and check() reports every problem at once.

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "config/setting.h"

namespace sas::config {

class Settings {
 public:
  // `dotenv` need not exist. A line of it that is not in the grammar (dotenv_file.h) becomes a problem. An empty value
  // counts as not set.
  static Settings load(const std::filesystem::path& dotenv);
  // From values alone, for tests.
  static Settings from(std::map<std::string, std::string> values);

  // Stores the value of each setting of the table in its field. Notes every problem.
  template <class Config, std::size_t count>
  void read(const std::array<Setting<Config>, count>& table, std::type_identity_t<Config>& config) {
    for (const Setting<Config>& one : table) {
      if (const auto stored = one.store(config, value(one.declared)); !stored)
        problem(one.declared, stored.error().message);
    }
  }
  // Checked against the declaration, except for the rules of a row's own function. Notes a problem.
  [[nodiscard]] Value value(const Declaration& declared);

  enum class Source { unset, initial, dotenv, environment };
  struct Written {
    std::string text;
    Source source = Source::unset;
  };
  // What holds, as it is written there, unchecked.
  [[nodiscard]] Written written(const Declaration& declared) const;
  // True if the environment or the .env file sets it.
  [[nodiscard]] bool is_set(std::string_view name) const;

  // For rules between settings. The message names the setting and says what would be right.
  void problem(std::string message);

  // invalid_argument "invalid_configuration": every problem, one per line.
  [[nodiscard]] Result<void> check() const;

  // Names in the .env file that no program reads, which are probably misspelt.
  [[nodiscard]] std::vector<std::string> unknown_names() const;

 private:
  void problem(const Declaration& declared, const std::string& expected);
  [[nodiscard]] Written find(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> dotenv_;
  std::map<std::string, std::string, std::less<>>
      values_;  // in place of the environment, if from() made this
  bool use_environment_ = false;
  std::vector<std::string> problems_;
};

// The value as messages may show it: redacted() (base/redact.h), cut when it is long, and not at all if it looks like a
// key.
[[nodiscard]] std::string printable(const std::string& value);

}  // namespace sas::config
