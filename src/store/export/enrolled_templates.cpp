#include "store/export/enrolled_templates.h"

#include <charconv>
#include <cstring>
#include <fstream>
#include <span>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/csv.h"
#include "base/uuid.h"

namespace sas {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEmbeddingBytes = kEmbeddingSize * sizeof(float);

// `why` begins with "line N: ".
Error invalid_templates(const fs::path& file, std::size_t line, const std::string& why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_templates",
                   file.string() + " " + why + "; expected person,model,\"[512 numbers]\"",
                   {{"path", file.string()}, {"line", line}});
}

// Parses "[0.1,0.2]". Empty if the text has another form.
std::vector<float> read_vector(const std::string& text) {
  std::vector<float> values;
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return values;
  const char* at = text.data() + 1;
  const char* end = text.data() + text.size() - 1;
  while (at < end) {
    float value = 0;
    const auto [next, failure] = std::from_chars(at, end, value);
    if (failure != std::errc() || (next != end && *next != ',')) return {};
    values.push_back(value);
    at = next + 1;
  }
  return values;
}

}  // namespace

Result<std::vector<EnrolledTemplate>> read_enrolled(const fs::path& database) {
  std::error_code ignored;
  if (!fs::exists(database, ignored))
    return Error::of(ErrorKind::not_found, "database_missing",
                     "there is no database " + database.string() +
                         "; run this where the server runs, with its DATABASE_URL or DATA_DIR",
                     {{"path", database.string()}});
  const auto unreadable = [&](const std::string& why) {
    return Error::of(ErrorKind::data_loss, "database_unreadable",
                     "the templates in " + database.string() + " cannot be read: " + why,
                     {{"path", database.string()}});
  };
  try {
    SQLite::Database opened(database.string(), SQLite::OPEN_READONLY);
    opened.setBusyTimeout(5000);
    SQLite::Statement query(
        opened,
        "SELECT p.code, t.id, t.model, t.embedding FROM face_templates t "
        "JOIN persons p ON p.id = t.person_id WHERE p.deleted_at IS NULL ORDER BY t.sequence");
    std::vector<EnrolledTemplate> templates;
    while (query.executeStep()) {
      const auto bytes = query.getColumn(3);
      if (static_cast<std::size_t>(bytes.getBytes()) != kEmbeddingBytes)
        return unreadable("a template does not have 512 numbers");
      std::vector<float> values(kEmbeddingSize);
      std::memcpy(values.data(), bytes.getBlob(), kEmbeddingBytes);
      auto embedding = Embedding::normalised(values);
      if (!embedding) return unreadable(embedding.error().message);
      const auto id = query.getColumn(1);
      const auto uuid = Uuid::from_bytes(
          {static_cast<const std::uint8_t*>(id.getBlob()), static_cast<std::size_t>(id.getBytes())});
      templates.push_back({query.getColumn(0).getString(), uuid ? uuid->to_string() : "?",
                           query.getColumn(2).getString(), *embedding});
    }
    return templates;
  } catch (const SQLite::Exception& failure) {
    return unreadable(failure.what());
  }
}

Result<std::vector<EnrolledTemplate>> read_template_csv(const fs::path& file) {
  std::ifstream stream(file);
  if (!stream)
    return Error::of(ErrorKind::not_found, "templates_missing", file.string() + " cannot be read",
                     {{"path", file.string()}});
  std::vector<EnrolledTemplate> templates;
  CsvReader reader(stream);
  for (;;) {
    auto next = reader.next();
    if (!next) {
      const Error& error = next.error();
      return invalid_templates(file, error.details.at("line").to_number<std::size_t>(), error.message);
    }
    if (!*next) break;
    CsvRow& row = **next;
    const std::string line = "line " + std::to_string(row.line);
    if (row.cells.size() != 3)
      return invalid_templates(file, row.line,
                               line + ": it has " + std::to_string(row.cells.size()) + " fields");
    const auto values = read_vector(row.cells[2]);
    if (values.empty() && row.line == 1) continue;  // the header
    auto embedding = Embedding::normalised(values);
    if (!embedding) return invalid_templates(file, row.line, line + ": " + embedding.error().message);
    templates.push_back({std::move(row.cells[0]), line, std::move(row.cells[1]), *embedding});
  }
  return templates;
}

}  // namespace sas
