#pragma once

#include <CLI/App.hpp>

namespace sas::attend {

// `attend eval DIR | --enrolled | --templates FILE | --liveness DIR`: how well a pack tells people apart, or
// live faces from pictures. The callback sets `exit_code`, which must outlive the parse.
void add_eval_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
