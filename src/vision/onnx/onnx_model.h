#pragma once
// ONNX Runtime behind one small class: nothing else in the project includes its headers.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace sas::vision {

struct OnnxOptions {
  bool cuda = false;                      // whether to run on a CUDA device; never falls back to the CPU
  int threads = 1;                        // that one run may use
  std::vector<std::int64_t> input_shape;  // takes the place of the model's free dimensions
};

// A model with one float input, loaded and ready. Thread-safe: every run has buffers of its own, which are
// kept for the next, so that a run allocates nothing and copies nothing.
class OnnxModel {
 public:
  // Runs the model once to know its output shapes and that it works. Errors: data_loss "model_unusable" (not
  // an ONNX model, or not one that this runtime can run), invalid_argument "model_mismatch" (the input is not
  // of that shape, or not one float tensor), failed_precondition "no_cuda". `name` is for messages.
  [[nodiscard]] static Result<std::unique_ptr<OnnxModel>> load(std::span<const char> bytes,
                                                               const std::string& name,
                                                               const OnnxOptions& options);
  ~OnnxModel();
  OnnxModel(const OnnxModel&) = delete;
  OnnxModel& operator=(const OnnxModel&) = delete;

  struct Output {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };

 private:
  struct Buffers;
  struct Session;

 public:
  // The buffers of one run, lent for as long as it lives; must not outlive the model.
  class Run {
   public:
    ~Run();
    Run(Run&& other) noexcept;
    Run& operator=(Run&&) = delete;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    [[nodiscard]] std::span<float> input();
    // From input() to outputs(). Throws std::runtime_error naming the model: it worked when it was loaded.
    void execute();
    // In the model's order; valid until the next execute() and as long as the Run.
    [[nodiscard]] const std::vector<Output>& outputs() const;

   private:
    friend class OnnxModel;
    Run(const OnnxModel& model, std::unique_ptr<Buffers> buffers);
    const OnnxModel* model_;
    std::unique_ptr<Buffers> buffers_;
  };

  [[nodiscard]] Run begin() const;
  // As in the model, with what the first run gave for free dimensions.
  [[nodiscard]] const std::vector<std::vector<std::int64_t>>& output_shapes() const;

 private:
  explicit OnnxModel(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace sas::vision
