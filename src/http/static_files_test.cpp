#include "http/static_files.h"

#include <array>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fixtures/run_task.h"

namespace sas::http {
namespace {

namespace fs = std::filesystem;

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "sas-static-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    base_ = pattern;
    write("out/index.html", "home");
    write("out/about.html", "about us");
    write("out/log/index.html", "the log");
    write("out/_next/static/chunks/a.js", "let a;");
    write("out/.env", "secret");
    write("secret.txt", "secret");
    fs::create_symlink(base_ / "secret.txt", base_ / "out/escape.txt");
    fs::create_symlink(base_ / "out/about.html", base_ / "out/inside.html");
  }
  void TearDown() override { fs::remove_all(base_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((base_ / name).parent_path());
    std::ofstream(base_ / name) << text;
  }
  [[nodiscard]] Response get(std::string_view path) const {
    const auto files = StaticFiles::open(base_ / "out");
    return files.value().get(path, Request{});
  }

  fs::path base_;
};

TEST_F(StaticFilesTest, FindsPagesAsTheyAreExported) {
  EXPECT_EQ(get("").body, "home");
  EXPECT_EQ(get("about").body, "about us");
  EXPECT_EQ(get("about/").body, "about us");
  EXPECT_EQ(get("log").body, "the log");
  EXPECT_EQ(get("inside.html").body, "about us");
  EXPECT_EQ(header(get("about"), "content-type"), "text/html; charset=utf-8");
}

TEST_F(StaticFilesTest, ServesNothingOutsideItsFolderAndNoHiddenFile) {
  for (const std::string_view path :
       {"../secret.txt", "log/../../secret.txt", "escape.txt", ".env", "./index.html", "log//index.html",
        "..\\secret.txt", "/etc/passwd", "_next"}) {
    EXPECT_EQ(get(path).status, Status::not_found) << path;
  }
  const std::string with_nul("about.html\0.txt", 15);
  EXPECT_EQ(get(with_nul).status, Status::not_found);
}

TEST_F(StaticFilesTest, LetsBrowsersCacheImmutableFilesAndRevalidateTheRest) {
  EXPECT_EQ(header(get("_next/static/chunks/a.js"), "cache-control"), "public, max-age=31536000, immutable");
  const auto page = get("about");
  EXPECT_EQ(header(page, "cache-control"), "no-cache");

  Fields fields;
  fields.set("if-none-match", "\"other\", W/" + header(page, "etag"));
  Request request;
  request.headers = &fields;
  const auto files = StaticFiles::open(base_ / "out");
  EXPECT_EQ(files->get("about", request).status, Status::not_modified);
  write("out/about.html", "about us, longer");
  EXPECT_EQ(files->get("about", request).status, Status::ok);
}

TEST_F(StaticFilesTest, SendsTheExportedNotFoundPage) {
  write("out/404.html", "lost?");
  const auto response = get("nowhere");
  EXPECT_EQ(response.status, Status::not_found);
  EXPECT_EQ(response.body, "lost?");
}

TEST_F(StaticFilesTest, ReadsALargeFileInPartsWhileItIsSent) {
  const std::string large(1'000'000, 'l');
  write("out/large.js", large);
  auto response = get("large.js");
  EXPECT_LT(response.body.size(), 100'000U) << "no client makes the server hold a whole file";
  EXPECT_EQ(response.length, large.size());
  std::string all = std::move(response.body);
  while (true) {
    auto part = test::run_task(response.more());
    ASSERT_TRUE(part);
    if (part->empty()) break;
    all += *part;
  }
  EXPECT_EQ(all, large);
}

TEST_F(StaticFilesTest, RefusesARootThatIsNotAFolder) {
  const auto files = StaticFiles::open(base_ / "nowhere");
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().message.find("nowhere"), std::string::npos);
  EXPECT_FALSE(StaticFiles::open(base_ / "secret.txt"));
}

TEST(EmbeddedFilesTest, ServesByNameWithAnETag) {
  static constexpr std::array<EmbeddedFile, 2> kFiles{{{"index.html", "page"}, {"ui.css", "body{}"}}};
  const EmbeddedFiles files(kFiles);
  EXPECT_EQ(files.get("", Request{}).body, "page");
  const auto css = files.get("ui.css", Request{});
  EXPECT_EQ(header(css, "content-type"), "text/css; charset=utf-8");
  EXPECT_EQ(files.get("other.css", Request{}).status, Status::not_found);
  Fields fields;
  fields.set("if-none-match", header(css, "etag"));
  Request request;
  request.headers = &fields;
  EXPECT_EQ(files.get("ui.css", request).status, Status::not_modified);
}

}  // namespace
}  // namespace sas::http
