#include "ours_measurements.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "stopwatch.h"

namespace sas::bench {
namespace {

constexpr float kLargestDifference = 1e-4F;
constexpr std::size_t kTogetherSearches = 64;

}  // namespace

Agreement compare(std::span<const GalleryAnswer> answers, std::span<const NearestTwo> truth) {
  // Two people whose cosines differ by less than the twelve-bit resolution may be in either order.
  const auto level = [](float a, float b) { return std::fabs(a - b) <= kLargestDifference; };
  std::size_t best = 0;
  std::size_t second = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const NearestTwo found = Ours::found(answers[i]);
    if (found.best == truth[i].best) ++best;
    if (found.second == truth[i].second || level(found.second_similarity, truth[i].second_similarity))
      ++second;
    if (found.best == truth[i].best && !level(found.best_similarity, truth[i].best_similarity))
      throw std::runtime_error(fmt::format("the gallery reports {} but the cosine is {}",
                                           found.best_similarity, truth[i].best_similarity));
  }
  const auto count = static_cast<double>(answers.size());
  return {static_cast<double>(best) / count, static_cast<double>(second) / count};
}

void measure_together(const Ours& ours, std::span<const Embedding> probes, std::size_t repeats,
                      Report& into) {
  const std::size_t people = ours.gallery().stats().people;
  const auto search = [&](std::size_t together) {
    std::size_t done = 0;
    for (; done + together <= probes.size() && done < kTogetherSearches; done += together)
      static_cast<void>(ours.gallery().search_now(Ours::partition(), probes.subspan(done, together)));
    return done;
  };
  for (const std::size_t together : {1U, 4U, 16U, 64U}) {
    if (together > probes.size()) continue;
    double best = 0;
    for (std::size_t r = 0; r < repeats; ++r) {
      std::size_t done = 0;
      const double seconds = seconds_of([&] { done = search(together); });
      best = std::max(best, static_cast<double>(done) / seconds);
    }
    into.throughputs.push_back({"probes a call", people, together, best});
  }
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t threads = 1; threads <= cores;
       threads = std::max(threads + 1, std::min(threads * 2, cores))) {
    double best = 0;
    for (std::size_t r = 0; r < repeats; ++r) {
      std::vector<std::size_t> done(threads);
      const double seconds = seconds_of([&] {
        std::vector<std::thread> pool;
        for (std::size_t t = 0; t < threads; ++t) pool.emplace_back([&, t] { done[t] = search(1); });
        for (auto& thread : pool) thread.join();
      });
      std::size_t sum = 0;
      for (const std::size_t d : done) sum += d;
      best = std::max(best, static_cast<double>(sum) / seconds);
    }
    into.throughputs.push_back({"threads", people, threads, best});
  }
}

void measure_start(const Ours& ours, double add_seconds, Report& into) {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("gallery-bench-{}.snapshot", ::getpid());
  StartTime start{.people = ours.gallery().stats().people, .add_seconds = add_seconds};
  start.save_seconds = seconds_of([&] { ours.gallery().save(path, "bench").value(); });
  start.snapshot_bytes = static_cast<double>(std::filesystem::file_size(path));
  start.memory_bytes = ours.gallery().stats().bytes;
  MemoryGallery loaded;
  start.load_seconds = seconds_of([&] { loaded.load(path, "bench").value(); });
  std::filesystem::remove(path);
  if (loaded.stats().faces != start.people) throw std::runtime_error("the snapshot did not restore everyone");
  into.starts.push_back(start);
}

bool measure_recall(const Ours& ours, const Identities& identities, std::size_t effective_dims, double cosine,
                    std::size_t queries, double least, std::uint64_t seed, Report& into) {
  constexpr std::size_t kSeeds = 4;
  constexpr std::size_t kBatch = 64;
  RecallCheck check{.people = identities.size(), .effective_dims = effective_dims, .cosine = cosine};
  double best = 0;
  double runner_up = 0;
  // The subspace must be the gallery's, so the seed is the same; discarding the first numbers makes the later
  // ones differ.
  SyntheticFaces faces(effective_dims, seed);
  for (std::size_t s = 0; s < kSeeds; ++s) {
    std::mt19937_64 random(seed + s + 1);
    std::vector<Embedding> probes;
    for (std::size_t i = 0; i < queries / kSeeds; ++i) {
      const auto who = Embedding::normalised(identities.row(random() % identities.size())).value();
      probes.push_back(faces.picture(who, cosine));
    }
    const auto truth = float_scan_all(identities, probes);
    for (std::size_t first = 0; first < probes.size(); first += kBatch) {
      const std::size_t count = std::min(kBatch, probes.size() - first);
      const std::span<const Embedding> asked = std::span(probes).subspan(first, count);
      const auto answers = ours.gallery().search_now(Ours::partition(), asked);
      const Agreement agreement = compare(answers, std::span(truth).subspan(first, count));
      best += agreement.best * static_cast<double>(count);
      runner_up += agreement.runner_up * static_cast<double>(count);
    }
    check.queries += probes.size();
  }
  check.missed = check.queries - static_cast<std::size_t>(std::llround(best));
  check.runner_up_missed = check.queries - static_cast<std::size_t>(std::llround(runner_up));
  into.recalls.push_back(check);
  return static_cast<double>(check.missed) <= (1 - least) * static_cast<double>(check.queries) + 1e-9;
}

}  // namespace sas::bench
