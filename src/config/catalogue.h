#pragma once
// Every setting there is, from the modules' tables.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace sas::config {

struct SettingsSection {
  std::string_view title;
  std::vector<Declaration> settings;
};

// In the order of .env.example.
[[nodiscard]] std::span<const SettingsSection> settings_sections();

// nullptr: no program reads it.
[[nodiscard]] const Declaration* find_declaration(std::string_view name);

[[nodiscard]] bool is_read_by(const Declaration& declared, Program program);

// "a whole number, 4 to 500"; "one of memory, pgvector". Empty for text.
[[nodiscard]] std::string expected_values(const Declaration& declared);

// The text of .env.example.
[[nodiscard]] std::string env_example();

// The end of --help: one line for each setting that the program reads, with its default.
[[nodiscard]] std::string settings_help(Program program);

// What holds for one program.
struct EffectiveSetting {
  std::string_view name;
  std::string value;        // as messages may show it; for a secret only that it is set; what "not set" means
  std::string_view source;  // "environment", ".env", "default" or "not set"
};
// Notes values that contradict their declarations in `settings`.
[[nodiscard]] std::vector<EffectiveSetting> effective_settings(Settings& settings, Program program);

}  // namespace sas::config
