#pragma once
// The Content-Security-Policy of the dashboard's pages.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sas::api {

// 'sha256-…' of each inline script of the page, in the form of CSP level 3.
[[nodiscard]] std::vector<std::string> inline_script_hashes(std::string_view html);
// Allows content from this server only, the named inline scripts, and WebAssembly for the models.
[[nodiscard]] std::string policy_with(const std::vector<std::string>& script_hashes);

// The policy of each page, computed from the file and again when the file changes. Thread-safe.
class PagePolicies {
 public:
  // A file that is not HTML, or cannot be read, gets the policy without inline scripts.
  [[nodiscard]] std::string of(const std::filesystem::path& file);

 private:
  struct Known {
    std::filesystem::file_time_type changed;
    std::string policy;
  };
  std::mutex mutex_;
  std::map<std::filesystem::path, Known> known_;  // guarded by mutex_; as many as there are pages
};

}  // namespace sas::api
