#include "store/postgres/postgres_store.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

#include "store/postgres/log.h"
#include "store/postgres/people.h"
#include "store/postgres/schema.h"

namespace sas {
namespace {

namespace asio = boost::asio;
using postgres::Connection;
using postgres::Pool;
using postgres::Repeat;

constexpr std::size_t kTemplateBatch = 512;
constexpr auto kTryAgain = std::chrono::milliseconds(250);

Task<Result<void>> prepare_once(Pool& pool) {
  auto connecting = pool.connect();
  const auto connection = co_await std::move(connecting);
  if (!connection) co_return connection.error();
  auto preparing = postgres::prepare_schema(**connection, pool.database());
  co_return co_await std::move(preparing);
}

Task<Result<void>> prepare(Pool& pool, std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (bool said = false;; said = true) {
    auto preparing = prepare_once(pool);
    auto prepared = co_await std::move(preparing);
    if (prepared || prepared.error().kind != ErrorKind::unavailable ||
        std::chrono::steady_clock::now() + kTryAgain > until)
      co_return prepared;
    if (!said) spdlog::warn("{} (waiting up to {} s for it)", prepared.error().message, patience.count());
    asio::steady_timer timer(pool.executor(), kTryAgain);
    auto waiting = timer.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(co_await std::move(waiting));
  }
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(std::shared_ptr<Pool> pool,
                                                           PostgresOptions options) {
  auto folder = store::CaseFolder::create();
  if (!folder) return folder.error();
  const auto prepared =
      asio::co_spawn(pool->executor(), prepare(*pool, options.patience), asio::use_future).get();
  if (!prepared) return prepared.error();
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(pool), std::move(*folder), options));
}

PostgresStore::PostgresStore(std::shared_ptr<Pool> pool, store::CaseFolder folder, PostgresOptions options)
    : pool_(std::move(pool)), folder_(std::move(folder)), recorder_(*pool_, options.recorder) {}

// Each hands its arguments to a function of postgres/, which lives inside `work` until it is done.

Task<Result<void>> PostgresStore::add_person(Person person, std::vector<FaceTemplate> faces,
                                             std::optional<FaceCheck> check) {
  return pool_->with<void>([this, person = std::move(person), faces = std::move(faces),
                            check = std::move(check)](Connection& connection) {
    return postgres::add_person(connection, folder_, person, faces, check);
  });
}

Task<Result<PersonDetails>> PostgresStore::person(OrganisationId organisation, PersonId id) {
  return pool_->with<PersonDetails>(
      [=](Connection& connection) { return postgres::person_details(connection, organisation, id); },
      Repeat::if_lost);
}

Task<Result<Page<PersonDetails>>> PostgresStore::persons(PersonQuery query) {
  return pool_->with<Page<PersonDetails>>(
      [this, query = std::move(query)](Connection& connection) {
        return postgres::persons(connection, folder_, query);
      },
      Repeat::if_lost);
}

Task<Result<Person>> PostgresStore::update_person(OrganisationId organisation, PersonId id,
                                                  PersonChange change, Timestamp now) {
  return pool_->with<Person>([=, this, change = std::move(change)](Connection& connection) {
    return postgres::update_person(connection, folder_, organisation, id, change, now);
  });
}

Task<Result<void>> PostgresStore::remove_person(OrganisationId organisation, PersonId id, Timestamp now) {
  return pool_->with<void>(
      [=](Connection& connection) { return postgres::remove_person(connection, organisation, id, now); });
}

Task<Result<void>> PostgresStore::add_face(FaceTemplate face, std::optional<FaceCheck> check) {
  return pool_->with<void>([face = std::move(face), check = std::move(check)](Connection& connection) {
    return postgres::add_face(connection, face, check);
  });
}

Task<Result<void>> PostgresStore::remove_face(OrganisationId organisation, PersonId person, FaceId face) {
  return pool_->with<void>(
      [=](Connection& connection) { return postgres::remove_face(connection, organisation, person, face); });
}

Task<Result<void>> PostgresStore::for_each_template(std::function<bool(std::vector<FaceTemplate>)> sink) {
  std::int64_t last = 0;
  for (;;) {
    const auto work = [last](Connection& connection) {
      return postgres::templates(connection, last, kTemplateBatch);
    };
    auto next = pool_->with<postgres::TemplateBatch>(work, Repeat::if_lost);
    auto batch = co_await std::move(next);
    if (!batch) co_return batch.error();
    if (batch->faces.empty()) break;
    last = batch->last;
    if (!sink(std::move(batch->faces))) break;
  }
  co_return Result<void>{};
}

Task<Result<std::string>> PostgresStore::template_fingerprint() {
  return pool_->with<std::string>([](Connection& connection) { return postgres::template_state(connection); },
                                  Repeat::if_lost);
}

Task<Result<Decision>> PostgresStore::record(Sighting sighting, Decision proposed,
                                             std::chrono::seconds window) {
  return recorder_.record(std::move(sighting), std::move(proposed), window);
}

Task<Result<Page<AttendanceRecord>>> PostgresStore::attendance(AttendanceQuery query) {
  return pool_->with<Page<AttendanceRecord>>(
      [query = std::move(query)](Connection& connection) { return postgres::attendance(connection, query); },
      Repeat::if_lost);
}

Task<Result<std::vector<ActiveMark>>> PostgresStore::active_marks(Timestamp now) {
  return pool_->with<std::vector<ActiveMark>>(
      [now](Connection& connection) { return postgres::active_marks(connection, now); }, Repeat::if_lost);
}

Task<Result<std::vector<Camera>>> PostgresStore::cameras(OrganisationId organisation) {
  return pool_->with<std::vector<Camera>>(
      [organisation](Connection& connection) { return postgres::cameras(connection, organisation); },
      Repeat::if_lost);
}

Task<Result<void>> PostgresStore::ping() {
  return pool_->with<void>([](Connection& connection) { return postgres::touch(connection); },
                           Repeat::if_lost);
}

}  // namespace sas
