#include "cooldown/script/scripted_cooldown.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <openssl/evp.h>

namespace sas {
namespace {

using namespace std::chrono_literals;

// Lua numbers are doubles, which represent microseconds since 1970 exactly until the year 2255. Times are
// passed as text, because Lua's number formatting would round them.
//
// KEYS[1]: the person's claims. ARGV: 1 event, 2 captured_at, 3 until, 4 window, 5 now, all in microseconds,
// 6 how long an expired claim is kept, in milliseconds. Returns {granted, until}.
constexpr std::string_view kClaim = R"lua(
local captured, window, now = tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
local keep = tonumber(ARGV[6])
local held = redis.call('HGETALL', KEYS[1])
local clash, last, stale = nil, tonumber(ARGV[3]), {}
for i = 1, #held, 2 do
  local at, ends = string.match(held[i + 1], '^(%d+) (%d+)$')
  if held[i] == ARGV[1] then return {1, ends} end
  local until_us = tonumber(ends)
  if math.abs(tonumber(at) - captured) < window then
    if not clash or until_us > tonumber(clash) then clash = ends end
  elseif until_us + keep * 1000 < now then
    stale[#stale + 1] = held[i]
  end
  if until_us > last then last = until_us end
end
if clash then return {0, clash} end
for _, event in ipairs(stale) do redis.call('HDEL', KEYS[1], event) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
local rest = math.ceil((last - now) / 1000)
if rest < keep then rest = keep end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', rest))
return {1, ARGV[3]}
)lua";

// Late events of one walk-past arrive together, so a claim that has expired by the clock must still conflict
// with the next of them.
constexpr std::chrono::milliseconds kKeepRunOut = 10min;
// How many releases for other people one claim processes, to bound its delay.
constexpr std::size_t kGiveBackAtOnce = 16;
// Bounds memory. A release that does not fit blocks its person until the window is over.
constexpr std::size_t kMostOwed = 100'000;

std::string key_of(PersonId person) { return "sas:cooldown:" + person.to_string(); }

std::string microseconds(Timestamp time) { return std::to_string(time.time_since_epoch().count()); }

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 15U];
  }
  return hex;
}

Error unavailable(const std::string& why) {
  return Error::of(ErrorKind::unavailable, "cooldown_unavailable", "the cooldown's Redis: " + why);
}

std::optional<CooldownAnswer> answer_of(const RedisReply& reply) {
  if (reply.kind != RedisReply::Kind::array || reply.items.size() != 2) return std::nullopt;
  const RedisReply& granted = reply.items[0];
  const std::string& until = reply.items[1].text;
  std::int64_t count = 0;
  const auto [end, problem] = std::from_chars(until.data(), until.data() + until.size(), count);
  if (granted.kind != RedisReply::Kind::integer || problem != std::errc{} ||
      end != until.data() + until.size())
    return std::nullopt;
  return CooldownAnswer{granted.integer == 1, Timestamp(std::chrono::microseconds(count))};
}

}  // namespace

ScriptedCooldown::ScriptedCooldown(RedisCommands& commands, const Clock& clock)
    : commands_(commands), clock_(clock), script_sha1_(sha1_hex(kClaim)) {}

Task<Result<RedisReply>> ScriptedCooldown::ask(RedisCommand command) {
  auto reply = co_await commands_.execute(std::move(command));
  if (!reply) co_return unavailable(reply.error().message);
  if (reply->kind == RedisReply::Kind::error) co_return unavailable("it answered \"" + reply->text + "\"");
  co_return reply;
}

Task<Result<RedisReply>> ScriptedCooldown::run_script(RedisCommand keys_and_arguments) {
  RedisCommand command{"EVALSHA", script_sha1_};
  command.insert(command.end(), keys_and_arguments.begin(), keys_and_arguments.end());
  auto reply = co_await commands_.execute(std::move(command));
  if (!reply) co_return unavailable(reply.error().message);
  if (reply->is_error("NOSCRIPT")) {
    // A Redis started since then; EVAL makes it keep the script.
    command.assign({"EVAL", std::string(kClaim)});
    command.insert(command.end(), std::make_move_iterator(keys_and_arguments.begin()),
                   std::make_move_iterator(keys_and_arguments.end()));
    co_return co_await ask(std::move(command));
  }
  if (reply->kind == RedisReply::Kind::error) co_return unavailable("it answered \"" + reply->text + "\"");
  co_return reply;
}

Task<Result<CooldownAnswer>> ScriptedCooldown::try_claim(CooldownClaim claim) {
  if (claim.window <= 0s)
    co_return Error::of(ErrorKind::invalid_argument, "invalid_window",
                        "a cooldown claim needs a window of at least a second, not " +
                            std::to_string(claim.window.count()) + " s; with no cooldown there is no claim");
  const auto settled = co_await give_back(claim.person);
  if (!settled) co_return settled.error();
  RedisCommand arguments{"1",
                         key_of(claim.person),
                         claim.event.to_string(),
                         microseconds(claim.captured_at),
                         microseconds(claim.captured_at + claim.window),
                         std::to_string(std::chrono::microseconds(claim.window).count()),
                         microseconds(clock_.now()),
                         std::to_string(kKeepRunOut.count())};
  const auto reply = co_await run_script(std::move(arguments));
  if (!reply) co_return reply.error();
  const auto answer = answer_of(*reply);
  if (!answer) co_return unavailable("its answer to a claim is malformed");
  co_return *answer;
}

Task<Result<void>> ScriptedCooldown::release(PersonId person, EventId event) {
  RedisCommand command{"HDEL", key_of(person), event.to_string()};
  const auto reply = co_await ask(std::move(command));
  if (!reply) owe({person, event});
  co_return Result<void>{};
}

Task<Result<void>> ScriptedCooldown::forget(PersonId person) {
  RedisCommand command{"DEL", key_of(person)};
  const auto reply = co_await ask(std::move(command));
  if (!reply) co_return reply.error();
  co_return Result<void>{};
}

Task<Result<void>> ScriptedCooldown::ping() {
  RedisCommand command{"PING"};
  const auto reply = co_await commands_.execute(std::move(command));
  if (!reply) co_return reply.error();
  if (reply->kind == RedisReply::Kind::error) co_return unavailable("it answered \"" + reply->text + "\"");
  co_return Result<void>{};
}

void ScriptedCooldown::owe(const std::pair<PersonId, EventId>& claim) {
  const std::lock_guard lock(mutex_);
  if (owed_.size() < kMostOwed) owed_.insert(claim);
}

ScriptedCooldown::Owed ScriptedCooldown::take_owed(PersonId person) {
  Owed taken;
  const std::lock_guard lock(mutex_);
  if (owed_.empty()) return taken;
  const auto [first, last] = owed_.equal_range(person);
  taken.assign(first, last);
  owed_.erase(first, last);
  for (std::size_t i = 0; i < kGiveBackAtOnce && !owed_.empty(); ++i) {
    taken.push_back(*owed_.begin());
    owed_.erase(owed_.begin());
  }
  return taken;
}

// Retries a failed release. It may have left a claim without a record, which would keep `person` from being
// marked.
Task<Result<void>> ScriptedCooldown::give_back(PersonId person) {
  Owed taken = take_owed(person);
  while (!taken.empty()) {
    RedisCommand command{"HDEL", key_of(taken.back().first), taken.back().second.to_string()};
    const auto reply = co_await ask(std::move(command));
    if (!reply) {
      for (const auto& claim : taken) owe(claim);
      co_return reply.error();
    }
    taken.pop_back();
  }
  co_return Result<void>{};
}

}  // namespace sas
