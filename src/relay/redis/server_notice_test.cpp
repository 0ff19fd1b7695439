#include "relay/redis/server_notice.h"

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

TEST(ServerNotice, IsReadBackAsWritten) {
  const ServerNotice notice{true, {"gate-1", "yard"}, {"door"}};
  EXPECT_EQ(notice.text(), "follows\nlive gate-1\nlive yard\nviews door\n");
  EXPECT_EQ(ServerNotice::read(notice.text()), notice);
  EXPECT_EQ(ServerNotice::read(ServerNotice{}.text()), ServerNotice{});
}

TEST(ServerNotice, IgnoresUnknownLinesFromANewerServer) {
  const auto notice = ServerNotice::read("zoom gate 2\n\nlive gate\nviews");
  EXPECT_EQ(notice, (ServerNotice{false, {"gate"}, {}}));
}

}  // namespace
}  // namespace sas::relay
