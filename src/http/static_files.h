#pragma once
// Pages and their assets, from a folder or from the program itself. Each is a copyable handler; mount puts it
// into a router. Only what is there is served: no listings, no dot files, nothing outside the folder by "..",
// encoded slashes or symbolic links. Answers carry an ETag and honour If-None-Match.

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

// A folder of exported pages (Next.js: output "export"). Where "x.br" or "x.gz" lies beside "x", is no older,
// and the client takes it, its bytes are sent. "about" is about.html or about/index.html; what is not found
// is 404.html when there is one. Files under _next/static/ have their content's hash in their names and may
// be kept for ever; everything else is asked for again.
class StaticFiles {
 public:
  // failed_precondition "static_root": not a folder that can be read; the message names it.
  [[nodiscard]] static Result<StaticFiles> open(const std::filesystem::path& root);

  // Adds headers to the answer for `file`, the page or asset itself and not its compressed form.
  using Decorate = std::function<void(const std::filesystem::path& file, Response& response)>;
  void decorate(Decorate decorate) { decorate_ = std::move(decorate); }

  // Serves `prefix`/…, and sends `prefix` itself to `prefix`/. `prefix` is "/ui".
  void mount(Router& router, const std::string& prefix) const;

  // The answer for `path`, relative to the root and decoded.
  [[nodiscard]] Response get(std::string_view path, const Request& request) const;

 private:
  explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] Response send(Status status, const std::filesystem::path& file, std::string_view caching,
                              const Request& request) const;

  std::filesystem::path root_;  // canonical
  Decorate decorate_;
};

// Files that are part of the program, by their names. "" is index.html.
class EmbeddedFiles {
 public:
  explicit EmbeddedFiles(std::span<const EmbeddedFile> files);

  void mount(Router& router, const std::string& prefix) const;
  [[nodiscard]] Response get(std::string_view path, const Request& request) const;

 private:
  struct Index;
  std::shared_ptr<const Index> index_;
};

// By the extension; application/octet-stream for one that is not known.
[[nodiscard]] std::string_view content_type_of(std::string_view file_name);

}  // namespace sas::http
