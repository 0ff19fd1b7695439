#pragma once
// Wraps ONNX Runtime in one small class: nothing else in the project includes its headers.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace sas::vision {

struct OnnxOptions {
  bool cuda = false;                      // whether to run on a CUDA device; never falls back to the CPU
  int threads = 1;                        // per run
  std::vector<std::int64_t> input_shape;  // replaces the model's dynamic dimensions
};

// A model with one float input, loaded and ready. Thread-safe: every run has its own buffers, which are kept
// for later runs, so that a run allocates and copies nothing.
class OnnxModel {
 public:
  // Runs the model once to learn its output shapes and to check that it works. Errors: data_loss
  // "model_unusable" (not an ONNX model, or not supported by this runtime), invalid_argument "model_mismatch"
  // (the input has another shape or is not one float tensor), failed_precondition "no_cuda". `name` is for
  // messages.
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
  // The buffers of one run, borrowed for its lifetime; must not outlive the model.
  class Run {
   public:
    ~Run();
    Run(Run&& other) noexcept;
    Run& operator=(Run&&) = delete;
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    [[nodiscard]] std::span<float> input();
    // Computes outputs() from input(). Throws std::runtime_error naming the model; it worked when it was
    // loaded.
    void execute();
    // In the model's order; valid until the next execute() and for the lifetime of the Run.
    [[nodiscard]] const std::vector<Output>& outputs() const;

   private:
    friend class OnnxModel;
    Run(const OnnxModel& model, std::unique_ptr<Buffers> buffers);
    const OnnxModel* model_;
    std::unique_ptr<Buffers> buffers_;
  };

  [[nodiscard]] Run begin() const;
  // As in the model, with dynamic dimensions taken from the first run.
  [[nodiscard]] const std::vector<std::vector<std::int64_t>>& output_shapes() const;

 private:
  explicit OnnxModel(std::unique_ptr<Session> session);
  std::unique_ptr<Session> session_;
};

}  // namespace sas::vision
