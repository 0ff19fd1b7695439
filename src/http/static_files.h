#pragma once
// Pages and their assets, from a folder or embedded in the program. Each class is a copyable handler; mount()
// adds it to a router. Serves only existing files: no listings, no dot files, nothing outside the folder
// through "..", encoded slashes or symbolic links. Responses have an ETag and support If-None-Match.

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/embedded_file.h"
#include "base/error.h"
#include "http/message.h"
#include "http/router.h"

namespace sas::http {

// A folder of exported pages (Next.js: output "export"). If "x.br" or "x.gz" exists next to "x", is no older
// and the client accepts it, it is sent instead. "about" maps to about.html or about/index.html; for missing
// pages 404.html is sent if it exists. Files under _next/static/ have a content hash in their names and may
// be cached forever; everything else is revalidated.
class StaticFiles {
 public:
  // failed_precondition "static_root": not a readable folder; the message names it.
  [[nodiscard]] static Result<StaticFiles> open(const std::filesystem::path& root);

  // Adds headers to the response for `file`, which is the page or asset itself and not its compressed
  // version.
  using Decorate = std::function<void(const std::filesystem::path& file, Response& response)>;
  void decorate(Decorate decorate) { decorate_ = std::move(decorate); }

  // Serves `prefix`/… and redirects `prefix` to `prefix`/. `prefix` is for example "/ui".
  void mount(Router& router, const std::string& prefix) const;

  // The response for `path`, which is relative to the root and decoded.
  [[nodiscard]] Response get(std::string_view path, const Request& request) const;

 private:
  explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] Response send(Status status, const std::filesystem::path& file, std::string_view caching,
                              const Request& request) const;

  std::filesystem::path root_;  // canonical
  Decorate decorate_;
};

// Files embedded in the program, by name. "" is index.html.
class EmbeddedFiles {
 public:
  explicit EmbeddedFiles(std::span<const EmbeddedFile> files);

  void mount(Router& router, const std::string& prefix) const;
  [[nodiscard]] Response get(std::string_view path, const Request& request) const;

 private:
  struct Index;
  std::shared_ptr<const Index> index_;
};

// By the extension; application/octet-stream if unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view file_name);

}  // namespace sas::http
