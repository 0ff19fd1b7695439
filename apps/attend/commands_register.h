#pragma once

namespace CLI {
class App;
}

namespace sas::attend {

// Adds `attend register`; when it was run, `exit_code` is what the shell shall get.
void add_register_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
