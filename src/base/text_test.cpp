#include "base/text.h"

#include <gtest/gtest.h>

namespace sas {
namespace {

TEST(Nfc, ComposesWhatWasTypedInParts) {
  EXPECT_EQ(nfc("Mu\u0308ller"), "Müller");
  EXPECT_EQ(nfc("\u1112\u1161\u11ab"), "한");
  EXPECT_EQ(nfc("李雷"), "李雷");
  EXPECT_EQ(nfc(""), "");
}

TEST(Nfc, SaysWhatIsNotUtf8) {
  for (const char* text : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "x\x80y"})
    EXPECT_FALSE(nfc(text)) << text;
}

TEST(SearchKey, HasNeitherCaseNorAccents) {
  for (const char* name : {"Müller", "MÜLLER", "Mu\u0308ller", "muller", "ＭÜller"})
    EXPECT_EQ(search_key(name), "muller") << name;
  EXPECT_EQ(search_key("ÄRMEL Öztürk"), search_key("armel ozturk"));
  EXPECT_EQ(search_key("Weiß"), search_key("WEISS"));
  EXPECT_EQ(search_key("ИВАНОВА Алёна"), search_key("иванова алена"));
  EXPECT_EQ(search_key("ΟΔΥΣΣΕΥΣ"), search_key("Οδυσσευς"));
  EXPECT_EQ(search_key("𐐀"), search_key("𐐨"));
  EXPECT_EQ(search_key("１００１"), "1001");
  EXPECT_EQ(search_key("Nguyễn"), "nguyen");
}

TEST(SearchKey, KeepsTheVowelsOfScriptsInWhichTheyAreMarks) {
  EXPECT_NE(search_key("की"), search_key("का"));
  EXPECT_NE(search_key("กิ"), search_key("กา"));
  EXPECT_EQ(search_key("李小龍"), "李小龍");
}

TEST(SearchKey, LeavesWhatIsNotUtf8) { EXPECT_EQ(search_key("x\x80y"), "x\x80y"); }

}  // namespace
}  // namespace sas
