#include <set>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include "base/async_mutex.h"
#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/uuid.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, RoundTripsWithAndWithoutAFraction) {
  for (const char* text : {"2026-11-22T15:47:35Z", "2026-11-22T15:47:35.120000Z", "1970-01-01T00:00:00Z",
                           "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                           "2024-02-29T23:59:59.999999Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(to_rfc3339(*time), text);
  }
}

TEST(Rfc3339, AppliesTheOffset) {
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-01-01T00:30:00+01:00")), "2025-12-31T23:30:00Z");
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("1970-01-01T00:00:00+14:00")), "1969-12-31T10:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-01-01T00:30:00.5-05:30")), "2026-01-01T06:00:00.500000Z");
}

TEST(Rfc3339, RefusesTextThatIsNotATimeWithAnOffset) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T15:47:35", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-11-22T24:00:00Z", "2026-11-22T15:47:35.Z", "2026-11-22T15:47:35Zx", "now",
        "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-11-22T15:47:35+1:00", "2026-1--1T00:00:00Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, "invalid_time");
  }
}

TEST(UuidV7, IsUniqueOrderedAndRoundTrips) {
  const SystemClock clock;
  std::set<Uuid> seen;
  Uuid last;
  for (int i = 0; i < 20000; ++i) {
    const Uuid id = Uuid::v7(clock.now());
    EXPECT_LT(last, id);
    last = id;
    EXPECT_TRUE(seen.insert(id).second);
  }
  const auto parsed = Uuid::parse(last.to_string());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, last);
  EXPECT_EQ(last.to_string()[14], '7');
}

TEST(UuidV7, RefusesOtherText) {
  for (const char* text : {"", "x", "01234567-89ab-7cde-8f01-23456789abcg",
                           "0123456789ab7cde8f0123456789abcd0000", "01234567-89ab-7cde-8f01-23456789abcd "}) {
    EXPECT_FALSE(Uuid::parse(text)) << text;
  }
}

TEST(BoundedQueue, RefusesWhenFullAndDrainsAfterClose) {
  BoundedQueue<int> queue(2);
  EXPECT_TRUE(queue.try_push(1));
  EXPECT_TRUE(queue.try_push(2));
  EXPECT_FALSE(queue.try_push(3));
  queue.close();
  EXPECT_FALSE(queue.try_push(4));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, WakesAWaitingReader) {
  BoundedQueue<int> queue(1);
  std::optional<int> got;
  std::thread reader([&] { got = queue.pop(); });
  EXPECT_TRUE(queue.try_push(7));
  reader.join();
  EXPECT_EQ(got, 7);
}

// Only the coroutines' own executors run: the mutex must not wait for another one.
TEST(AsyncMutex, ServesWaitersInTheOrderInWhichTheyAsked) {
  AsyncMutex mutex;
  boost::asio::io_context context;
  std::vector<int> entered;
  const auto enter = [&](int number) -> Task<void> {
    const auto lock = co_await mutex.lock();
    entered.push_back(number);
    co_await boost::asio::post(boost::asio::use_awaitable);
    entered.push_back(number);
  };
  for (int i = 0; i < 4; ++i) boost::asio::co_spawn(context, enter(i), boost::asio::detached);
  context.run();
  EXPECT_EQ(entered, (std::vector<int>{0, 0, 1, 1, 2, 2, 3, 3}));
}

TEST(AsyncMutex, ExcludesCoroutinesOfSeveralThreads) {
  AsyncMutex mutex;
  int count = 0;
  boost::asio::thread_pool threads(4);
  const auto add = [&]() -> Task<void> {
    for (int i = 0; i < 1000; ++i) {
      const auto lock = co_await mutex.lock();
      ++count;
    }
  };
  for (int i = 0; i < 8; ++i) boost::asio::co_spawn(threads, add(), boost::asio::detached);
  threads.join();
  EXPECT_EQ(count, 8000);
}

TEST(AsyncMutex, IsHandedOnWhenAWaiterIsDestroyedBeforeItRuns) {
  AsyncMutex mutex;
  bool entered = false;
  // A coroutine refers to the lambda that it was made of, which must live as long.
  const auto hold = [&]() -> Task<void> {
    const auto lock = co_await mutex.lock();
    co_await boost::asio::post(boost::asio::use_awaitable);
  };
  const auto wait = [&]() -> Task<void> {
    const auto lock = co_await mutex.lock();
    entered = true;
  };
  boost::asio::io_context living;
  {
    boost::asio::io_context doomed;
    boost::asio::co_spawn(doomed, hold(), boost::asio::detached);
    doomed.poll_one();
    doomed.poll_one();
    boost::asio::co_spawn(living, wait(), boost::asio::detached);
    living.poll();
    EXPECT_FALSE(entered);
  }
  living.restart();
  living.poll();
  EXPECT_TRUE(entered);
}

}  // namespace
}  // namespace sas
