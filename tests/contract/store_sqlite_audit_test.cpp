// The audit log in a SQLite file that somebody changes.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <gtest/gtest.h>

#include "audit/chain.h"
#include "fixtures/temp_dir.h"
#include "store/sqlite/checksum_vfs.h"
#include "store/sqlite/sqlite_store.h"
#include "store_contract.h"

namespace sas {
namespace {

// What somebody does to the rows of the audit log in the file, with checksums of pages that are right again.
class SqliteAuditTest : public testing::Test {
 protected:
  static constexpr int kRows = 6;
  [[nodiscard]] Result<std::unique_ptr<SqliteStore>> open() const {
    SqliteOptions options;
    options.path = path_;
    return SqliteStore::open(options);
  }
  void write_rows() {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    for (int i = 0; i < kRows; ++i)
      ASSERT_TRUE(runner_.run((*store)->audit().append(audit::entry_of(
          kFirstOrganisation, {Subject::Kind::key, "k", "of a session"}, kMorning + std::chrono::minutes(i),
          "right_refused", "route:GET /api/v1/" + std::to_string(i), R"({"right":"manage"})"))));
  }
  void tamper(const std::string& statements) const {
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE, 0, store::sqlite::checksum_vfs());
    database.exec("DROP TRIGGER IF EXISTS audit_unchanged; DROP TRIGGER IF EXISTS audit_kept;" + statements);
  }
  // What `attend audit verify` finds. 0: nothing.
  [[nodiscard]] std::int64_t first_broken(std::optional<audit::Checkpoint> checkpoint = {}) {
    auto store = open();
    if (!store) return -1;
    const auto page = runner_.run(
        (*store)->audit().rows({.organisation = kFirstOrganisation, .page = {}, .oldest_first = true}));
    if (!page) return -1;
    audit::ChainCheck check(std::move(checkpoint));
    for (const audit::Row& row : page->items)
      if (const auto broken = check.add(row)) return broken->sequence;
    last_ = check.last();
    const auto broken = check.finish();
    return broken ? broken->sequence : 0;
  }

  void keep() const { std::filesystem::copy_file(path_, folder_ / "kept.db"); }
  void restore() const {
    std::filesystem::copy_file(folder_ / "kept.db", path_, std::filesystem::copy_options::overwrite_existing);
  }

  test::TempDir folder_;
  std::filesystem::path path_ = folder_ / "attendance.db";
  Runner runner_;
  audit::Checkpoint last_;
};

TEST_F(SqliteAuditTest, TheDatabaseRefusesToChangeOrDeleteRows) {
  write_rows();
  SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE, 0, store::sqlite::checksum_vfs());
  EXPECT_THROW(database.exec("UPDATE audit SET action = 'nothing'"), SQLite::Exception);
  EXPECT_THROW(database.exec("DELETE FROM audit"), SQLite::Exception);
}

TEST_F(SqliteAuditTest, AChangedColumnOfAnyRowIsNamed) {
  write_rows();
  keep();
  for (int row = 1; row <= kRows; ++row) {
    for (const char* change :
         {"at = at + 1", "subject_kind = 'open'", "subject_id = ''", "subject_key = 'x'",
          "action = substr(action, 2)", "target = target || ' '", "details = replace(details, 'm', 'M')",
          "details = CAST(x'7bff7d' AS TEXT)", "previous_hash = upper(previous_hash) || '0'",
          "hash = replace(hash, substr(hash, 1, 1), 'g')"}) {
      restore();
      tamper("UPDATE audit SET " + std::string(change) + " WHERE sequence = " + std::to_string(row));
      EXPECT_EQ(first_broken(), row) << change;
    }
  }
}

TEST_F(SqliteAuditTest, ADeletedRowSwappedRowsAndACutEndAreNamed) {
  write_rows();
  ASSERT_EQ(first_broken(), 0);
  const audit::Checkpoint checkpoint = last_;
  keep();
  for (int row = 1; row < kRows; ++row) {
    restore();
    tamper("DELETE FROM audit WHERE sequence = " + std::to_string(row));
    EXPECT_EQ(first_broken(), row);
    restore();
    const std::string one = std::to_string(row);
    const std::string next = std::to_string(row + 1);
    tamper("UPDATE audit SET sequence = -1 WHERE sequence = " + one + "; UPDATE audit SET sequence = " + one +
           " WHERE sequence = " + next + "; UPDATE audit SET sequence = " + next + " WHERE sequence = -1");
    EXPECT_EQ(first_broken(), row);
  }
  restore();
  tamper("DELETE FROM audit WHERE sequence > 4");
  EXPECT_EQ(first_broken(), 0) << "the log alone cannot show it";
  EXPECT_EQ(first_broken(checkpoint), 5);
}

}  // namespace
}  // namespace sas
