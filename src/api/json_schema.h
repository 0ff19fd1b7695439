#pragma once
// JSON Schema (2020-12), as far as openapi.json uses it: for tests.

#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace sas::api {

enum class OtherFields {
  refused,  // of an answer: an object that lists its properties has no others
  allowed   // of a request: readers ignore what they do not know
};

// How `value` contradicts `schema`, one line each with its place; empty: it does not. References point into `document`. A
// keyword that is not known here is a contradiction too, so that nothing goes unchecked.
[[nodiscard]] std::vector<std::string> contradictions(const boost::json::value& document,
                                                      const boost::json::value& schema,
                                                      const boost::json::value& value, OtherFields others);

// Some values that the schema of one field excludes: another type, just outside each bound, no such form.
[[nodiscard]] std::vector<boost::json::value> excluded_by(const boost::json::object& schema);

}  // namespace sas::api
