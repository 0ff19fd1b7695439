#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "config/setting.h"

namespace sas {

// Adds to either program
//   settings              what each setting is and where its value comes from
//   settings get NAME     one value, for scripts
//   settings example      the text of .env.example
// and the list of settings to the end of --help. `dotenv` is read when the command runs. Sets `exit_code` to 0, to 1 if a
// value is wrong or cannot be shown, or to 2 if there is no setting NAME. Secrets are never printed.
void add_settings_command(CLI::App& root, config::Program program, const std::string& dotenv, int& exit_code);

}  // namespace sas
