#include "vision/onnx/onnx_model.h"

#include <functional>
#include <mutex>
#include <numeric>
#include <stdexcept>

#include <onnxruntime_cxx_api.h>

#include "vision/onnx/runtime.h"

namespace sas::vision {
namespace {

std::size_t count(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                         [](std::size_t product, std::int64_t size) {
                           return product * static_cast<std::size_t>(size < 0 ? 0 : size);
                         });
}

std::string in_words(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto size : shape) text += (text.empty() ? "" : "x") + (size < 0 ? "?" : std::to_string(size));
  return text;
}

}  // namespace

struct OnnxModel::Buffers {
  std::vector<float> input;
  std::vector<Output> outputs;
  std::vector<Ort::Value> tensors;  // the input, then the outputs, backed by the vectors above
  Ort::IoBinding binding{nullptr};
};

struct OnnxModel::Session {
  std::string name;
  // The runtime shares one reference-counted environment per process between all of these.
  Ort::Env environment{ORT_LOGGING_LEVEL_FATAL, "sas"};
  Ort::Session session{nullptr};
  Ort::MemoryInfo memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::string input_name;
  std::vector<std::string> output_names;
  std::vector<std::int64_t> input_shape;
  std::vector<std::vector<std::int64_t>> output_shapes;

  std::mutex mutex;
  std::vector<std::unique_ptr<Buffers>> idle;  // guarded by mutex

  [[nodiscard]] std::unique_ptr<Buffers> make_buffers() {
    auto buffers = std::make_unique<Buffers>();
    buffers->binding = Ort::IoBinding(session);
    const auto bind = [&](std::vector<float>& values, const std::vector<std::int64_t>& shape) -> Ort::Value& {
      values.resize(count(shape));
      return buffers->tensors.emplace_back(
          Ort::Value::CreateTensor<float>(memory, values.data(), values.size(), shape.data(), shape.size()));
    };
    buffers->binding.BindInput(input_name.c_str(), bind(buffers->input, input_shape));
    buffers->outputs.resize(output_names.size());
    for (std::size_t i = 0; i < output_names.size(); ++i) {
      auto& output = buffers->outputs[i];
      output.shape = output_shapes[i];
      buffers->binding.BindOutput(output_names[i].c_str(), bind(output.values, output.shape));
    }
    return buffers;
  }

  // Determines the output shapes, which a model may leave dynamic.
  void try_out() {
    std::vector<float> zeros(count(input_shape));
    auto input = Ort::Value::CreateTensor<float>(memory, zeros.data(), zeros.size(), input_shape.data(),
                                                 input_shape.size());
    std::vector<const char*> names;
    for (const auto& output : output_names) names.push_back(output.c_str());
    const char* input_names = input_name.c_str();
    const auto outputs =
        session.Run(Ort::RunOptions{nullptr}, &input_names, &input, 1, names.data(), names.size());
    for (const auto& output : outputs) output_shapes.push_back(output.GetTensorTypeAndShapeInfo().GetShape());
  }
};

OnnxModel::OnnxModel(std::unique_ptr<Session> session) : session_(std::move(session)) {}
OnnxModel::~OnnxModel() = default;

Result<std::unique_ptr<OnnxModel>> OnnxModel::load(std::span<const char> bytes, const std::string& name,
                                                   const OnnxOptions& options) {
  const auto mismatch = [&](const std::string& why) {
    return Error::of(ErrorKind::invalid_argument, "model_mismatch",
                     "model " + name + " " + why + "; correct the manifest or the file", {{"model", name}});
  };
  auto state = std::make_unique<Session>();
  state->name = name;
  state->input_shape = options.input_shape;
  Ort::SessionOptions session_options;
  session_options.SetIntraOpNumThreads(options.threads);
  session_options.SetInterOpNumThreads(1);
  session_options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  session_options.AddConfigEntry("session.set_denormal_as_zero", "1");
  // Spinning threads would take the cores that capture and decoding need.
  session_options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  if (options.cuda) {
    try {
      session_options.AppendExecutionProvider_CUDA(OrtCUDAProviderOptions{});
    } catch (const Ort::Exception& failure) {
      return no_cuda_error(failure.what());
    }
  }
  try {
    state->session = Ort::Session(state->environment, bytes.data(), bytes.size(), session_options);
    const auto& session = state->session;
    if (session.GetInputCount() != 1)
      return mismatch("has " + std::to_string(session.GetInputCount()) + " inputs instead of one");
    Ort::AllocatorWithDefaultOptions allocator;
    state->input_name = session.GetInputNameAllocated(0, allocator).get();
    for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
      state->output_names.emplace_back(session.GetOutputNameAllocated(i, allocator).get());
      const auto type = session.GetOutputTypeInfo(i);
      if (type.GetONNXType() != ONNX_TYPE_TENSOR ||
          type.GetTensorTypeAndShapeInfo().GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
        return mismatch("has an output that is not a tensor of floats");
    }
    const auto type = session.GetInputTypeInfo(0);
    if (type.GetONNXType() != ONNX_TYPE_TENSOR ||
        type.GetTensorTypeAndShapeInfo().GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
      return mismatch("does not take a tensor of floats");
    const auto own = type.GetTensorTypeAndShapeInfo().GetShape();
    bool fits = own.size() == state->input_shape.size();
    for (std::size_t i = 0; fits && i < own.size(); ++i) fits = own[i] < 0 || own[i] == state->input_shape[i];
    if (!fits) return mismatch("takes " + in_words(own) + ", not " + in_words(state->input_shape));
    state->try_out();
  } catch (const Ort::Exception& failure) {
    if (options.cuda) return no_cuda_error(failure.what());
    return Error::of(ErrorKind::data_loss, "model_unusable",
                     "ONNX Runtime cannot run model " + name + ": " + failure.what(), {{"model", name}});
  }
  return std::unique_ptr<OnnxModel>(new OnnxModel(std::move(state)));
}

OnnxModel::Run OnnxModel::begin() const {
  std::unique_ptr<Buffers> buffers;
  {
    const std::lock_guard lock(session_->mutex);
    if (!session_->idle.empty()) {
      buffers = std::move(session_->idle.back());
      session_->idle.pop_back();
    }
  }
  if (!buffers) buffers = session_->make_buffers();
  return {*this, std::move(buffers)};
}

const std::vector<std::vector<std::int64_t>>& OnnxModel::output_shapes() const {
  return session_->output_shapes;
}

OnnxModel::Run::Run(const OnnxModel& model, std::unique_ptr<Buffers> buffers)
    : model_(&model), buffers_(std::move(buffers)) {}
OnnxModel::Run::Run(Run&& other) noexcept = default;

OnnxModel::Run::~Run() {
  if (!buffers_) return;
  const std::lock_guard lock(model_->session_->mutex);
  model_->session_->idle.push_back(std::move(buffers_));
}

std::span<float> OnnxModel::Run::input() { return buffers_->input; }

void OnnxModel::Run::execute() {
  try {
    model_->session_->session.Run(Ort::RunOptions{nullptr}, buffers_->binding);
  } catch (const Ort::Exception& failure) {
    throw std::runtime_error("model " + model_->session_->name + " failed: " + failure.what());
  }
}

const std::vector<OnnxModel::Output>& OnnxModel::Run::outputs() const { return buffers_->outputs; }

}  // namespace sas::vision
