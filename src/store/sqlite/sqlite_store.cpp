#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/completion.h"
#include "store/refusals.h"
#include "store/sqlite/database_lock.h"
#include "store/sqlite/reads.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/writer.h"
#include "store/sqlite/writes.h"

namespace sas {
namespace {

namespace asio = boost::asio;
using sqlite::Connection;
using sqlite::WriteContext;

constexpr std::size_t kTemplateBatch = 512;

template <class T, class Work, class Handler>
class Request final : public sqlite::WriteRequest {
 public:
  Request(Work work, bool erases, Handler handler)
      : work_(std::move(work)), erases_(erases), completion_(std::move(handler)) {}

  void execute(WriteContext& context) override { outcome_ = work_(context); }
  void fail(const Error& error) override { outcome_ = error; }
  void finish() override { completion_(std::move(*outcome_)); }
  [[nodiscard]] bool erases() const override { return erases_ && outcome_ && outcome_->has_value(); }

 private:
  Work work_;
  bool erases_;
  std::optional<Result<T>> outcome_;
  Completion<Result<T>, Handler> completion_;
};

Error busy(const std::string& what, std::size_t limit) {
  return Error::of(
      ErrorKind::resource_exhausted, "store_busy",
      std::to_string(limit) + " " + what + " wait for the database already; try again in a moment");
}

// The folder and an empty file that only this user may read: it will hold biometrics.
Result<void> make_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::filesystem::path& what, const std::string& why) {
    return Error::of(ErrorKind::failed_precondition, "storage_unwritable",
                     "cannot write " + what.string() + ": " + why +
                         "; give this user the right to, or choose another place with DATABASE_URL");
  };
  std::error_code problem;
  if (const auto folder = path.parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, problem);
    if (problem) return refuse(folder, problem.message());
  }
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return refuse(path, std::generic_category().message(errno));
  ::close(descriptor);
  return {};
}

Result<void> check_damage(Connection& connection, const SqliteOptions& options) {
  std::error_code problem;
  const auto size = std::filesystem::file_size(options.path, problem);
  if (!problem && size > options.full_check_up_to) {
    spdlog::info("database {}: {} MB, not checked for damage as a whole", options.path.string(), size >> 20);
    return {};
  }
  sqlite::Query check(connection, "PRAGMA quick_check(1)");
  if (check.next() && check.text(0) != "ok") throw SQLite::Exception(check.text(0), SQLITE_CORRUPT);
  return {};
}

}  // namespace

class SqliteStore::Impl {
 public:
  Impl(SqliteOptions options, sqlite::DatabaseLock lock, store::CaseFolder folder,
       std::unique_ptr<Connection> connection)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        folder_(std::move(folder)),
        readers_(options_.readers) {
    for (std::size_t i = 0; i < options_.readers; ++i)
      idle_.push_back(std::make_unique<Connection>(options_, Connection::Role::reader));
    writer_ = std::make_unique<sqlite::Writer>(options_, std::move(connection), folder_);
  }

  ~Impl() {
    // Readers first: an open one would keep the log from being emptied.
    readers_.join();
    idle_.clear();
    writer_.reset();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] const SqliteOptions& options() const { return options_; }
  [[nodiscard]] const store::CaseFolder& folder() const { return folder_; }

  // Runs `work` (WriteContext& → Result<T>) in the writer's next transaction.
  template <class T, class Work>
  Task<Result<T>> write(Work work, bool erases = false) {
    auto start = [this, erases](auto handler, Work job) {
      using Handler = decltype(handler);
      std::unique_ptr<sqlite::WriteRequest> request =
          std::make_unique<Request<T, Work, Handler>>(std::move(job), erases, std::move(handler));
      const auto refused = writer_->submit(std::move(request));
      if (!refused) return;
      refused->fail(busy("changes", options_.write_queue));
      refused->finish();
    };
    auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
        start, asio::use_awaitable, std::move(work));
    co_return co_await std::move(pending);
  }

  // Runs `work` (Connection& → Result<T>) on a reader.
  template <class T, class Work>
  Task<Result<T>> read(Work work) {
    auto start = [this](auto handler, Work job) {
      Completion<Result<T>, decltype(handler)> completion(std::move(handler));
      if (waiting_reads_.fetch_add(1) >= options_.read_queue) {
        waiting_reads_.fetch_sub(1);
        completion(busy("reads", options_.read_queue));
        return;
      }
      asio::post(readers_, [this, job = std::move(job), completion = std::move(completion)]() mutable {
        waiting_reads_.fetch_sub(1);
        completion(read_now<T>(job));
      });
    };
    auto pending = asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
        start, asio::use_awaitable, std::move(work));
    co_return co_await std::move(pending);
  }

 private:
  template <class T, class Work>
  Result<T> read_now(Work& work) {
    std::unique_ptr<Connection> connection = take_idle();
    Result<T> outcome = [&]() -> Result<T> {
      try {
        errno = 0;  // for to_error()
        return work(*connection);
      } catch (const SQLite::Exception& problem) {
        const Error error = to_error(problem, options_.path, connection.get());
        spdlog::error("{}: {}", error.code, error.message);
        return error;
      } catch (const std::exception& problem) {
        return Error::of(ErrorKind::internal, std::string("reading failed: ") + problem.what());
      }
    }();
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    return outcome;
  }

  // There are as many connections as threads, so that one is always idle.
  std::unique_ptr<Connection> take_idle() {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  const SqliteOptions options_;
  const sqlite::DatabaseLock lock_;
  const store::CaseFolder folder_;
  std::atomic<std::size_t> waiting_reads_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
  asio::thread_pool readers_;
  std::unique_ptr<sqlite::Writer> writer_;
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(SqliteOptions options) {
  if (options.path.empty() || options.readers == 0 || options.group_size == 0 || options.write_queue == 0 ||
      options.read_queue == 0 || options.log_pages <= 0)
    return Error::of(
        ErrorKind::invalid_argument,
        "the SQLite store needs a path, and at least one reader, one place in each queue and one "
        "page of log");
  auto folder = store::CaseFolder::create();
  if (!folder) return folder.error();
  if (auto made = make_file(options.path); !made) return made.error();
  // One name for one file, whichever link led to it: "-wal" and ".lock" stand beside the file itself.
  std::error_code problem;
  if (auto real = std::filesystem::canonical(options.path, problem); !problem) options.path = std::move(real);
  auto lock = sqlite::DatabaseLock::acquire(options.path);
  if (!lock) return lock.error();

  std::unique_ptr<Connection> connection;
  try {
    errno = 0;  // for to_error()
    connection = std::make_unique<Connection>(options, Connection::Role::writer);
    if (auto checked = check_damage(*connection, options); !checked) return checked.error();
    if (auto prepared = sqlite::prepare_schema(*connection, options.path); !prepared) return prepared.error();
    auto impl = std::make_unique<Impl>(options, std::move(*lock), std::move(*folder), std::move(connection));
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(impl)));
  } catch (const SQLite::Exception& failure) {
    return to_error(failure, options.path, connection.get());
  }
}

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Task<Result<void>> SqliteStore::add_person(Person person, std::vector<FaceTemplate> faces,
                                           std::optional<FaceCheck> check) {
  return impl_->write<void>([person = std::move(person), faces = std::move(faces),
                             checks = check.has_value()](WriteContext& context) -> Result<void> {
    if (checks) return store::no_check();
    return sqlite::add_person(context, person, faces);
  });
}

Task<Result<PersonDetails>> SqliteStore::person(OrganisationId organisation, PersonId id) {
  return impl_->read<PersonDetails>(
      [=](Connection& connection) { return sqlite::person_details(connection, organisation, id); });
}

Task<Result<Page<PersonDetails>>> SqliteStore::persons(PersonQuery query) {
  return impl_->read<Page<PersonDetails>>(
      [query = std::move(query), &folder = impl_->folder()](Connection& connection) {
        return sqlite::persons(connection, folder, query);
      });
}

Task<Result<Person>> SqliteStore::update_person(OrganisationId organisation, PersonId id, PersonChange change,
                                                Timestamp now) {
  return impl_->write<Person>([=, change = std::move(change)](WriteContext& context) {
    return sqlite::update_person(context, organisation, id, change, now);
  });
}

Task<Result<void>> SqliteStore::remove_person(OrganisationId organisation, PersonId id, Timestamp now) {
  return impl_->write<void>(
      [=](WriteContext& context) { return sqlite::remove_person(context, organisation, id, now); },
      /*erases=*/true);
}

Task<Result<void>> SqliteStore::add_face(FaceTemplate face, std::optional<FaceCheck> check) {
  return impl_->write<void>(
      [face = std::move(face), checks = check.has_value()](WriteContext& context) -> Result<void> {
        if (checks) return store::no_check();
        return sqlite::add_face(context, face);
      });
}

Task<Result<void>> SqliteStore::remove_face(OrganisationId organisation, PersonId person, FaceId face) {
  return impl_->write<void>(
      [=](WriteContext& context) { return sqlite::remove_face(context, organisation, person, face); },
      /*erases=*/true);
}

Task<Result<void>> SqliteStore::for_each_template(std::function<bool(std::vector<FaceTemplate>)> sink) {
  std::int64_t last = 0;
  for (;;) {
    auto next = impl_->read<sqlite::TemplateBatch>(
        [last](Connection& connection) { return sqlite::templates(connection, last, kTemplateBatch); });
    auto batch = co_await std::move(next);
    if (!batch) co_return batch.error();
    if (batch->faces.empty()) break;
    last = batch->last;
    if (!sink(std::move(batch->faces))) break;
  }
  co_return Result<void>{};
}

Task<Result<std::string>> SqliteStore::template_fingerprint() {
  return impl_->read<std::string>(
      [](Connection& connection) { return sqlite::template_fingerprint(connection); });
}

Task<Result<Decision>> SqliteStore::record(Sighting sighting, Decision proposed,
                                           std::chrono::seconds window) {
  sqlite::SightingRow row{
      sighting.event,       sighting.organisation, std::move(sighting.camera), std::move(sighting.model),
      sighting.captured_at, sighting.received_at,  sighting.liveness,          sighting.quality};
  return impl_->write<Decision>([row = std::move(row), proposed = std::move(proposed), window,
                                 live_within = impl_->options().live_within](WriteContext& context) {
    return sqlite::record(context, row, proposed, window, live_within);
  });
}

Task<Result<Page<AttendanceRecord>>> SqliteStore::attendance(AttendanceQuery query) {
  return impl_->read<Page<AttendanceRecord>>(
      [query = std::move(query)](Connection& connection) { return sqlite::attendance(connection, query); });
}

Task<Result<std::vector<ActiveMark>>> SqliteStore::active_marks(Timestamp now) {
  return impl_->read<std::vector<ActiveMark>>(
      [now](Connection& connection) { return sqlite::active_marks(connection, now); });
}

Task<Result<std::vector<Camera>>> SqliteStore::cameras(OrganisationId organisation) {
  return impl_->read<std::vector<Camera>>(
      [organisation](Connection& connection) { return sqlite::cameras(connection, organisation); });
}

Task<Result<void>> SqliteStore::ping() {
  auto writing = impl_->write<void>([](WriteContext& context) { return sqlite::touch(context); });
  auto written = co_await std::move(writing);
  if (!written) co_return written;
  auto reading = impl_->read<void>([](Connection& connection) { return sqlite::probe(connection); });
  co_return co_await std::move(reading);
}

}  // namespace sas
