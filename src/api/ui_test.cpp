#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"
#include "api/ui_policy.h"
#include "fixtures/temp_dir.h"

namespace sas::api {
namespace {

using testing::HasSubstr;
using testing::Not;

// What `printf 'hello()' | openssl dgst -sha256 -binary | base64` says.
constexpr const char* kHello = "'sha256-mTytrf2QssaOZNGNRT1WCtMRd3ocH8LJxQQu5qMUanU='";

TEST(UiPolicy, EveryScriptInThePageIsNamedByItsHash) {
  const auto hashes = inline_script_hashes(
      R"(<html><script src="/a.js"></script><SCRIPT data-x="a>b">hello()</SCRIPT><script>hello()</script>)"
      R"(<script async="" src="/b.js"></script><script>other()</script>)");
  ASSERT_EQ(hashes.size(), 2U);
  EXPECT_EQ(hashes[0], kHello);
  EXPECT_TRUE(inline_script_hashes("<p>no scripts</p>").empty());
  EXPECT_TRUE(inline_script_hashes("<script>never closed").empty());
  EXPECT_TRUE(inline_script_hashes("<script").empty());
}

class Ui : public testing::Test {
 protected:
  Ui() {
    write("index.html", "<html><script>hello()</script></html>");
    write("people.html", "<html>people</html>");
    write("404.html", "<html>lost</html>");
    std::filesystem::create_directories(dir_ / "_next/static");
    write("_next/static/abc.js", "code();");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(dir_ / name, std::ios::binary) << text;
  }
  test::TempDir dir_;
};

TEST_F(Ui, PagesAreServedWithTheirPolicyToAnybody) {
  TestApi api({.organisation = kFirstOrganisation, .api_key = "secret", .ui_dir = dir_.path()});
  EXPECT_EQ(api.get("/ui").status, 308U);
  EXPECT_EQ(api.get("/ui").headers.at("location"), "/ui/");
  EXPECT_EQ(api.get("/").headers.at("location"), "/ui/");
  EXPECT_EQ(api.get("/favicon.ico").headers.at("location"), "/ui/icon.svg");
  const Answer page = api.get("/ui/");
  EXPECT_EQ(page.status, 200U);
  const std::string policy = page.headers.at("content-security-policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'self'"));
  EXPECT_THAT(policy, HasSubstr(kHello));
  EXPECT_THAT(policy, HasSubstr("'wasm-unsafe-eval'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(
      policy.substr(policy.find("script-src"), policy.find("; style-src") - policy.find("script-src")),
      Not(HasSubstr("unsafe-inline")));
  EXPECT_EQ(page.headers.at("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(page.headers.at("cross-origin-embedder-policy"), "require-corp");
  EXPECT_EQ(api.get("/ui/people").body, "<html>people</html>");
  EXPECT_THAT(api.get("/ui/people").headers.at("content-security-policy"), Not(HasSubstr("sha256")));
  EXPECT_EQ(api.get("/ui/nobody").status, 404U);
  EXPECT_EQ(api.get("/ui/nobody").body, "<html>lost</html>");
  EXPECT_THAT(api.get("/ui/_next/static/abc.js").headers.at("cache-control"), HasSubstr("immutable"));
  EXPECT_EQ(api.get("/ui/", {{"if-none-match", page.headers.at("etag")}}).status, 304U);
}

TEST_F(Ui, APageThatChangesGetsItsNewPolicy) {
  TestApi api({.organisation = kFirstOrganisation, .ui_dir = dir_.path()});
  EXPECT_THAT(api.get("/ui/").headers.at("content-security-policy"), HasSubstr(kHello));
  const auto before = std::filesystem::last_write_time(dir_ / "index.html");
  write("index.html", "<html></html>");
  std::filesystem::last_write_time(dir_ / "index.html", before + std::chrono::seconds(2));
  EXPECT_THAT(api.get("/ui/").headers.at("content-security-policy"), Not(HasSubstr(kHello)));
}

TEST_F(Ui, CompressedFormsAreSentToClientsThatAcceptThem) {
  write("_next/static/abc.js.gz", "gzipped");
  write("_next/static/abc.js.br", "brotli");
  TestApi api({.organisation = kFirstOrganisation, .ui_dir = dir_.path()});
  const auto get = [&](const std::string& coding) {
    return api.get("/ui/_next/static/abc.js", {{"accept-encoding", coding}});
  };
  EXPECT_EQ(get("gzip, deflate, br").body, "brotli");
  EXPECT_EQ(get("gzip, deflate, br").headers.at("content-encoding"), "br");
  EXPECT_EQ(get("gzip").body, "gzipped");
  EXPECT_EQ(get("gzip").headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("br;q=0, identity").body, "code();");
  EXPECT_EQ(get("").body, "code();");
  EXPECT_EQ(get("gzip").headers.at("vary"), "accept-encoding");
  // One that is older than the file is of another file.
  std::filesystem::last_write_time(
      dir_ / "_next/static/abc.js.gz",
      std::filesystem::last_write_time(dir_ / "_next/static/abc.js") - std::chrono::seconds(5));
  EXPECT_EQ(get("gzip").body, "code();");
}

TEST_F(Ui, WithoutPagesItSaysSo) {
  TestApi api({.organisation = kFirstOrganisation, .ui_dir = dir_ / "nowhere"});
  EXPECT_EQ(api.get("/ui/people").status, 404U);
  EXPECT_THAT(api.get("/ui").body, HasSubstr("No dashboard here"));
  EXPECT_EQ(api.get("/api/v1/system").json().at("ui"), false);
}

TEST(Models, ABrowserGetsWhatIsThereAndNothingElse) {
  test::TempDir dir;
  std::ofstream(dir / "net.onnx", std::ios::binary) << std::string(600'000, 'm');
  TestApi api({.organisation = kFirstOrganisation,
               .packs = {{"small", R"({"name":"small"})", {{"net.onnx", "abc123", dir / "net.onnx"}}}}});
  EXPECT_EQ(api.get("/api/v1/models").json().at("items").at(0).at("name"), "small");
  const Answer file = api.get("/api/v1/models/small/net.onnx");
  EXPECT_EQ(file.status, 200U);
  EXPECT_EQ(file.body, std::string(600'000, 'm'));
  EXPECT_EQ(file.headers.at("etag"), "\"abc123\"");
  EXPECT_EQ(api.get("/api/v1/models/small/net.onnx", {{"if-none-match", "\"abc123\""}}).status, 304U);
  EXPECT_EQ(api.get("/api/v1/models/small/other").error_code(), "model_file_not_found");
  EXPECT_EQ(api.get("/api/v1/models/small/..%2Fnet.onnx").error_code(), "model_file_not_found");
  EXPECT_EQ(api.get("/api/v1/models/large/net.onnx").error_code(), "model_file_not_found");
}

}  // namespace
}  // namespace sas::api
