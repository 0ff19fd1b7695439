#pragma once

#include <CLI/App.hpp>

namespace sas::attend {

// `attend models list | verify [NAME] | pull NAME`. The callbacks set `exit_code`, which must outlive the
// parse.
void add_models_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
