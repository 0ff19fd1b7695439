#pragma once
// A setting, declared once: name, type, range, default, help, who reads it, and the field that its value goes to.
// Reading and checking (settings.h), .env.example, --help and the `settings` command all work from the declarations.
//
// To add a setting, add a field and a row to the table of the module that wants it, for example in database_config.h,
// use the field, and run
//   build/release/bin/attendd settings example > .env.example

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/error.h"

namespace sas::config {

enum class SettingType { text, integer, number, flag, choice };
enum class Program { attendd, attend };
enum class Readers { attendd, attend, both };

struct Declaration {
  std::string_view name = {};
  Readers readers = Readers::attendd;
  // As it would be written in .env. Empty: not set by default, and `when_unset` says what that means.
  std::string_view initial = {};
  std::string_view when_unset = {};
  // Numbers: the range, both ends included.
  double least = 0;
  double most = 0;
  std::string_view choices = {};         // "memory|pgvector"; the type is then choice
  bool file = false;                     // the value is the path of a PEM file that must exist
  bool secret = false;                   // never printed; true too for values that may contain a password
  std::string_view help = {};            // whole sentences
  SettingType type = SettingType::text;  // set by setting()
};

// A checked value; monostate if there is neither a value nor a default.
using Value = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

template <class Config>
struct Setting {
  Declaration declared;
  // Stores a checked value in its field. Error: a rule of this one setting is broken; the message says what is
  // expected and does not repeat the value.
  Result<void> (*store)(Config& config, const Value& value) = nullptr;
};

// The types that a setting can be stored in: integers, durations, floating point, bool, string, path, and an optional of
// any of them. Without a default the value may be absent: an optional is then empty, as are a string and a path.
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsDuration = false;
template <class Rep, class Period>
inline constexpr bool kIsDuration<std::chrono::duration<Rep, Period>> = true;

template <class T>
consteval SettingType type_of() {
  if constexpr (kIsOptional<T>) {
    return type_of<typename T::value_type>();
  } else if constexpr (std::same_as<T, bool>) {
    return SettingType::flag;
  } else if constexpr (std::integral<T> || kIsDuration<T>) {
    return SettingType::integer;
  } else if constexpr (std::floating_point<T>) {
    return SettingType::number;
  } else {
    static_assert(std::same_as<T, std::string> || std::same_as<T, std::filesystem::path>);
    return SettingType::text;
  }
}

// Whether a field of type T can hold every whole number from `least` to `most`.
template <class T>
consteval bool holds(double least, double most) {
  if constexpr (kIsOptional<T>) {
    return holds<typename T::value_type>(least, most);
  } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    using Limits = std::numeric_limits<T>;
    return least >= static_cast<double>(Limits::min()) && most <= static_cast<double>(Limits::max());
  } else {
    return true;
  }
}

template <class T>
T converted(const Value& value) {
  if constexpr (kIsOptional<T>) {
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
    return converted<typename T::value_type>(value);
  } else if constexpr (std::same_as<T, bool>) {
    return std::get<bool>(value);
  } else if constexpr (std::integral<T> || kIsDuration<T>) {
    return static_cast<T>(std::get<std::int64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(std::get<double>(value));
  } else {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? T() : T(*text);
  }
}

// Where a value goes: a field, or a function that is called with the text if there is any.
template <class Target>
struct Destination;
template <class C, class T>
struct Destination<T C::*> {
  using Config = C;
  using Field = T;
  static constexpr bool may_be_absent = kIsOptional<T> || type_of<T>() == SettingType::text;
  template <T C::*field>
  static Result<void> store(C& config, const Value& value) {
    config.*field = converted<T>(value);
    return {};
  }
};
template <class C>
struct Destination<Result<void> (*)(C&, const std::string&)> {
  using Config = C;
  using Field = std::string;
  static constexpr bool may_be_absent = true;
  template <Result<void> (*take)(C&, const std::string&)>
  static Result<void> store(C& config, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? Result<void>{} : take(config, *text);
  }
};

// setting<&Config::field>({...}) or setting<&take>({...}): a row of a table. A declaration that contradicts itself does
// not compile.
template <auto target>
[[nodiscard]] consteval auto setting(Declaration declared) {
  using To = Destination<decltype(target)>;
  declared.type = declared.choices.empty() ? type_of<typename To::Field>() : SettingType::choice;
  const bool numeric = declared.type == SettingType::integer || declared.type == SettingType::number;
  if (declared.name.empty()) throw "a setting needs a name";
  if (!declared.help.ends_with('.')) throw "help is written in whole sentences";
  if (declared.initial.empty() == declared.when_unset.empty()) throw "give a default or say what unset means";
  if (declared.initial.empty() && !To::may_be_absent) throw "this type of field needs a default";
  if (numeric != (declared.least < declared.most)) throw "numbers need a range, other types have none";
  if (!declared.choices.empty() && type_of<typename To::Field>() != SettingType::text)
    throw "a choice is text";
  if (!holds<typename To::Field>(declared.least, declared.most)) throw "the range does not fit the field";
  if (declared.secret && declared.type != SettingType::text) throw "a secret is text";
  return Setting<typename To::Config>{declared, &To::template store<target>};
}

}  // namespace sas::config
