#include "store/export/enrolled_templates.h"

#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/temp_dir.h"

namespace sas {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string numbers(std::size_t count) {
  std::string text = "\"[";
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + std::to_string(i % 7) + ".5e-1";
  return text + "]\"";
}

class TemplateCsv : public testing::Test {
 protected:
  Result<std::vector<EnrolledTemplate>> read(const std::string& text) {
    std::ofstream(file_) << text;
    return read_template_csv(file_);
  }
  test::TempDir folder_;
  std::filesystem::path file_ = folder_ / "templates.csv";
};

TEST_F(TemplateCsv, ReadsWhatPsqlWrites) {
  const auto read_back =
      read("code,model,embedding\nE-1,m-1," + numbers(512) + "\n\"Lee, Ann\",m-1," + numbers(512) + "\r\n");
  ASSERT_TRUE(read_back) << read_back.error().message;
  ASSERT_EQ(read_back->size(), 2U);
  EXPECT_EQ((*read_back)[1].person, "Lee, Ann");
  EXPECT_NEAR(cosine((*read_back)[0].embedding, (*read_back)[1].embedding), 1, 1e-6);
}

TEST_F(TemplateCsv, NamesTheInvalidLine) {
  EXPECT_THAT(read("E-1,m-1," + numbers(512) + "\nE-2,m-1," + numbers(511) + "\n").error().message,
              AllOf(HasSubstr("line 2"), HasSubstr("512")));
  EXPECT_THAT(read("a,b,c\nE-1," + numbers(512) + "\n").error().message, HasSubstr("2 fields"));
  EXPECT_THAT(read("a,b,c\nE-1,m,[1,2,x]\n").error().message, HasSubstr("line 2"));
  EXPECT_THAT(read("a,b,c\n\"E-1\"x,m," + numbers(512) + "\n").error().message,
              AllOf(HasSubstr("templates.csv line 2: "), HasSubstr("quote"), HasSubstr("512 numbers")));
  EXPECT_EQ(read_template_csv(folder_ / "nothing").error().code, "templates_missing");
}

TEST(EnrolledTemplates, NamesAFileThatIsNotAnAttendanceDatabase) {
  const test::TempDir folder;
  EXPECT_EQ(read_enrolled(folder / "nothing.db").error().code, "database_missing");
  std::ofstream(folder / "rubbish.db") << std::string(5000, 'x');
  EXPECT_THAT(read_enrolled(folder / "rubbish.db").error().message, HasSubstr("rubbish.db"));
  {
    const SQLite::Database other((folder / "other.db").string(),
                                 SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  }
  EXPECT_EQ(read_enrolled(folder / "other.db").error().code, "database_unreadable");
}

}  // namespace
}  // namespace sas
