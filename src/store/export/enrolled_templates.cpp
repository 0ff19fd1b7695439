#include "store/export/enrolled_templates.h"

#include <charconv>
#include <cstring>
#include <fstream>
#include <span>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/uuid.h"

namespace sas {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kEmbeddingBytes = kEmbeddingSize * sizeof(float);

Error invalid_line(const fs::path& file, std::size_t line, const std::string& why) {
  return Error::of(ErrorKind::invalid_argument, "invalid_templates",
                   file.string() + " line " + std::to_string(line) + ": " + why +
                       "; expected person,model,\"[512 numbers]\"",
                   {{"path", file.string()}, {"line", line}});
}

// Fields of one line; quotes may stand round a field, twice for one inside.
std::vector<std::string> split_csv(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

// "[0.1,0.2]"; none when it is not that.
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
        return unreadable("a template has not 512 numbers");
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
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (line.empty()) continue;
    auto fields = split_csv(line);
    if (fields.size() != 3)
      return invalid_line(file, number, "it has " + std::to_string(fields.size()) + " fields");
    const auto values = read_vector(fields[2]);
    if (values.empty() && number == 1) continue;  // names of the columns
    auto embedding = Embedding::normalised(values);
    if (!embedding) return invalid_line(file, number, embedding.error().message);
    templates.push_back(
        {std::move(fields[0]), "line " + std::to_string(number), std::move(fields[1]), *embedding});
  }
  return templates;
}

}  // namespace sas
