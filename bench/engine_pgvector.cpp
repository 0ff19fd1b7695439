#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include "engine.h"
#include "graph_settings.h"

namespace sas::bench {
namespace {

constexpr char kBinaryCopyHeader[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";  // no flags, no extension
constexpr std::size_t kCopyBuffer = std::size_t{1} << 20;
constexpr int kBinary = 1;

// PostgreSQL's binary numbers are big-endian.
template <class T>
void put(std::string& out, T value) {
  for (std::size_t i = sizeof value; i-- > 0;) out.push_back(static_cast<char>(value >> (8 * i)));
}

// pgvector's binary format: the number of dimensions, two zero bytes, the values.
std::string vector_bytes(std::span<const float, kEmbeddingSize> values) {
  std::string out;
  put(out, static_cast<std::uint16_t>(kEmbeddingSize));
  put(out, std::uint16_t{0});
  for (const float value : values) put(out, std::bit_cast<std::uint32_t>(value));
  return out;
}

// Uses its own table in the given database and drops it at the end. One connection, so one core, as for the
// other engines; a query's time is the client's waiting time.
class Pgvector final : public Engine {
 public:
  explicit Pgvector(const std::string& url)
      : connection_(PQconnectdb(url.c_str())), table_(fmt::format("sas_bench_{}", ::getpid())) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail("cannot connect");
    run("SET client_min_messages = warning");
    run("CREATE EXTENSION IF NOT EXISTS vector");
    version_ = text("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
    run("SET maintenance_work_mem = '1GB'");  // otherwise the graph is built on disk, many times slower
    run("SET max_parallel_workers_per_gather = 0");
    run("SET plan_cache_mode = force_custom_plan");  // select() chooses the plan
  }
  ~Pgvector() override { PQclear(PQexec(connection_.get(), ("DROP TABLE IF EXISTS " + table_).c_str())); }
  Pgvector(const Pgvector&) = delete;
  Pgvector& operator=(const Pgvector&) = delete;

  [[nodiscard]] std::string name() const override { return "pgvector " + version_; }
  [[nodiscard]] bool exact() const override { return false; }
  [[nodiscard]] bool in_this_process() const override { return false; }
  [[nodiscard]] std::vector<std::string> settings() const override {
    std::vector<std::string> names = graph_setting_names();
    names.emplace_back("exact scan");
    return names;
  }
  void select(std::size_t setting) override {
    const bool graph = setting < kGraphSearchWidths.size();
    run(graph ? "SET enable_indexscan = on" : "SET enable_indexscan = off");
    if (graph) run(fmt::format("SET hnsw.ef_search = {}", kGraphSearchWidths.at(setting)));
  }

  void build(const Identities& identities) override {
    run(fmt::format("CREATE UNLOGGED TABLE {} (id integer NOT NULL, embedding vector({}) NOT NULL)", table_,
                    kEmbeddingSize));
    copy(identities);
    run(fmt::format(
        "CREATE INDEX ON {} USING hnsw (embedding vector_cosine_ops) WITH (m = {}, ef_construction = {})",
        table_, kGraphLinks, kGraphBuildWidth));
    run("ANALYZE " + table_);
    bytes_ = std::stoull(text("SELECT pg_total_relation_size('" + table_ + "')"));
    const std::string type = text("SELECT 'vector'::regtype::oid");
    const Oid oid = static_cast<Oid>(std::stoul(type));
    const std::string query = "SELECT id FROM " + table_ + " ORDER BY embedding <=> $1 LIMIT 1";
    check(Answer(PQprepare(connection_.get(), "nearest", query.c_str(), 1, &oid)), PGRES_COMMAND_OK);
  }

  [[nodiscard]] std::size_t nearest(const Embedding& probe) override {
    const std::string bytes = vector_bytes(probe.values());
    const char* value = bytes.data();
    const int length = static_cast<int>(bytes.size());
    const Answer answer(PQexecPrepared(connection_.get(), "nearest", 1, &value, &length, &kBinary, kBinary));
    check(answer, PGRES_TUPLES_OK);
    if (PQntuples(answer.get()) != 1) return static_cast<std::size_t>(-1);  // the graph found nobody
    std::array<std::uint8_t, 4> id{};
    std::memcpy(id.data(), PQgetvalue(answer.get(), 0, 0), id.size());
    return (std::size_t{id[0]} << 24) | (std::size_t{id[1]} << 16) | (std::size_t{id[2]} << 8) | id[3];
  }
  [[nodiscard]] std::size_t bytes() const override { return bytes_; }

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Answer = std::unique_ptr<PGresult, Close>;

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error("pgvector: " + what + ": " + PQerrorMessage(connection_.get()));
  }
  void check(const Answer& answer, ExecStatusType wanted) const {
    if (PQresultStatus(answer.get()) != wanted) fail("the database returned an error");
  }
  void run(const std::string& sql) {
    check(Answer(PQexec(connection_.get(), sql.c_str())), PGRES_COMMAND_OK);
  }
  std::string text(const std::string& sql) {
    const Answer answer(PQexec(connection_.get(), sql.c_str()));
    check(answer, PGRES_TUPLES_OK);
    return PQgetvalue(answer.get(), 0, 0);
  }

  void copy(const Identities& identities) {
    check(Answer(PQexec(connection_.get(), ("COPY " + table_ + " FROM STDIN (FORMAT binary)").c_str())),
          PGRES_COPY_IN);
    std::string buffer(kBinaryCopyHeader, sizeof kBinaryCopyHeader - 1);
    const auto send = [&] {
      if (PQputCopyData(connection_.get(), buffer.data(), static_cast<int>(buffer.size())) != 1) fail("COPY");
      buffer.clear();
    };
    for (std::size_t row = 0; row < identities.size(); ++row) {
      const std::string vector = vector_bytes(identities.row(row));
      put(buffer, std::uint16_t{2});  // fields
      put(buffer, std::uint32_t{4});  // bytes of the id
      put(buffer, static_cast<std::uint32_t>(row));
      put(buffer, static_cast<std::uint32_t>(vector.size()));
      buffer += vector;
      if (buffer.size() >= kCopyBuffer) send();
    }
    put(buffer, std::uint16_t{0xFFFF});  // end marker
    send();
    if (PQputCopyEnd(connection_.get(), nullptr) != 1) fail("COPY");
    check(Answer(PQgetResult(connection_.get())), PGRES_COMMAND_OK);
    while (Answer(PQgetResult(connection_.get()))) {
    }
  }

  std::unique_ptr<PGconn, Close> connection_;
  std::string table_;
  std::string version_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Engine> make_pgvector(const std::string& url) { return std::make_unique<Pgvector>(url); }

}  // namespace sas::bench
