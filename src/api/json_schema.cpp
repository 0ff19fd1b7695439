#include "api/json_schema.h"

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <boost/json/serialize.hpp>

#include "base/clock.h"
#include "base/uuid.h"

namespace sas::api {
namespace {

namespace json = boost::json;

// Keywords that do not restrict values.
const std::set<std::string_view> kAnnotations{"description", "default", "example", "discriminator"};

bool is_integer(const json::value& value) {
  return value.is_int64() || value.is_uint64() ||
         (value.is_double() &&
          value.get_double() == static_cast<double>(static_cast<std::int64_t>(value.get_double())));
}

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_integer(value);
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return false;
}

std::size_t characters_of(const json::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_of_format(const json::string& text, std::string_view format) {
  const std::string_view view(text);
  if (format == "uuid") return Uuid::parse(view).has_value();
  if (format == "date-time") return parse_rfc3339(view).has_value();
  if (format == "date") return std::regex_match(std::string(view), std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}"));
  return format == "binary";
}

class Check {
 public:
  Check(const json::value& document, OtherFields others) : document_(document), others_(others) {}

  std::vector<std::string> of(const json::value& schema, const json::value& value, const std::string& place) {
    found_.clear();
    walk(schema, value, place);
    return std::move(found_);
  }

 private:
  using Keyword = void (Check::*)(const json::value& wanted, const json::object& schema,
                                  const json::value& value, const std::string& place);

  void walk(const json::value& schema, const json::value& value, const std::string& place) {
    static const std::map<std::string_view, Keyword> kKeywords{
        {"$ref", &Check::reference},
        {"type", &Check::type},
        {"enum", &Check::one_of_values},
        {"const", &Check::constant},
        {"format", &Check::format},
        {"pattern", &Check::pattern},
        {"minimum", &Check::bounds},
        {"maximum", &Check::bounds},
        {"minLength", &Check::bounds},
        {"maxLength", &Check::bounds},
        {"minItems", &Check::bounds},
        {"maxItems", &Check::bounds},
        {"minProperties", &Check::bounds},
        {"required", &Check::required},
        {"properties", &Check::properties},
        {"items", &Check::items},
        {"anyOf", &Check::alternatives},
        {"oneOf", &Check::alternatives},
        {"allOf", &Check::all_of},
        {"not", &Check::negation},
        {"contentEncoding", &Check::encoding},
        {"additionalProperties", &Check::other_properties}};
    const json::object& object = schema.as_object();
    for (const auto& [name, wanted] : object) {
      if (kAnnotations.contains(name)) continue;
      const auto keyword = kKeywords.find(name);
      if (keyword == kKeywords.end())
        add(place, "this test does not know the keyword " + std::string(name));
      else
        (this->*keyword->second)(wanted, object, value, place);
    }
  }

  void add(const std::string& place, const std::string& what) { found_.push_back(place + ": " + what); }

  [[nodiscard]] bool fits(const json::value& schema, const json::value& value) const {
    return Check(document_, others_).of(schema, value, "").empty();
  }

  void reference(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                 const std::string& place) {
    walk(document_.at_pointer(wanted.as_string().subview(1)), value, place);
  }

  void type(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
            const std::string& place) {
    bool fits_one = false;
    if (const auto* several = wanted.if_array()) {
      for (const auto& each : *several) fits_one = fits_one || is_of_type(value, each.as_string());
    } else {
      fits_one = is_of_type(value, wanted.as_string());
    }
    if (!fits_one) add(place, json::serialize(value) + " is not of type " + json::serialize(wanted));
  }

  void one_of_values(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                     const std::string& place) {
    if (std::ranges::find(wanted.as_array(), value) == wanted.as_array().end())
      add(place, json::serialize(value) + " is not one of " + json::serialize(wanted));
  }

  void constant(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                const std::string& place) {
    if (value != wanted) add(place, json::serialize(value) + " is not " + json::serialize(wanted));
  }

  void format(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
              const std::string& place) {
    const auto* text = value.if_string();
    if (text != nullptr && !is_of_format(*text, wanted.as_string()))
      add(place, json::serialize(value) + " is not a " + std::string(wanted.as_string()));
  }

  void pattern(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
               const std::string& place) {
    const auto* text = value.if_string();
    if (text != nullptr &&
        !std::regex_search(std::string(*text), std::regex(std::string(wanted.as_string()))))
      add(place, json::serialize(value) + " does not match " + std::string(wanted.as_string()));
  }

  void encoding(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                const std::string& place) {
    static const std::regex kBase64("[A-Za-z0-9+/]*={0,2}");
    const auto* text = value.if_string();
    if (wanted != "base64" || text == nullptr || !std::regex_match(std::string(*text), kBase64))
      add(place, "is not " + json::serialize(wanted));
  }

  // All of them together, once for each keyword: a value has one size.
  void bounds(const json::value& /*wanted*/, const json::object& schema, const json::value& value,
              const std::string& place) {
    const auto within = [&](const char* least, const char* most, double size) {
      const auto* low = schema.if_contains(least);
      const auto* high = schema.if_contains(most);
      if ((low != nullptr && size < low->to_number<double>()) ||
          (high != nullptr && size > high->to_number<double>()))
        add(place, std::string("lies outside ") + least + " and " + most);
    };
    if (value.is_number()) within("minimum", "maximum", value.to_number<double>());
    if (const auto* text = value.if_string())
      within("minLength", "maxLength", static_cast<double>(characters_of(*text)));
    if (const auto* array = value.if_array())
      within("minItems", "maxItems", static_cast<double>(array->size()));
    if (const auto* object = value.if_object())
      within("minProperties", "maxProperties", static_cast<double>(object->size()));
  }

  void required(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                const std::string& place) {
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& name : wanted.as_array())
      if (!object->contains(name.as_string())) add(place, "lacks " + std::string(name.as_string()));
  }

  void properties(const json::value& wanted, const json::object& schema, const json::value& value,
                  const std::string& place) {
    const auto* object = value.if_object();
    if (object == nullptr) return;
    const auto* more = schema.if_contains("additionalProperties");
    const bool open = more == nullptr ? others_ == OtherFields::allowed : *more != false;
    for (const auto& [name, member] : *object) {
      const std::string below = place + "." + std::string(name);
      if (const auto* described = wanted.as_object().if_contains(name))
        walk(*described, member, below);
      else if (!open)
        add(below, "is not described");
    }
  }

  // What `properties` does not describe; true and false are its own matter.
  void other_properties(const json::value& wanted, const json::object& schema, const json::value& value,
                        const std::string& place) {
    const auto* object = value.if_object();
    if (object == nullptr || !wanted.is_object()) return;
    const auto* described = schema.if_contains("properties");
    for (const auto& [name, member] : *object)
      if (described == nullptr || !described->as_object().contains(name))
        walk(wanted, member, place + "." + std::string(name));
  }

  void items(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
             const std::string& place) {
    const auto* array = value.if_array();
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size(); ++i)
      walk(wanted, (*array)[i], place + "[" + std::to_string(i) + "]");
  }

  void alternatives(const json::value& wanted, const json::object& schema, const json::value& value,
                    const std::string& place) {
    const auto fitting =
        std::ranges::count_if(wanted.as_array(), [&](const json::value& each) { return fits(each, value); });
    const bool exactly_one = schema.contains("oneOf");
    if (fitting == 0 || (exactly_one && fitting != 1))
      add(place, std::to_string(fitting) + " of the alternatives fit " + json::serialize(value));
  }

  void all_of(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
              const std::string& place) {
    for (const auto& each : wanted.as_array()) walk(each, value, place);
  }

  void negation(const json::value& wanted, const json::object& /*schema*/, const json::value& value,
                const std::string& place) {
    if (fits(wanted, value)) add(place, "fits what it must not");
  }

  const json::value& document_;
  const OtherFields others_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> contradictions(const boost::json::value& document, const boost::json::value& schema,
                                        const boost::json::value& value, OtherFields others) {
  return Check(document, others).of(schema, value, "$");
}

std::vector<boost::json::value> excluded_by(const json::object& schema) {
  std::vector<json::value> values;
  const auto number = [&](const char* name) {
    const auto* bound = schema.if_contains(name);
    return bound == nullptr ? std::nullopt : std::optional(bound->to_number<double>());
  };
  const auto* type = schema.if_contains("type");
  if (type != nullptr) {
    const bool takes_text = json::serialize(*type).find("\"string\"") != std::string::npos;
    values.emplace_back(takes_text ? json::value(7) : json::value("seven"));
    values.emplace_back(json::object{{"a", 1}});
  }
  if (schema.contains("enum")) values.emplace_back("none of them");
  if (schema.contains("format") || schema.contains("pattern")) values.emplace_back("/ /");
  if (const auto least = number("minimum")) values.emplace_back(*least - 1);
  if (const auto most = number("maximum")) values.emplace_back(*most + 1);
  if (const auto least = number("minLength"); least && *least > 0) values.emplace_back("");
  if (const auto most = number("maxLength"))
    values.emplace_back(std::string(static_cast<std::size_t>(*most) + 1, 'a'));
  if (const auto most = number("maxItems"))
    values.emplace_back(json::array(static_cast<std::size_t>(*most) + 1, json::object()));
  if (const auto least = number("minItems"); least && *least > 0) values.emplace_back(json::array());
  return values;
}

}  // namespace sas::api
