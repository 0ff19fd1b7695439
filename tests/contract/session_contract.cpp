#include <string>

#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

Session session_of(const std::string& token_hash) {
  return {.id = SessionId(Uuid::v7(kMorning)),
          .organisation = kFirstOrganisation,
          .token_hash = token_hash,
          .begun_at = kMorning,
          .ends_at = kMorning + 12h,
          .last_at = kMorning + 720h};
}

}  // namespace

TEST_P(SessionContract, FindsWhatWasBegunByItsTokenAndItsIdAlsoAfterAReopening) {
  const Session one = session_of("a1");
  const Session other = session_of("b2");
  ASSERT_TRUE(run(store_->sessions().begin(one)));
  ASSERT_TRUE(run(store_->sessions().begin(other)));
  reopen();
  EXPECT_EQ(run(store_->sessions().find_by_token("a1")).value(), one);
  EXPECT_EQ(run(store_->sessions().find(other.id)).value(), other);
  EXPECT_EQ(run(store_->sessions().find_by_token("c3")).value(), std::nullopt);
  EXPECT_EQ(run(store_->sessions().find(SessionId(Uuid::v7(kMorning)))).value(), std::nullopt);
}

TEST_P(SessionContract, ExtendsButNeverShortens) {
  const Session one = session_of("a1");
  ASSERT_TRUE(run(store_->sessions().begin(one)));
  ASSERT_TRUE(run(store_->sessions().extend(one.id, kMorning + 20h)));
  ASSERT_TRUE(run(store_->sessions().extend(one.id, kMorning + 15h)));
  EXPECT_EQ(run(store_->sessions().find(one.id)).value()->ends_at, kMorning + 20h);
}

TEST_P(SessionContract, AnEndedSessionStaysEnded) {
  const Session one = session_of("a1");
  ASSERT_TRUE(run(store_->sessions().begin(one)));
  EXPECT_TRUE(run(store_->sessions().find(one.id)).value()->holds(kMorning + 1h));
  ASSERT_TRUE(run(store_->sessions().end(one.id, kMorning + 1h)));
  ASSERT_TRUE(run(store_->sessions().end(one.id, kMorning + 2h)));
  ASSERT_TRUE(run(store_->sessions().extend(one.id, kMorning + 20h)));
  const auto found = run(store_->sessions().find_by_token("a1")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->ended_at, kMorning + 1h);
  EXPECT_EQ(found->ends_at, kMorning + 12h);
  EXPECT_FALSE(found->holds(kMorning + 1h));
  EXPECT_TRUE(run(store_->sessions().end(SessionId(Uuid::v7(kMorning)), kMorning))) << "nothing to end";
}

TEST_P(SessionContract, HoldsUntilItIsUnusedOrItsLastDay) {
  Session session = session_of("a1");
  EXPECT_TRUE(session.holds(kMorning + 12h - 1us));
  EXPECT_FALSE(session.holds(kMorning + 12h));
  session.ends_at = kMorning + 1000h;
  EXPECT_FALSE(session.holds(kMorning + 720h));
}

TEST_P(SessionContract, ErasesWhatIsLongOver) {
  const Session old = session_of("a1");
  Session recent = session_of("b2");
  recent.ends_at = kMorning + 48h;
  ASSERT_TRUE(run(store_->sessions().begin(old)));
  ASSERT_TRUE(run(store_->sessions().begin(recent)));
  ASSERT_TRUE(run(store_->sessions().trim(kMorning + 24h)));
  EXPECT_EQ(run(store_->sessions().find(old.id)).value(), std::nullopt);
  EXPECT_TRUE(run(store_->sessions().find(recent.id)).value());
}

}  // namespace sas
