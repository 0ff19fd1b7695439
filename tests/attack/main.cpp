// Attacks on a server of their own: see README.md.

#include <csignal>
#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "attacks.h"

int main(int argc, char** argv) {
  using namespace sas::attack;
  // Broken connections are this program's business.
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App cli("Attacks a server that it starts itself on a loopback port.");
  cli.require_subcommand(1);
  MutateOptions mutating;
  auto* const mutate_command = cli.add_subcommand("mutate", "mutated requests to every route");
  mutate_command->add_option("--count", mutating.count, "requests")->capture_default_str();
  mutate_command->add_option("--seed", mutating.seed, "of the mutations")->capture_default_str();
  mutate_command->add_option("--threads", mutating.threads, "clients")->capture_default_str();
  mutate_command->add_option("--only", mutating.only, "the number of a request, to send it alone");
  KillOptions killing;
  auto* const kill_command = cli.add_subcommand("kill", "SIGKILL under durable marks");
  kill_command->add_option("--count", killing.count, "kills")->capture_default_str();
  kill_command->add_option("--seed", killing.seed, "of the instants")->capture_default_str();
  LockoutOptions locking;
  auto* const lockout_command =
      cli.add_subcommand("lockout", "idle connections, wrong keys and bodies without a key");
  lockout_command->add_option("--seconds", locking.seconds, "how long")->capture_default_str();
  lockout_command->add_option("--idle", locking.idle_connections, "idle connections")->capture_default_str();
  lockout_command->add_option("--p99-ms", locking.p99_ms, "bar for the client with the key; 0: none")
      ->capture_default_str();
  lockout_command->add_option("--memory-mb", locking.memory_mb, "bar for the growth of the server")
      ->capture_default_str();
  CLI11_PARSE(cli, argc, argv);
  try {
    if (*mutate_command) return mutate(mutating) ? 0 : 1;
    if (*kill_command) return kill(killing) ? 0 : 1;
    return lockout(locking) ? 0 : 1;
  } catch (const std::exception& failure) {
    std::cerr << "attack: " << failure.what() << '\n';
    return 2;
  }
}
