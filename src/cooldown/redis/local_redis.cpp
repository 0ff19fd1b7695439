#include "cooldown/redis/local_redis.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sas {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(20);
constexpr auto kStopPatience = std::chrono::seconds(5);
constexpr const char* kImage = "redis:7";

using Patience = std::chrono::steady_clock::time_point;
Patience until(std::chrono::seconds patience) { return std::chrono::steady_clock::now() + patience; }

bool listens(const std::string& host, std::uint16_t port) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::resolver resolver(context);
  boost::asio::ip::tcp::socket socket(context);
  boost::system::error_code problem;
  const auto addresses = resolver.resolve(host, std::to_string(port), problem);
  if (problem) return false;
  boost::asio::connect(socket, addresses, problem);
  return !problem;
}

std::optional<std::filesystem::path> find_program(const std::string& name, const std::string& search_path) {
  for (std::size_t at = 0; at <= search_path.size();) {
    const std::size_t colon = std::min(search_path.find(':', at), search_path.size());
    const std::filesystem::path candidate = std::filesystem::path(search_path.substr(at, colon - at)) / name;
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    at = colon + 1;
  }
  return std::nullopt;
}

// Quotes arbitrary bytes as one word of a redis.conf.
std::string quoted(const std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string word = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    word += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return word + '"';
}

std::string last_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) last = line;
  return last.size() > 300 ? last.substr(0, 300) : last;
}

std::string ended_text(int status, const std::filesystem::path& log) {
  std::string text = WIFEXITED(status) ? "ended with status " + std::to_string(WEXITSTATUS(status))
                                       : "ended by signal " + std::to_string(WTERMSIG(status));
  if (const std::string said = last_line(log); !said.empty()) text += ", saying: " + said;
  return text;
}

}  // namespace

// A program in its own process group, so that Ctrl-C in our terminal does not end it before us.
class LocalRedis::Child {
 public:
  // `input` must fit in a pipe buffer. Throws std::system_error if no process can be created.
  Child(const std::vector<std::string>& command, const std::string& input, const std::filesystem::path& log) {
    std::vector<std::string> words = command;
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::array<int, 2> pipe{-1, -1};
    const bool piped = ::pipe2(pipe.data(), O_CLOEXEC) == 0;
    const pid_t parent = ::getpid();
    pid_ = output >= 0 && piped ? ::fork() : -1;
    if (pid_ == 0) {
      // Only async-signal-safe calls between fork and exec in a multithreaded program.
      ::setpgid(0, 0);
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (::getppid() != parent) ::_exit(126);
      ::dup2(pipe[0], STDIN_FILENO);
      ::dup2(output, STDOUT_FILENO);
      ::dup2(output, STDERR_FILENO);
      // If it daemonises it outlives this process, so it must not inherit sockets or files.
      ::close_range(STDERR_FILENO + 1, ~0U, 0);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    const int problem = errno;
    if (pid_ > 0) {
      ::setpgid(pid_, pid_);
      static_cast<void>(!::write(pipe[1], input.data(), input.size()));
    }
    for (const int descriptor : {output, pipe[0], pipe[1]})
      if (descriptor >= 0) ::close(descriptor);
    if (pid_ < 0)
      throw std::system_error(problem, std::generic_category(), "cannot start " + command.front());
  }

  ~Child() {
    if (has_ended()) return;
    ::kill(-pid_, SIGTERM);
    const auto deadline = until(kStopPatience);
    while (!has_ended() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(kPoll);
    if (has_ended()) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] bool has_ended() {
    if (!ended_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) ended_ = true;
    return ended_;
  }
  // The status from waitpid; valid once it has ended.
  [[nodiscard]] int status() const { return status_; }

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

// One startup: the methods tried in order, and the outcome of each.
class LocalRedis::Starter {
 public:
  explicit Starter(const LocalRedisOptions& options)
      : options_(options), log_(options.folder / "local-redis.log") {}

  std::unique_ptr<LocalRedis> start() {
    try {
      std::filesystem::create_directories(options_.folder);
      // The command may contain a password, so it is not repeated in messages.
      if (options_.command) return launch("LOCAL_REDIS_START_CMD", {"/bin/sh", "-c", *options_.command}, "");
      if (options_.prefer_docker)
        if (auto redis = start_container()) return redis;
      return start_server();
    } catch (const std::system_error& problem) {
      note("starting a program", problem.what());
      return nullptr;
    }
  }

  [[nodiscard]] const std::string& attempts() const { return attempts_; }

 private:
  void note(const std::string& what, const std::string& why) { attempts_ += "\n  - " + what + ": " + why; }

  std::unique_ptr<LocalRedis> start_container() {
    const std::string what = "Docker (PREFER_DOCKER_REDIS)";
    const auto docker = find_program("docker", options_.search_path);
    if (!docker) {
      note(what, "the program docker was not found");
      return nullptr;
    }
    if (!options_.password.empty()) {
      note(what, "not tried: a container's command line would show the password of REDIS_URL");
      return nullptr;
    }
    const std::string name = "sas-redis-" + std::to_string(options_.port);
    const std::string publish = "127.0.0.1:" + std::to_string(options_.port) + ":6379";
    const std::vector<std::string> fresh{docker->string(),
                                         "run",
                                         "--detach",
                                         "--name",
                                         name,
                                         "--publish",
                                         publish,
                                         kImage,
                                         "redis-server",
                                         "--save",
                                         "",
                                         "--appendonly",
                                         "no",
                                         "--databases",
                                         count_of_databases()};
    std::string why;
    // The container of an earlier start, or a new one.
    const bool runs = run({docker->string(), "start", name}, why) || run(fresh, why);
    if (!runs || !wait_until_it_listens(nullptr, why)) {
      note(what, why);
      return nullptr;
    }
    return made("started the container " + name + "; it keeps running when this server ends", nullptr);
  }

  std::unique_ptr<LocalRedis> start_server() {
    const auto server = find_program("redis-server", options_.search_path);
    if (server) return launch("redis-server", {server->string(), "-"}, configuration());
    note("redis-server", "program not found; install it (Debian: apt-get install redis-server)");
    return nullptr;
  }

  // Starts a process that ends with this server, unless it daemonises.
  std::unique_ptr<LocalRedis> launch(const std::string& name, const std::vector<std::string>& command,
                                     const std::string& input) {
    auto child = std::make_unique<Child>(command, input, log_);
    std::string why;
    if (!wait_until_it_listens(child.get(), why)) {
      note(name, why);
      return nullptr;
    }
    const bool detached = child->has_ended();
    if (detached) child.reset();
    return made("started " + name +
                    (detached ? "; it keeps running when this server ends" : "; it ends with this server"),
                std::move(child));
  }

  // True: something listens. Otherwise `why` explains what happened. `child` may be null.
  bool wait_until_it_listens(Child* child, std::string& why) {
    const auto deadline = until(options_.patience);
    while (std::chrono::steady_clock::now() < deadline) {
      const bool failed = child != nullptr && child->has_ended() && child->status() != 0;
      if (listens(options_.host, options_.port)) return true;
      if (failed) {
        why = ended_text(child->status(), log_);
        return false;
      }
      std::this_thread::sleep_for(kPoll);
    }
    why = "does not listen on port " + std::to_string(options_.port) + " after " +
          std::to_string(options_.patience.count()) + " s";
    return false;
  }

  // Runs a command to completion. True: it ended with status 0.
  bool run(const std::vector<std::string>& command, std::string& why) {
    Child child(command, "", log_);
    const auto deadline = until(options_.docker_patience);
    while (!child.has_ended() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(kPoll);
    if (child.has_ended() && child.status() == 0) return true;
    why = child.has_ended() ? ended_text(child.status(), log_)
                            : "did not end within " + std::to_string(options_.docker_patience.count()) + " s";
    return false;
  }

  [[nodiscard]] std::string count_of_databases() const {
    return std::to_string(std::max(16, options_.database + 1));
  }

  // Nothing is written to disk: the claims may be lost (docs/cooldown.md).
  [[nodiscard]] std::string configuration() const {
    std::string text = "port " + std::to_string(options_.port) + "\n";
    text += options_.host == "localhost" ? "bind 127.0.0.1 -::1\n" : "bind " + options_.host + "\n";
    text += "save \"\"\nappendonly no\ndaemonize no\nprotected-mode yes\nlogfile \"\"\n";
    text += "databases " + count_of_databases() + "\n";
    if (!options_.username.empty() && options_.username != "default") {
      text += "user " + quoted(options_.username) + " on " + quoted(">" + options_.password) +
              " ~* &* +@all\nuser default off\n";
    } else if (!options_.password.empty()) {
      text += "requirepass " + quoted(options_.password) + "\n";
    }
    return text;
  }

  static std::unique_ptr<LocalRedis> made(std::string how, std::unique_ptr<Child> child) {
    return std::unique_ptr<LocalRedis>(new LocalRedis(std::move(how), std::move(child)));
  }

  const LocalRedisOptions& options_;
  const std::filesystem::path log_;
  std::string attempts_;
};

LocalRedis::LocalRedis(std::string how, std::unique_ptr<Child> child)
    : how_(std::move(how)), child_(std::move(child)) {}
LocalRedis::~LocalRedis() = default;

Result<std::unique_ptr<LocalRedis>> LocalRedis::ensure(const LocalRedisOptions& options) {
  if (listens(options.host, options.port))
    return std::unique_ptr<LocalRedis>(new LocalRedis("was already running", nullptr));
  Starter starter(options);
  if (auto started = starter.start()) return started;
  return Error::of(
      ErrorKind::unavailable, "redis_not_started",
      "nothing listens at " + options.host + ":" + std::to_string(options.port) +
          ", and no Redis could be started there (AUTO_START_LOCAL_REDIS):" + starter.attempts());
}

}  // namespace sas
