// Checksums of pages: what the store does about a file in which the disk, or another program, changed something.

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <random>
#include <sstream>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixtures/temp_dir.h"
#include "store/sqlite/page_check.h"
#include "store/sqlite/scrubber.h"
#include "store/sqlite/sqlite_store.h"
#include "store_contract.h"

namespace sas {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using store::sqlite::PageCheck;
using store::sqlite::PageReport;
using store::sqlite::Scrubber;
using testing::HasSubstr;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kReservedAt = 20;  // in the file's header

std::string file_content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string flipped(std::string bytes, std::size_t byte, unsigned bit) {
  bytes[byte] = static_cast<char>(static_cast<unsigned char>(bytes[byte]) ^ (1U << bit));
  return bytes;
}

// Everything that can be read from a store, as text; or the first error.
Result<std::string> everything(Store& store, Runner& runner) {
  std::ostringstream text;
  PersonQuery people{.organisation = kFirstOrganisation};
  people.page.limit = 1000;
  const auto persons = runner.run(store.people().persons(people));
  if (!persons) return persons.error();
  for (const auto& each : persons->items) {
    text << each.person.id.to_string() << each.person.code << each.person.name
         << to_rfc3339(each.person.created_at);
    for (const auto& face : each.faces) text << face.id.to_string() << face.model.value << face.quality;
  }
  AttendanceQuery log{.organisation = kFirstOrganisation};
  log.page.limit = 1000;
  const auto records = runner.run(store.log().attendance(log));
  if (!records) return records.error();
  for (const auto& each : records->items)
    text << each.id.to_string() << each.event.to_string() << each.person.name << each.camera.value
         << to_rfc3339(each.captured_at) << each.similarity;
  SightingQuery sightings{.organisation = kFirstOrganisation};
  sightings.page.limit = 1000;
  const auto decisions = runner.run(store.log().sightings(sightings));
  if (!decisions) return decisions.error();
  for (const auto& each : decisions->items)
    text << each.decision.event.to_string() << to_string(each.decision.outcome) << each.decision.threshold
         << to_rfc3339(each.captured_at) << to_rfc3339(each.received_at);
  const auto read =
      runner.run(store.templates().for_each_template([&](const std::vector<FaceTemplate>& faces) {
        for (const FaceTemplate& face : faces) {
          const auto values = face.embedding.values();
          text << face.person.to_string();
          text.write(reinterpret_cast<const char*>(values.data()),
                     static_cast<std::streamsize>(values.size_bytes()));
        }
        return true;
      }));
  if (!read) return read.error();
  const auto cameras = runner.run(store.cameras().cameras(kFirstOrganisation));
  if (!cameras) return cameras.error();
  for (const Camera& camera : *cameras)
    text << camera.id.value << to_rfc3339(camera.last_seen) << camera.events;
  return text.str();
}

class SqliteDamageTest : public testing::Test {
 protected:
  [[nodiscard]] Result<std::unique_ptr<SqliteStore>> open(std::uintmax_t full_check_up_to = 1U << 30U) const {
    SqliteOptions options;
    options.path = path_;
    options.full_check_up_to = full_check_up_to;
    options.scrub.pause = 0ms;
    return SqliteStore::open(options);
  }
  // A closed database with some of everything; returns its content.
  std::string fill() {
    auto store = open();
    EXPECT_TRUE(store) << store.error().message;
    for (int i = 0; i < 24; ++i) {
      const Person person = new_person(std::to_string(100 + i), "Name of " + std::to_string(i));
      EXPECT_TRUE(runner_.run((*store)->people().add_person(
          kCaller, person, {face_of(person, 2 * i), face_of(person, 2 * i + 1)})));
      for (int k = 0; k < 4; ++k) {
        const Sighting sighting = sighting_at(kMorning + std::chrono::minutes(i * 10 + k));
        EXPECT_TRUE(runner_.run((*store)->log().record(kCaller, sighting, mark(sighting, person), 0s)));
      }
    }
    return everything(**store, runner_).value();
  }
  // Copies the content to a file without reserved bytes, as older programs wrote.
  void make_old() const {
    const fs::path old = path_.string() + ".old";
    {
      SQLite::Database database(old.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
      database.exec("ATTACH '" + path_.string() + "' AS current");
      std::vector<std::array<std::string, 3>> objects;
      {
        SQLite::Statement listing(database,
                                  "SELECT type, name, sql FROM current.sqlite_master WHERE sql IS NOT NULL "
                                  "AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC");
        while (listing.executeStep())
          objects.push_back({listing.getColumn(0).getString(), listing.getColumn(1).getString(),
                             listing.getColumn(2).getString()});
      }
      for (const auto& [type, name, definition] : objects) {
        if (type != "table") continue;
        database.exec(definition);
        database.exec("INSERT INTO main." + name + " SELECT * FROM current." + name);
      }
      for (const auto& [type, name, definition] : objects)
        if (type != "table") database.exec(definition);
      for (const char* pragma : {"application_id", "user_version"})
        database.exec("PRAGMA main." + std::string(pragma) + " = " +
                      database.execAndGet("PRAGMA current." + std::string(pragma)).getString());
    }
    fs::rename(old, path_);
  }
  [[nodiscard]] PageReport report() const {
    const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    auto pages = PageCheck::of(file);
    PageReport found;
    if (pages && pages->layout().has_checksums) pages->check(1, pages->pages(), found);
    ::close(file);
    return found;
  }

  test::TempDir folder_;
  fs::path path_ = folder_ / "attendance.db";
  Runner runner_;
};

TEST_F(SqliteDamageTest, EveryPageOfANewFileHasAChecksum) {
  fill();
  const PageReport found = report();
  EXPECT_GT(found.checked, 20);
  EXPECT_TRUE(found.damaged.empty());
  EXPECT_TRUE(found.unsealed.empty());
}

// The start of a server finds it; a server that does not check the whole file finds it when it reads the page.
TEST_F(SqliteDamageTest, ServesNoOtherDataAfterAnyFlippedBit) {
  const std::string content = fill();
  const std::string intact = file_content(path_);
  std::vector<std::pair<std::size_t, unsigned>> places;
  for (std::size_t byte = 16; byte < 24; ++byte)  // what the header says of pages
    for (unsigned bit = 0; bit < 8; ++bit) places.emplace_back(byte, bit);
  std::mt19937 random(15);
  std::uniform_int_distribution<std::size_t> any_byte(0, intact.size() - 1);
  std::uniform_int_distribution<unsigned> any_bit(0, 7);
  for (int i = 0; i < 240; ++i) places.emplace_back(any_byte(random), any_bit(random));
  std::size_t lost = 0;
  for (const std::uintmax_t full_check_up_to : {0U, 1U << 30U}) {
    for (const auto& [byte, bit] : places) {
      for (const char* suffix : {"-wal", "-shm"}) fs::remove(path_.string() + suffix);
      write_bytes(path_, flipped(intact, byte, bit));
      auto store = open(full_check_up_to);
      const auto read = store ? everything(**store, runner_) : Result<std::string>(store.error());
      SCOPED_TRACE("byte " + std::to_string(byte) + ", bit " + std::to_string(bit) + ", page " +
                   std::to_string(byte / kPage + 1));
      if (read) {
        EXPECT_TRUE(*read == content) << "other data";
        EXPECT_EQ(full_check_up_to, 0U) << "the start found nothing";
        continue;
      }
      ++lost;
      EXPECT_EQ(read.error().kind, ErrorKind::data_loss) << read.error().message;
      EXPECT_EQ(read.error().code, "database_damaged");
      EXPECT_THAT(read.error().message, HasSubstr(path_.string()));
    }
  }
  EXPECT_GT(lost, places.size()) << "all of them at the start, and many at a read";
}

// A page without a checksum may be the shell's, but not one that lost the sector in which its rows begin.
TEST_F(SqliteDamageTest, ServesNoOtherDataAfterALostSector) {
  constexpr std::size_t kSector = 512;
  const std::string content = fill();
  const std::string intact = file_content(path_);
  std::size_t lost = 0;
  for (std::size_t end = kPage; end <= intact.size(); end += kPage) {
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(path_.string() + suffix);
    std::string damaged = intact;
    std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(end - kSector), kSector, '\0');
    write_bytes(path_, damaged);
    auto store = open();
    const auto read = store ? everything(**store, runner_) : Result<std::string>(store.error());
    SCOPED_TRACE("page " + std::to_string(end / kPage));
    if (read) {
      EXPECT_TRUE(*read == content) << "other data";
      continue;
    }
    ++lost;
    EXPECT_EQ(read.error().code, "database_damaged") << read.error().message;
  }
  EXPECT_GT(lost, 20U);
}

TEST_F(SqliteDamageTest, NamesThePageAndTheRemedy) {
  fill();
  write_bytes(path_, flipped(file_content(path_), 6 * kPage + 100, 3));
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::data_loss);
  EXPECT_THAT(store.error().message, HasSubstr("page 7 "));
  EXPECT_THAT(store.error().message, HasSubstr("backup"));
  EXPECT_EQ(store.error().details.at("page").as_int64(), 7);
}

// Two pages that the disk exchanged have right content, at wrong places.
TEST_F(SqliteDamageTest, FindsPagesAtAWrongPlace) {
  fill();
  std::string bytes = file_content(path_);
  std::swap_ranges(bytes.begin() + 8 * kPage, bytes.begin() + 9 * kPage, bytes.begin() + 9 * kPage);
  write_bytes(path_, bytes);
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("pages 9, 10 "));
}

TEST_F(SqliteDamageTest, AFileOfAnOlderProgramGetsChecksumsOnce) {
  const std::string content = fill();
  make_old();
  ASSERT_EQ(file_content(path_)[kReservedAt], 0);
  {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE(everything(**store, runner_).value() == content);
  }
  EXPECT_EQ(file_content(path_)[kReservedAt], 8);
  const PageReport found = report();
  EXPECT_GT(found.checked, 20);
  EXPECT_TRUE(found.damaged.empty());
  EXPECT_TRUE(found.unsealed.empty());
  const std::string once = file_content(path_);
  open().value().reset();
  EXPECT_TRUE(file_content(path_) == once) << "not a second time";
}

TEST_F(SqliteDamageTest, AFileOfAnOlderProgramStaysAsItIsWithoutSpaceForChecksums) {
  const std::string content = fill();
  make_old();
  rlimit before{};
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit limit = before;
  limit.rlim_cur = fs::file_size(path_) / 2;
  setrlimit(RLIMIT_FSIZE, &limit);
  auto store = open();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE(everything(**store, runner_).value() == content);
  EXPECT_TRUE(runner_.run((*store)->ping()));
  store->reset();
  EXPECT_EQ(file_content(path_)[kReservedAt], 0);
  open().value().reset();
  EXPECT_EQ(file_content(path_)[kReservedAt], 8) << "the next start adds them";
}

TEST_F(SqliteDamageTest, TheShellReadsAndCopiesTheFile) {
  const std::string content = fill();
  const fs::path copy = folder_ / "copy.db";
  {
    SQLite::Database shell(path_.string(), SQLite::OPEN_READWRITE);
    EXPECT_EQ(shell.execAndGet("SELECT count(*) FROM persons").getInt(), 24);
    EXPECT_EQ(shell.execAndGet("PRAGMA integrity_check").getString(), "ok");
    shell.exec("VACUUM INTO '" + copy.string() + "'");
    shell.backup((folder_ / "backup.db").c_str(), SQLite::Database::Save);
  }
  for (const fs::path& restored : {copy, folder_ / "backup.db"}) {
    path_ = restored;
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE(everything(**store, runner_).value() == content);
    store->reset();
    EXPECT_GT(report().checked, 20);
    EXPECT_TRUE(report().unsealed.empty());
    EXPECT_TRUE(report().damaged.empty());
  }
}

TEST_F(SqliteDamageTest, PagesThatTheShellChangedAreReportedAndAVacuumIntoIsTheWayBack) {
  fill();
  const fs::path accepted = folder_ / "accepted.db";
  {
    SQLite::Database shell(path_.string(), SQLite::OPEN_READWRITE);
    shell.exec("UPDATE persons SET name = 'Changed' WHERE code = '100'");
    shell.exec("VACUUM INTO '" + accepted.string() + "'");
  }
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another program changed the file"));
  path_ = accepted;
  auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_THAT(everything(**store, runner_).value(), HasSubstr("Changed"));
}

TEST_F(SqliteDamageTest, AScrubNamesAPageThatNobodyReads) {
  fill();
  write_bytes(path_, flipped(file_content(path_), 4 * kPage + 9, 0));
  const int file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  SqliteOptions options;
  options.path = path_;
  options.scrub.pause = 0ms;
  options.scrub.every = 1ms;
  options.scrub.slice = 3;
  std::promise<Error> first;
  std::atomic<int> reports = 0;
  {
    Scrubber scrubber(options, file, /*at_once=*/false, [&](const Error& error) {
      if (++reports == 1) first.set_value(error);
    });
    const Error error = first.get_future().get();
    EXPECT_EQ(error.code, "database_damaged");
    EXPECT_THAT(error.message, HasSubstr("page 5 "));
  }
  EXPECT_EQ(reports, 1) << "once for a page, however many passes";
  ::close(file);
}

// A request that needs a damaged page does not stop the others.
TEST_F(SqliteDamageTest, OthersGoOnNextToADamagedPage) {
  fill();
  const std::string intact = file_content(path_);
  const Embedding needle = face_number(7);
  const std::string face(reinterpret_cast<const char*>(needle.values().data()), 64);
  const std::size_t at = intact.find(face);
  ASSERT_NE(at, std::string::npos);
  write_bytes(path_, flipped(intact, at, 1));
  auto store = open(/*full_check_up_to=*/0);
  ASSERT_TRUE(store) << store.error().message;
  const auto faces = runner_.run(
      (*store)->templates().for_each_template([](const std::vector<FaceTemplate>&) { return true; }));
  ASSERT_FALSE(faces);
  EXPECT_EQ(faces.error().kind, ErrorKind::data_loss);
  EXPECT_THAT(faces.error().message, HasSubstr("page " + std::to_string(at / kPage + 1) + " "));
  const Person person = new_person("999", "New");
  EXPECT_TRUE(runner_.run((*store)->people().add_person(kCaller, person, {})));
  const Sighting sighting = sighting_at(kMorning + 100h);
  EXPECT_TRUE(runner_.run((*store)->log().record(kCaller, sighting, mark(sighting, person), 0s)));
}

// No fixture: there must be no other thread when forking.
TEST(SqliteStoreKilled, TheShellMayEmptyTheLogThatAKilledServerLeft) {
  const test::TempDir folder;
  SqliteOptions options;
  options.path = folder / "attendance.db";
  const Person ada = new_person("7", "Ada");
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = SqliteStore::open(options);
    Runner runner;
    if (!store || !runner.run((*store)->people().add_person(kCaller, ada, {face_of(ada, 1)}))) _exit(1);
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GT(fs::file_size(options.path.string() + "-wal"), 0U);
  {
    SQLite::Database shell(options.path.string(), SQLite::OPEN_READWRITE);
    EXPECT_EQ(shell.execAndGet("SELECT count(*) FROM persons").getInt(), 1);
  }
  ASSERT_FALSE(fs::exists(options.path.string() + "-wal")) << "the shell moved its pages into the file";
  for (int start = 0; start < 2; ++start) {
    auto store = SqliteStore::open(options);
    ASSERT_TRUE(store) << store.error().message;
    Runner runner;
    EXPECT_EQ(runner.run((*store)->people().person(kFirstOrganisation, ada.id))->faces.size(), 1U);
  }
}

}  // namespace
}  // namespace sas
