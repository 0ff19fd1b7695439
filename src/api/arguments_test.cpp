#include "api/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/ids.h"

namespace sas::api {
namespace {

using testing::HasSubstr;
using Kind = Parameter::Kind;

using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::vector<Parameter> kDeclared{
    {.name = "id", .in = Parameter::In::path, .kind = Kind::uuid},
    parameters::kFrom,
    parameters::kTo,
    parameters::kCamera,
    {.name = "name", .max_characters = 3},
    {.name = "size", .kind = Kind::choice, .choices = {"small", "large"}},
    parameters::kLimit,
    parameters::kCursor,
};

constexpr auto kId = "01935b1c-1f2e-7a30-8b4c-5d6e7f809123";

Result<Arguments> read(Pairs query, const std::vector<Parameter>& declared = kDeclared, const char* id = kId,
                       bool ignores_others = false) {
  http::Request request;
  request.query = std::move(query);
  request.path_params = {{"id", id}};
  return Arguments::of(request, declared, ignores_others);
}

TEST(Arguments, AreTyped) {
  const auto read_ones = read({{"from", "2026-11-22T08:00:00Z"},
                               {"camera", "gate-1"},
                               {"name", "Zoë"},
                               {"size", "large"},
                               {"limit", "7"},
                               {"cursor", "abc"}});
  ASSERT_TRUE(read_ones) << read_ones.error().message;
  EXPECT_EQ(read_ones->id<PersonId>("id").to_string(), kId);
  EXPECT_EQ(read_ones->time("from"), *parse_rfc3339("2026-11-22T08:00:00Z"));
  EXPECT_EQ(read_ones->time("to"), std::nullopt);
  EXPECT_EQ(read_ones->camera("camera"), CameraId{"gate-1"});
  EXPECT_EQ(read_ones->text("name"), "Zoë") << "three characters, four bytes";
  EXPECT_EQ(read_ones->text("size"), "large");
  EXPECT_EQ(read_ones->page().limit, 7U);
  EXPECT_EQ(read_ones->page().cursor, "abc");
}

TEST(Arguments, HaveDefaultsForPages) {
  const auto none = read({});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->page().limit, 50U);
  EXPECT_EQ(none->page().cursor, std::nullopt);
}

TEST(Arguments, AreRefusedByName) {
  const struct {
    Pairs query;
    std::string code;
    std::string says;
  } kCases[] = {
      {{{"nam", "x"}}, "unknown_parameter", "known here: from, to, camera, name, size, limit, cursor"},
      {{{"id", kId}}, "unknown_parameter", "\"id\""},
      {{{"name", "x"}, {"name", "y"}}, "invalid_parameter", "name: is given twice"},
      {{{"name", ""}}, "invalid_parameter", "name: is empty"},
      {{{"name", "four"}}, "invalid_parameter", "name: is longer than 3 characters"},
      {{{"name", std::string(13, '\x80')}}, "invalid_parameter", "name: is longer"},
      {{{"from", "monday"}}, "invalid_parameter", "from: "},
      {{{"from", "2026-11-22T08:00:00 01:00"}}, "invalid_parameter", "%2B"},
      {{{"to", "2026-11-22T08:00:00Z"}, {"from", "2026-11-22T08:00:00Z"}},
       "invalid_parameter",
       "to: must be later than from"},
      {{{"camera", "a/b"}}, "invalid_parameter", "camera: "},
      {{{"size", "medium"}}, "invalid_parameter", "size: must be one of small, large"},
      {{{"limit", "0"}}, "invalid_parameter", "limit: must be a whole number from 1 to 1000"},
  };
  for (const auto& wrong : kCases) {
    const auto refused = read(wrong.query);
    ASSERT_FALSE(refused) << wrong.says;
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument);
    EXPECT_EQ(refused.error().code, wrong.code);
    EXPECT_THAT(refused.error().message, HasSubstr(wrong.says));
    EXPECT_TRUE(refused.error().details.contains("parameter"));
  }
}

TEST(Arguments, OfAPathAreRefusedAsTheFieldsOfABodyAre) {
  EXPECT_EQ(read({}, kDeclared, "7").error().code, "invalid_id");
  const std::vector<Parameter> camera{{.name = "id", .in = Parameter::In::path, .kind = Kind::camera}};
  EXPECT_EQ(read({}, camera, "a b").error().code, "invalid_field");
}

TEST(Arguments, MayBeRequired) {
  const std::vector<Parameter> declared{{.name = "name", .required = true}};
  EXPECT_TRUE(read({{"name", "x"}}, declared));
  const auto missing = read({}, declared);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "name: is missing");
}

TEST(Arguments, OfPagesMayBeAnything) {
  const auto any = read({{"_rsc", ""}, {"_rsc", "1"}}, {}, kId, true);
  EXPECT_TRUE(any);
}

}  // namespace
}  // namespace sas::api
