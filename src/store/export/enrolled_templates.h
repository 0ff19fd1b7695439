#pragma once
// Enrolled templates for an evaluation by the operator. The API never returns templates, so these functions
// read the database file or a CSV file exported from a database server.

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/embedding.h"

namespace sas {

struct EnrolledTemplate {
  std::string person;  // code
  std::string id;      // the template's id, or "line N" of a CSV file
  std::string model;
  Embedding embedding;
};

// Every template of every person who has not been removed. Opens the SQLite file read-only, so the server may
// be running. Errors: not_found "database_missing"; data_loss "database_unreadable" (damaged, or not an
// attendance database).
[[nodiscard]] Result<std::vector<EnrolledTemplate>> read_enrolled(const std::filesystem::path& database);

// Reads CSV with the columns person, model and embedding; the embedding is in pgvector's format, quoted:
// "[0.1,0.2,...]". Skips a header in the first line. Errors: invalid_argument "invalid_templates", which names
// the line; not_found "templates_missing".
[[nodiscard]] Result<std::vector<EnrolledTemplate>> read_template_csv(const std::filesystem::path& file);

}  // namespace sas
