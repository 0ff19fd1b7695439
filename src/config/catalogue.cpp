#include "config/catalogue.h"

#include <array>
#include <cctype>
#include <sstream>

#include "config/edge_config.h"
#include "config/server_config.h"

namespace sas::config {
namespace {

constexpr std::size_t kWidth = 120;

template <class Config, std::size_t count>
SettingsSection section(std::string_view title, const std::array<Setting<Config>, count>& table) {
  SettingsSection made{title, {}};
  for (const Setting<Config>& one : table) made.settings.push_back(one.declared);
  return made;
}

std::string number_text(const Declaration& declared, double number) {
  std::ostringstream out;
  if (declared.type == SettingType::integer)
    out << static_cast<std::int64_t>(number);
  else
    out << number;
  return out.str();
}

std::string joined(std::string_view choices) {
  std::string text;
  for (const char c : choices) text += c == '|' ? std::string(", ") : std::string(1, c);
  return text;
}

std::string readers_text(const Declaration& declared) {
  switch (declared.readers) {
    case Readers::attendd:
      return "[attendd]";
    case Readers::attend:
      return "[attend]";
    case Readers::both:
      break;
  }
  return "[both]";
}

// As a comment of several lines.
std::string wrapped(const std::string& text) {
  std::string lines;
  std::string line = "#";
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kWidth) {
      lines += line + "\n";
      line = "#";
    }
    line += " " + word;
  }
  return lines + line + "\n";
}

std::string explained(const Declaration& declared) {
  std::string text(declared.help);
  if (!declared.when_unset.empty()) text += " Unset: " + std::string(declared.when_unset) + ".";
  if (std::string values = expected_values(declared); !values.empty()) {
    values.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(values.front())));
    text += " " + values + ".";
  }
  return text + " " + readers_text(declared);
}

std::string_view source_text(Settings::Source source) {
  switch (source) {
    case Settings::Source::environment:
      return "environment";
    case Settings::Source::dotenv:
      return ".env";
    case Settings::Source::initial:
      return "default";
    case Settings::Source::unset:
      break;
  }
  return "not set";
}

std::string first_sentence(std::string_view help) {
  const auto end = help.find(". ");
  return std::string(help.substr(0, end == std::string_view::npos ? help.size() - 1 : end));
}

}  // namespace

std::span<const SettingsSection> settings_sections() {
  static const std::array kSections{
      section("Both programs", kSharedSettings),
      section("The server", kServerSettings),
      section("Where cameras and commands find the server", kEdgeSettings),
      section("The database", kDatabaseSettings),
      section("The face models", kModelsSettings),
      section("How people are recognised", kRecognitionSettings),
      section("The site's time", kSiteSettings),
      section("Where cooldowns are kept (docs/cooldown.md)", kCacheSettings),
  };
  return kSections;
}

const Declaration* find_declaration(std::string_view name) {
  for (const SettingsSection& section : settings_sections())
    for (const Declaration& declared : section.settings)
      if (declared.name == name) return &declared;
  return nullptr;
}

bool is_read_by(const Declaration& declared, Program program) {
  return declared.readers == Readers::both ||
         (declared.readers == Readers::attendd) == (program == Program::attendd);
}

std::string expected_values(const Declaration& declared) {
  switch (declared.type) {
    case SettingType::integer:
    case SettingType::number:
      return (declared.type == SettingType::integer ? "a whole number, " : "a number, ") +
             number_text(declared, declared.least) + " to " + number_text(declared, declared.most);
    case SettingType::flag:
      return "true or false";
    case SettingType::choice:
      return "one of " + joined(declared.choices);
    case SettingType::text:
      break;
  }
  return "";
}

std::string env_example() {
  std::string text = wrapped(
      "Every setting of attendd (the server) and attend (cameras, enrolment, the log) with its default. "
      "\"#NAME=\" is not "
      "set by default. Which of the two programs reads it is in brackets.");
  text += wrapped(
      "Copy this file to .env in the folder where you start them, or set the same names in the environment, "
      "which takes "
      "precedence. If a value is wrong, the program does not start and prints one message with every "
      "problem.");
  text += "#\n" + wrapped("Made by `attendd settings example`; do not edit.");
  for (const SettingsSection& section : settings_sections()) {
    std::string title = "# --- " + std::string(section.title) + " ";
    title.resize(kWidth, '-');
    text += "\n" + title + "\n\n";
    for (const Declaration& declared : section.settings) {
      text += wrapped(explained(declared));
      text += (declared.initial.empty() ? "#" : "") + std::string(declared.name) + "=" +
              std::string(declared.initial) + "\n";
    }
  }
  return text;
}

std::string settings_help(Program program) {
  std::string text = "Settings, from the environment or .env (.env.example explains each):\n";
  constexpr std::size_t kColumn = 38;
  for (const SettingsSection& section : settings_sections()) {
    for (const Declaration& declared : section.settings) {
      if (!is_read_by(declared, program)) continue;
      std::string line = "  " + std::string(declared.name);
      if (!declared.initial.empty()) line += "=" + std::string(declared.initial);
      if (line.size() < kColumn) line.resize(kColumn, ' ');
      text += line + " " + first_sentence(declared.help) + "\n";
    }
  }
  return text;
}

std::vector<EffectiveSetting> effective_settings(Settings& settings, Program program) {
  std::vector<EffectiveSetting> effective;
  for (const SettingsSection& section : settings_sections()) {
    for (const Declaration& declared : section.settings) {
      if (!is_read_by(declared, program)) continue;
      static_cast<void>(settings.value(declared));
      const auto written = settings.written(declared);
      EffectiveSetting one{declared.name, printable(written.text), source_text(written.source)};
      if (written.source == Settings::Source::unset)
        one.value = declared.when_unset;
      else if (declared.secret)
        one.value = "(set, not shown)";
      effective.push_back(std::move(one));
    }
  }
  return effective;
}

}  // namespace sas::config
