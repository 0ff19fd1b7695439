#pragma once
// A thin layer over SQLiteCpp: a connection configured for this store, its prepared statements, and bindings
// for the domain's types. Throws SQLite::Exception; to_error() turns that into an Error.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "domain/embedding.h"
#include "domain/face_scores.h"
#include "domain/ids.h"
#include "store/sqlite/checksum_vfs.h"
#include "store/sqlite/options.h"
#include "store/statement.h"

namespace sas::store::sqlite {

// Used by one thread at a time.
class Connection {
 public:
  // `recovery` only empties a log that a killed server left. It verifies no page.
  enum class Role { writer, reader, checkpointer, recovery };

  Connection(const SqliteOptions& options, Role role, Verify verify);
  // Opens an in-memory database.
  Connection();

  [[nodiscard]] SQLite::Database& database() { return database_; }
  void execute(const std::string& sql) { database_.exec(sql); }
  // Whether a transaction is open.
  [[nodiscard]] bool in_transaction();
  // Does nothing if SQLite has already rolled back by itself after a failure.
  void roll_back() noexcept;
  // Pages in the WAL after this connection's last commit.
  [[nodiscard]] int log_pages() const { return log_pages_; }
  // Passive checkpoint: copies the WAL pages that no reader needs into the file, without waiting for readers or
  // writers. After a complete checkpoint the next commit resets the WAL.
  void checkpoint() noexcept;
  // Fsyncs checkpointed pages. SQLite syncs only on a complete checkpoint, which rarely happens under load, and
  // would then sync everything at once.
  void flush_database() noexcept;
  // Checkpoints the whole WAL and truncates it. False if a reader prevents it.
  [[nodiscard]] bool empty_log();

 private:
  friend class Query;
  SQLite::Statement& prepared(std::string_view sql);

  // The store has few statements, and they are long: length and last bytes distinguish them.
  struct TextHash {
    std::size_t operator()(std::string_view text) const {
      std::uint64_t end = 0;
      if (text.size() >= sizeof end) std::memcpy(&end, text.data() + text.size() - sizeof end, sizeof end);
      return std::hash<std::uint64_t>{}(end * 31 + text.size());
    }
  };

  SQLite::Database database_;
  int log_pages_ = 0;
  // The key points into the statement's own text.
  std::unordered_map<std::string_view, std::unique_ptr<SQLite::Statement>, TextHash> statements_;
};

// One use of a prepared statement, which the destructor resets. Two Queries must not use the same statement at
// the same time.
class Query {
 public:
  // Binds `values` to the parameters in order.
  template <class... Values>
  explicit Query(Connection& connection, std::string_view sql, const Values&... values)
      : statement_(connection.prepared(sql)) {
    (bind(values), ...);
  }
  Query(Connection& connection, const store::Statement& statement)
      : statement_(connection.prepared(statement.sql())) {
    for (const auto& value : statement.values()) std::visit([this](const auto& held) { bind(held); }, value);
  }
  ~Query() { statement_.tryReset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  void bind(std::int64_t value) { statement_.bind(++bound_, value); }
  void bind(double value) { statement_.bind(++bound_, value); }
  void bind(float value) { bind(static_cast<double>(value)); }
  void bind(const std::string& value) { statement_.bind(++bound_, value); }
  void bind(std::string_view value) { bind(std::string(value)); }
  void bind(Timestamp value) { bind(std::int64_t{value.time_since_epoch().count()}); }
  void bind(const Uuid& value) {
    statement_.bind(++bound_, value.bytes().data(), static_cast<int>(Uuid::kSize));
  }
  void bind(const Embedding& value) {
    statement_.bind(++bound_, value.values().data(), static_cast<int>(value.values().size_bytes()));
  }
  // One parameter per score, in the order of kFaceScores.
  void bind(const FaceScores& scores) {
    for (const FaceScore& score : kFaceScores) bind(scores.*score.value);
  }
  template <class Tag>
  void bind(const StrongUuid<Tag>& value) {
    bind(value.value());
  }
  template <class Tag>
  void bind(const StrongString<Tag>& value) {
    bind(value.value);
  }
  template <class T>
  void bind(const std::optional<T>& value) {
    if (value)
      bind(*value);
    else
      statement_.bind(++bound_);
  }

  // False when there are no more rows.
  [[nodiscard]] bool next() { return statement_.executeStep(); }
  // For statements that return no rows. Returns the number of changed rows.
  int run() { return statement_.exec(); }

  [[nodiscard]] bool is_null(int column) const { return statement_.isColumnNull(column); }
  [[nodiscard]] std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  [[nodiscard]] float real(int column) const {
    return static_cast<float>(statement_.getColumn(column).getDouble());
  }
  [[nodiscard]] std::string text(int column) const { return statement_.getColumn(column).getString(); }
  [[nodiscard]] Timestamp time(int column) const {
    return Timestamp{std::chrono::microseconds{integer(column)}};
  }
  template <class Id>
  [[nodiscard]] Id id(int column) const {
    return Id(uuid(column));
  }
  [[nodiscard]] std::optional<float> optional_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
  }
  [[nodiscard]] std::optional<Timestamp> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;
  [[nodiscard]] Uuid uuid(int column) const;

 private:
  SQLite::Statement& statement_;
  int bound_ = 0;
};

// Converts a failure into an Error that names the file and the remedy. `path` is the database file.
// `connection` provides the system's error number and may be null. Call it immediately after the failure, and
// set errno to 0 before the operation.
[[nodiscard]] Error to_error(const SQLite::Exception& failure, const std::filesystem::path& path,
                             Connection* connection);
// Whether the storage failed as a whole, rather than one request's data being invalid.
[[nodiscard]] bool concerns_storage(const SQLite::Exception& failure);

}  // namespace sas::store::sqlite
