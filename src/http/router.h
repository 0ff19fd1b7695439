#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace sas::http {

// Maps paths with {names} to handlers. Filled at startup, then read by every thread.
class Router {
 public:
  struct Route {
    Verb verb;
    std::string pattern;  // "/api/v1/persons/{id}"
    Handler handler;
    std::optional<std::size_t> max_body_bytes;  // none: the server's limit
    Gate gate;                                  // empty: everybody may send a body, and nobody is trusted
  };

  // A literal segment takes precedence over a {name}. A pattern that ends in "/*" matches every path below it
  // (path_param "*"). Adding the same verb and pattern twice is a programming error (assertion).
  // `max_body_bytes` overrides the server's limit for this route.
  void add(Verb verb, std::string pattern, Handler handler, std::optional<std::size_t> max_body_bytes = {},
           Gate gate = {});

  struct Match {
    const Route* route = nullptr;                                  // null: see allowed
    std::vector<std::pair<std::string, std::string>> path_params;  // decoded
    std::vector<Verb> allowed;  // not empty: the path exists with other verbs (405)
  };
  // `path` is still percent-encoded, so that an encoded slash stays inside its segment; a path that cannot be
  // decoded matches nothing. An empty segment does not match a {name}. HEAD falls back to GET. If the best
  // pattern lacks the verb, the next best that has it matches. The result points into this router; do not add
  // routes afterwards.
  [[nodiscard]] Match match(Verb verb, std::string_view path) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  // One segment of the patterns. Children are tried in the order literal, {name}, "/*".
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> named;
    std::vector<std::size_t> routes;       // indices of patterns that end here
    std::vector<std::size_t> tail_routes;  // indices of patterns that end in "/*" here
  };
  struct Search;

  void walk(const Node& node, std::size_t depth, Search& search) const;
  void consider(const std::vector<std::size_t>& candidates, bool tail, std::size_t depth,
                Search& search) const;

  std::vector<Route> routes_;
  Node root_;
};

}  // namespace sas::http
