#include "attend/commands_pair.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "base/private_file.h"
#include "config/dotenv_file.h"
#include "protocol/json_reader.h"

namespace sas::attend {
namespace {

int run_pair(const std::string& code) {
  const bool sendable = std::all_of(
      code.begin(), code.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == ' '; });
  if (code.empty() || !sendable) return usage("CODE is what the dashboard shows, such as K7QM-2XHD");
  const auto config = load_config(false);
  if (!config) return fail(config.error());
  // Before the code is used, which works once.
  if (const auto ready = tighten_private_file(kDotenv); !ready)
    return fail(Error::of(ready.error().kind, std::string(kDotenv) + ": " + ready.error().message));

  edge::ApiClientOptions options = client_options(*config);
  options.api_key.clear();  // the code is what this machine shows
  edge::ApiClient client(options);
  std::string path_code = code;
  std::erase(path_code, ' ');
  const auto answer = client.post("/api/v1/pairings/" + path_code, {});
  if (!answer) return fail(answer.error());
  const auto object = protocol::parse_object(*answer);
  if (!object) return fail(object.error());
  const protocol::ObjectReader reader(*object);
  const auto key = reader.text("key");
  if (!key) return fail(key.error());
  if (const auto kept = keep_key(kDotenv, *key); !kept) return fail(kept.error());

  std::string cameras;
  const auto list = reader.optional_array("cameras");
  if (list && *list != nullptr)
    for (const auto& camera : **list)
      if (const auto* text = camera.if_string())
        cameras += (cameras.empty() ? "" : ", ") + std::string(*text);
  fmt::print("Paired. This machine may act as: {}. Its key is in {}, which only you can read.\n",
             cameras.empty() ? "any camera" : cameras, kDotenv);
  if (std::getenv("API_KEY") != nullptr)
    fmt::print(stderr, "attend: the environment sets API_KEY too, and that counts before {}; unset it\n",
               kDotenv);
  return kDone;
}

}  // namespace

Result<void> keep_key(const std::filesystem::path& dotenv, std::string_view key) {
  // First, so that the new file is private before it holds the key.
  if (auto tightened = tighten_private_file(dotenv); !tightened) return tightened;
  return config::set_in_dotenv(dotenv, "API_KEY", key);
}

void add_pair_command(CLI::App& root, int& exit_code) {
  auto* command = root.add_subcommand("pair", "Get this machine a key of its own for its cameras");
  auto code = std::make_shared<std::string>();
  command->add_option("CODE", *code, "The code that the dashboard shows; it holds for ten minutes")
      ->required();
  command->callback([code, &exit_code] { exit_code = run_pair(*code); });
}

}  // namespace sas::attend
