#include "store/case_folder.h"

#include <gtest/gtest.h>

namespace sas::store {
namespace {

TEST(CaseFolder, FindsNamesOfManyAlphabetsWithoutRegardToCase) {
  const auto folder = CaseFolder::create();
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->fold("ÄRMEL Öztürk"), folder->fold("ärmel öZTÜRK"));
  EXPECT_EQ(folder->fold("ИВАНОВА"), folder->fold("Иванова"));
  EXPECT_EQ(folder->fold("ΟΔΥΣΣΕΥΣ"), folder->fold("Οδυσσευς"));
  EXPECT_EQ(folder->fold("𐐀"), folder->fold("𐐨"));  // Deseret: four bytes in UTF-8
  EXPECT_EQ(folder->fold("李小龍"), "李小龍");
  EXPECT_NE(folder->fold("Ä"), folder->fold("A"));
}

TEST(CaseFolder, LeavesWhatIsNotUtf8) {
  const auto folder = CaseFolder::create();
  ASSERT_TRUE(folder);
  for (const char* text : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "x\x80y"})
    EXPECT_EQ(folder->fold(text), text);
}

}  // namespace
}  // namespace sas::store
