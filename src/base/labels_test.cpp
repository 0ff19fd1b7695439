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

TEST(Label, TakesPrintableTextOfAnyLanguage) {
  for (const char* text : {"E-1", "Zoë Müller", "李雷", "O'Brien, Anna"})
    EXPECT_TRUE(is_label(text, 64)) << text;
}

TEST(Label, RefusesControlCharactersAndBlanksAtTheEnds) {
  for (const char* text : {"", " a", "a ", "a\tb", "a\nb", "a\x7F"}) EXPECT_FALSE(is_label(text, 64)) << text;
}

TEST(Label, CountsCharactersRatherThanBytes) {
  EXPECT_TRUE(is_label("ëëë", 3));
  EXPECT_FALSE(is_label("ëëëë", 3));
}

}  // namespace
}  // namespace sas
