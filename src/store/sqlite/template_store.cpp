#include "store/sqlite/template_store.h"

#include <array>
#include <cstring>
#include <span>
#include <utility>

#include <sqlite3.h>

namespace sas::store::sqlite {
namespace {

constexpr std::size_t kTemplateBatch = 512;

Embedding embedding_of(std::span<const std::uint8_t> bytes) {
  std::array<float, kEmbeddingSize> values{};
  if (bytes.size() != sizeof values) throw SQLite::Exception("a template has the wrong size", SQLITE_CORRUPT);
  std::memcpy(values.data(), bytes.data(), sizeof values);
  const auto embedding = Embedding::normalised(values);
  if (!embedding) throw SQLite::Exception("a template: " + embedding.error().message, SQLITE_CORRUPT);
  return *embedding;
}

struct TemplateBatch {
  std::vector<FaceTemplate> faces;
  std::int64_t last = 0;  // where the next batch starts
};

// Up to `limit` templates after `last`, in the order they were added.
Result<TemplateBatch> templates(Connection& connection, std::int64_t last, std::size_t limit) {
  Query query(connection,
              "SELECT sequence, id, person_id, organisation_id, model, quality, created_at, embedding "
              "FROM face_templates WHERE sequence > ? ORDER BY sequence LIMIT ?",
              last, static_cast<std::int64_t>(limit));
  TemplateBatch batch{{}, last};
  while (query.next()) {
    batch.last = query.integer(0);
    batch.faces.push_back({.id = query.id<FaceId>(1),
                           .person = query.id<PersonId>(2),
                           .organisation = query.id<OrganisationId>(3),
                           .model = ModelId{query.text(4)},
                           .embedding = embedding_of(query.blob(7)),
                           .quality = query.real(5),
                           .created_at = query.time(6)});
  }
  return batch;
}

Result<std::string> fingerprint(Connection& connection) {
  // The state alone would suffice; the numbers also reveal changes made by other tools.
  Query query(connection,
              "SELECT (SELECT count(*) FROM face_templates), "
              "(SELECT coalesce(max(sequence), 0) FROM face_templates), hex(state) "
              "FROM template_state WHERE id = 1");
  if (!query.next())
    return Error::of(ErrorKind::data_loss, "database_damaged",
                     "the database has no record of the state of its templates");
  return "sqlite, " + query.text(0) + " templates, newest " + query.text(1) + ", state " + query.text(2);
}

}  // namespace

Task<Result<void>> SqliteTemplateStore::for_each_template(
    std::function<bool(std::vector<FaceTemplate>)> sink) {
  std::int64_t last = 0;
  for (;;) {
    auto next = database_.read<TemplateBatch>(
        [last](Connection& connection) { return templates(connection, last, kTemplateBatch); });
    auto batch = co_await std::move(next);
    if (!batch) co_return batch.error();
    if (batch->faces.empty()) break;
    last = batch->last;
    if (!sink(std::move(batch->faces))) break;
  }
  co_return Result<void>{};
}

Task<Result<std::string>> SqliteTemplateStore::template_fingerprint() {
  return database_.read<std::string>([](Connection& connection) { return fingerprint(connection); });
}

}  // namespace sas::store::sqlite
