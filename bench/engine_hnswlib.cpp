#include <array>

#include <hnswlib/hnswlib.h>

#include "engine.h"
#include "graph_settings.h"

namespace sas::bench {
namespace {

class Hnswlib final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "hnswlib"; }
  [[nodiscard]] bool exact() const override { return false; }
  [[nodiscard]] std::vector<std::string> settings() const override { return graph_setting_names(); }
  void select(std::size_t setting) override { index_->setEf(kGraphSearchWidths.at(setting)); }

  void build(const Identities& identities) override {
    index_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(&space_, identities.size(), kGraphLinks,
                                                               kGraphBuildWidth);
    for (std::size_t row = 0; row < identities.size(); ++row)
      index_->addPoint(identities.row(row).data(), row);
  }
  [[nodiscard]] std::size_t nearest(const Embedding& probe) override {
    return index_->searchKnn(probe.values().data(), 1).top().second;
  }
  [[nodiscard]] std::size_t bytes() const override {
    return index_->max_elements_ * (index_->size_data_per_element_ + sizeof(void*));
  }

 private:
  hnswlib::InnerProductSpace space_{kEmbeddingSize};
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> index_;
};

}  // namespace

std::unique_ptr<Engine> make_hnswlib() { return std::make_unique<Hnswlib>(); }

}  // namespace sas::bench
