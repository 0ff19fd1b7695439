// The cost of an event apart from the search: parsing it, writing its answer, times and vectors.

#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/clock.h"
#include "protocol/embedding_codec.h"
#include "protocol/messages.h"

namespace sas::bench {
namespace {

using protocol::EmbeddingEncoding;

constexpr char kTime[] = "2026-11-22T15:47:35.123456Z";
constexpr std::size_t kBatch = 100;

Embedding face() {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(kEmbeddingSize);
  for (float& value : values) value = normal(random);
  return Embedding::normalised(values).value();
}

std::string compact_sighting() {
  const Timestamp at = parse_rfc3339(kTime).value();
  const IncomingSighting sighting{
      CameraId{"gate-1"}, face(), ModelId{"faceplugin-mobilefacenet-1"}, EventId::make(at), at, 0.98F, 0.81F};
  return protocol::write_sighting(sighting, EmbeddingEncoding::i8);
}

// 512 numbers with six digits, as written by Python's json module.
std::string smallest_sighting() {
  const Embedding embedding = face();
  std::string numbers;
  for (const float value : embedding.values())
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(value);
  return R"({"camera_id": "gate-1", "vector": [)" + numbers + "]}";
}

Decision decision() {
  Decision decision;
  decision.outcome = Outcome::marked;
  decision.person = PersonRef{{}, "E-1001", "A Person"};
  decision.similarity = 0.7F;
  decision.runner_up = 0.1F;
  decision.threshold = 0.35F;
  decision.attendance = AttendanceId{};
  decision.cooldown_until = parse_rfc3339(kTime).value();
  return decision;
}

void read_sighting(benchmark::State& state, const std::string& body) {
  for (auto _ : state) {
    auto sighting = protocol::read_sighting(body);
    if (!sighting) state.SkipWithError(sighting.error().message.c_str());
    benchmark::DoNotOptimize(sighting);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}
void read_compact(benchmark::State& state) { read_sighting(state, compact_sighting()); }
void read_smallest(benchmark::State& state) { read_sighting(state, smallest_sighting()); }
BENCHMARK(read_compact);
BENCHMARK(read_smallest);

void read_batch_of_100(benchmark::State& state) {
  const std::string body = protocol::write_batch(std::vector<std::string>(kBatch, compact_sighting()));
  for (auto _ : state) {
    auto events = protocol::read_batch(body, kBatch);
    if (!events) state.SkipWithError(events.error().message.c_str());
    benchmark::DoNotOptimize(events);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(kBatch) * state.iterations());
}
BENCHMARK(read_batch_of_100);

void write_sighting(benchmark::State& state) {
  const IncomingSighting sighting = protocol::read_sighting(compact_sighting()).value();
  for (auto _ : state) benchmark::DoNotOptimize(protocol::write_sighting(sighting, EmbeddingEncoding::i8));
}
BENCHMARK(write_sighting);

void write_decision(benchmark::State& state) {
  const Decision made = decision();
  for (auto _ : state) benchmark::DoNotOptimize(protocol::write_decision(made));
}
BENCHMARK(write_decision);

void encode(benchmark::State& state) {
  const Embedding embedding = face();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        protocol::encode_embedding(embedding, static_cast<EmbeddingEncoding>(state.range(0))));
}
void decode(benchmark::State& state) {
  const auto encoding = static_cast<EmbeddingEncoding>(state.range(0));
  const std::string text = protocol::encode_embedding(face(), encoding);
  for (auto _ : state) benchmark::DoNotOptimize(protocol::decode_embedding(text, encoding));
}
void every_encoding(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("f32_f16_i8");
  for (const auto encoding : {EmbeddingEncoding::f32, EmbeddingEncoding::f16, EmbeddingEncoding::i8})
    benchmark->Arg(static_cast<int>(encoding));
}
BENCHMARK(encode)->Apply(every_encoding);
BENCHMARK(decode)->Apply(every_encoding);

void normalise(benchmark::State& state) {
  const Embedding embedding = face();
  for (auto _ : state) benchmark::DoNotOptimize(Embedding::normalised(embedding.values()));
}
BENCHMARK(normalise);

void write_time(benchmark::State& state) {
  const Timestamp at = parse_rfc3339(kTime).value();
  for (auto _ : state) benchmark::DoNotOptimize(to_rfc3339(at));
}
BENCHMARK(write_time);

}  // namespace
}  // namespace sas::bench

BENCHMARK_MAIN();
