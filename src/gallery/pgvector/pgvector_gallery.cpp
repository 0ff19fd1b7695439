#include "gallery/pgvector/pgvector_gallery.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <boost/asio/use_future.hpp>
#include <spdlog/spdlog.h>

namespace sas {
namespace {

namespace asio = boost::asio;
using postgres::Command;
using postgres::Connection;
using postgres::Parameters;
using postgres::Pool;
using postgres::Repeat;
using postgres::Rows;

// Advisory lock ("SASg") held while the index is built.
constexpr const char* kLockIndex = "SELECT pg_advisory_xact_lock(1396790119)";
// Templates to fetch: enough to find eleven people even if each has a few.
constexpr int kNearest = 48;
// Probes per round trip, so that a large batch stays within the time limit.
constexpr std::size_t kChunk = 8;
// Templates added per transaction, for the same reason.
constexpr std::size_t kAddedAtOnce = 64;

// The index is built for cosine distance. The scan orders by inner product, which is equivalent for unit
// vectors and which no index offers.
constexpr const char* kByIndex =
    "SELECT id, person_id, (1 - (embedding <=> $1))::real FROM face_templates "
    "WHERE organisation_id = $2 AND model = $3 ORDER BY embedding <=> $1 LIMIT 48";
constexpr const char* kByScan =
    "SELECT id, person_id, (-(embedding <#> $1))::real FROM face_templates "
    "WHERE organisation_id = $2 AND model = $3 ORDER BY embedding <#> $1, id LIMIT 48";
// The best template of each of the nearest people: where a few people fill the list.
constexpr const char* kPeopleByScan =
    "SELECT id, person_id, similarity FROM (SELECT DISTINCT ON (person_id) id, person_id, "
    "(-(embedding <#> $1))::real AS similarity FROM face_templates WHERE organisation_id = $2 AND model = $3 "
    "ORDER BY person_id, embedding <#> $1, id) AS nearest ORDER BY similarity DESC, id LIMIT 12";
// The same for an enrolled template, $1, as the probe; its own person, if they have another template, first.
constexpr const char* kPeopleNear =
    "SELECT id, person_id, similarity FROM (SELECT DISTINCT ON (t.person_id) t.id, t.person_id, "
    "(-(t.embedding <#> p.embedding))::real AS similarity, t.person_id = p.person_id AS own "
    "FROM face_templates p JOIN face_templates t ON t.organisation_id = p.organisation_id AND t.model = "
    "p.model "
    "AND t.id <> p.id WHERE p.id = $1 ORDER BY t.person_id, t.embedding <#> p.embedding, t.id) AS nearest "
    "ORDER BY own DESC, similarity DESC, id LIMIT 12";
constexpr const char* kNeighbourhood = "SELECT mean, eleventh FROM face_neighbourhoods WHERE face_id = $1";
constexpr const char* kMeasureNeighbourhood =
    "WITH near AS (SELECT max(-(t.embedding <#> p.embedding))::real AS similarity "
    "FROM face_templates p JOIN face_templates t ON t.organisation_id = p.organisation_id AND t.model = "
    "p.model "
    "AND t.person_id <> p.person_id WHERE p.id = $1 GROUP BY t.person_id ORDER BY 1 DESC LIMIT 11), "
    "ranked AS (SELECT similarity, row_number() OVER (ORDER BY similarity DESC) AS place FROM near) "
    "INSERT INTO face_neighbourhoods (face_id, mean, eleventh) "
    "SELECT $1, coalesce(sum(similarity) FILTER (WHERE place <= 10), 0) / 10, "
    "coalesce(max(similarity) FILTER (WHERE place = 11), -2) FROM ranked "
    "WHERE EXISTS (SELECT FROM face_templates WHERE id = $1) "
    "ON CONFLICT (face_id) DO UPDATE SET mean = excluded.mean, eleventh = excluded.eleventh "
    "RETURNING mean, eleventh";
constexpr const char* kUnmeasured =
    "SELECT t.id FROM face_templates t WHERE t.organisation_id = $1 AND t.model = $2 AND NOT EXISTS "
    "(SELECT FROM face_neighbourhoods n WHERE n.face_id = t.id) LIMIT $3::bigint";
// Evenly: an id's hash has nothing to do with the face.
constexpr const char* kSample =
    "SELECT id, person_id FROM face_templates WHERE organisation_id = $1 AND model = $2 "
    "ORDER BY md5(id::text) LIMIT $3::bigint";
constexpr const char* kPeople =
    "SELECT count(DISTINCT person_id) FROM face_templates WHERE organisation_id = $1 AND model = $2";
constexpr const char* kCounts = "SELECT faces, people FROM face_clock WHERE id = 1";

// For this transaction only. Plans that sort or scan are priced out, so that the order comes from the index
// however small the table was when the plan was made.
Command use_index(int ef_search) {
  return {
      "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), "
      "set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'strict_order', true)",
      Parameters().add(std::to_string(ef_search))};
}
Command use_scan() { return {"SELECT set_config('enable_seqscan', 'on', true)"}; }

// Turns the rows of one probe from `first` on into the best template of each person, best first. Ties in similarity go
// to the smaller face.
std::vector<GalleryMatch> people_of(const Rows& rows, int first = 0) {
  std::vector<GalleryMatch> matches;
  for (int i = first; i < rows.size(); ++i)
    matches.push_back({rows.id<PersonId>(i, 1), rows.id<FaceId>(i, 0), rows.real(i, 2)});
  std::sort(matches.begin(), matches.end(), [](const GalleryMatch& a, const GalleryMatch& b) {
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.face < b.face;
  });
  std::vector<GalleryMatch> people;
  for (const GalleryMatch& match : matches) {
    const auto known = [&](const GalleryMatch& other) { return other.person == match.person; };
    if (std::none_of(people.begin(), people.end(), known)) people.push_back(match);
  }
  return people;
}

float neighbourhood_of(std::span<const GalleryMatch> people) {
  std::vector<float> cosines;
  for (const GalleryMatch& match : people) cosines.push_back(match.similarity);
  return neighbourhood_mean(cosines);
}

// Without the best's neighbourhood.
GalleryAnswer answer_of(const std::vector<GalleryMatch>& people) {
  GalleryAnswer answer;
  if (!people.empty()) {
    answer.best = people[0];
    answer.probe_neighbourhood = neighbourhood_of(std::span(people).subspan(1));
  }
  if (people.size() > 1) answer.runner_up = people[1];
  return answer;
}

// Whether a few people's templates fill the list, so that it may lack one of the nearest.
bool crowded(const Rows& rows, const std::vector<GalleryMatch>& people) {
  return rows.size() == kNearest && people.size() <= kNeighbours;
}

Task<Result<Rows>> ask(Connection& connection, const char* sql) {
  std::vector<Command> commands;
  commands.push_back({sql, {}, /*prepare=*/false});
  auto running = connection.run(std::move(commands));
  auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return std::move(answers->front());
}

Task<Result<void>> make_index(Connection& connection, PgvectorOptions options) {
  auto lifting = connection.lift_limits();
  const auto lifted = co_await std::move(lifting);
  if (!lifted) co_return lifted.error();
  auto locking = connection.script(std::string("BEGIN; ") + kLockIndex);
  const auto locked = co_await std::move(locking);
  if (!locked) co_return locked.error();

  auto versioning = ask(connection,
                        "SELECT string_to_array(extversion, '.')::int[] >= '{0,8}', extversion "
                        "FROM pg_extension WHERE extname = 'vector'");
  const auto version = co_await std::move(versioning);
  if (!version) co_return version.error();
  if (version->empty() || !version->boolean(0, 0))
    co_return Error::of(
        ErrorKind::failed_precondition, "pgvector_old",
        "the database has pgvector " + (version->empty() ? "(not installed)" : version->text(0, 1)) +
            ", GALLERY=pgvector needs 0.8 or newer; install it and run ALTER EXTENSION vector "
            "UPDATE, or choose GALLERY=memory");

  const std::string wanted =
      "{m=" + std::to_string(options.m) + ",ef_construction=" + std::to_string(options.ef_construction) + "}";
  auto looking = ask(connection,
                     "SELECT c.reloptions::text FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
                     "WHERE c.relname = 'face_templates_hnsw' AND i.indisvalid "
                     "AND c.relnamespace = current_schema()::regnamespace");
  const auto there = co_await std::move(looking);
  if (!there) co_return there.error();
  if (there->empty() || there->text(0, 0) != wanted) {
    spdlog::info("gallery: the index is {}", there->empty() ? "made" : "rebuilt with other parameters");
    // Build the graph in memory as long as that takes a few gigabytes at most. Use one process: several would
    // need as much shared memory, which containers do not have.
    const std::string making =
        "DROP INDEX IF EXISTS face_templates_hnsw;"
        "SELECT set_config('maintenance_work_mem', greatest(65536, least(4194304, (count(*) * 4)))::text, "
        "true) "
        "FROM face_templates;"
        "SET LOCAL max_parallel_maintenance_workers = 0;"
        "CREATE INDEX face_templates_hnsw ON face_templates USING hnsw (embedding vector_cosine_ops) "
        "WITH (m = " +
        std::to_string(options.m) + ", ef_construction = " + std::to_string(options.ef_construction) + ")";
    auto creating = connection.script(making);
    const auto created = co_await std::move(creating);
    if (!created) co_return created.error();
  }
  auto committing = connection.script("COMMIT");
  co_return co_await std::move(committing);
}

Task<Result<void>> open_index(Pool& pool, PgvectorOptions options) {
  auto connecting = pool.connect();
  const auto connection = co_await std::move(connecting);
  if (!connection) co_return connection.error();
  auto making = make_index(**connection, options);
  co_return co_await std::move(making);
}

}  // namespace

struct PgvectorGallery::Query {
  GalleryPartition partition;
  std::span<const Embedding> probes;

  [[nodiscard]] Parameters parameters(std::size_t probe) const {
    Parameters parameters;
    parameters.add_vector(probes[probe].values()).add(partition.organisation).add(partition.model.value);
    return parameters;
  }
};

PgvectorGallery::PgvectorGallery(std::shared_ptr<Pool> pool, PgvectorOptions options)
    : pool_(std::move(pool)), options_(options) {}

Result<std::unique_ptr<PgvectorGallery>> PgvectorGallery::open(std::shared_ptr<Pool> pool,
                                                               PgvectorOptions options) {
  if (options.m < 2 || options.m > 100 || options.ef_construction < 2 * options.m ||
      options.ef_construction > 1000 || options.ef_search < 1 || options.ef_search > 1000)
    return Error::of(ErrorKind::invalid_argument,
                     "pgvector accepts m from 2 to 100, ef_construction from twice m to "
                     "1000 and ef_search from 1 to 1000");
  const auto prepared = asio::co_spawn(pool->executor(), open_index(*pool, options), asio::use_future).get();
  if (!prepared) return prepared.error();
  std::unique_ptr<PgvectorGallery> gallery(new PgvectorGallery(std::move(pool), options));
  const auto counted =
      asio::co_spawn(gallery->pool_->executor(), gallery->change({}), asio::use_future).get();
  if (!counted) return counted.error();
  return gallery;
}

Task<Result<std::vector<GalleryAnswer>>> PgvectorGallery::search(GalleryPartition partition,
                                                                 std::span<const Embedding> probes) {
  std::vector<GalleryAnswer> answers;
  while (!probes.empty()) {
    const Query query{partition, probes.first(std::min(kChunk, probes.size()))};
    const auto work = [this, &query](Connection& connection) { return search_on(connection, query); };
    auto searching = pool_->with<std::vector<GalleryAnswer>>(work, Repeat::if_lost);
    const auto some = co_await std::move(searching);
    if (!some) co_return some.error();
    answers.insert(answers.end(), some->begin(), some->end());
    probes = probes.subspan(query.probes.size());
  }
  co_return std::move(answers);
}

Task<Result<std::vector<GalleryAnswer>>> PgvectorGallery::search_on(Connection& connection,
                                                                    const Query& query) {
  std::vector<GalleryAnswer> answers(query.probes.size());
  std::vector<std::size_t> doubtful;
  std::vector<Command> commands;
  commands.push_back(use_index(options_.ef_search));
  for (std::size_t i = 0; i < query.probes.size(); ++i) commands.push_back({kByIndex, query.parameters(i)});
  commands.push_back({kCounts});
  auto running = connection.run(std::move(commands));
  const auto found = co_await std::move(running);
  if (!found) co_return found.error();
  note_counts(found->back());
  for (std::size_t i = 0; i < query.probes.size(); ++i) {
    GalleryAnswer& answer = answers[i];
    const auto people = people_of((*found)[i + 1]);
    answer = answer_of(people);
    // No runner-up: one person filled the list, or iterative search gave up because of a filter.
    if (!answer.best || !answer.runner_up || crowded((*found)[i + 1], people) ||
        answer.best->similarity < options_.confirm_below ||
        answer.best->similarity - answer.runner_up->similarity < options_.confirm_within)
      doubtful.push_back(i);
  }
  probes_ += query.probes.size();
  confirmed_ += doubtful.size();
  if (!doubtful.empty()) {
    auto scanning = scan(connection, query, std::move(doubtful), answers);
    const auto scanned = co_await std::move(scanning);
    if (!scanned) co_return scanned.error();
  }
  std::vector<FaceId> best;
  for (const GalleryAnswer& answer : answers)
    if (answer.best) best.push_back(answer.best->face);
  auto measuring = neighbourhoods(connection, std::move(best));
  const auto measured = co_await std::move(measuring);
  if (!measured) co_return measured.error();
  std::size_t next = 0;
  for (GalleryAnswer& answer : answers)
    if (answer.best) answer.best_neighbourhood = (*measured)[next++].mean;
  co_return std::move(answers);
}

// Answers `which` of the probes by scanning every template.
Task<Result<void>> PgvectorGallery::scan(Connection& connection, const Query& query,
                                         std::vector<std::size_t> which,
                                         std::vector<GalleryAnswer>& answers) {
  std::vector<Command> commands;
  commands.push_back(use_scan());
  for (const std::size_t i : which) commands.push_back({kByScan, query.parameters(i)});
  auto running = connection.run(std::move(commands));
  const auto found = co_await std::move(running);
  if (!found) co_return found.error();
  std::vector<std::size_t> filled;
  for (std::size_t k = 0; k < which.size(); ++k) {
    const Rows& rows = (*found)[k + 1];
    const auto people = people_of(rows);
    answers[which[k]] = answer_of(people);
    if (crowded(rows, people)) filled.push_back(which[k]);
  }
  if (filled.empty()) co_return Result<void>{};

  std::vector<Command> asking;
  asking.push_back(use_scan());
  for (const std::size_t i : filled) asking.push_back({kPeopleByScan, query.parameters(i)});
  auto second = connection.run(std::move(asking));
  const auto others = co_await std::move(second);
  if (!others) co_return others.error();
  for (std::size_t k = 0; k < filled.size(); ++k) answers[filled[k]] = answer_of(people_of((*others)[k + 1]));
  co_return Result<void>{};
}

// Of those faces, in order. Measures and stores what is missing; one that was removed meanwhile has none left.
Task<Result<std::vector<PgvectorGallery::Neighbourhood>>> PgvectorGallery::neighbourhoods(
    Connection& connection, std::vector<FaceId> faces) {
  std::vector<Neighbourhood> known(faces.size());
  if (faces.empty()) co_return known;
  std::vector<Command> asking;
  asking.reserve(faces.size());
  for (const FaceId face : faces) asking.push_back({kNeighbourhood, Parameters().add(face)});
  auto running = connection.run(std::move(asking));
  const auto found = co_await std::move(running);
  if (!found) co_return found.error();
  std::vector<std::size_t> missing;
  std::vector<Command> measuring;
  measuring.push_back(use_scan());
  for (std::size_t i = 0; i < faces.size(); ++i) {
    const Rows& rows = (*found)[i];
    if (!rows.empty()) {
      known[i] = {rows.real(0, 0), rows.real(0, 1)};
      continue;
    }
    missing.push_back(i);
    measuring.push_back({kMeasureNeighbourhood, Parameters().add(faces[i])});
  }
  if (missing.empty()) co_return known;
  auto second = connection.run(std::move(measuring));
  const auto measured = co_await std::move(second);
  if (!measured) co_return measured.error();
  for (std::size_t k = 0; k < missing.size(); ++k) {
    const Rows& rows = (*measured)[k + 1];
    if (!rows.empty()) known[missing[k]] = {rows.real(0, 0), rows.real(0, 1)};
  }
  co_return known;
}

Task<Result<EnrolledProbes>> PgvectorGallery::probe_enrolled(GalleryPartition partition, std::size_t most) {
  EnrolledProbes result;
  std::vector<EnrolledProbe> sample;
  const auto choose = [&](Connection& connection) -> Task<Result<void>> {
    std::vector<Command> commands;
    Parameters whose;
    whose.add(partition.organisation).add(partition.model.value);
    commands.push_back({kPeople, std::move(whose)});
    Parameters sampled;
    sampled.add(partition.organisation).add(partition.model.value).add(std::to_string(most));
    commands.push_back({kSample, std::move(sampled)});
    auto running = connection.run(std::move(commands));
    const auto found = co_await std::move(running);
    if (!found) co_return found.error();
    result.people = static_cast<std::size_t>((*found)[0].integer(0, 0));
    sample.clear();
    const Rows& rows = (*found)[1];
    for (int i = 0; i < rows.size(); ++i)
      sample.push_back(
          {.person = rows.id<PersonId>(i, 1), .face = rows.id<FaceId>(i, 0), .stranger = {}, .genuine = {}});
    co_return Result<void>{};
  };
  auto choosing = pool_->with<void>(choose, Repeat::if_lost);
  const auto chosen = co_await std::move(choosing);
  if (!chosen) co_return chosen.error();
  for (EnrolledProbe& probe : sample) {
    const auto work = [this, &probe](Connection& connection) { return probe_on(connection, probe); };
    auto probing = pool_->with<void>(work, Repeat::if_lost);
    const auto probed = co_await std::move(probing);
    if (!probed) co_return probed.error();
    result.probes.push_back(probe);
  }
  co_return result;
}

Task<Result<void>> PgvectorGallery::probe_on(Connection& connection, EnrolledProbe& probe) {
  std::vector<Command> commands;
  commands.push_back(use_scan());
  commands.push_back({kPeopleNear, Parameters().add(probe.face)});
  auto running = connection.run(std::move(commands));
  const auto found = co_await std::move(running);
  if (!found) co_return found.error();
  const Rows& rows = (*found)[1];
  const bool has_own = !rows.empty() && rows.id<PersonId>(0, 1) == probe.person;
  const auto people = people_of(rows, has_own ? 1 : 0);
  probe.stranger = answer_of(people);
  std::vector<FaceId> faces;
  if (!people.empty()) faces.push_back(people[0].face);
  if (has_own) faces.push_back(rows.id<FaceId>(0, 0));
  auto measuring = neighbourhoods(connection, std::move(faces));
  const auto measured = co_await std::move(measuring);
  if (!measured) co_return measured.error();
  if (!people.empty()) {
    const Neighbourhood& best = measured->front();
    probe.stranger.best_neighbourhood = without(best.mean, best.eleventh, people[0].similarity);
  }
  if (has_own) probe.genuine = csls(rows.real(0, 2), neighbourhood_of(people), measured->back().mean);
  co_return Result<void>{};
}

Task<Result<std::size_t>> PgvectorGallery::prepare(GalleryPartition partition, std::size_t most) {
  const auto work = [&](Connection& connection) -> Task<Result<std::size_t>> {
    std::vector<Command> commands;
    Parameters whose;
    whose.add(partition.organisation).add(partition.model.value).add(std::to_string(std::min(most, kChunk)));
    commands.push_back({kUnmeasured, std::move(whose)});
    auto running = connection.run(std::move(commands));
    const auto found = co_await std::move(running);
    if (!found) co_return found.error();
    std::vector<FaceId> faces;
    faces.reserve(static_cast<std::size_t>(found->front().size()));
    for (int i = 0; i < found->front().size(); ++i) faces.push_back(found->front().id<FaceId>(i, 0));
    const std::size_t count = faces.size();
    auto measuring = neighbourhoods(connection, std::move(faces));
    const auto measured = co_await std::move(measuring);
    if (!measured) co_return measured.error();
    co_return count;
  };
  auto preparing = pool_->with<std::size_t>(work, Repeat::if_lost);
  co_return co_await std::move(preparing);
}

Task<Result<void>> PgvectorGallery::change(std::vector<Command> commands) {
  commands.push_back({kCounts});
  const auto work = [this, &commands](Connection& connection) -> Task<Result<void>> {
    auto running = connection.run(commands);
    const auto done = co_await std::move(running);
    if (!done) co_return done.error();
    note_counts(done->back());
    co_return Result<void>{};
  };
  // Every command is idempotent.
  auto changing = pool_->with<void>(work, Repeat::if_lost);
  co_return co_await std::move(changing);
}

void PgvectorGallery::note_counts(const Rows& counts) {
  if (counts.empty()) return;
  faces_ = static_cast<std::size_t>(counts.integer(0, 0));
  people_ = static_cast<std::size_t>(counts.integer(0, 1));
}

Task<Result<void>> PgvectorGallery::add(std::vector<GalleryEntry> entries) {
  // If a face occurs twice, the last entry wins; the map also gives one statement per face.
  std::map<FaceId, const GalleryEntry*> last;
  for (const GalleryEntry& entry : entries) last[entry.face] = &entry;
  std::vector<Command> commands;
  for (const auto& [face, entry] : last) {
    if (commands.size() == kAddedAtOnce) {
      auto some = change(std::exchange(commands, {}));
      const auto added = co_await std::move(some);
      if (!added) co_return added.error();
    }
    Parameters parameters;
    parameters.add(face)
        .add(entry->partition.organisation)
        .add(entry->person)
        .add(entry->partition.model.value);
    parameters.add_vector(entry->embedding.values());
    commands.push_back(
        {"INSERT INTO face_templates AS t (id, organisation_id, person_id, model, quality, created_at, "
         "embedding) "
         "SELECT $1::uuid, $2::uuid, id, $4::text, 0, now(), $5::vector FROM persons "
         "WHERE id = $3 AND organisation_id = $2 AND deleted_at IS NULL FOR SHARE "
         "ON CONFLICT (id) DO UPDATE SET organisation_id = excluded.organisation_id, person_id = "
         "excluded.person_id, "
         "model = excluded.model, embedding = excluded.embedding "
         "WHERE (t.organisation_id, t.person_id, t.model, t.embedding) IS DISTINCT FROM "
         "(excluded.organisation_id, excluded.person_id, excluded.model, excluded.embedding)",
         std::move(parameters)});
  }
  auto changing = change(std::move(commands));
  co_return co_await std::move(changing);
}

Task<Result<void>> PgvectorGallery::remove_face(FaceId face) {
  std::vector<Command> commands;
  commands.push_back({"DELETE FROM face_templates WHERE id = $1", Parameters().add(face)});
  return change(std::move(commands));
}

Task<Result<void>> PgvectorGallery::remove_person(PersonId person) {
  std::vector<Command> commands;
  commands.push_back({"DELETE FROM face_templates WHERE person_id = $1", Parameters().add(person)});
  return change(std::move(commands));
}

GalleryStats PgvectorGallery::stats() const { return {faces_, people_, 0}; }

}  // namespace sas
