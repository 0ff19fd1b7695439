#pragma once
// The templates of a gallery, for an evaluation by whoever runs the server. The API never gives templates
// away; this reads the database's file, or what an administrator exported from a database server.

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "domain/embedding.h"

namespace sas {

struct EnrolledTemplate {
  std::string person;  // code
  std::string id;      // of the template, or its line
  std::string model;
  Embedding embedding;
};

// Every template of every living person, from the SQLite file of a server that may be running: it is only
// read. Errors: not_found "database_missing", data_loss "database_unreadable" (not a database of ours, or a
// damaged one).
[[nodiscard]] Result<std::vector<EnrolledTemplate>> read_enrolled(const std::filesystem::path& database);

// Lines of CSV: person, model, embedding as pgvector writes it, "[0.1,0.2,...]" in quotes. A first line of
// names is passed over. Errors name the line: invalid_argument "invalid_templates"; not_found
// "templates_missing".
[[nodiscard]] Result<std::vector<EnrolledTemplate>> read_template_csv(const std::filesystem::path& file);

}  // namespace sas
