#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <omp.h>

#include "engine.h"
#include "graph_settings.h"

namespace sas::bench {
namespace {

constexpr int kDims = static_cast<int>(kEmbeddingSize);

std::size_t nearest_of(const faiss::Index& index, const Embedding& probe) {
  float similarity = 0;
  faiss::Index::idx_t row = -1;
  index.search(1, probe.values().data(), 1, &similarity, &row);
  return static_cast<std::size_t>(row);
}

void add_all(faiss::Index& index, const Identities& identities) {
  index.add(static_cast<faiss::Index::idx_t>(identities.size()), identities.values.data());
}

class FaissFlat final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "FAISS flat"; }
  [[nodiscard]] bool exact() const override { return true; }
  void build(const Identities& identities) override { add_all(index_, identities); }
  [[nodiscard]] std::size_t nearest(const Embedding& probe) override { return nearest_of(index_, probe); }
  [[nodiscard]] std::size_t bytes() const override {
    return static_cast<std::size_t>(index_.ntotal) * kEmbeddingSize * sizeof(float);
  }

 private:
  faiss::IndexFlatIP index_{kDims};
};

class FaissHnsw final : public Engine {
 public:
  FaissHnsw() { index_.hnsw.efConstruction = static_cast<int>(kGraphBuildWidth); }
  [[nodiscard]] std::string name() const override { return "FAISS HNSW"; }
  [[nodiscard]] bool exact() const override { return false; }
  [[nodiscard]] std::vector<std::string> settings() const override { return graph_setting_names(); }
  void select(std::size_t setting) override {
    index_.hnsw.efSearch = static_cast<int>(kGraphSearchWidths.at(setting));
  }
  void build(const Identities& identities) override { add_all(index_, identities); }
  [[nodiscard]] std::size_t nearest(const Embedding& probe) override { return nearest_of(index_, probe); }
  [[nodiscard]] std::size_t bytes() const override {
    return static_cast<std::size_t>(index_.ntotal) * kEmbeddingSize * sizeof(float) +
           index_.hnsw.neighbors.size() * sizeof(faiss::HNSW::storage_idx_t) +
           index_.hnsw.offsets.size() * sizeof(std::size_t);
  }

 private:
  faiss::IndexHNSWFlat index_{kDims, static_cast<int>(kGraphLinks), faiss::METRIC_INNER_PRODUCT};
};

}  // namespace

// All results in the table are for one core; by default FAISS uses all cores.
std::unique_ptr<Engine> make_faiss_flat() {
  omp_set_num_threads(1);
  return std::make_unique<FaissFlat>();
}

std::unique_ptr<Engine> make_faiss_hnsw() {
  omp_set_num_threads(1);
  return std::make_unique<FaissHnsw>();
}

}  // namespace sas::bench
