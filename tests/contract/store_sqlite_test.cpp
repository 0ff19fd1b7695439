// The store contract on SQLite, and cases specific to it: files, damage, a full disk, kill -9, the schema.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/sqlite/checksum_vfs.h"
#include "store/sqlite/sqlite_store.h"
#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "sas_store_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

SqliteOptions options_for(const fs::path& path) {
  SqliteOptions options;
  options.path = path;
  return options;
}

class SqliteHome final : public StoreHome {
 public:
  std::unique_ptr<Store> open() override {
    auto store = SqliteStore::open(options_for(folder_ / "attendance.db"));
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
  }

 private:
  Folder folder_;
};

SAS_INSTANTIATE_STORE_CONTRACTS(Sqlite, testing::Values(StoreFactory{
                                            "Sqlite", [] { return std::make_unique<SqliteHome>(); }}));

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SqliteStoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<SqliteStore> open() const {
    auto store = SqliteStore::open(options_for(path_));
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return nullptr;
    }
    return std::move(*store);
  }
  [[nodiscard]] Error refusal() const {
    auto store = SqliteStore::open(options_for(path_));
    if (!store) return store.error();
    ADD_FAILURE() << "opened";
    return {};
  }
  void sql(const std::string& statements) const {
    // As a program that keeps the checksums of pages.
    SQLite::Database database(path_.string(), SQLite::OPEN_READWRITE, 0, store::sqlite::checksum_vfs());
    database.exec(statements);
  }
  Person add(Store& store, const std::string& code, int faces = 0) {
    Person person = new_person(code, "Name of " + code);
    std::vector<FaceTemplate> templates;
    for (int i = 0; i < faces; ++i) templates.push_back(face_of(person, i));
    EXPECT_TRUE(runner_.run(store.people().add_person(kCaller, person, templates)));
    return person;
  }
  Result<Decision> record(Store& store, const Person& person, Timestamp captured_at,
                          std::chrono::seconds window = 0s) {
    const Sighting sighting = sighting_at(captured_at);
    return runner_.run(store.log().record(kCaller, sighting, mark(sighting, person), window));
  }

  Folder folder_;
  fs::path path_ = folder_ / "attendance.db";
  Runner runner_;
};

TEST_F(SqliteStoreTest, CreatesItsFolderAndAFileOnlyTheOwnerCanRead) {
  path_ = folder_ / "data/deep/attendance.db";
  const auto store = open();
  ASSERT_TRUE(store);
  for (const char* suffix : {"", "-wal", "-shm", ".lock"})
    EXPECT_EQ(fs::status(path_.string() + suffix).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << suffix;
}

TEST_F(SqliteStoreTest, TakesTheRightsOfOthersFromFilesThatAreThere) {
  open().reset();
  fs::permissions(
      path_, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read);
  std::ofstream(path_.string() + "-wal").close();
  const auto store = open();
  for (const char* suffix : {"", "-wal", "-shm"})
    EXPECT_EQ(fs::status(path_.string() + suffix).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << suffix;
}

TEST_F(SqliteStoreTest, FollowsNoLinkThatSomebodyPutInPlaceOfTheLock) {
  const fs::path elsewhere = folder_ / "precious";
  std::ofstream(elsewhere) << "kept";
  fs::create_symlink(elsewhere, path_.string() + ".lock");
  EXPECT_EQ(refusal().code, "storage_unwritable");
  EXPECT_EQ(fs::file_size(elsewhere), 4U);
}

TEST_F(SqliteStoreTest, RefusesASecondServerOverAnotherNameOfTheFile) {
  const auto store = open();
  const fs::path first = path_;
  path_ = folder_ / "other.db";
  fs::create_hard_link(first, path_);
  EXPECT_EQ(refusal().code, "database_in_use");
}

TEST_F(SqliteStoreTest, RefusesASecondServerAfterItsLockFileWasRemoved) {
  const auto store = open();
  fs::remove(path_.string() + ".lock");
  EXPECT_EQ(refusal().code, "database_in_use");
}

TEST_F(SqliteStoreTest, RecordsNothingInAFileThatWasRemoved) {
  const auto store = open();
  const Person person = add(*store, "7");
  ASSERT_TRUE(record(*store, person, kMorning));
  const fs::path aside = path_.string() + ".aside";
  fs::rename(path_, aside);
  const auto refused = record(*store, person, kMorning + std::chrono::hours(24));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(refused.error().code, "database_removed");
  EXPECT_NE(refused.error().message.find(path_.string()), std::string::npos) << refused.error().message;
  fs::rename(aside, path_);
  EXPECT_TRUE(record(*store, person, kMorning + std::chrono::hours(24)));
}

TEST_F(SqliteStoreTest, LeavesOneFileAfterAnOrderlyShutdown) {
  auto store = open();
  add(*store, "7", 2);
  store.reset();
  EXPECT_FALSE(fs::exists(path_.string() + "-wal"));
}

TEST_F(SqliteStoreTest, TheWalStaysSmallUnderContinuousWrites) {
  SqliteOptions options = options_for(path_);
  options.log_pages = 8;
  auto store = SqliteStore::open(options);
  ASSERT_TRUE(store) << store.error().message;
  const Person person = add(**store, "7");
  constexpr int kMarks = 300;  // of several pages each
  for (int i = 0; i < kMarks; ++i) ASSERT_TRUE(record(**store, person, kMorning + std::chrono::seconds(i)));
  constexpr std::uintmax_t kMostPages = 200;
  constexpr std::uintmax_t kPageBytes = 4096;
  EXPECT_LT(fs::file_size(path_.string() + "-wal"), kMostPages * kPageBytes);
}

TEST_F(SqliteStoreTest, RefusesASecondServer) {
  const auto store = open();
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::failed_precondition);
  EXPECT_EQ(error.code, "database_in_use");
  EXPECT_NE(error.message.find(std::to_string(getpid())), std::string::npos) << error.message;
}

TEST_F(SqliteStoreTest, RefusesANewerSchemaAndLeavesItUnchanged) {
  open().reset();
  sql("INSERT INTO schema_version VALUES (999, '0999_future.sql', 0)");
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::failed_precondition);
  EXPECT_EQ(error.code, "schema_newer");
  EXPECT_NE(error.message.find("999"), std::string::npos);
  EXPECT_EQ(error.details.at("database").as_int64(), 999);
  EXPECT_GE(error.details.at("program").as_int64(), 1);
}

TEST_F(SqliteStoreTest, RestoresMissingObjects) {
  auto store = open();
  const Person ada = add(*store, "7");
  ASSERT_TRUE(record(*store, ada, kMorning));
  store.reset();
  sql("DROP TABLE cameras; DROP TABLE schema_version; DROP INDEX attendance_time; DROP INDEX "
      "persons_living_code;"
      "DROP TRIGGER attendance_window");
  store = open();
  ASSERT_TRUE(store);
  ASSERT_TRUE(record(*store, ada, kMorning + 1h));
  EXPECT_EQ(runner_.run(store->cameras().cameras(kFirstOrganisation))->size(), 1U);
  EXPECT_EQ(runner_.run(store->log().attendance({.organisation = kFirstOrganisation}))->items.size(), 2U)
      << "nothing else was touched";
  store.reset();
  SQLite::Database database(path_.string());
  for (const char* name :
       {"cameras", "schema_version", "attendance_time", "persons_living_code", "attendance_window"}) {
    SQLite::Statement query(database, "SELECT count(*) FROM sqlite_master WHERE name = ?");
    query.bind(1, name);
    ASSERT_TRUE(query.executeStep());
    EXPECT_EQ(query.getColumn(0).getInt(), 1) << name;
  }
}

// A copy of the templates could not otherwise detect changes made while the trigger was missing.
TEST_F(SqliteStoreTest, ARestoredTriggerChangesTheFingerprint) {
  auto store = open();
  add(*store, "7");
  const auto before = runner_.run(store->templates().template_fingerprint());
  ASSERT_TRUE(before);
  store.reset();
  sql("DROP TRIGGER face_templates_removed");
  store = open();
  ASSERT_TRUE(store);
  const auto after = runner_.run(store->templates().template_fingerprint());
  ASSERT_TRUE(after);
  EXPECT_NE(*after, *before);
  store.reset();
  sql("DELETE FROM template_state");
  store = open();
  ASSERT_TRUE(store);
  const auto again = runner_.run(store->templates().template_fingerprint());
  ASSERT_TRUE(again);
  EXPECT_NE(*again, *after);
}

TEST_F(SqliteStoreTest, RestoresTheTablesTheLogRefersTo) {
  auto store = open();
  const Person ada = add(*store, "7");
  ASSERT_TRUE(record(*store, ada, kMorning));
  store.reset();
  sql("PRAGMA foreign_keys = OFF; DROP TABLE persons; DROP TABLE sightings; DROP TABLE organisations");
  store = open();
  ASSERT_TRUE(store);
  const auto log = runner_.run(store->log().attendance({.organisation = kFirstOrganisation}));
  ASSERT_TRUE(log);
  ASSERT_EQ(log->items.size(), 1U) << "the record is still there";
  EXPECT_EQ(log->items[0].person.id, ada.id);
  add(*store, "8");
}

// A file as the program before migration 9 left it.
TEST_F(SqliteStoreTest, TakesTheOutcomesAndKeepsTheRowsOfAnOlderFile) {
  std::vector<fs::path> migrations;
  for (const auto& entry : fs::directory_iterator("migrations/sqlite"))
    if (entry.path().filename() < "0009") migrations.push_back(entry.path());
  std::ranges::sort(migrations);
  ASSERT_GE(migrations.size(), 7U);
  Sighting sighting = sighting_at(kMorning);
  const Person ada = new_person("7", "Ada");
  {
    SQLite::Database old(path_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec("PRAGMA application_id = " + std::to_string(0x53415361));
    for (const fs::path& migration : migrations) old.exec(bytes_of(migration));
    old.exec("PRAGMA user_version = " + migrations.back().filename().string().substr(0, 4));
    const auto blob = [](const Uuid& id) {
      std::string text = id.to_string();
      std::erase(text, '-');
      return "x'" + text + "'";
    };
    const std::string organisation = blob(kFirstOrganisation.value());
    const std::string person = blob(ada.id.value());
    const std::string event = blob(sighting.event.value());
    const std::string at = std::to_string(kMorning.time_since_epoch().count());
    old.exec("INSERT INTO persons VALUES (" + person + ", " + organisation +
             ", '7', 'Ada', 'ada', 0, 0, NULL)");
    old.exec("INSERT INTO cameras VALUES (" + organisation + ", 'gate', " + at + ", " + at + ", 0, 1)");
    old.exec(
        "INSERT INTO sightings (organisation_id, event_id, outcome, camera_id, model, person_id, "
        "attendance_id, threshold, captured_at, received_at, cooldown_until) VALUES (" +
        organisation + ", " + event + ", 'marked', 'gate', 'm', " + person + ", " + event + ", 0.35, " + at +
        ", " + at + ", " + at + " + 43200000000)");
    old.exec("INSERT INTO attendance VALUES (" + organisation + ", " + event + ", " + event + ", " + person +
             ", 'gate', " + at + ", " + at + " + 43200000000)");
    EXPECT_THROW(old.exec("UPDATE sightings SET outcome = 'unproven'"), SQLite::Exception);
  }
  auto store = open();
  ASSERT_TRUE(store);
  const auto log = runner_.run(store->log().attendance({.organisation = kFirstOrganisation}));
  ASSERT_EQ(log->items.size(), 1U);
  EXPECT_EQ(log->items[0].event, sighting.event);
  // The old event has no fingerprint, so nothing is compared.
  sighting.content = ContentDigest{1};
  EXPECT_EQ(runner_.run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h))->outcome,
            Outcome::marked);
  const Sighting later = sighting_at(kMorning + 1min);
  Decision unproven;
  unproven.event = later.event;
  unproven.outcome = Outcome::unproven;
  const auto stored = runner_.run(store->log().record(kCaller, later, unproven, 12h));
  EXPECT_TRUE(stored) << stored.error().message;
  EXPECT_EQ(runner_.run(store->cameras().cameras(kFirstOrganisation))->at(0).events, 2);
  EXPECT_EQ(record(*store, ada, kMorning + 1h, 12h)->outcome, Outcome::cooldown) << "the trigger is there";
  store.reset();
  EXPECT_THROW(sql("UPDATE sightings SET outcome = 'nonsense'"), SQLite::Exception);
  SQLite::Database database(path_.string());
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(SqliteStoreTest, ALostKeyOfTheEventsIsReplaced) {
  auto store = open();
  const Person ada = add(*store, "7");
  Sighting sighting = sighting_at(kMorning);
  sighting.content = ContentDigest{1};
  ASSERT_TRUE(runner_.run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h)));
  store.reset();
  sql("DROP TABLE event_key");
  store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(runner_.run(store->log().record(kCaller, sighting, mark(sighting, ada), 12h))->outcome,
            Outcome::marked)
      << "what the old key made is not compared";
}

// The stored fingerprint is not the digest that came in, and differs from database to database.
TEST_F(SqliteStoreTest, AFingerprintIsMadeWithTheKeyOfItsDatabase) {
  Sighting sighting = sighting_at(kMorning);
  sighting.content = ContentDigest{1};
  Decision unknown;
  unknown.event = sighting.event;
  const auto fingerprint_in = [&](const fs::path& path) {
    {
      auto opened = SqliteStore::open(options_for(path)).value();
      EXPECT_TRUE(runner_.run(opened->log().record(kCaller, sighting, unknown, 12h)));
    }
    SQLite::Database database(path.string());
    return database.execAndGet("SELECT hex(fingerprint) FROM sightings").getString();
  };
  const std::string here = fingerprint_in(path_);
  EXPECT_EQ(here.size(), 32U);
  EXPECT_NE(here, fingerprint_in(folder_ / "other.db"));
}

// As the migration to searches without accents leaves them.
TEST_F(SqliteStoreTest, FillsInTheSearchTextsThatAMigrationHasEmptied) {
  auto store = open();
  const Person person = add(*store, "7");
  store.reset();
  sql("UPDATE persons SET search_text = ''");
  store = open();
  const auto found = runner_.run(store->people().persons({kFirstOrganisation, person.name, {}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->items.size(), 1U);
}

TEST_F(SqliteStoreTest, TheDatabaseEnforcesTheWindowRule) {
  auto store = open();
  const Person ada = add(*store, "7");
  ASSERT_TRUE(record(*store, ada, kMorning, 12h));
  store.reset();
  const auto copy = [&](std::chrono::microseconds later, std::chrono::microseconds window) {
    const auto at = std::to_string((kMorning + later).time_since_epoch().count());
    const auto until = std::to_string((kMorning + later + window).time_since_epoch().count());
    sql("INSERT INTO attendance SELECT organisation_id, randomblob(16), randomblob(16), person_id, 'x', " +
        at + ", " + until + " FROM attendance LIMIT 1");
  };
  EXPECT_THROW(copy(1h, 12h), SQLite::Exception);
  EXPECT_THROW(copy(-1h, 12h), SQLite::Exception);
  EXPECT_THROW(copy(12h - 1us, 12h), SQLite::Exception);
  EXPECT_NO_THROW(copy(12h, 12h));
  EXPECT_NO_THROW(copy(1h, 0h));
}

TEST_F(SqliteStoreTest, ReportsADamagedFile) {
  auto store = open();
  for (int i = 0; i < 50; ++i) add(*store, std::to_string(i), 2);
  store.reset();
  {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    const std::string rubbish(4096, '\x5a');
    for (int page = 5; page < 60; page += 2) {
      file.seekp(page * 4096);
      file.write(rubbish.data(), static_cast<std::streamsize>(rubbish.size()));
    }
  }
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::data_loss);
  EXPECT_EQ(error.code, "database_damaged");
  EXPECT_NE(error.message.find(path_.string()), std::string::npos);
  EXPECT_NE(error.message.find("backup"), std::string::npos) << "names the remedy";
}

TEST_F(SqliteStoreTest, ReportsAFileThatIsNotADatabase) {
  std::ofstream(path_) << std::string(10000, 'x');
  const std::string before = bytes_of(path_);
  EXPECT_EQ(refusal().code, "database_damaged");
  EXPECT_EQ(bytes_of(path_), before) << "not touched";
}

TEST_F(SqliteStoreTest, LeavesAnotherProgramsDatabaseUnchanged) {
  std::ofstream(path_).close();
  sql("CREATE TABLE persons (name TEXT)");
  EXPECT_EQ(refusal().code, "not_our_database");
  sql("SELECT name FROM persons");
}

TEST_F(SqliteStoreTest, ReportsAFolderThatCannotBeWritten) {
  path_ = "/proc/attendance.db";
  EXPECT_EQ(refusal().code, "storage_unwritable");
  std::ofstream(folder_ / "file").close();
  path_ = folder_ / "file/attendance.db";
  const Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::failed_precondition);
  EXPECT_EQ(error.code, "storage_unwritable");
  path_ = folder_ / "";
  EXPECT_EQ(refusal().code, "storage_unwritable");
}

// The process's file size limit simulates a full disk.
class NoRoom {
 public:
  explicit NoRoom(std::uintmax_t bytes) {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~NoRoom() { setrlimit(RLIMIT_FSIZE, &before_); }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;

 private:
  rlimit before_{};
};

TEST_F(SqliteStoreTest, AFullDiskIsReportedWritesNothingAndRecoversOnceThereIsSpace) {
  const auto store = open();
  const Person ada = add(*store, "7");
  std::size_t written = 0;
  std::size_t refused = 0;
  {
    const NoRoom no_room(fs::file_size(path_.string() + "-wal") + 300000);
    for (int round = 0; round < 30; ++round) {
      std::vector<std::future<Result<Decision>>> pending;
      for (int i = 0; i < 50; ++i) {
        const Sighting sighting = sighting_at(kMorning + (round * 50 + i) * 1s);
        pending.push_back(runner_.start(store->log().record(kCaller, sighting, mark(sighting, ada), 0s)));
      }
      for (auto& future : pending) {
        const auto decision = future.get();
        if (decision) {
          ++written;
          continue;
        }
        ++refused;
        EXPECT_EQ(decision.error().kind, ErrorKind::failed_precondition);
        EXPECT_EQ(decision.error().code, "storage_full");
        EXPECT_NE(decision.error().message.find(path_.string()), std::string::npos);
      }
    }
    ASSERT_GT(written, 0U);
    ASSERT_GT(refused, 0U);
    // Smaller writes succeed for longer: 300,000 bytes are fewer than 100 pages.
    Result<void> ping;
    for (int i = 0; i < 100 && ping; ++i) ping = runner_.run(store->ping());
    ASSERT_FALSE(ping);
    EXPECT_EQ(ping.error().code, "storage_full");
    EXPECT_TRUE(runner_.run(store->log().attendance({.organisation = kFirstOrganisation})))
        << "reading still works";
  }
  EXPECT_TRUE(runner_.run(store->ping()));
  EXPECT_TRUE(record(*store, ada, kMorning - 1h));
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.page.limit = 5000;
  EXPECT_EQ(runner_.run(store->log().attendance(query))->items.size(), written + 1);
}

// Submits `count` marks of `person` to `store` on a context that runs only on request, so that the test knows
// all of them are queued.
std::vector<std::future<Result<Decision>>> ask(boost::asio::io_context& context, Store& store,
                                               const Person& person, int count) {
  std::vector<std::future<Result<Decision>>> pending;
  for (int i = 0; i < count; ++i) {
    const Sighting sighting = sighting_at(kMorning + i * 1s);
    pending.push_back(
        test::start_task(context, store.log().record(kCaller, sighting, mark(sighting, person), 0s)));
  }
  context.poll();
  return pending;
}

TEST_F(SqliteStoreTest, ReportsAFullQueueAtOnce) {
  SqliteOptions options = options_for(path_);
  options.write_queue = 4;
  boost::asio::io_context context;
  auto opened = SqliteStore::open(options);
  ASSERT_TRUE(opened);
  const Person ada = add(**opened, "7");
  std::vector<std::future<Result<Decision>>> pending;
  {
    // Another program's transaction blocks the writer.
    SQLite::Database other(path_.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    pending = ask(context, **opened, ada, 12);
    other.exec("ROLLBACK");
  }
  context.run();
  int refused = 0;
  for (auto& future : pending) {
    const auto decision = future.get();
    if (decision) continue;
    EXPECT_EQ(decision.error().kind, ErrorKind::resource_exhausted);
    EXPECT_EQ(decision.error().code, "store_busy");
    ++refused;
  }
  EXPECT_GE(refused, 4) << "of 12, four were queued and at most four held by the writer";
  EXPECT_LT(refused, 12);
}

TEST_F(SqliteStoreTest, ShutdownCompletesPendingRequests) {
  auto store = open();
  const Person ada = add(*store, "7");
  boost::asio::io_context context;
  auto pending = ask(context, *store, ada, 500);
  store.reset();
  context.run();
  for (auto& future : pending) EXPECT_TRUE(future.get());
  store = open();
  AttendanceQuery query{.organisation = kFirstOrganisation};
  query.page.limit = 1000;
  EXPECT_EQ(runner_.run(store->log().attendance(query))->items.size(), 500U);
}

TEST_F(SqliteStoreTest, ErasesARemovedPersonsFaceFromItsFiles) {
  auto store = open();
  const Person ada = new_person("7", "Ada");
  const FaceTemplate face = face_of(ada, 3);
  std::string needle(400, '\0');
  std::memcpy(needle.data(), face.embedding.values().data(), needle.size());
  const auto in_files = [&] {
    return bytes_of(path_).find(needle) != std::string::npos ||
           bytes_of(path_.string() + "-wal").find(needle) != std::string::npos;
  };
  ASSERT_TRUE(runner_.run(store->people().add_person(kCaller, ada, {face})));
  ASSERT_TRUE(in_files());
  ASSERT_TRUE(runner_.run(store->people().remove_person(kCaller, ada.id, kMorning)));
  EXPECT_FALSE(in_files());
}

// Records until it is killed; writes each event to the pipe only after the store has acknowledged it.
[[noreturn]] void record_until_killed(const fs::path& path, const Person& person, int pipe) {
  auto store = SqliteStore::open(options_for(path));
  if (!store) _exit(1);
  Runner runner;
  for (int round = 0;; ++round) {
    std::vector<std::future<Result<Decision>>> pending;
    for (int i = 0; i < 16; ++i) {
      const Sighting sighting = sighting_at(kMorning + (round * 16 + i) * 1s);
      pending.push_back(runner.start((*store)->log().record(kCaller, sighting, mark(sighting, person), 0s)));
    }
    for (auto& future : pending) {
      const auto decision = future.get();
      if (!decision) _exit(2);
      const auto& id = decision->event.value().bytes();
      if (write(pipe, id.data(), id.size()) != static_cast<ssize_t>(id.size())) _exit(3);
    }
  }
}

// No fixture: there must be no other thread when forking.
TEST(SqliteStoreKilled, HasEveryAcknowledgedRecordOnceAfterAKillAtAnyInstant) {
  const Folder folder;
  const fs::path path = folder / "attendance.db";
  const Person ada = new_person("7", "Ada");
  {
    auto store = SqliteStore::open(options_for(path));
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(Runner().run((*store)->people().add_person(kCaller, ada, {})));
  }
  std::set<EventId> acknowledged;
  for (const std::size_t kill_after : {1UL, 100UL, 777UL, 2500UL}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      record_until_killed(path, ada, ends[1]);
    }
    close(ends[1]);
    std::array<std::uint8_t, Uuid::kSize> id{};
    std::size_t received = 0;
    while (read(ends[0], id.data(), id.size()) == static_cast<ssize_t>(id.size())) {
      acknowledged.insert(EventId(Uuid(id)));
      if (++received == kill_after) kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child exited:  " << WEXITSTATUS(status);

    const auto store = SqliteStore::open(options_for(path));
    ASSERT_TRUE(store) << store.error().message;
    Runner runner;
    std::multiset<EventId> stored;
    AttendanceQuery query{.organisation = kFirstOrganisation};
    query.page.limit = 1000;
    do {
      const auto page = runner.run((*store)->log().attendance(query));
      ASSERT_TRUE(page);
      for (const auto& record : page->items) stored.insert(record.event);
      query.page.cursor = page->next_cursor;
    } while (query.page.cursor);
    for (const EventId& event : acknowledged) ASSERT_EQ(stored.count(event), 1U) << event.to_string();
  }
}

}  // namespace
}  // namespace sas
