#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/test_api.h"

namespace sas::api {
namespace {

using namespace std::chrono_literals;

TEST(Sightings, ShowEveryDecisionAndAreFiltered) {
  TestApi api;
  const Embedding face = api.faces.identity();
  api.enrol("E-1", "Ada", face);
  api.post("/api/v1/recognitions", smallest_form(face));
  api.clock.advance(1min);
  api.post("/api/v1/recognitions", smallest_form(face, R"(,"liveness":0.01)"));
  const auto all = api.get("/api/v1/sightings").json().at("items").as_array();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at("outcome"), "spoof");
  EXPECT_TRUE(all[0].at("person").is_null());
  EXPECT_EQ(all[1].at("person").at("code"), "E-1");
  EXPECT_EQ(api.get("/api/v1/sightings?outcome=spoof").json().at("items").as_array().size(), 1U);
  EXPECT_EQ(api.get("/api/v1/sightings?outcome=maybe").error_code(), "invalid_parameter");
  EXPECT_THAT(api.get("/api/v1/sightings?outcome=maybe").error_message(),
              testing::HasSubstr("marked, cooldown, unknown, ambiguous, spoof, unproven"));
}

}  // namespace
}  // namespace sas::api
