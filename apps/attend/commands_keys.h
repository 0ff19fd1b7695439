#pragma once

namespace CLI {
class App;
}

namespace sas::attend {

// Adds `attend keys`; when it was run, `exit_code` is what the shell shall get.
void add_keys_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
