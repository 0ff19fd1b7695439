#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "attend/command_support.h"
#include "attend/commands_audit.h"
#include "attend/commands_camera.h"
#include "attend/commands_eval.h"
#include "attend/commands_gpu.h"
#include "attend/commands_keys.h"
#include "attend/commands_log.h"
#include "attend/commands_models.h"
#include "attend/commands_pair.h"
#include "attend/commands_register.h"
#include "settings/settings_command.h"

int main(int argc, char** argv) {
  // OpenCV and FFmpeg print their own messages next to ours, which name the remedy. Set these to see them.
  setenv("OPENCV_LOG_LEVEL", "SILENT", 0);
  setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);

  CLI::App app("Smart Attendance: what an edge machine and the people at it run", "attend");
  app.set_version_flag("--version", "attend " SAS_VERSION);
  app.require_subcommand(1);
  app.footer(
      "The commands find the server by SERVER_URL, or by SERVER_IP and PORT, and send it API_KEY.\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage.\n");
  int exit_code = sas::attend::kDone;
  sas::attend::add_camera_command(app, exit_code);
  sas::attend::add_register_command(app, exit_code);
  sas::attend::add_log_command(app, exit_code);
  sas::attend::add_audit_command(app, exit_code);
  sas::attend::add_keys_command(app, exit_code);
  sas::attend::add_pair_command(app, exit_code);
  sas::attend::add_models_command(app, exit_code);
  sas::attend::add_eval_command(app, exit_code);
  sas::attend::add_gpu_command(app, exit_code);
  const std::string dotenv = sas::attend::kDotenv;
  sas::add_settings_command(app, sas::config::Program::attend, dotenv, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? sas::attend::kDone : sas::attend::kUsage;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "attend: {}\n", problem.what());
    return sas::attend::kFailed;
  }
  // A key or a checkpoint that could not be written is lost.
  std::cout.flush();
  if (exit_code == sas::attend::kDone &&
      (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0)) {
    fmt::print(stderr, "attend: the output could not be written\n");
    return sas::attend::kFailed;
  }
  return exit_code;
}
