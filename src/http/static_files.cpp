#include "http/static_files.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "http/file_body.h"

namespace sas::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRevalidate = "no-cache";
constexpr std::string_view kForever = "public, max-age=31536000, immutable";

Response not_found() { return Response::text(Status::not_found, "Page not found.\n"); }

// If-None-Match uses weak comparison (RFC 9110 13.1.2).
bool is_known_to_client(const Request& request, std::string_view etag) {
  std::string_view list = request.header("if-none-match");
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    auto item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == "*" || item == etag) return true;
  }
  return false;
}

Response head_of(Status status, std::string_view name, std::string_view etag, std::string_view caching) {
  Response response;
  response.status = status;
  response.headers.emplace_back("content-type", content_type_of(name));
  response.headers.emplace_back("etag", etag);
  response.headers.emplace_back("cache-control", caching);
  return response;
}

// The path's segments; none if one is empty, hidden, "..", or not a plain name.
std::optional<std::vector<std::string_view>> safe_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    const bool plain = std::none_of(segment.begin(), segment.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == '\x7F';
    });
    if (segment.empty() || segment.front() == '.' || !plain) return std::nullopt;
    segments.push_back(segment);
  }
  return segments;
}

// The regular file at `path` if it is below `root` after resolving symbolic links.
std::optional<fs::path> file_below(const fs::path& root, const fs::path& path) {
  std::error_code ec;
  auto real = fs::canonical(path, ec);
  if (ec) return std::nullopt;
  const auto [in_root, rest] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
  if (in_root != root.end() || !fs::is_regular_file(real, ec)) return std::nullopt;
  return real;
}

// RFC 9110 12.5.3, ignoring weights except zero: named, with a weight above zero.
bool accepts(const Request& request, std::string_view coding) {
  std::string_view list = request.header("accept-encoding");
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    const auto name_end = item.find_first_of("; ");
    if (item.substr(0, name_end) != coding) continue;
    const auto weight = item.find("q=");
    return weight == std::string_view::npos ||
           item.find_first_of("123456789", weight) != std::string_view::npos;
  }
  return false;
}

struct Coded {
  fs::path file;
  std::string_view coding;
};

// The best existing compressed version of `file` that the client accepts.
std::optional<Coded> compressed(const fs::path& file, const Request& request) {
  for (const auto& [coding, extension] : {std::pair("br", ".br"), std::pair("gzip", ".gz")}) {
    if (!accepts(request, coding)) continue;
    auto candidate = fs::path(file).concat(extension);
    std::error_code ec;
    const auto status = fs::symlink_status(candidate, ec);
    if (ec || !fs::is_regular_file(status)) continue;
    const auto made = fs::last_write_time(candidate, ec);
    if (!ec && made >= fs::last_write_time(file, ec) && !ec) return Coded{std::move(candidate), coding};
  }
  return std::nullopt;
}

Response send_file(Status status, const fs::path& page, std::string_view caching, const Request& request) {
  std::error_code ec;
  const auto coded = compressed(page, request);
  const fs::path& file = coded ? coded->file : page;
  const auto size = fs::file_size(file, ec);
  if (ec) return not_found();
  const auto changed = fs::last_write_time(file, ec);
  if (ec) return not_found();
  const auto etag = fmt::format("\"{:x}-{:x}\"", size, changed.time_since_epoch().count());
  const bool known = status == Status::ok && is_known_to_client(request, etag);
  auto response = head_of(known ? Status::not_modified : status, page.filename().string(), etag, caching);
  response.headers.emplace_back("vary", "accept-encoding");
  if (known) return response;
  if (coded) response.headers.emplace_back("content-encoding", coded->coding);
  if (!set_file_body(response, file)) return not_found();
  return response;
}

template <class Files>
void mount_files(const Files& files, Router& router, const std::string& prefix) {
  // With a trailing slash, so that relative links work.
  router.add(Verb::get, prefix, [prefix](Request& /*request*/) -> Task<Response> {
    auto response = Response::text(Status::permanent_redirect, "");
    response.headers.emplace_back("location", prefix + "/");
    co_return response;
  });
  router.add(Verb::get, prefix + "/*", [files](Request& request) -> Task<Response> {
    co_return files.get(request.path_param("*"), request);
  });
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kTypes{{
      {"html", "text/html; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"txt", "text/plain; charset=utf-8"},
      {"md", "text/markdown; charset=utf-8"},
      {"xml", "application/xml"},
      {"csv", "text/csv; charset=utf-8"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"gif", "image/gif"},
      {"webp", "image/webp"},
      {"avif", "image/avif"},
      {"ico", "image/x-icon"},
      {"woff", "font/woff"},
      {"woff2", "font/woff2"},
      {"ttf", "font/ttf"},
      {"wasm", "application/wasm"},
      {"webmanifest", "application/manifest+json"},
      {"pdf", "application/pdf"},
  }};
  const auto dot = file_name.rfind('.');
  const auto extension = dot == std::string_view::npos ? "" : file_name.substr(dot + 1);
  const auto* const found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return type.first == extension; });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

Result<StaticFiles> StaticFiles::open(const fs::path& root) {
  std::error_code ec;
  auto real = fs::canonical(root, ec);
  if (!ec && fs::is_directory(real, ec)) {
    const fs::directory_iterator readable(real, ec);
    if (!ec) return StaticFiles(std::move(real));
  }
  return Error::of(ErrorKind::failed_precondition, "static_root",
                   "the pages folder " + root.string() + " cannot be read" +
                       (ec ? ": " + ec.message() : ": it is not a folder"));
}

void StaticFiles::mount(Router& router, const std::string& prefix) const {
  mount_files(*this, router, prefix);
}

Response StaticFiles::send(Status status, const fs::path& file, std::string_view caching,
                           const Request& request) const {
  Response response = send_file(status, file, caching, request);
  if (decorate_) decorate_(file, response);
  return response;
}

Response StaticFiles::get(std::string_view path, const Request& request) const {
  if (path.ends_with('/')) path.remove_suffix(1);
  if (const auto segments = safe_segments(path)) {
    fs::path exact = root_;
    for (const auto segment : *segments) exact /= segment;
    std::vector<fs::path> candidates;
    if (!segments->empty()) {
      candidates.push_back(exact);
      if (!exact.has_extension()) candidates.push_back(fs::path(exact).concat(".html"));
    }
    candidates.push_back(exact / "index.html");
    for (const auto& candidate : candidates) {
      const auto file = file_below(root_, candidate);
      if (file) {
        return send(Status::ok, *file, path.starts_with("_next/static/") ? kForever : kRevalidate, request);
      }
    }
  }
  if (const auto page = file_below(root_, root_ / "404.html")) {
    return send(Status::not_found, *page, kRevalidate, request);
  }
  return not_found();
}

struct EmbeddedFiles::Index {
  struct Entry {
    std::string_view bytes;
    std::string etag;
  };
  std::map<std::string_view, Entry> files;
};

EmbeddedFiles::EmbeddedFiles(std::span<const EmbeddedFile> files) {
  auto index = std::make_shared<Index>();
  for (const auto& file : files) {
    // FNV-1a: it only has to change when the file does.
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : file.bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    index->files.insert_or_assign(
        file.name, Index::Entry{file.bytes, fmt::format("\"{:x}-{:x}\"", file.bytes.size(), hash)});
  }
  index_ = std::move(index);
}

void EmbeddedFiles::mount(Router& router, const std::string& prefix) const {
  mount_files(*this, router, prefix);
}

Response EmbeddedFiles::get(std::string_view path, const Request& request) const {
  const auto found = index_->files.find(path.empty() ? "index.html" : path);
  if (found == index_->files.end()) return not_found();
  const auto& [name, entry] = *found;
  const bool known = is_known_to_client(request, entry.etag);
  auto response = head_of(known ? Status::not_modified : Status::ok, name, entry.etag, kRevalidate);
  if (!known) response.body = entry.bytes;
  return response;
}

}  // namespace sas::http
