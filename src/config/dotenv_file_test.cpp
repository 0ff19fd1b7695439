#include "config/dotenv_file.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/temp_dir.h"

namespace sas::config {
namespace {

std::string after(const std::string& before) {
  const test::TempDir folder;
  const auto file = folder / ".env";
  std::ofstream(file, std::ios::binary) << before;
  const auto set = set_in_dotenv(file, "SIMILARITY_THRESHOLD", "0.41");
  if (!set) return set.error().message;
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(DotenvLine, IsReadByOneGrammar) {
  const auto value = [](std::string_view line) { return parse_dotenv_line(line).value; };
  EXPECT_EQ(value("A=b"), "b");
  EXPECT_EQ(value("  export  A = b c # d\r"), "b c");
  EXPECT_EQ(value("A=b#c"), "b#c");
  EXPECT_EQ(value("A='b \\ \" # c' # d"), "b \\ \" # c");
  EXPECT_EQ(value(R"(A="b \"c\" \\ $d")"), R"(b "c" \ $d)");
  EXPECT_EQ(value("A=b=c"), "b=c");
  EXPECT_EQ(parse_dotenv_line("\xEF\xBB\xBF"
                              "A=b")
                .name,
            "A")
      << "a byte order mark";
  EXPECT_EQ(parse_dotenv_line("export A=b").name, "A");
  for (const char* nothing : {"", "   ", "# A=b", "  #A=b"}) {
    EXPECT_EQ(parse_dotenv_line(nothing).name, "") << nothing;
    EXPECT_EQ(parse_dotenv_line(nothing).problem, "") << nothing;
  }
  for (const char* wrong : {"A", "1A=b", "A-B=c", "=b", "A='b", "A=\"b\\\"", "A='b' c"})
    EXPECT_NE(parse_dotenv_line(wrong).problem, "") << wrong;
}

TEST(DotenvFile, SetsANameAndLeavesTheRest) {
  EXPECT_EQ(after("# mine\nAPI_KEY=x\n"), "# mine\nAPI_KEY=x\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(after("API_KEY=x"), "API_KEY=x\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(
      after(
          "A=1\nSIMILARITY_THRESHOLD = 0.5\n#SIMILARITY_THRESHOLD=\nB=2\nexport SIMILARITY_THRESHOLD=0.6\n"),
      "A=1\nSIMILARITY_THRESHOLD=0.41\n#SIMILARITY_THRESHOLD=\nB=2\n");
  EXPECT_EQ(after("SIMILARITY_THRESHOLDS=1\n"), "SIMILARITY_THRESHOLDS=1\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(after("SIMILARITY_THRESHOLD=\"0.5\n"), "SIMILARITY_THRESHOLD=0.41\n")
      << "the quotes do not close";
  EXPECT_EQ(after("\xEF\xBB\xBFSIMILARITY_THRESHOLD=0.5\nA=1\n"), "SIMILARITY_THRESHOLD=0.41\nA=1\n");
  EXPECT_EQ(after(""), "SIMILARITY_THRESHOLD=0.41\n");
}

TEST(DotenvFile, KeepsItsPermissions) {
  const test::TempDir folder;
  const auto file = folder / ".env";
  std::ofstream(file) << "API_KEY=x\n";
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_TRUE(set_in_dotenv(file, "A", "1"));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(DotenvFile, AMissingFolderIsNamedWithWhatToSet) {
  const auto set = set_in_dotenv("/nonexistent/.env", "A", "1");
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().message,
              testing::AllOf(testing::HasSubstr("/nonexistent/.env"), testing::HasSubstr("A=1")));
}

}  // namespace
}  // namespace sas::config
