#include "config/server_config.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace sas::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ServerConfig, StartsWithNothingSet) {
  auto settings = Settings::from({});
  const ServerConfig config = read_server_config(settings);
  ASSERT_TRUE(settings.check());
  EXPECT_EQ(config.host, "127.0.0.1");
  EXPECT_EQ(config.port, 8000);
  EXPECT_FALSE(config.api_key);
  EXPECT_FALSE(config.similarity_threshold) << "the threshold belongs to the model pack";
  EXPECT_EQ(config.cooldown, std::chrono::hours(12));
  EXPECT_EQ(config.database.sqlite_path, "data/attendance.db");
}

TEST(ServerConfig, ListensBeyondThisMachineOnlyWithALongKey) {
  auto open = Settings::from({{"HOST", "0.0.0.0"}});
  static_cast<void>(read_server_config(open));
  ASSERT_FALSE(open.check());
  EXPECT_THAT(open.check().error().message, HasSubstr("API_KEY must be set"));

  auto weak = Settings::from({{"HOST", "::"}, {"API_KEY", "admin"}});
  static_cast<void>(read_server_config(weak));
  ASSERT_FALSE(weak.check());
  EXPECT_THAT(weak.check().error().message, Not(HasSubstr("admin"))) << "a key is never printed";

  auto good = Settings::from({{"HOST", "0.0.0.0"}, {"API_KEY", "0123456789abcdef0123456789abcdef"}});
  static_cast<void>(read_server_config(good));
  EXPECT_TRUE(good.check());
}

TEST(ServerConfig, ADayMayBeginAtAnyTimeOfTheDay) {
  auto unset = Settings::from({});
  EXPECT_EQ(read_server_config(unset).day_starts_at, std::chrono::minutes(0));
  EXPECT_EQ(read_server_config(unset).site_time_zone, "UTC");
  auto set = Settings::from({{"DAY_STARTS_AT", "04:30"}, {"SITE_TIME_ZONE", "Europe/Berlin"}});
  EXPECT_EQ(read_server_config(set).day_starts_at, std::chrono::minutes(270));
  EXPECT_TRUE(set.check());
  for (const char* wrong : {"24:00", "4:00", "04:60", "04.00", "a4:00", "04:00:00"}) {
    auto settings = Settings::from({{"DAY_STARTS_AT", wrong}});
    static_cast<void>(read_server_config(settings));
    ASSERT_FALSE(settings.check()) << wrong;
    EXPECT_THAT(settings.check().error().message, HasSubstr("DAY_STARTS_AT"));
  }
}

TEST(ServerConfig, TakesTheSqliteUrlsOfSqlalchemy) {
  auto relative = Settings::from({{"DATABASE_URL", "sqlite:///var/x.db"}});
  EXPECT_EQ(read_server_config(relative).database.sqlite_path, "var/x.db");
  auto absolute = Settings::from({{"DATABASE_URL", "sqlite:////var/x.db"}});
  EXPECT_EQ(read_server_config(absolute).database.sqlite_path, "/var/x.db");
}

TEST(ServerConfig, AnUnsupportedDatabaseIsRefusedWithoutRepeatingItsPassword) {
  auto settings = Settings::from({{"DATABASE_URL", "mysql://root:hunter2@db/x"}});
  static_cast<void>(read_server_config(settings));
  ASSERT_FALSE(settings.check());
  EXPECT_THAT(settings.check().error().message, HasSubstr("mysql"));
  EXPECT_THAT(settings.check().error().message, Not(HasSubstr("hunter2")));
}

TEST(ServerConfig, TakesEveryUrlSchemeOfPostgresql) {
  for (const char* url : {"postgresql://ada:x@db/a", "postgres://db/a", "postgresql+asyncpg://ada:x@db/a"}) {
    auto settings = Settings::from({{"DATABASE_URL", url}, {"GALLERY", "pgvector"}});
    const DatabaseConfig config = read_server_config(settings).database;
    EXPECT_TRUE(settings.check()) << url;
    EXPECT_EQ(config.backend, DatabaseConfig::Backend::postgres);
    EXPECT_EQ(config.gallery, DatabaseConfig::Gallery::pgvector);
  }
}

TEST(ServerConfig, ThePgvectorGalleryNeedsPostgresql) {
  auto settings = Settings::from({{"GALLERY", "pgvector"}});
  static_cast<void>(read_server_config(settings));
  ASSERT_FALSE(settings.check());
  EXPECT_THAT(settings.check().error().message, HasSubstr("DATABASE_URL"));
}

TEST(ServerConfig, ATlsCertificateNeedsItsKey) {
  auto settings = Settings::from({{"TLS_CERT_FILE", "cert.pem"}});
  static_cast<void>(read_server_config(settings));
  EXPECT_FALSE(settings.check());
}

TEST(ServerConfig, WarnsOfAShortKeyAndOfAKeyFileThatOthersMayRead) {
  ServerConfig config;
  EXPECT_THAT(warnings_of(config), testing::IsEmpty());
  config.api_key = "short";
  EXPECT_THAT(warnings_of(config), testing::ElementsAre(HasSubstr("API_KEY has 5 characters")));
  EXPECT_THAT(warnings_of(config).front(), testing::Not(HasSubstr("short")));
  config.api_key = "0123456789abcdef";
  const auto file = std::filesystem::temp_directory_path() / ("sas-key-" + std::to_string(getpid()) + ".pem");
  std::ofstream(file) << "key";
  config.tls_key_file = file;
  using std::filesystem::perms;
  std::filesystem::permissions(file, perms::owner_read | perms::others_read);
  EXPECT_THAT(warnings_of(config), testing::ElementsAre(HasSubstr(file.string())));
  std::filesystem::permissions(file, perms::owner_read | perms::group_read);
  EXPECT_THAT(warnings_of(config), testing::IsEmpty()) << "a group of its own is usual";
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace sas::config
