#include "base/text.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/logging.h"

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

TEST(LogText, IsWhatSomebodyReads) {
  for (const char* text : {"", "marked E-1", "Jürgen 李雷 علی\u200cرضا", "a\tb"})
    EXPECT_EQ(log_text(text), text);
}

TEST(LogText, WritesOutWhatActsOnATerminalOrALine) {
  EXPECT_EQ(log_text("a\u009B2Jb"), "a\\u009b2Jb");
  EXPECT_EQ(log_text("a\x1b[31mb\u202e"), "a\\u001b[31mb\\u202e");
  EXPECT_EQ(log_text("a\xff"
                     "b\r"),
            "a\\xffb\\u000d");
  EXPECT_EQ(log_text(std::string_view("a\0b", 3)), "a\\u0000b");
  EXPECT_EQ(log_text("wrong\n2026-11-28T00:00:00Z info all is well"),
            "wrong\n  2026-11-28T00:00:00Z info all is well");
}

TEST(Log, HasEveryMessageAsLogTextShowsIt) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("log-text-{}", getpid());
  const auto before = spdlog::default_logger();
  ASSERT_TRUE(setup_logging({.file = file, .to_stderr = true}));
  spdlog::warn("no such camera: {}", "a\u202eb\n2026-11-28T00:00:00Z info forged");
  spdlog::set_default_logger(before);
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  std::filesystem::remove(file);
  EXPECT_NE(text.find("warning no such camera: a\\u202eb\n  2026-11-28T00:00:00Z info forged\n"),
            std::string::npos)
      << text;
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
