#pragma once

#include <CLI/App.hpp>

namespace sas::attend {

// `attend gpu [--json]`: what this machine can run the models on. The callback sets `exit_code`, which must
// outlive the parse.
void add_gpu_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
