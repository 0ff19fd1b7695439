#include "base/labels.h"

#include <gtest/gtest.h>

namespace sas {
namespace {

TEST(SafeId, TakesWhatCanStandInAPathAndAFileName) {
  for (const char* text : {"a", "7", "door-1", "hall:2.north_side", "A.b"})
    EXPECT_TRUE(is_safe_id(text, 64)) << text;
}

TEST(SafeId, RefusesOtherCharactersAndOtherBeginnings) {
  for (const char* text : {"", " ", "a b", "a/b", "..", "-a", "_a", "door\n", "Tür", "a\"b"})
    EXPECT_FALSE(is_safe_id(text, 64)) << text;
}

TEST(SafeId, CountsTheLength) {
  EXPECT_TRUE(is_safe_id(std::string(64, 'a'), 64));
  EXPECT_FALSE(is_safe_id(std::string(65, 'a'), 64));
  EXPECT_NE(safe_id_rule(64).find("1 to 64 "), std::string::npos);
}

TEST(Label, TakesVisibleTextOfAnyLanguage) {
  for (const char* text : {"E-1", "Zoë Müller", "李雷", "O'Brien, Anna", "山田　太郎", "محمد", "सीता",
                           "علی\u200cرضا", "क्\u200dष", "葛\U000E0100城"})
    EXPECT_EQ(normalised_label(text, 64), text) << text;
}

TEST(Label, IsTheSameHoweverItWasTyped) { EXPECT_EQ(normalised_label("Mu\u0308ller", 64), "Müller"); }

TEST(Label, RefusesControlCharactersAndBlanksAtTheEnds) {
  for (const char* text : {"", " a", "a ", "a\tb", "a\nb", "a\x7F", "a\u009Bb", "\u3000a", "a\u2028b"})
    EXPECT_FALSE(normalised_label(text, 64)) << text;
  EXPECT_FALSE(normalised_label(std::string_view("a\0b", 3), 64));
}

TEST(Label, RefusesWhatNobodySees) {
  for (const char* text : {"1001\u00a0", "10\u00a001", "1001\u200b", "10\u200d01", "1001\u200d", "\u200c1001",
                           "1001\ufe0f", "\ufeff1001", "10\u00ad01", "10\u202e01", "\u3164", "a\u034fb"})
    EXPECT_FALSE(normalised_label(text, 64)) << text;
}

TEST(Label, RefusesWhatIsNotUtf8) { EXPECT_FALSE(normalised_label("a\xff", 64)); }

TEST(Label, CountsCharactersRatherThanBytes) {
  EXPECT_TRUE(normalised_label("ëëë", 3));
  EXPECT_TRUE(normalised_label("e\u0308e\u0308e\u0308", 3)) << "after they are composed";
  EXPECT_FALSE(normalised_label("ëëëë", 3));
}

}  // namespace
}  // namespace sas
