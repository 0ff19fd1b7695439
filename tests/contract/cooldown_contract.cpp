#include "cooldown_contract.h"

#include <future>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace sas {

using namespace std::chrono_literals;

namespace {

// Claims are judged by capture time alone; the current time ensures that they have not expired.
Timestamp now() { return SystemClock().now(); }
PersonId someone() { return PersonId::make(now()); }
EventId event() { return EventId::make(now()); }

template <class T>
T run(Task<T> task) {
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
  context.run();
  return future.get();
}

}  // namespace

CooldownAnswer CooldownContract::claim(PersonId person, EventId event, Timestamp captured_at,
                                       std::chrono::seconds window) {
  const auto answer = run(gate_->try_claim({person, event, captured_at, window}));
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return *answer;
}

TEST_P(CooldownContract, AClaimHoldsForItsWindow) {
  const PersonId ada = someone();
  const Timestamp start = now();
  const CooldownAnswer first = claim(ada, event(), start);
  EXPECT_TRUE(first.granted);
  EXPECT_EQ(first.until, start + 12h);
  const CooldownAnswer second = claim(ada, event(), start + 12h - 1ms);
  EXPECT_FALSE(second.granted);
  EXPECT_EQ(second.until, start + 12h) << "when the existing claim expires";
  EXPECT_TRUE(claim(ada, event(), start + 12h).granted) << "exactly one window later";
}

TEST_P(CooldownContract, ALateEventIsJudgedByItsOwnTime) {
  const PersonId ada = someone();
  const Timestamp start = now();
  EXPECT_TRUE(claim(ada, event(), start, 1h).granted);
  EXPECT_FALSE(claim(ada, event(), start - 59min, 1h).granted) << "earlier, within the window";
  EXPECT_TRUE(claim(ada, event(), start - 1h, 1h).granted) << "earlier, outside the window";
}

TEST_P(CooldownContract, TheSameEventIsGrantedAgain) {
  const PersonId ada = someone();
  const EventId walk = event();
  const Timestamp start = now();
  const CooldownAnswer first = claim(ada, walk, start);
  const CooldownAnswer again = claim(ada, walk, start);
  EXPECT_TRUE(again.granted);
  EXPECT_EQ(again.until, first.until);
}

TEST_P(CooldownContract, ClaimsOfDifferentPeopleAreIndependent) {
  const Timestamp start = now();
  EXPECT_TRUE(claim(someone(), event(), start).granted);
  EXPECT_TRUE(claim(someone(), event(), start).granted);
}

TEST_P(CooldownContract, GrantsOneOfManyConcurrentClaims) {
  boost::asio::thread_pool threads(4);
  for (int round = 0; round < 20; ++round) {
    const PersonId ada = someone();
    const Timestamp start = now();
    std::vector<std::future<Result<CooldownAnswer>>> pending;
    for (int i = 0; i < 64; ++i)
      pending.push_back(boost::asio::co_spawn(threads, gate_->try_claim({ada, event(), start + i * 1ms, 1h}),
                                              boost::asio::use_future));
    int granted = 0;
    for (auto& future : pending) granted += future.get()->granted ? 1 : 0;
    EXPECT_EQ(granted, 1);
  }
  threads.join();  // no thread is inside the gate when it is destroyed,
  gate_.reset();   // and it posts nothing to stopped threads
}

TEST_P(CooldownContract, OnlyTheHolderCanReleaseAClaim) {
  const PersonId ada = someone();
  const EventId walk = event();
  const Timestamp start = now();
  EXPECT_TRUE(claim(ada, walk, start).granted);
  EXPECT_TRUE(run(gate_->release(ada, event())));
  EXPECT_TRUE(run(gate_->release(someone(), walk)));
  EXPECT_FALSE(claim(ada, event(), start).granted) << "nobody else can release it";
  EXPECT_TRUE(run(gate_->release(ada, walk)));
  EXPECT_TRUE(claim(ada, event(), start).granted);
}

TEST_P(CooldownContract, AForgottenPersonCanBeClaimedAgain) {
  const PersonId ada = someone();
  const PersonId bob = someone();
  const Timestamp start = now();
  EXPECT_TRUE(claim(ada, event(), start).granted);
  EXPECT_TRUE(claim(bob, event(), start).granted);
  EXPECT_TRUE(run(gate_->forget(ada)));
  EXPECT_TRUE(run(gate_->forget(someone())));
  EXPECT_TRUE(claim(ada, event(), start).granted);
  EXPECT_FALSE(claim(bob, event(), start).granted);
}

TEST_P(CooldownContract, RefusesAClaimWithoutAWindow) {
  const auto answer = run(gate_->try_claim({someone(), event(), now(), 0s}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid_argument);
}

}  // namespace sas
