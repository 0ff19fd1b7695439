#include "relay/redis/server_notice.h"

#include <gtest/gtest.h>

namespace sas::relay {
namespace {

constexpr const char* kId = "0190a1b2-0000-7000-8000-000000000001";
const Uuid kOrganisation = Uuid::parse(kId).value();

TEST(ServerNotice, IsReadBackAsWritten) {
  const ServerNotice notice{{{kOrganisation, "gate-1"}, {kOrganisation, "yard"}},
                            {{kOrganisation, "a:door"}}};
  const std::string id = kId;
  EXPECT_EQ(notice.text(), "live " + id + ":gate-1\nlive " + id + ":yard\nviews " + id + ":a:door\n");
  EXPECT_EQ(ServerNotice::read(notice.text()), notice);
  EXPECT_EQ(ServerNotice::read(ServerNotice{}.text()), ServerNotice{});
}

TEST(ServerNotice, IgnoresUnknownLinesFromANewerServer) {
  const std::string id = kId;
  const auto notice = ServerNotice::read("zoom " + id + ":gate 2\n\nlive " + id + ":gate\nviews\nviews " +
                                         id + "\nviews " + id + ":\nlive gate\nviews " + id + "-gate\n");
  EXPECT_EQ(notice, (ServerNotice{{{kOrganisation, "gate"}}, {}}));
}

}  // namespace
}  // namespace sas::relay
