#include "store/postgres/template_store.h"

#include <string>
#include <utility>

#include "store/postgres/statements.h"

namespace sas::store::postgres {
namespace {

constexpr std::size_t kTemplateBatch = 512;

struct TemplateBatch {
  std::vector<FaceTemplate> faces;
  std::int64_t last = 0;  // where the next batch starts
};

// Up to `limit` templates after `last`, in the order they were added.
Task<Result<TemplateBatch>> templates(Connection& connection, std::int64_t last, std::size_t limit) {
  std::vector<Command> commands;
  commands.push_back({std::string("SELECT f.sequence, ") + kTemplateColumns +
                          " FROM face_templates f WHERE f.sequence > $1 ORDER BY f.sequence LIMIT $2",
                      Parameters().add(last).add(static_cast<std::int64_t>(limit))});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  const Rows& rows = answers->front();
  TemplateBatch batch{{}, last};
  for (int i = 0; i < rows.size(); ++i) {
    auto face = template_row(rows, i, 1);
    if (!face) co_return face.error();
    batch.faces.push_back(std::move(*face));
    batch.last = rows.integer(i, 0);
  }
  co_return std::move(batch);
}

// A text that is unique to the current set of templates.
Task<Result<std::string>> template_state(Connection& connection) {
  std::vector<Command> commands;
  commands.push_back({"SELECT state FROM face_clock WHERE id = 1"});
  auto running = connection.run(std::move(commands));
  const auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  if (answers->front().empty())
    co_return Error::of(ErrorKind::failed_precondition, "schema_damaged",
                        "the table face_clock is empty; restart a server to restore the missing row");
  co_return answers->front().uuid(0, 0).to_string();
}

}  // namespace

Result<FaceTemplate> template_row(const Rows& rows, int row, int column) {
  const std::vector<float> values = rows.vector(row, column + 6);
  auto embedding = Embedding::normalised(values);
  if (!embedding)
    return Error::of(ErrorKind::data_loss, "database_damaged",
                     "a template in the database is damaged: " + embedding.error().message +
                         "; restore the last backup, or remove the face " +
                         rows.uuid(row, column).to_string());
  return FaceTemplate{.id = rows.id<FaceId>(row, column),
                      .person = rows.id<PersonId>(row, column + 1),
                      .organisation = rows.id<OrganisationId>(row, column + 2),
                      .model = ModelId{rows.text(row, column + 3)},
                      .embedding = *embedding,
                      .quality = rows.real(row, column + 4),
                      .created_at = rows.time(row, column + 5)};
}

Task<Result<void>> PostgresTemplateStore::for_each_template(
    std::function<bool(std::vector<FaceTemplate>)> sink) {
  std::int64_t last = 0;
  for (;;) {
    const auto work = [last](Connection& connection) { return templates(connection, last, kTemplateBatch); };
    auto next = pool_.with<TemplateBatch>(work, Repeat::if_lost);
    auto batch = co_await std::move(next);
    if (!batch) co_return batch.error();
    if (batch->faces.empty()) break;
    last = batch->last;
    if (!sink(std::move(batch->faces))) break;
  }
  co_return Result<void>{};
}

Task<Result<std::string>> PostgresTemplateStore::template_fingerprint() {
  return pool_.with<std::string>([](Connection& connection) { return template_state(connection); },
                                 Repeat::if_lost);
}

}  // namespace sas::store::postgres
