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

TEST(DotenvFile, SetsANameAndLeavesTheRest) {
  EXPECT_EQ(after("# mine\nAPI_KEY=x\n"), "# mine\nAPI_KEY=x\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(after("API_KEY=x"), "API_KEY=x\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(
      after(
          "A=1\nSIMILARITY_THRESHOLD = 0.5\n#SIMILARITY_THRESHOLD=\nB=2\nexport SIMILARITY_THRESHOLD=0.6\n"),
      "A=1\nSIMILARITY_THRESHOLD=0.41\n#SIMILARITY_THRESHOLD=\nB=2\n");
  EXPECT_EQ(after("SIMILARITY_THRESHOLDS=1\n"), "SIMILARITY_THRESHOLDS=1\nSIMILARITY_THRESHOLD=0.41\n");
  EXPECT_EQ(after(""), "SIMILARITY_THRESHOLD=0.41\n");
}

TEST(DotenvFile, KeepsWhoMayReadIt) {
  const test::TempDir folder;
  const auto file = folder / ".env";
  std::ofstream(file) << "API_KEY=x\n";
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_TRUE(set_in_dotenv(file, "A", "1"));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(DotenvFile, AFolderThatIsNotThereIsSaidWithWhatToSet) {
  const auto set = set_in_dotenv("/nonexistent/.env", "A", "1");
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().message,
              testing::AllOf(testing::HasSubstr("/nonexistent/.env"), testing::HasSubstr("A=1")));
}

}  // namespace
}  // namespace sas::config
