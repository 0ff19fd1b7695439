#pragma once

namespace CLI {
class App;
}

namespace sas::attend {

// attend audit verify | export | checkpoint
void add_audit_command(CLI::App& root, int& exit_code);

}  // namespace sas::attend
