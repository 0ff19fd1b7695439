#include "vision/fetch/download.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/backoff.h"
#include "vision/pack/checksum.h"
#include "vision/pack/file_installer.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;

bool is_loopback_address(const std::string& url) {
  return url.starts_with("http://127.") || url.starts_with("http://localhost") ||
         url.starts_with("http://[::1]");
}

// The file a download is written to, locked by one process at a time.
class PartialFile {
 public:
  explicit PartialFile(fs::path path) : path_(std::move(path)) {}
  ~PartialFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  Result<void> open() {
    std::error_code error;
    fs::create_directories(path_.parent_path(), error);
    if (error) return cannot_write(path_.parent_path(), error.value());
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ < 0) return cannot_write(path_, errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0)
      return Error::of(ErrorKind::conflict, "download_running",
                       "another process is downloading " + path_.string() + "; wait for it, or stop it",
                       {{"path", path_.string()}});
    const auto end = ::lseek(descriptor_, 0, SEEK_END);
    if (end < 0) return cannot_write(path_, errno);
    size_ = static_cast<std::uint64_t>(end);
    return {};
  }

  Result<void> append(std::span<const char> bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return cannot_write(path_, errno);
      size_ += static_cast<std::uint64_t>(written);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Result<void> start_over() {
    if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0)
      return cannot_write(path_, errno);
    size_ = 0;
    return {};
  }

  Result<void> become(const fs::path& target) {
    if (::fsync(descriptor_) != 0 || ::rename(path_.c_str(), target.c_str()) != 0)
      return cannot_write(target, errno);
    return {};
  }

  void discard() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

class Transfer {
 public:
  Transfer(const Download& wanted, PartialFile& file) : wanted_(wanted), file_(file) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) curl_ = curl_easy_init();
    if (curl_ == nullptr) throw std::bad_alloc();
  }
  ~Transfer() { curl_easy_cleanup(curl_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes one request for the missing part. Errors of kind unavailable are temporary, all others permanent.
  Result<void> attempt();
  // The server could not be reached and has never answered in this download: an immediate retry will not
  // help.
  [[nodiscard]] bool hopeless() const { return unreachable_ && !answered_; }

 private:
  static std::size_t on_data(const char* data, std::size_t size, std::size_t count, void* user) {
    return static_cast<Transfer*>(user)->take({data, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
  }
  static int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& self = *static_cast<Transfer*>(user);
    if (self.wanted_.progress) self.wanted_.progress(self.file_.size(), self.wanted_.bytes);
    return self.wanted_.stop.stop_requested() ? 1 : 0;
  }
  bool take(std::span<const char> bytes);
  bool begin();
  [[nodiscard]] long status() const {
    long code = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  [[nodiscard]] Error wrong_size(const std::string& size) const {
    return Error::of(ErrorKind::data_loss, "download_wrong_size",
                     wanted_.url + " has " + size + " bytes instead of " + std::to_string(wanted_.bytes) +
                         "; it does not match the manifest",
                     {{"url", wanted_.url}});
  }
  [[nodiscard]] Error failed(const std::string& why) const {
    return Error::of(ErrorKind::unavailable, "download_failed", "cannot download " + wanted_.url + ": " + why,
                     {{"url", wanted_.url}});
  }

  const Download& wanted_;
  PartialFile& file_;
  CURL* curl_ = nullptr;
  bool begun_ = false;
  bool answered_ = false;         // to any attempt
  bool unreachable_ = false;      // in the last attempt
  std::optional<Error> problem_;  // set in a callback, which can only abort the transfer
};

// Called at the first byte of the body: determines whether this is the rest or the whole file again.
bool Transfer::begin() {
  begun_ = true;
  if (status() != 206 && file_.size() > 0)
    if (auto emptied = file_.start_over(); !emptied) {
      problem_ = emptied.error();
      return false;
    }
  curl_off_t length = -1;
  curl_easy_getinfo(curl_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length < 0 || file_.size() + static_cast<std::uint64_t>(length) == wanted_.bytes) return true;
  problem_ = wrong_size(std::to_string(file_.size() + static_cast<std::uint64_t>(length)));
  return false;
}

bool Transfer::take(std::span<const char> bytes) {
  if (!begun_ && !begin()) return false;
  if (file_.size() + bytes.size() > wanted_.bytes) {
    problem_ = wrong_size("more than " + std::to_string(wanted_.bytes));
    return false;
  }
  if (auto written = file_.append(bytes); !written) {
    problem_ = written.error();
    return false;
  }
  return true;
}

Result<void> Transfer::attempt() {
  begun_ = false;
  problem_.reset();
  char detail[CURL_ERROR_SIZE] = {};
  const std::string range = std::to_string(file_.size()) + "-";
  const bool secure = wanted_.url.starts_with("https://");
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_URL, wanted_.url.c_str());
  curl_easy_setopt(curl_, CURLOPT_USERAGENT, "attend/" SAS_VERSION);
  curl_easy_setopt(curl_, CURLOPT_ERRORBUFFER, static_cast<char*>(detail));
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl_, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  curl_easy_setopt(curl_, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl_, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(curl_, CURLOPT_FAILONERROR, 1L);
  // Request the bytes of the file, not a compressed encoding.
  curl_easy_setopt(curl_, CURLOPT_ACCEPT_ENCODING, nullptr);
  if (file_.size() > 0) curl_easy_setopt(curl_, CURLOPT_RANGE, range.c_str());
  if (is_loopback_address(wanted_.url)) curl_easy_setopt(curl_, CURLOPT_PROXY, "");
  curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(wanted_.stall.count()));
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &on_data);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl_easy_setopt(curl_, CURLOPT_XFERINFODATA, this);

  const CURLcode code = curl_easy_perform(curl_);
  unreachable_ = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                 code == CURLE_COULDNT_RESOLVE_PROXY;
  answered_ = answered_ || !unreachable_;
  if (problem_) return *problem_;
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return Error::of(ErrorKind::unavailable, "interrupted",
                     "the download was interrupted; run the same command to resume it");
  if (code == CURLE_HTTP_RETURNED_ERROR) {
    const long answer = status();
    // The partial file is longer than the file: it cannot belong to it.
    if (answer == 416) {
      if (auto emptied = file_.start_over(); !emptied) return emptied.error();
      return failed("HTTP status 416");
    }
    if (answer >= 500 || answer == 408 || answer == 429)
      return failed("HTTP status " + std::to_string(answer));
    return Error::of(ErrorKind::not_found, "download_not_found",
                     wanted_.url + " is not available: HTTP status " + std::to_string(answer),
                     {{"url", wanted_.url}});
  }
  const std::string why = detail[0] != '\0' ? std::string(detail) : curl_easy_strerror(code);
  if (code != CURLE_OK) return failed(why);
  if (file_.size() == wanted_.bytes) return {};
  // Without a Content-Length, a truncated response looks complete.
  return failed("the response ended after " + std::to_string(file_.size()) + " of " +
                std::to_string(wanted_.bytes) + " bytes");
}

void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
}

Result<void> transfer_all(const Download& wanted, PartialFile& file) {
  Transfer transfer(wanted, file);
  Backoff backoff({.first = wanted.first_pause, .longest = std::chrono::seconds(30)});
  int in_vain = 0;
  while (file.size() < wanted.bytes) {
    const auto before = file.size();
    const auto outcome = transfer.attempt();
    if (outcome) break;
    if (outcome.error().kind != ErrorKind::unavailable || wanted.stop.stop_requested())
      return outcome.error();
    if (file.size() > before) {
      in_vain = 0;
      backoff.reset();
    }
    if (++in_vain >= wanted.attempts || transfer.hopeless()) {
      auto error = outcome.error();
      error.message += ". " + std::to_string(file.size()) + " of " + std::to_string(wanted.bytes) +
                       " bytes are downloaded; run the same command to resume";
      return error;
    }
    pause(backoff.next(), wanted.stop);
  }
  return {};
}

}  // namespace

Result<void> download(const Download& wanted) {
  std::error_code ignored;
  if (fs::exists(wanted.target, ignored)) {
    const auto there = sha256_of_file(wanted.target);
    if (there && *there == wanted.sha256) return {};
  }
  PartialFile file(wanted.target.string() + ".part");
  if (auto opened = file.open(); !opened) return opened.error();
  if (file.size() > wanted.bytes)
    if (auto emptied = file.start_over(); !emptied) return emptied.error();
  if (auto brought = transfer_all(wanted, file); !brought) return brought.error();
  const auto actual = sha256_of_file(file.path());
  if (!actual) return actual.error();
  if (*actual != wanted.sha256) {
    file.discard();
    return Error::of(ErrorKind::data_loss, "download_damaged",
                     "the download from " + wanted.url + " does not match the manifest: SHA-256 is " +
                         *actual + ", expected " + wanted.sha256 +
                         ". It was deleted; try again or use another mirror",
                     {{"url", wanted.url}, {"actual", *actual}, {"expected", wanted.sha256}});
  }
  return file.become(wanted.target);
}

}  // namespace sas::vision
