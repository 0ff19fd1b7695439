// The gate contract on the in-memory gate, and its own features: restoring claims and dropping expired ones.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "cooldown/memory/memory_cooldown.h"
#include "cooldown_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;

// The clock must live as long as the program.
const SystemClock& system_clock() {
  static const SystemClock clock;
  return clock;
}

INSTANTIATE_TEST_SUITE_P(Memory, CooldownContract,
                         testing::Values(CooldownFactory{
                             "Memory", [] { return std::make_unique<MemoryCooldown>(system_clock()); }, {}}),
                         [](const auto& instance) { return instance.param.name; });

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return time; }
  Timestamp time{1795334400s};
};

CooldownAnswer claim(MemoryCooldown& gate, CooldownClaim wanted) {
  boost::asio::io_context context;
  auto future = boost::asio::co_spawn(context, gate.try_claim(wanted), boost::asio::use_future);
  context.run();
  return *future.get();
}

TEST(MemoryCooldown, HoldsRestoredClaims) {
  FixedClock clock;
  MemoryCooldown gate(clock);
  const PersonId ada = PersonId::make(clock.time);
  const EventId walk = EventId::make(clock.time);
  gate.restore({{ada, walk, clock.time - 1h, 12h}});
  const CooldownAnswer refused = claim(gate, {ada, EventId::make(clock.time), clock.time, 12h});
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.until, clock.time + 11h);
  EXPECT_TRUE(claim(gate, {ada, walk, clock.time - 1h, 12h}).granted);
}

TEST(MemoryCooldown, DoesNotGrowWithExpiredClaims) {
  FixedClock clock;
  MemoryCooldown gate(clock);
  const PersonId regular = PersonId::make(clock.time);
  std::size_t most = 0;
  for (int i = 0; i < 200000; ++i) {
    clock.time += 1s;
    EXPECT_TRUE(
        claim(gate, {PersonId::make(clock.time), EventId::make(clock.time), clock.time, 60s}).granted);
    most = std::max(most, gate.size());
  }
  EXPECT_LT(most, 10000U);
  EXPECT_TRUE(claim(gate, {regular, EventId::make(clock.time), clock.time, 60s}).granted);
  EXPECT_FALSE(claim(gate, {regular, EventId::make(clock.time), clock.time + 59s, 60s}).granted);
}

}  // namespace
}  // namespace sas
