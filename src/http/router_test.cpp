#include "http/router.h"

#include <boost/asio/ip/address.hpp>
#include <gtest/gtest.h>

#include "http/uri.h"

namespace sas::http {
namespace {

Handler nothing() {
  return [](Request&) -> Task<Response> { co_return Response{}; };
}

Router people() {
  Router router;
  router.add(Verb::get, "/persons", nothing());
  router.add(Verb::post, "/persons", nothing());
  router.add(Verb::get, "/persons/{id}", nothing());
  router.add(Verb::delete_, "/persons/{person_id}/faces/{face_id}", nothing());
  router.add(Verb::post, "/persons/import", nothing(), 8'000'000);
  router.add(Verb::get, "/ui/*", nothing());
  router.add(Verb::get, "/", nothing());
  return router;
}

std::string pattern_of(const Router::Match& match) {
  return match.route == nullptr ? "none" : match.route->pattern;
}

TEST(TextOf, PutsBracketsAroundAnAddressOfVersion6) {
  using boost::asio::ip::make_address;
  EXPECT_EQ(text_of({make_address("192.0.2.7"), 40000}), "192.0.2.7:40000");
  EXPECT_EQ(text_of({make_address("2001:db8::7"), 40000}), "[2001:db8::7]:40000");
}

TEST(Router, FindsLiteralsNamesAndTails) {
  const Router router = people();
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/")), "/");
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/persons")), "/persons");
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/persons/7")), "/persons/{id}");
  EXPECT_EQ(pattern_of(router.match(Verb::post, "/persons/import")), "/persons/import");
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/ui/a/b.js")), "/ui/*");
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/ui/")), "/ui/*");
  for (const char* path : {"/ui", "/person", "/persons/", "/persons/7/", "/persons//faces", "//", "", "x"}) {
    EXPECT_EQ(pattern_of(router.match(Verb::get, path)), "none") << path;
  }
}

TEST(Router, DecodesNamesWithoutSplittingAtAnEncodedSlash) {
  const Router router = people();
  const auto match = router.match(Verb::delete_, "/persons/a%2Fb/faces/%c3%a9");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.path_params[0], (std::pair<std::string, std::string>("person_id", "a/b")));
  EXPECT_EQ(match.path_params[1], (std::pair<std::string, std::string>("face_id", "\xc3\xa9")));
  EXPECT_EQ(router.match(Verb::get, "/ui/x/y%20z").path_params[0].second, "x/y z");
  EXPECT_EQ(router.match(Verb::get, "/persons/%zz").route, nullptr);
}

TEST(Router, ListsTheVerbsOfAPath) {
  const Router router = people();
  EXPECT_EQ(router.match(Verb::delete_, "/persons").allowed,
            (std::vector<Verb>{Verb::get, Verb::head, Verb::post}));
  EXPECT_TRUE(router.match(Verb::delete_, "/nowhere").allowed.empty());
}

TEST(Router, FallsBackFromALiteralToANameForAnotherVerbAndFromHeadToGet) {
  const Router router = people();
  EXPECT_EQ(pattern_of(router.match(Verb::get, "/persons/import")), "/persons/{id}");
  EXPECT_EQ(pattern_of(router.match(Verb::head, "/persons/7")), "/persons/{id}");
}

TEST(Target, SplitsAndDecodes) {
  const auto target = parse_target("/a%20b?x=1+2&y=%26&flag&x=3#part");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b");
  EXPECT_EQ(target->raw_path, "/a%20b");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"x", "1 2"}, {"y", "&"}, {"flag", ""}, {"x", "3"}};
  EXPECT_EQ(target->query, expected);
  EXPECT_EQ(parse_target("http://host:80/p?q=1")->path, "/p");
  EXPECT_EQ(parse_target("http://host")->path, "/");
}

TEST(Target, RefusesInvalidEncoding) {
  for (const char* text : {"", "a", "*", "/%", "/%4", "/%g0", "/%00", "/?a=%", "http://host?q"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

}  // namespace
}  // namespace sas::http
