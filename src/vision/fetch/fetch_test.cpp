// Fetching packs from a local server with faults, and from zip files of every kind.

#include "vision/fetch/fetch.h"

#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include <archive.h>
#include <archive_entry.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "fixtures/temp_dir.h"
#include "vision/fetch/download.h"
#include "vision/fetch/licence.h"
#include "vision/fetch/zip_archive.h"
#include "vision/pack/checksum.h"

namespace sas::vision {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string sha256(std::string_view text) {
  Sha256 sum;
  sum.add(text);
  return sum.hex();
}

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// Incompressible bytes.
std::string noise(std::size_t size, unsigned seed) {
  std::string bytes(size, '\0');
  for (auto& byte : bytes) {
    seed = (seed * 1664525U) + 1013904223U;
    byte = static_cast<char>(seed >> 24U);
  }
  return bytes;
}

la_ssize_t append_to(archive* /*writer*/, void* user, const void* bytes, std::size_t size) {
  static_cast<std::string*>(user)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string zipped;
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_set_bytes_per_block(writer, 0);
  archive_write_open(writer, &zipped, nullptr, &append_to, nullptr);
  for (const auto& [name, bytes] : entries) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  return zipped;
}

// How the server answers one request; the last one applies to all later requests.
struct Answer {
  int status = 0;                             // 0: 200 or 206, as asked
  std::size_t cut_after = std::string::npos;  // bytes of the body, then the connection is closed
  bool ranges = true;                         // false: always sends everything, like simple servers
  bool length = true;                         // false: no Content-Length
  std::string location = {};                  // redirect target
  std::function<void()> before = [] {};       // called before the first byte
};

class FileServer {
 public:
  explicit FileServer(std::string body, std::vector<Answer> answers = {Answer{}})
      : body_(std::move(body)),
        answers_(std::move(answers)),
        acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        thread_([this] { serve(); }) {}
  ~FileServer() {
    stopping_ = true;
    // Connect to wake the accept; nothing else does so reliably.
    boost::system::error_code ignored;
    tcp::socket wake(context_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "/pack.zip") const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
  }
  // For each request so far: the first byte requested, and the path.
  [[nodiscard]] std::vector<std::size_t> offsets() const {
    const std::lock_guard lock(mutex_);
    return offsets_;
  }
  [[nodiscard]] std::vector<std::string> paths() const {
    const std::lock_guard lock(mutex_);
    return paths_;
  }

 private:
  void serve() {
    for (std::size_t number = 0;; ++number) {
      boost::system::error_code failed;
      tcp::socket socket(context_);
      acceptor_.accept(socket, failed);
      if (stopping_ || failed) return;
      std::string head;
      asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n", failed);
      if (!failed) respond(socket, head, answers_[std::min(number, answers_.size() - 1)]);
    }
  }
  void respond(tcp::socket& socket, const std::string& head, const Answer& answer) {
    std::size_t from = 0;
    if (const auto at = head.find("Range: bytes="); at != std::string::npos)
      from = std::stoul(head.substr(at + 13));
    {
      const std::lock_guard lock(mutex_);
      offsets_.push_back(from);
      paths_.push_back(head.substr(4, head.find(' ', 4) - 4));
    }
    answer.before();
    const bool partial = answer.ranges && from > 0;
    const std::size_t begin = partial ? from : 0;
    const int status = answer.status != 0 ? answer.status : partial ? 206 : 200;
    std::string text = "HTTP/1.1 " + std::to_string(status) + " x\r\nConnection: close\r\n";
    if (!answer.location.empty()) text += "Location: " + answer.location + "\r\n";
    std::string body = status < 300 ? body_.substr(begin) : "no";
    if (answer.length) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (partial)
      text += "Content-Range: bytes " + std::to_string(begin) + "-" + std::to_string(body_.size() - 1) + "/" +
              std::to_string(body_.size()) + "\r\n";
    body.resize(std::min(body.size(), answer.cut_after));
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(text + "\r\n" + body), ignored);
  }

  std::string body_;
  std::vector<Answer> answers_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::size_t> offsets_;  // guarded by mutex_
  std::vector<std::string> paths_;    // guarded by mutex_
  std::thread thread_;
};

class Downloading : public testing::Test {
 protected:
  [[nodiscard]] Download wanted(const std::string& url) const {
    Download download;
    download.url = url;
    download.bytes = body_.size();
    download.sha256 = sha256(body_);
    download.target = target();
    download.attempts = 3;
    download.first_pause = 1ms;
    return download;
  }
  [[nodiscard]] fs::path target() const { return folder_ / "downloads" / "pack.zip"; }
  [[nodiscard]] fs::path part() const { return folder_ / "downloads" / "pack.zip.part"; }

  test::TempDir folder_;
  std::string body_ = noise(300'000, 1);
};

TEST_F(Downloading, SavesTheFileAndLeavesNoPartialFile) {
  const FileServer server(body_);
  std::uint64_t last = 0;
  auto request = wanted(server.url());
  request.progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, last);
    EXPECT_EQ(total, body_.size());
    last = done;
  };
  const auto done = download(request);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read(target()), body_);
  EXPECT_FALSE(fs::exists(part()));
  ASSERT_TRUE(download(request));
  EXPECT_EQ(server.offsets().size(), 1U) << "an existing file is not downloaded again";
}

TEST_F(Downloading, ResumesABrokenConnection) {
  const FileServer server(body_, {{.cut_after = 100'000}, {.cut_after = 50'000}, {}});
  const auto done = download(wanted(server.url()));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read(target()), body_);
  EXPECT_THAT(server.offsets(), ElementsAre(0, 100'000, 150'000));
}

// Attempts are counted only while nothing arrives: a connection that breaks every few bytes still completes.
TEST_F(Downloading, CountsSlowProgressAsProgress) {
  const FileServer server(body_, std::vector<Answer>(9, {.cut_after = 40'000}));
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
}

TEST_F(Downloading, TheNextCallResumesThePartialFile) {
  {
    const FileServer server(body_, {{.cut_after = 120'000}, {.status = 503}});
    const auto given_up = download(wanted(server.url()));
    ASSERT_FALSE(given_up);
    EXPECT_EQ(given_up.error().code, "download_failed");
    EXPECT_THAT(given_up.error().message,
                AllOf(HasSubstr("503"), HasSubstr("120000 of 300000"), HasSubstr(server.url())));
  }
  EXPECT_EQ(fs::file_size(part()), 120'000U);
  const FileServer server(body_);
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
  EXPECT_THAT(server.offsets(), ElementsAre(120'000));
}

TEST_F(Downloading, StartsOverIfTheServerIgnoresRanges) {
  const FileServer server(body_, {{.cut_after = 100'000, .ranges = false}, {.ranges = false}});
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
}

TEST_F(Downloading, NoticesATruncatedResponseWithoutALength) {
  const FileServer server(body_, {{.cut_after = 100'000, .length = false}, {.length = false}});
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
}

TEST_F(Downloading, FollowsRedirects) {
  const FileServer storage(body_);
  const FileServer front("", {{.status = 302, .location = storage.url("/elsewhere/pack.zip")}});
  ASSERT_TRUE(download(wanted(front.url())));
  EXPECT_THAT(storage.paths(), ElementsAre("/elsewhere/pack.zip"));
}

TEST_F(Downloading, RejectsAnotherFileOfTheSameSizeNamingBothHashes) {
  const auto other = noise(body_.size(), 2);
  const FileServer server(other);
  const auto done = download(wanted(server.url()));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "download_damaged");
  EXPECT_THAT(done.error().message, AllOf(HasSubstr(sha256(other)), HasSubstr(sha256(body_))));
  EXPECT_TRUE(fs::is_empty(target().parent_path()));
}

TEST_F(Downloading, RefusesAnotherSizeBeforeDownloading) {
  for (const std::size_t size : {299'999U, 300'001U, 5'000'000U}) {
    const FileServer server(noise(size, 3));
    const auto done = download(wanted(server.url()));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "download_wrong_size");
    EXPECT_THAT(done.error().message, AllOf(HasSubstr(std::to_string(size)), HasSubstr("300000")));
    EXPECT_EQ(server.offsets().size(), 1U);
  }
  const FileServer endless(noise(5'000'000, 3), {{.length = false}});
  EXPECT_EQ(download(wanted(endless.url())).error().code, "download_wrong_size");
}

TEST_F(Downloading, DoesNotRetryAMissingFile) {
  const FileServer server("", {{.status = 404}});
  const auto done = download(wanted(server.url()));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "download_not_found");
  EXPECT_THAT(done.error().message, HasSubstr("404"));
  EXPECT_EQ(server.offsets().size(), 1U);
}

TEST_F(Downloading, RestartsIfThePartialFileIsTooLong) {
  write(part(), noise(400'000, 4));
  const FileServer server(body_);
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
}

TEST_F(Downloading, NamesTheAddressOfAnUnreachableServer) {
  const auto done = download(wanted("http://127.0.0.1:1/pack.zip"));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(done.error().message, HasSubstr("http://127.0.0.1:1/pack.zip"));
}

TEST_F(Downloading, StopsOnRequestAndKeepsThePartialFile) {
  std::stop_source stop;
  const FileServer server(body_,
                          {{.cut_after = 100'000}, {.status = 503, .before = [&] { stop.request_stop(); }}});
  auto request = wanted(server.url());
  request.stop = stop.get_token();
  const auto done = download(request);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(fs::file_size(part()), 100'000U);
}

TEST_F(Downloading, RefusesTwoDownloadsIntoOneFile) {
  fs::create_directories(part().parent_path());
  const int held = ::open(part().c_str(), O_WRONLY | O_CREAT, 0644);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  const auto done = download(wanted("http://127.0.0.1:1/pack.zip"));
  ::close(held);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "download_running");
}

// Limits the file size to `bytes`, to simulate a full disk.
class NoRoom {
 public:
  explicit NoRoom(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~NoRoom() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(Downloading, ReportsAFullDiskAndResumesOnceThereIsSpace) {
  const FileServer server(body_);
  {
    const NoRoom full(200'000);
    const auto done = download(wanted(server.url()));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "storage_full");
    EXPECT_THAT(done.error().message, AllOf(HasSubstr("no space"), HasSubstr(part().string())));
  }
  ASSERT_TRUE(download(wanted(server.url())));
  EXPECT_EQ(read(target()), body_);
  EXPECT_THAT(server.offsets(), ElementsAre(0, 200'000));
}

class Fetching : public testing::Test {
 protected:
  static std::string manifest(const std::string& zip, const std::string& url, bool commercial) {
    return R"({"schema":1,"name":"tiny","description":"d",
      "licence":{"spdx":"X-1","commercial_use":)" +
           std::string(commercial ? "true" : "false") + R"(,"note":"Research only."},
      "embedder":{"identity":"tiny-1","size":512},
      "threshold":{"cosine":0.3,"measured_on":"m"},
      "sources":{"zip":{"archive":")" +
           url + R"(","bytes":)" + std::to_string(zip.size()) + R"(,"sha256":")" + sha256(zip) + R"("}},
      "files":[{"role":"detector","name":"d.onnx","bytes":)" +
           std::to_string(detector().size()) + R"(,"source":"zip","sha256":")" + sha256(detector()) + R"("},
               {"role":"embedder","name":"e.onnx","bytes":14,"source":"zip","sha256":")" +
           sha256("embedder bytes") + R"("}],
      "models":[{"role":"detector","kind":"scrfd","parameters":{"score":0.5,"nms":0.4},
                 "input":{"width":640,"height":640,"colour":"rgb","mean":[127.5],"scale":[128],"letterbox":true}},
                {"role":"embedder","kind":"arcface","parameters":{},
                 "input":{"width":112,"height":112,"colour":"bgr","mean":[127.5],"scale":[128]}}]})";
  }
  static const std::string& detector() {
    static const std::string kBytes = noise(100'000, 7);
    return kBytes;
  }
  static std::string good_zip() {
    return zip_of(
        {{"tiny/README", "other things"}, {"tiny/d.onnx", detector()}, {"tiny/e.onnx", "embedder bytes"}});
  }
  [[nodiscard]] ModelPack pack(bool commercial = true,
                               const std::string& url = "https://example.invalid/tiny.zip") const {
    return parse_manifest(manifest(zip_, url, commercial), "t").value();
  }
  [[nodiscard]] FetchRequest request() const {
    FetchRequest made;
    made.models_dir = models();
    made.attempts = 2;
    made.first_pause = 1ms;
    return made;
  }
  [[nodiscard]] FetchRequest from(const std::string& zip) const {
    write(folder_ / "got.zip", zip);
    auto made = request();
    made.sources = {folder_ / "got.zip"};
    made.network = false;
    return made;
  }
  [[nodiscard]] fs::path models() const { return folder_ / "models"; }
  [[nodiscard]] bool installed() const {
    return fs::exists(models() / "tiny" / "d.onnx") || fs::exists(models() / "tiny" / "e.onnx");
  }

  test::TempDir folder_;
  std::string zip_ = good_zip();
};

TEST_F(Fetching, DownloadsAndUnpacksKeepingOnlyTheModels) {
  const FileServer server(zip_, {{.cut_after = 30'000}, {}});
  auto wanted = request();
  wanted.mirror = server.url("/mirror");
  std::string announced;
  wanted.on_download = [&](const std::string& url, std::uint64_t bytes) {
    announced = url;
    EXPECT_EQ(bytes, zip_.size());
  };
  const auto report = fetch_pack(pack(), wanted);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->copied, ElementsAre("d.onnx", "e.onnx"));
  EXPECT_EQ(announced, server.url("/mirror/tiny.zip"));
  EXPECT_THAT(server.paths(), ElementsAre("/mirror/tiny.zip", "/mirror/tiny.zip"));
  EXPECT_EQ(read(models() / "tiny" / "d.onnx"), detector());
  EXPECT_FALSE(fs::exists(models() / "tiny" / "README"));
  EXPECT_TRUE(fs::is_empty(models() / ".downloads"));

  const auto again = fetch_pack(pack(), wanted);
  ASSERT_TRUE(again);
  EXPECT_THAT(again->present, ElementsAre("d.onnx", "e.onnx"));
  EXPECT_EQ(server.paths().size(), 2U) << "nothing is missing, so nothing is requested";
}

TEST_F(Fetching, UsesTheManifestsAddressWithoutAMirror) {
  const FileServer server(zip_);
  ASSERT_TRUE(fetch_pack(pack(true, server.url("/release/tiny.zip")), request()));
  EXPECT_THAT(server.paths(), ElementsAre("/release/tiny.zip"));
}

// A pack of one file at an address of its own.
std::string single_file_manifest(const std::string& address, const std::string& bytes) {
  return R"({"schema":1,"name":"single","description":"d",
    "licence":{"spdx":"X-1","commercial_use":true,"note":"Free."},
    "sources":{"project":{"address":")" +
         address + R"("}},
    "files":[{"role":"landmarks2","name":"points.onnx","source":"project","bytes":)" +
         std::to_string(bytes.size()) + R"(,"sha256":")" + sha256(bytes) + R"("}],
    "models":[{"role":"landmarks2","kind":"yunet","parameters":{"score":0.6,"nms":0.3},
               "input":{"width":160,"height":160,"colour":"bgr","mean":[0],"scale":[1],"crop":2}}]})";
}

TEST_F(Fetching, DownloadsASingleFileByItsHash) {
  const FileServer server(detector(), {{.cut_after = 30'000}, {}});
  const auto pack = parse_manifest(single_file_manifest(server.url("/commit/onnx"), detector()), "t").value();
  const auto report = fetch_pack(pack, request());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->copied, ElementsAre("points.onnx"));
  EXPECT_THAT(server.paths(), ElementsAre("/commit/onnx/points.onnx", "/commit/onnx/points.onnx"));
  EXPECT_EQ(read(models() / "single" / "points.onnx"), detector());
  EXPECT_TRUE(fs::is_empty(models() / ".downloads"));
  ASSERT_TRUE(fetch_pack(pack, request()));
  EXPECT_EQ(server.paths().size(), 2U) << "nothing is missing, so nothing is requested";
}

TEST_F(Fetching, DownloadsASingleFileFromAMirror) {
  const FileServer server(detector());
  const auto pack =
      parse_manifest(single_file_manifest("https://example.invalid/onnx", detector()), "t").value();
  auto wanted = request();
  wanted.mirror = server.url("/mirror");
  ASSERT_TRUE(fetch_pack(pack, wanted));
  EXPECT_THAT(server.paths(), ElementsAre("/mirror/points.onnx"));
}

TEST_F(Fetching, RefusesASingleFileWithAnotherHash) {
  const FileServer server(noise(100'000, 8));
  const auto pack = parse_manifest(single_file_manifest(server.url("/onnx"), detector()), "t").value();
  const auto report = fetch_pack(pack, request());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "download_damaged");
  EXPECT_FALSE(fs::exists(models() / "single" / "points.onnx"));
}

TEST_F(Fetching, SaysWhereToGetASingleFileWithoutNetwork) {
  const auto pack =
      parse_manifest(single_file_manifest("https://example.invalid/onnx", detector()), "t").value();
  auto wanted = request();
  wanted.network = false;
  EXPECT_THAT(fetch_pack(pack, wanted).error().message,
              AllOf(HasSubstr("https://example.invalid/onnx/points.onnx"),
                    HasSubstr("attend models pull single --from points.onnx")));
}

TEST_F(Fetching, InstallsFromALocalZipFileWithoutNetwork) {
  const auto report = fetch_pack(pack(), from(zip_));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(read(models() / "tiny" / "e.onnx"), "embedder bytes");
}

// The models' own hashes decide, so a repacked zip file with the same models is accepted.
TEST_F(Fetching, AcceptsTheSameModelsInAnotherZipFile) {
  EXPECT_TRUE(fetch_pack(pack(), from(zip_of({{"e.onnx", "embedder bytes"}, {"a/b/d.onnx", detector()}}))));
}

TEST_F(Fetching, RejectsAWrongModelInAZipFileNamingBothHashes) {
  const auto report = fetch_pack(pack(), from(zip_of({{"e.onnx", "EMBEDDER bytes"}})));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "model_damaged");
  EXPECT_THAT(report.error().message,
              AllOf(HasSubstr(sha256("EMBEDDER bytes")), HasSubstr(sha256("embedder bytes"))));
  EXPECT_FALSE(installed());
}

TEST_F(Fetching, StopsUnpackingAModelThatIsTooLong) {
  const auto report = fetch_pack(pack(), from(zip_of({{"e.onnx", std::string(50'000'000, ' ')}})));
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("longer than 14 bytes"));
  EXPECT_FALSE(installed());
}

TEST_F(Fetching, RefusesEntriesOutsideTheFolder) {
  for (const char* name : {"../../e.onnx", "/tmp/e.onnx", "tiny/../../../e.onnx", "..\\e.onnx"}) {
    const auto report = fetch_pack(pack(), from(zip_of({{name, "embedder bytes"}})));
    ASSERT_FALSE(report) << name;
    EXPECT_EQ(report.error().code, "archive_unsafe") << name;
    EXPECT_THAT(report.error().message, HasSubstr("e.onnx"));
    EXPECT_FALSE(installed());
  }
}

TEST_F(Fetching, RefusesFilesThatAreNotZip) {
  auto broken = zip_;
  for (std::size_t at = 40'000; at < 60'000; ++at) broken[at] = 'x';
  for (const std::string& bytes : {std::string(), std::string("PK\x03\x04 and then nothing of the kind"),
                                   noise(5000, 9), zip_.substr(0, zip_.size() / 2), broken}) {
    const auto report = fetch_pack(pack(), from(bytes));
    ASSERT_FALSE(report) << bytes.size();
    EXPECT_THAT(report.error().code, testing::AnyOf("archive_unreadable", "model_damaged")) << bytes.size();
    EXPECT_THAT(report.error().message, HasSubstr("got.zip"));
    EXPECT_FALSE(fs::exists(models() / "tiny" / "d.onnx"));
  }
}

TEST_F(Fetching, NamesAZipFileWithoutTheModels) {
  const auto report = fetch_pack(pack(), from(zip_of({{"holiday.jpg", "picture"}})));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, "not_in_archive");
  EXPECT_THAT(report.error().message, AllOf(HasSubstr("got.zip"), HasSubstr("d.onnx"),
                                            HasSubstr("https://example.invalid/tiny.zip")));
}

TEST_F(Fetching, KeepsTheDownloadIfTheDiskIsFullWhileUnpacking) {
  const FileServer server(zip_);
  auto wanted = request();
  wanted.mirror = server.url("/");
  Download brought;
  brought.url = server.url("/tiny.zip");
  brought.bytes = zip_.size();
  brought.sha256 = sha256(zip_);
  brought.target = models() / ".downloads" / (sha256(zip_).substr(0, 12) + "-tiny.zip");
  ASSERT_TRUE(download(brought));
  {
    const NoRoom full(50'000);
    const auto report = fetch_pack(pack(), wanted);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, "storage_full");
    EXPECT_FALSE(installed());
  }
  ASSERT_TRUE(fetch_pack(pack(), wanted));
  EXPECT_EQ(server.paths().size(), 1U);
}

TEST_F(Fetching, AsksForALicenceOnlyOnce) {
  const auto guarded = pack(false);
  auto wanted = from(zip_);
  const auto refused = fetch_pack(guarded, wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "licence_not_accepted");
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("Research only."), HasSubstr("--accept-license")));
  EXPECT_FALSE(installed());

  wanted.accept_licence = true;
  ASSERT_TRUE(fetch_pack(guarded, wanted));
  wanted.accept_licence = false;
  fs::remove(models() / "tiny" / "d.onnx");
  EXPECT_TRUE(fetch_pack(guarded, wanted)) << "it was already accepted";

  auto changed = guarded;
  changed.licence_note = "Research only, and only on Sundays.";
  EXPECT_FALSE(licence_accepted(changed, models())) << "the terms have changed since they were accepted";
}

TEST_F(Fetching, SaysWhereToGetTheFilesWithoutNetwork) {
  auto wanted = request();
  wanted.network = false;
  EXPECT_THAT(fetch_pack(pack(), wanted).error().message,
              AllOf(HasSubstr("https://example.invalid/tiny.zip"),
                    HasSubstr("attend models pull tiny --from tiny.zip")));
}

}  // namespace
}  // namespace sas::vision
