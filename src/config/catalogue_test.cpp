#include "config/catalogue.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/edge_config.h"
#include "config/server_config.h"

namespace sas::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file << " is missing; tests run from the repository's root";
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Declaration> all() {
  std::vector<Declaration> declarations;
  for (const SettingsSection& section : settings_sections())
    declarations.insert(declarations.end(), section.settings.begin(), section.settings.end());
  return declarations;
}

TEST(Catalogue, EverySettingIsDeclaredOnce) {
  std::set<std::string_view> names;
  for (const Declaration& declared : all())
    EXPECT_TRUE(names.insert(declared.name).second) << declared.name << " is declared twice";
  EXPECT_EQ(find_declaration("PORT")->name, "PORT");
  EXPECT_EQ(find_declaration("PORTS"), nullptr);
}

TEST(Catalogue, EveryDefaultIsAllowed) {
  auto settings = Settings::from({});
  static_cast<void>(read_server_config(settings));
  static_cast<void>(read_edge_config(settings));
  for (const Declaration& declared : all()) static_cast<void>(settings.value(declared));
  EXPECT_TRUE(settings.check()) << settings.check().error().message;
}

TEST(Catalogue, TheExampleFileIsTheOneThatTheDeclarationsMake) {
  EXPECT_EQ(text_of(".env.example"), env_example())
      << "write it: build/release/bin/attendd settings example > .env.example";
}

TEST(Catalogue, TheExampleFileIsAValidConfiguration) {
  auto settings = Settings::load(".env.example");
  EXPECT_TRUE(settings.unknown_names().empty());
  for (const Declaration& declared : all()) static_cast<void>(settings.value(declared));
  EXPECT_TRUE(settings.check());
}

// A table of the documentation that is headed by a choice, such as "| `GALLERY` | how |", has a row for each value.
TEST(Catalogue, TablesInTheDocumentationListEveryChoice) {
  int tables = 0;
  for (const auto& entry : std::filesystem::directory_iterator("docs")) {
    if (entry.path().extension() != ".md") continue;
    std::ifstream stream(entry.path());
    std::set<std::string> missing;
    std::string where;
    const auto finish = [&] {
      for (const std::string& choice : missing) ADD_FAILURE() << where << " has no row for " << choice;
      missing.clear();
    };
    for (std::string line; std::getline(stream, line);) {
      const auto end = line.find('`', 3);
      if (!line.starts_with("| `") || end == std::string::npos) {
        if (!line.starts_with('|')) finish();
        continue;
      }
      const std::string word = line.substr(3, end - 3);
      missing.erase(word);
      const Declaration* declared = find_declaration(word);
      if (declared == nullptr || declared->type != SettingType::choice) continue;
      finish();
      ++tables;
      where = entry.path().string() + ", table of " + word;
      std::istringstream choices{std::string(declared->choices)};
      for (std::string choice; std::getline(choices, choice, '|');) missing.insert(choice);
    }
    finish();
  }
  EXPECT_GT(tables, 0);
}

TEST(Catalogue, HelpListsWhatAProgramReads) {
  EXPECT_THAT(settings_help(Program::attendd), HasSubstr("HOST=127.0.0.1"));
  EXPECT_THAT(settings_help(Program::attendd), Not(HasSubstr("SERVER_IP")));
  EXPECT_THAT(settings_help(Program::attend), HasSubstr("SERVER_IP=127.0.0.1"));
  EXPECT_THAT(settings_help(Program::attend), Not(HasSubstr("THREADS")));
  for (const Program program : {Program::attendd, Program::attend})
    EXPECT_THAT(settings_help(program), HasSubstr("PORT=8000"));
}

TEST(Catalogue, ShowsWhatHoldsWithoutSecrets) {
  auto settings = Settings::from({{"API_KEY", "hunter2"},
                                  {"DATABASE_URL", "postgresql://ada:hunter2@db/a"},
                                  {"REDIS_URL", "redis://:hunter2@db"},
                                  {"LOCAL_REDIS_START_CMD", "redis-server --requirepass hunter2"},
                                  {"UPSTASH_REDIS_REST_TOKEN", "hunter2"},
                                  {"UPSTASH_REDIS_REST_URL", "https://ada:hunter2@x.upstash.io"},
                                  {"SERVER_URL", "https://ada:hunter2@x"},
                                  {"MODELS_MIRROR", "https://ada:hunter2@x"},
                                  {"PORT", "9000"}});
  bool port = false;
  for (const Program program : {Program::attendd, Program::attend}) {
    for (const EffectiveSetting& one : effective_settings(settings, program)) {
      EXPECT_THAT(one.value, Not(HasSubstr("hunter2"))) << one.name;
      EXPECT_FALSE(one.source.empty());
      if (one.name == "PORT") port = one.value == "9000" && one.source == "environment";
    }
  }
  EXPECT_TRUE(port);
}

}  // namespace
}  // namespace sas::config
