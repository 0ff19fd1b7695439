#include "cooldown/upstash/pipeline.h"

#include <gtest/gtest.h>

namespace sas::cooldown::upstash {
namespace {

TEST(UpstashPipeline, WritesCommandsAsArraysOfText) {
  const RedisCommand ping{"PING"};
  const RedisCommand set{"SET", "a\"b", "1"};
  EXPECT_EQ(write_pipeline({&ping, &set}), R"([["PING"],["SET","a\"b","1"]])");
}

TEST(UpstashPipeline, EachCommandHasItsOwnResultOrError) {
  const auto replies = read_pipeline(
      R"([{"result":[1,"1700000000000000"]},{"error":"NOSCRIPT No matching script"},{"result":null}])", 3);
  ASSERT_TRUE(replies);
  EXPECT_EQ(replies->at(0).items.at(0).integer, 1);
  EXPECT_EQ(replies->at(0).items.at(1).text, "1700000000000000");
  EXPECT_TRUE(replies->at(1).is_error("NOSCRIPT"));
  EXPECT_EQ(replies->at(2).kind, RedisReply::Kind::nil);
}

TEST(UpstashPipeline, RejectsAnythingElse) {
  for (const char* body : {"", "<html>", "{}", "[]", R"([{"result":1},{"result":1}])", R"([{"ok":1}])", "[1]",
                           R"([{"result":{"a":1}}])", R"([{"result":[[[[[[1]]]]]]}])"}) {
    const auto replies = read_pipeline(body, 1);
    ASSERT_FALSE(replies) << body;
    EXPECT_EQ(replies.error().kind, ErrorKind::unavailable);
  }
}

TEST(UpstashPipeline, ReadsARefusal) {
  EXPECT_EQ(read_refusal(R"({"error":"Unauthorized"})"), "Unauthorized");
  EXPECT_EQ(read_refusal("<html>"), "");
}

}  // namespace
}  // namespace sas::cooldown::upstash
