#include "config/settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/trim.hpp>

#include "config/variables.h"

namespace sas::config {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

// The value of a .env line: 'as it is', "with \" and \\", or bare up to " #". Empty: the quotes do not close.
std::optional<std::string> unquote(std::string_view text) {
  if (text.empty()) return std::string();
  const char quote = text.front();
  if (quote != '"' && quote != '\'') {
    const auto comment = text.find(" #");
    std::string bare(text.substr(0, comment));
    boost::algorithm::trim(bare);
    return bare;
  }
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      std::string rest(text.substr(i + 1));
      boost::algorithm::trim(rest);
      if (!rest.empty() && rest.front() != '#') return std::nullopt;
      return value;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) ++i;
    value.push_back(text[i]);
  }
  return std::nullopt;
}

std::string shown(std::string_view name, const std::string& value) {
  // A key may be pasted into the wrong variable; do not print long values back.
  return std::string(name) + "=\"" + (value.size() > 60 ? value.substr(0, 57) + "..." : value) + "\"";
}

template <class T>
std::string range_text(T least, T most) {
  std::ostringstream out;
  out << least << " to " << most;
  return out.str();
}

}  // namespace

Settings Settings::load(const std::filesystem::path& dotenv) {
  Settings settings;
  settings.use_environment_ = true;
  if (!std::filesystem::exists(dotenv)) return settings;
  std::ifstream file(dotenv);
  if (!file) {
    settings.problems_.push_back(dotenv.string() + " is there but cannot be read: mend its permissions");
    return settings;
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    boost::algorithm::trim(line);
    if (line.empty() || line.front() == '#') continue;
    constexpr std::string_view kExport = "export ";
    if (line.starts_with(kExport)) line.erase(0, kExport.size());
    const auto equals = line.find('=');
    const auto complain = [&](std::string_view why) {
      settings.problems_.push_back(dotenv.string() + ", line " + std::to_string(number) + ": " +
                                   std::string(why));
    };
    if (equals == std::string::npos) {
      complain("expected NAME=value");
      continue;
    }
    std::string name = line.substr(0, equals);
    boost::algorithm::trim(name);
    std::string raw = line.substr(equals + 1);
    boost::algorithm::trim(raw);
    if (!is_name(name)) {
      complain("\"" + name + "\" is not a variable's name");
      continue;
    }
    auto value = unquote(raw);
    if (!value) {
      complain("the quotes of " + name + " do not close, or text follows them");
      continue;
    }
    settings.dotenv_[name] = std::move(*value);
  }
  return settings;
}

Settings Settings::from(std::map<std::string, std::string> values) {
  Settings settings;
  settings.values_.insert(std::make_move_iterator(values.begin()), std::make_move_iterator(values.end()));
  return settings;
}

std::optional<std::string> Settings::find(std::string_view name) const {
  if (use_environment_) {
    // Read at start, before any thread exists.
    if (const char* value = std::getenv(std::string(name).c_str()); value != nullptr && *value != '\0')
      return std::string(value);
  }
  for (const auto* source : {&values_, &dotenv_})
    if (const auto it = source->find(name); it != source->end() && !it->second.empty()) return it->second;
  return std::nullopt;
}

std::optional<std::string> Settings::text(std::string_view name) { return find(name); }

std::string Settings::text(std::string_view name, std::string_view fallback) {
  return find(name).value_or(std::string(fallback));
}

std::int64_t Settings::integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                               std::int64_t most) {
  const auto value = find(name);
  if (!value) return fallback;
  std::int64_t parsed = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), parsed);
  if (error != std::errc{} || end != value->data() + value->size() || parsed < least || parsed > most) {
    problem(name, shown(name, *value) + ": expected a whole number, " + range_text(least, most));
    return fallback;
  }
  return parsed;
}

std::optional<double> Settings::number(std::string_view name, double least, double most) {
  const auto value = find(name);
  if (!value) return std::nullopt;
  double parsed = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), parsed);
  if (error != std::errc{} || end != value->data() + value->size() || !std::isfinite(parsed) ||
      parsed < least || parsed > most) {
    problem(name, shown(name, *value) + ": expected a number, " + range_text(least, most));
    return std::nullopt;
  }
  return parsed;
}

double Settings::number(std::string_view name, double fallback, double least, double most) {
  return number(name, least, most).value_or(fallback);
}

bool Settings::flag(std::string_view name, bool fallback) {
  const auto value = find(name);
  if (!value) return fallback;
  const std::string lower = boost::algorithm::to_lower_copy(*value);
  for (const char* yes : {"true", "1", "yes", "on"})
    if (lower == yes) return true;
  for (const char* no : {"false", "0", "no", "off"})
    if (lower == no) return false;
  problem(name, shown(name, *value) + ": expected true or false");
  return fallback;
}

std::string Settings::choice(std::string_view name, std::string_view fallback,
                             std::initializer_list<std::string_view> allowed) {
  const auto value = find(name);
  if (!value) return std::string(fallback);
  for (const std::string_view one : allowed)
    if (*value == one) return *value;
  std::vector<std::string> names(allowed.begin(), allowed.end());
  problem(name, shown(name, *value) + ": expected one of " + boost::algorithm::join(names, ", "));
  return std::string(fallback);
}

void Settings::problem(std::string_view name, std::string message) {
  if (message.find(name) == std::string::npos) message = std::string(name) + ": " + message;
  problems_.push_back(std::move(message));
}

Result<void> Settings::check() const {
  if (problems_.empty()) return {};
  std::string message = problems_.size() == 1 ? "one setting is wrong:"
                                              : std::to_string(problems_.size()) + " settings are wrong:";
  for (const std::string& one : problems_) message += "\n  - " + one;
  message += "\nMend them in .env or in the environment; .env.example explains each.";
  return Error::of(ErrorKind::invalid_argument, "invalid_configuration", std::move(message));
}

std::vector<std::string> Settings::unknown_names() const {
  std::vector<std::string> unknown;
  const auto known = variables();
  for (const auto& entry : dotenv_) {
    const auto is_this = [&](const Variable& variable) { return variable.name == entry.first; };
    if (std::none_of(known.begin(), known.end(), is_this)) unknown.push_back(entry.first);
  }
  return unknown;
}

}  // namespace sas::config
