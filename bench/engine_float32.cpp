#include "engine.h"
#include "float_scan.h"

namespace sas::bench {
namespace {

class Float32 final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "every vector, float32"; }
  [[nodiscard]] bool exact() const override { return true; }
  void build(const Identities& identities) override { identities_ = &identities; }
  [[nodiscard]] std::size_t nearest(const Embedding& probe) override {
    return float_scan(*identities_, probe).best;
  }
  [[nodiscard]] std::size_t bytes() const override { return identities_->values.size() * sizeof(float); }

 private:
  const Identities* identities_ = nullptr;
};

}  // namespace

std::unique_ptr<Engine> make_float32() { return std::make_unique<Float32>(); }

}  // namespace sas::bench
