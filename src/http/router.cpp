#include "http/router.h"

#include <algorithm>
#include <cassert>

#include "http/uri.h"

namespace sas::http {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before the segment
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_name(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

}  // namespace

struct Router::Search {
  Verb verb;
  std::vector<std::string> segments;  // decoded
  const Route* found = nullptr;
  const Route* found_get = nullptr;  // for HEAD, if no route handles HEAD itself
  std::vector<Verb> allowed;
};

void Router::add(Verb verb, std::string pattern, Handler handler, std::optional<std::size_t> max_body_bytes,
                 Gate gate) {
  assert(!pattern.empty() && pattern.front() == '/');
  assert(handler);
  auto segments = split(pattern);
  const bool tail = segments.back() == "*";
  if (tail) segments.pop_back();
  Node* node = &root_;
  for (const auto segment : segments) {
    auto& child = is_name(segment) ? node->named : node->literals[std::string(segment)];
    if (!child) child = std::make_unique<Node>();
    node = child.get();
  }
  auto& ends = tail ? node->tail_routes : node->routes;
  assert(std::none_of(ends.begin(), ends.end(), [&](std::size_t i) { return routes_[i].verb == verb; }));
  ends.push_back(routes_.size());
  routes_.push_back({verb, std::move(pattern), std::move(handler), max_body_bytes, std::move(gate)});
}

void Router::consider(const std::vector<std::size_t>& candidates, bool tail, std::size_t depth,
                      Search& search) const {
  for (const auto index : candidates) {
    const Route& route = routes_[index];
    // "/a/*" matches what is below /a/, so the path needs a slash there.
    if (tail && depth >= search.segments.size()) continue;
    if (route.verb == search.verb && search.found == nullptr) search.found = &route;
    if (route.verb == Verb::get && search.found_get == nullptr) search.found_get = &route;
    search.allowed.push_back(route.verb);
  }
}

void Router::walk(const Node& node, std::size_t depth, Search& search) const {
  if (depth == search.segments.size()) {
    consider(node.routes, false, depth, search);
  } else {
    const auto& segment = search.segments[depth];
    if (const auto child = node.literals.find(segment); child != node.literals.end()) {
      walk(*child->second, depth + 1, search);
    }
    if (search.found != nullptr) return;
    if (node.named && !segment.empty()) walk(*node.named, depth + 1, search);
  }
  if (search.found == nullptr) consider(node.tail_routes, true, depth, search);
}

Router::Match Router::match(Verb verb, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/') return match;
  Search search;
  search.verb = verb;
  for (const auto segment : split(path)) {
    auto decoded = percent_decode(segment);
    if (!decoded) return match;
    search.segments.push_back(std::move(*decoded));
  }
  walk(root_, 0, search);

  match.route = search.found;
  if (match.route == nullptr && verb == Verb::head) match.route = search.found_get;
  if (match.route == nullptr) {
    match.allowed = std::move(search.allowed);
    if (search.found_get != nullptr) match.allowed.push_back(Verb::head);
    std::sort(match.allowed.begin(), match.allowed.end());
    match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
    return match;
  }

  const auto names = split(match.route->pattern);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_name(names[i])) {
      match.path_params.emplace_back(names[i].substr(1, names[i].size() - 2), search.segments[i]);
    } else if (names[i] == "*" && i + 1 == names.size()) {
      std::string rest = search.segments[i];
      for (std::size_t j = i + 1; j < search.segments.size(); ++j) rest += "/" + search.segments[j];
      match.path_params.emplace_back("*", std::move(rest));
    }
  }
  return match;
}

}  // namespace sas::http
