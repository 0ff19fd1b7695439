#include "base/csv.h"

#include <array>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<CsvRow>> read_all(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  std::vector<CsvRow> rows;
  for (;;) {
    auto row = reader.next();
    if (!row) return row.error();
    if (!*row) return rows;
    rows.push_back(std::move(**row));
  }
}

TEST(Csv, GoesOutAndComesBack) {
  const std::vector<std::string> cells{"plain", "with, comma", "with \"quotes\"", "two\nlines", ""};
  const auto rows = read_all("\xEF\xBB\xBF" + csv_line(cells) + "\r\n" + csv_line({"next"}));
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[0].cells, cells);
  EXPECT_EQ((*rows)[0].line, 1U);
  EXPECT_EQ((*rows)[1].line, 4U);
}

TEST(Csv, ATextMustNotRunInASpreadsheet) {
  EXPECT_EQ(csv_line({"=HYPERLINK(1)"}), "'=HYPERLINK(1)\r\n");
  EXPECT_EQ(csv_line({"@a", "+1+1", "-cmd", "\tx"}), "'@a,'+1+1,'-cmd,'\tx\r\n");
  EXPECT_EQ(csv_line({"\uFF1DA1", "\uFF0B1", "\uFF0D1", "\uFF20x"}),
            "'\uFF1DA1,'\uFF0B1,'\uFF0D1,'\uFF20x\r\n");
  EXPECT_EQ(csv_line({"=a,\"b\""}), "\"'=a,\"\"b\"\"\"\r\n");
}

TEST(Csv, ANumberIsNoFormula) { EXPECT_EQ(csv_line({"-0.25", "+49", "-"}), "-0.25,+49,'-\r\n"); }

TEST(Csv, ColumnsWriteTheHeaderAndTheRows) {
  struct Pair {
    std::string name;
    int count = 0;
  };
  constexpr std::array<CsvColumn<Pair>, 2> kColumns{
      {{"name", [](std::string& out, const Pair& pair) { append_csv_text(out, pair.name); }},
       {"count", [](std::string& out, const Pair& pair) { out += std::to_string(pair.count); }}}};
  std::string text;
  append_csv_header<Pair>(text, kColumns);
  append_csv_row<Pair>(text, kColumns, {"a,b", -3});
  EXPECT_EQ(text, "name,count\r\n\"a,b\",-3\r\n");
}

TEST(CsvReader, SkipsEmptyLinesAndTakesEitherLineEnd) {
  const auto rows = read_all("a,b\n\n\r\nc,d\r\ne,");
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_THAT((*rows)[1].cells, ElementsAre("c", "d"));
  EXPECT_EQ((*rows)[1].line, 4U);
  EXPECT_THAT((*rows)[2].cells, ElementsAre("e", ""));
}

TEST(CsvReader, TakesTheSeparatorOfTheFirstLine) {
  for (const char* text : {"a;b,c;d\n1;2;3", "a\tb,c\td\n1\t2\t3",
                           "\xEF\xBB\xBF"
                           "a;\"b,c,x,y\";d\r\n1;2;3\r\n"}) {
    const auto rows = read_all(text);
    ASSERT_TRUE(rows) << text;
    ASSERT_EQ(rows->size(), 2U) << text;
    EXPECT_EQ((*rows)[0].cells.size(), 3U) << text;
    EXPECT_THAT((*rows)[1].cells, ElementsAre("1", "2", "3")) << text;
  }
  EXPECT_THAT(read_all("one\ntwo;x")->at(1).cells, ElementsAre("two;x"));
}

TEST(CsvReader, TakesTheLineEndsOfAnOldMacintosh) {
  const auto rows = read_all("a,b\rc,d\r\re,\"f\rg\"\r");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_THAT((*rows)[1].cells, ElementsAre("c", "d"));
  EXPECT_EQ((*rows)[2].line, 4U);
  EXPECT_THAT((*rows)[2].cells, ElementsAre("e", "f\rg"));
}

TEST(CsvReader, NamesTheLineOfAQuoteThatIsWrong) {
  for (const char* text : {"a,b\n\"open", "a,b\nx\"y\"", "a,b\n\"x\"y"}) {
    const auto rows = read_all(text);
    ASSERT_FALSE(rows) << text;
    EXPECT_EQ(rows.error().code, "invalid_csv");
    EXPECT_THAT(rows.error().message, HasSubstr("line 2: "));
    EXPECT_EQ(rows.error().details.at("line").to_number<int>(), 2);
  }
}

TEST(CsvReader, NothingIsNoRow) {
  for (const char* text : {"", "\n", "\xEF\xBB\xBF", "\r\n\r\n"}) EXPECT_TRUE(read_all(text)->empty());
}

}  // namespace
}  // namespace sas
