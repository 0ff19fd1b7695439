#include <functional>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "audit/chain.h"
#include "audit/row_json.h"

namespace sas::audit {
namespace {

using testing::HasSubstr;

constexpr OrganisationId kOrganisation{Uuid({0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1})};
constexpr Timestamp kAt{std::chrono::microseconds{1795334400123456}};

// A chain as a store makes it.
std::vector<Row> chain_of(int length) {
  std::vector<Row> rows;
  for (int i = 1; i <= length; ++i) {
    Row row{
        .sequence = i,
        .entry = entry_of(kOrganisation, {Subject::Kind::session, "s1", "k1"}, kAt + std::chrono::seconds(i),
                          "person_changed", "person:" + std::to_string(i), R"({"changed":["code"]})"),
        .previous_hash = rows.empty() ? no_hash() : rows.back().hash,
        .hash = {}};
    row.hash = hash_of(row);
    rows.push_back(row);
  }
  return rows;
}

std::optional<Break> first_break(const std::vector<Row>& rows, std::optional<Checkpoint> checkpoint = {}) {
  ChainCheck check(std::move(checkpoint));
  for (const Row& row : rows)
    if (auto broken = check.add(row)) return broken;
  return check.finish();
}

TEST(AuditRow, HashesTheBytesOfItsDescription) {
  const Row row{
      .sequence = 7,
      .entry = entry_of(kOrganisation, {Subject::Kind::key, "k", ""}, kAt, "right_refused", "", "{}"),
      .previous_hash = no_hash(),
      .hash = {}};
  // Of 18:attendance-audit-1,36:00000000-0000-4000-8000-000000000001,1:7,16:1795334400123456,3:key,1:k,0:,
  // 13:right_refused,0:,2:{},64:0000…, on one line, by sha256sum.
  EXPECT_EQ(hash_of(row), "afa61ebd7f53f16447e6aba60ad2a3e55c9fd5c6696f6181f507b7604999d0ec");
}

TEST(AuditRow, ComesBackFromJsonAsItWas) {
  const Row row = chain_of(2).back();
  const auto again = from_json(boost::json::parse(boost::json::serialize(to_json(row))).get_object());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, row);
}

TEST(AuditRow, IsShownAlsoWhenItsBytesAreNoText) {
  Row row = chain_of(1).back();
  row.entry.target = "person:\xff";
  row.entry.details = "{\"changed\":[\"code\"";
  const auto again = from_json(boost::json::parse(boost::json::serialize(to_json(row))).get_object());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_THAT(first_break({*again})->why, HasSubstr("row 1 was changed"));
}

TEST(AuditRow, RefusesJsonThatIsNoRow) {
  const auto whole = to_json(chain_of(1).back());
  for (const auto& [field, value] : whole) {
    boost::json::object part = whole;
    part.erase(field);
    const auto refused = from_json(part);
    ASSERT_FALSE(refused) << field;
    EXPECT_THAT(refused.error().message, HasSubstr(std::string(field)));
  }
}

TEST(AuditChain, IsWhole) {
  const auto rows = chain_of(5);
  EXPECT_FALSE(first_break(rows));
  EXPECT_FALSE(first_break({}));
  EXPECT_FALSE(first_break(rows, Checkpoint{3, rows[2].hash}));
  EXPECT_FALSE(first_break(rows, Checkpoint{5, rows[4].hash}));
  EXPECT_FALSE(first_break(rows, Checkpoint{})) << "the checkpoint of an empty log";
}

TEST(AuditChain, NamesTheRowWithAChangedByte) {
  const std::vector<std::function<std::string&(Row&)>> texts{
      [](Row& row) -> std::string& { return row.entry.subject_kind; },
      [](Row& row) -> std::string& { return row.entry.subject_id; },
      [](Row& row) -> std::string& { return row.entry.subject_key; },
      [](Row& row) -> std::string& { return row.entry.action; },
      [](Row& row) -> std::string& { return row.entry.target; },
      [](Row& row) -> std::string& { return row.entry.details; },
      [](Row& row) -> std::string& { return row.previous_hash; },
      [](Row& row) -> std::string& { return row.hash; }};
  for (const auto& text : texts) {
    const std::string whole = text(chain_of(3)[1]);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      auto rows = chain_of(3);
      text(rows[1])[i] ^= 1;
      const auto broken = first_break(rows);
      ASSERT_TRUE(broken) << whole << " at " << i;
      EXPECT_EQ(broken->sequence, 2);
    }
  }
  auto rows = chain_of(3);
  rows[1].entry.at += std::chrono::microseconds(1);
  EXPECT_EQ(first_break(rows)->sequence, 2);
}

TEST(AuditChain, NamesTheRowThatWasReplacedByOneWithAHashOfItsOwn) {
  auto rows = chain_of(4);
  rows[1].entry.target = "person:other";
  rows[1].hash = hash_of(rows[1]);
  EXPECT_EQ(first_break(rows)->sequence, 3) << "the next one does not continue it";
}

TEST(AuditChain, NamesAMissingRow) {
  for (std::ptrdiff_t at = 0; at < 4; ++at) {
    auto rows = chain_of(5);
    rows.erase(rows.begin() + at);
    const auto broken = first_break(rows);
    ASSERT_TRUE(broken);
    EXPECT_EQ(broken->sequence, at + 1);
    EXPECT_THAT(broken->why, HasSubstr("row " + std::to_string(at + 1) + " is missing"));
  }
}

TEST(AuditChain, NamesSwappedRows) {
  auto rows = chain_of(4);
  std::swap(rows[1], rows[2]);
  EXPECT_EQ(first_break(rows)->sequence, 2);
  rows = chain_of(4);
  std::swap(rows[1].entry, rows[2].entry);
  EXPECT_EQ(first_break(rows)->sequence, 2);
}

TEST(AuditChain, ACheckpointShowsThatTheEndWasCutOffOrRewritten) {
  auto rows = chain_of(5);
  const Checkpoint checkpoint{5, rows[4].hash};
  rows.erase(rows.begin() + 3, rows.end());
  EXPECT_FALSE(first_break(rows)) << "alone, a log cannot show this";
  const auto cut = first_break(rows, checkpoint);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->sequence, 4);
  for (int i = 0; i < 2; ++i) {
    Row row = rows.back();
    row.entry.target = "person:forged";
    ++row.sequence;
    row.previous_hash = rows.back().hash;
    row.hash = hash_of(row);
    rows.push_back(row);
  }
  EXPECT_FALSE(first_break(rows));
  const auto rewritten = first_break(rows, checkpoint);
  ASSERT_TRUE(rewritten);
  EXPECT_EQ(rewritten->sequence, 5);
  EXPECT_THAT(rewritten->why, HasSubstr("checkpoint"));
}

TEST(AuditChain, ReadsACheckpointAsItWasPrinted) {
  const Checkpoint checkpoint{17, chain_of(1)[0].hash};
  EXPECT_EQ(parse_checkpoint(to_text(checkpoint)).value(), checkpoint);
  for (const char* text : {"", "17", "17:", ":", "x:00", "17:0123", "-1:"}) {
    const auto refused = parse_checkpoint(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, "invalid_checkpoint");
  }
}

}  // namespace
}  // namespace sas::audit
