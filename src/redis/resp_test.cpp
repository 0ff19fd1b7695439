#include "redis/resp.h"

#include <gtest/gtest.h>

namespace sas::redis {
namespace {

using Kind = RedisReply::Kind;

TEST(Resp, EncodesACommandWithLengthsSoThatAnyBytesAreSafe) {
  std::string wire;
  encode({"SET", "", "a\r\nb"}, wire);
  EXPECT_EQ(wire, "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\n");
}

TEST(Resp, ParsesRepliesSplitInAnyWay) {
  const std::string wire =
      "+OK\r\n:-7\r\n$5\r\na\r\nbc\r\n$-1\r\n*2\r\n:1\r\n*1\r\n$0\r\n\r\n-ERR no\r\n*-1\r\n*0\r\n";
  for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
    ReplyParser parser;
    std::vector<RedisReply> replies;
    for (std::size_t at = 0; at < wire.size(); at += piece) {
      parser.append(wire.data() + at, std::min(piece, wire.size() - at));
      for (;;) {
        auto next = parser.next();
        ASSERT_TRUE(next);
        if (!*next) break;
        replies.push_back(std::move(**next));
      }
    }
    ASSERT_EQ(replies.size(), 8U) << "pieces of " << piece;
    EXPECT_EQ(replies[0].text, "OK");
    EXPECT_EQ(replies[1].integer, -7);
    EXPECT_EQ(replies[2].text, "a\r\nbc");
    EXPECT_EQ(replies[3].kind, Kind::nil);
    ASSERT_EQ(replies[4].items.size(), 2U);
    EXPECT_EQ(replies[4].items[1].items.at(0).kind, Kind::text);
    EXPECT_TRUE(replies[5].is_error("ERR"));
    EXPECT_EQ(replies[6].kind, Kind::nil);
    EXPECT_EQ(replies[7].kind, Kind::array);
  }
}

TEST(Resp, RefusesOtherProtocolsAtOnce) {
  for (const char* wire :
       {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "$-2\r\n", "$99999999\r\n", "*99999999\r\n", ":1x\r\n",
        "$1\r\nabc\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
    ReplyParser parser;
    parser.append(wire, std::string_view(wire).size());
    const auto next = parser.next();
    ASSERT_FALSE(next) << wire;
    EXPECT_EQ(next.error().code, "redis_protocol");
  }
}

}  // namespace
}  // namespace sas::redis
