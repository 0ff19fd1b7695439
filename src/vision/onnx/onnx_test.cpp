#include <algorithm>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/temp_dir.h"
#include "vision/onnx/onnx_model.h"
#include "vision/onnx/runtime.h"

namespace sas::vision {
namespace {

using testing::HasSubstr;

// Just enough of protocol buffers to write an ONNX model: https://onnx.ai/onnx/repo-docs/IR.html, field
// numbers from onnx.proto.
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7U) bytes += static_cast<char>((value & 127U) | 128U);
  return bytes + static_cast<char>(value);
}
std::string number(int field, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(field) << 3U) + varint(value);
}
std::string bytes(int field, const std::string& value) {
  return varint((static_cast<std::uint64_t>(field) << 3U) | 2U) + varint(value.size()) + value;
}
std::string tensor(const std::string& name, const std::vector<std::int64_t>& shape, int element_type) {
  std::string dimensions;
  for (const auto size : shape)
    dimensions += bytes(1, size < 0 ? bytes(2, "n") : number(1, static_cast<std::uint64_t>(size)));
  const auto type = number(1, static_cast<std::uint64_t>(element_type)) + bytes(2, dimensions);
  return bytes(1, name) + bytes(2, bytes(1, type));
}
// y = -x.
std::string negating_model(const std::vector<std::int64_t>& shape, int element_type = 1) {
  const auto node = bytes(1, "x") + bytes(2, "y") + bytes(4, "Neg");
  const auto graph = bytes(1, node) + bytes(2, "g") + bytes(11, tensor("x", shape, element_type)) +
                     bytes(12, tensor("y", shape, element_type));
  return number(1, 8) + bytes(7, graph) + bytes(8, number(2, 13));
}

TEST(OnnxModel, RunsWithItsOwnShape) {
  const auto model = OnnxModel::load(negating_model({1, 4}), "neg", {.input_shape = {1, 4}});
  ASSERT_TRUE(model) << model.error().message;
  auto run = (*model)->begin();
  ASSERT_EQ(run.input().size(), 4U);
  std::ranges::copy(std::vector<float>{1, -2, 3, 4}, run.input().begin());
  run.execute();
  EXPECT_THAT(run.outputs().front().values, testing::ElementsAre(-1, 2, -3, -4));
}

TEST(OnnxModel, DynamicDimensionsTakeTheRequestedShape) {
  const auto model = OnnxModel::load(negating_model({1, -1}), "neg", {.input_shape = {1, 3}});
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT((*model)->output_shapes().front(), testing::ElementsAre(1, 3));
}

TEST(OnnxModel, NamesBothShapesOnAMismatch) {
  const auto model = OnnxModel::load(negating_model({1, 4}), "neg.onnx", {.input_shape = {1, 5}});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "model_mismatch");
  EXPECT_THAT(model.error().message,
              testing::AllOf(HasSubstr("neg.onnx"), HasSubstr("1x4"), HasSubstr("1x5")));
}

TEST(OnnxModel, RefusesAnInputThatIsNotFloat) {
  const auto model = OnnxModel::load(negating_model({1, 4}, 6), "neg", {.input_shape = {1, 4}});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "model_mismatch");
}

TEST(OnnxModel, RefusesBytesThatAreNotAModel) {
  const std::string rubbish = "this is not a model";
  const auto model = OnnxModel::load(rubbish, "rubbish.onnx", {.input_shape = {1, 4}});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "model_unusable");
  EXPECT_THAT(model.error().message, HasSubstr("rubbish.onnx"));
}

TEST(OnnxModel, ConcurrentRunsDoNotInterfere) {
  const auto model = OnnxModel::load(negating_model({1, 64}), "neg", {.input_shape = {1, 64}}).value();
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int id = 0; id < 4; ++id)
    threads.emplace_back([&, id] {
      for (int round = 0; round < 200; ++round) {
        auto run = model->begin();
        const auto value = static_cast<float>((id * 1000) + round);
        std::ranges::fill(run.input(), value);
        run.execute();
        wrong[static_cast<std::size_t>(id)] += static_cast<int>(
            std::ranges::count_if(run.outputs().front().values, [&](float out) { return out != -value; }));
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST(Cuda, SaysWhatIsMissing) {
  if (cuda_report().complete()) GTEST_SKIP() << "this machine has CUDA";
  const auto model = OnnxModel::load(negating_model({1, 4}), "neg", {.cuda = true, .input_shape = {1, 4}});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "no_cuda");
  EXPECT_EQ(model.error().kind, ErrorKind::failed_precondition);
  EXPECT_THAT(model.error().message, testing::AnyOf(HasSubstr("missing lib"), HasSubstr("without it")));
}

TEST(Cuda, FindsOnlyNvidiaDisplayAdapters) {
  const test::TempDir bus;
  const auto device = [&](const char* slot, const char* vendor, const char* type, const char* id) {
    std::filesystem::create_directories(bus / slot);
    std::ofstream(bus / slot / "vendor") << vendor << '\n';
    std::ofstream(bus / slot / "class") << type << '\n';
    std::ofstream(bus / slot / "device") << id << '\n';
  };
  device("0000:01:00.0", "0x10de", "0x030000", "0x2204");
  device("0000:01:00.1", "0x10de", "0x040300", "0x1aef");
  device("0000:00:02.0", "0x8086", "0x030000", "0x9bc5");
  EXPECT_THAT(nvidia_cards(bus.path()), testing::ElementsAre("0000:01:00.0 (10de:2204)"));
  EXPECT_TRUE(nvidia_cards("/nonexistent").empty());
}

TEST(Cuda, ReadsTheDriverVersion) {
  const test::TempDir folder;
  EXPECT_FALSE(nvidia_driver(folder / "version"));
  std::ofstream(folder / "version") << "NVRM version: 550.54\nGCC\n";
  EXPECT_EQ(nvidia_driver(folder / "version"), "NVRM version: 550.54");
}

TEST(Runtime, ReportsItsVersionAndProviders) {
  const auto info = runtime_info();
  EXPECT_THAT(info.version, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  EXPECT_TRUE(std::filesystem::exists(info.library));
  EXPECT_THAT(info.providers, testing::Contains("CPUExecutionProvider"));
}

}  // namespace
}  // namespace sas::vision
