#include "postgres/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sas::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresTarget, NamesTheDatabaseWithoutThePassword) {
  const auto target =
      parse_target("postgresql://ada:hunter2@db.example.org:6432/attendance?sslmode=verify-full");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->name, "db.example.org:6432/attendance");
  EXPECT_THAT(target->conninfo, HasSubstr("sslmode=verify-full"));
}

TEST(PostgresTarget, AcceptsUrlsOfOtherSystems) {
  const auto target = parse_target("postgresql+asyncpg://ada:x@db/attendance?application_name=a&ssl=require");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->conninfo, "postgresql://ada:x@db/attendance?application_name=a&sslmode=require");
  EXPECT_TRUE(parse_target("postgres://db/attendance"));
}

TEST(PostgresTarget, RefusesInvalidUrlsWithoutRepeatingThePassword) {
  for (const char* url :
       {"postgresql://ada:hun%ter2@db/x", "postgresql://ada:hunter2@[db/x",
        "postgresql://ada:hunter2@db/x?tls=hunter2", "mysql://ada:hunter2@db/x",
        "postgresql://ada:hun/ter2@db/x", "postgresql://ada:12/ter2@db/x", "ada:hunter2@db/x"}) {
    const auto target = parse_target(url);
    ASSERT_FALSE(target) << url;
    EXPECT_EQ(target.error().code, "invalid_database_url");
    EXPECT_THAT(target.error().message, Not(HasSubstr("ter2")));
  }
  for (const char* url : {"postgresql://ada:12?ter2@db/x", "postgresql://ada:12#ter2@db/x"})
    EXPECT_EQ(parse_target(url)->name, "db:5432/x") << "libpq takes these for what they are";
  EXPECT_THAT(parse_target("postgresql://db/x?tls=1").error().message, HasSubstr("\"tls\""));
}

}  // namespace
}  // namespace sas::postgres
