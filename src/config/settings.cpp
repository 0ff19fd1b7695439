#include "config/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <boost/algorithm/string/case_conv.hpp>

#include "base/redact.h"
#include "config/catalogue.h"
#include "config/dotenv_file.h"

namespace sas::config {
namespace {

template <class T>
std::optional<T> parsed(const std::string& text, const Declaration& declared) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const auto comparable = static_cast<double>(number);
  // NaN is outside every range.
  if (!(comparable >= declared.least && comparable <= declared.most)) return std::nullopt;
  return number;
}

std::optional<bool> parsed_flag(const std::string& text) {
  const std::string lower = boost::algorithm::to_lower_copy(text);
  for (const char* yes : {"true", "1", "yes", "on"})
    if (lower == yes) return true;
  for (const char* no : {"false", "0", "no", "off"})
    if (lower == no) return false;
  return std::nullopt;
}

bool is_choice(const std::string& text, std::string_view choices) {
  while (!choices.empty()) {
    const auto bar = choices.find('|');
    if (choices.substr(0, bar) == text) return true;
    choices = bar == std::string_view::npos ? std::string_view() : choices.substr(bar + 1);
  }
  return false;
}

// What somebody may have meant as a number ("12h") or a choice ("memcached"), and nothing that could be a password.
bool is_number_or_word(const std::string& text) {
  constexpr std::size_t kLongestNumber = 12;
  constexpr std::size_t kLongestWord = 10;
  const auto count = [&text](auto is) { return std::ranges::count_if(text, is); };
  const auto letters = count([](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  const auto digits =
      count([](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+'; });
  const bool plain = letters + digits == std::ssize(text);
  if (digits > 0) return plain && letters <= 2 && text.size() <= kLongestNumber;
  return plain && text.size() <= kLongestWord;
}

// monostate: it is not what the declaration says.
Value parse(const std::string& text, const Declaration& declared) {
  const auto or_nothing = [](const auto& found) { return found ? Value(*found) : Value(); };
  switch (declared.type) {
    case SettingType::integer:
      return or_nothing(parsed<std::int64_t>(text, declared));
    case SettingType::number:
      return or_nothing(parsed<double>(text, declared));
    case SettingType::flag:
      return or_nothing(parsed_flag(text));
    case SettingType::choice:
      return is_choice(text, declared.choices) ? Value(text) : Value();
    case SettingType::text:
      break;
  }
  return text;
}

bool is_utf16(std::string_view first_line) {
  return first_line.starts_with("\xFF\xFE") || first_line.starts_with("\xFE\xFF");
}

bool is_in_quotes(std::string_view text) {
  return text.size() >= 2 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
}

}  // namespace

std::string printable(const std::string& value) {
  constexpr std::size_t kMost = 60;
  if (looks_secret(value)) return "***";
  const std::string shown = redacted(value);
  return shown.size() > kMost ? shown.substr(0, kMost - 3) + "..." : shown;
}

Settings Settings::load(const std::filesystem::path& dotenv) {
  Settings settings;
  settings.use_environment_ = true;
  if (!std::filesystem::exists(dotenv)) return settings;
  std::ifstream file(dotenv);
  if (!file) {
    settings.problem(dotenv.string() + " exists but is not readable: fix its permissions");
    return settings;
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1 && is_utf16(line)) {
      settings.problem(dotenv.string() + " is written in UTF-16: save it as UTF-8");
      return settings;
    }
    DotenvLine parsed = parse_dotenv_line(line);
    if (!parsed.problem.empty()) {
      settings.problem(dotenv.string() + ", line " + std::to_string(number) + ": " + parsed.problem);
    } else if (!parsed.name.empty()) {
      settings.dotenv_[std::move(parsed.name)] = std::move(parsed.value);
    }
  }
  return settings;
}

Settings Settings::from(std::map<std::string, std::string> values) {
  Settings settings;
  settings.values_.insert(std::make_move_iterator(values.begin()), std::make_move_iterator(values.end()));
  return settings;
}

Settings::Written Settings::find(std::string_view name) const {
  if (use_environment_) {
    // Programs read their settings before they start a thread, so nothing changes the environment meanwhile.
    if (const char* value = std::getenv(std::string(name).c_str()); value != nullptr && *value != '\0')
      return {value, Source::environment};
  }
  if (const auto it = values_.find(name); it != values_.end() && !it->second.empty())
    return {it->second, Source::environment};
  if (const auto it = dotenv_.find(name); it != dotenv_.end() && !it->second.empty())
    return {it->second, Source::dotenv};
  return {};
}

Settings::Written Settings::written(const Declaration& declared) const {
  Written found = find(declared.name);
  if (found.source == Source::unset && !declared.initial.empty())
    return {std::string(declared.initial), Source::initial};
  return found;
}

bool Settings::is_set(std::string_view name) const { return find(name).source != Source::unset; }

Value Settings::value(const Declaration& declared) {
  const Written found = written(declared);
  if (found.source == Source::unset) return {};
  // In .env the quotes are read; a container's --env-file keeps them.
  if (found.source == Source::environment && is_in_quotes(found.text)) {
    problem(std::string(declared.name) +
            ": its value in the environment has quotes around it, which belong to no value: remove them");
    return declared.initial.empty() ? Value() : parse(std::string(declared.initial), declared);
  }
  Value value = parse(found.text, declared);
  if (std::holds_alternative<std::monostate>(value)) {
    problem(declared, "expected " + expected_values(declared));
    return declared.initial.empty() ? Value() : parse(std::string(declared.initial), declared);
  }
  std::error_code ignored;
  if (declared.file && !std::filesystem::is_regular_file(found.text, ignored))
    problem(declared, "no such file; expected a PEM file");
  return value;
}

void Settings::problem(const Declaration& declared, const std::string& expected) {
  const std::string text = written(declared).text;
  // A key that was put in the wrong line is not a number and not a word.
  const bool is_safe = declared.type == SettingType::text || is_number_or_word(text);
  std::string shown;
  if (!declared.secret && is_safe)
    shown = "=\"" + printable(text) + "\"";
  else if (!declared.secret)
    shown = " (a value of " + std::to_string(text.size()) + " characters)";
  problem(std::string(declared.name) + shown + ": " + expected);
}

void Settings::problem(std::string message) {
  // Two modules may read one setting.
  if (std::find(problems_.begin(), problems_.end(), message) == problems_.end())
    problems_.push_back(std::move(message));
}

Result<void> Settings::check() const {
  if (problems_.empty()) return {};
  std::string message = problems_.size() == 1 ? "one setting is wrong:"
                                              : std::to_string(problems_.size()) + " settings are wrong:";
  for (const std::string& one : problems_) message += "\n  - " + one;
  message += "\nFix them in .env or in the environment; .env.example explains each setting.";
  return Error::of(ErrorKind::invalid_argument, "invalid_configuration", std::move(message));
}

std::vector<std::string> Settings::unknown_names() const {
  std::vector<std::string> unknown;
  for (const auto& [name, value] : dotenv_)
    if (find_declaration(name) == nullptr) unknown.push_back(name);
  return unknown;
}

}  // namespace sas::config
