#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace sas::http {

// Paths with {names} to handlers. Filled at start, then read by every thread.
class Router {
 public:
  struct Route {
    Verb verb;
    std::string pattern;  // "/api/v1/persons/{id}"
    Handler handler;
  };

  // A literal segment wins over a {name}. A pattern that ends in "/*" takes every path below it (path_param
  // "*"). The same verb and pattern twice is a programming error (assertion).
  void add(Verb verb, std::string pattern, Handler handler);

  struct Match {
    const Route* route = nullptr;                                  // null: see allowed
    std::vector<std::pair<std::string, std::string>> path_params;  // decoded
    std::vector<Verb> allowed;  // not empty: the path exists with other verbs (405)
  };
  // HEAD falls back to GET.
  [[nodiscard]] Match match(Verb verb, std::string_view path) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace sas::http
