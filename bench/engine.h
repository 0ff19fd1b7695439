#pragma once
// A method of finding the nearest identity, as the benchmark sees it.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "synthetic_faces.h"

namespace sas::bench {

class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  // True: a miss is an error, and the benchmark fails.
  [[nodiscard]] virtual bool exact() const = 0;
  // Settings to measure in turn, such as "ef 40"; at least one. select() takes an index into them.
  [[nodiscard]] virtual std::vector<std::string> settings() const { return {""}; }
  virtual void select(std::size_t /*setting*/) {}

  // `identities` must outlive the engine.
  virtual void build(const Identities& identities) = 0;
  // The row of the nearest identity.
  [[nodiscard]] virtual std::size_t nearest(const Embedding& probe) = 0;
  // False: another process does the work, so this thread's CPU time is meaningless.
  [[nodiscard]] virtual bool in_this_process() const { return true; }
  // Memory used for the search, in bytes; 0 if unknown.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

// The engines this program was built with. The graphs are named "hnswlib" and "faiss-hnsw".
[[nodiscard]] std::unique_ptr<Engine> make_ours();
[[nodiscard]] std::unique_ptr<Engine> make_float32();
[[nodiscard]] std::unique_ptr<Engine> make_hnswlib();
[[nodiscard]] std::unique_ptr<Engine> make_faiss_flat();
[[nodiscard]] std::unique_ptr<Engine> make_faiss_hnsw();
// `url`: "postgresql://…", a database where the extension can be created. Throws std::runtime_error if that
// fails.
[[nodiscard]] std::unique_ptr<Engine> make_pgvector(const std::string& url);

}  // namespace sas::bench
