#pragma once
// The contract of every gallery, whatever stores it. An implementation's test program links
// gallery_contract.cpp and instantiates GalleryContract with its factory.

#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "fixtures/run_task.h"
#include "gallery/gallery.h"

namespace sas {

inline constexpr OrganisationId kOrganisation{Uuid()};

struct GalleryFactory {
  std::string name;
  std::function<std::unique_ptr<Gallery>()> make;  // creates an empty one
};

inline std::ostream& operator<<(std::ostream& out, const GalleryFactory& factory) {
  return out << factory.name;
}

class GalleryContract : public testing::TestWithParam<GalleryFactory> {
 protected:
  static constexpr float kSimilarityTolerance = 1e-3F;
  static constexpr float kNeighbourhoodTolerance = 5e-3F;

  void SetUp() override { gallery_ = GetParam().make(); }

  template <class T>
  static T await(Task<Result<T>> task) {
    return test::run_task(std::move(task)).value();
  }

  static GalleryPartition partition(const char* model = "model-a@1") {
    return {.organisation = kOrganisation, .model = {model}};
  }
  static Uuid uuid(std::uint8_t kind, std::uint32_t number) {
    return Uuid({kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, static_cast<std::uint8_t>(number >> 24),
                 static_cast<std::uint8_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
                 static_cast<std::uint8_t>(number)});
  }
  static PersonId person(std::uint32_t number) { return PersonId(uuid(1, number)); }
  static FaceId face(std::uint32_t number) { return FaceId(uuid(2, number)); }

  Embedding random_embedding() {
    std::normal_distribution<float> normal;
    std::vector<float> values(kEmbeddingSize);
    for (auto& value : values) value = normal(random_);
    return Embedding::normalised(values).value();
  }
  // A vector at cosine `c` to `target`.
  Embedding near(const Embedding& target, double c) {
    const Embedding noise = random_embedding();
    const double along = cosine(noise, target);
    const double across = std::sqrt(1 - along * along);
    std::vector<float> values(kEmbeddingSize);
    for (std::size_t i = 0; i < kEmbeddingSize; ++i)
      values[i] =
          static_cast<float>(c * target.values()[i] + std::sqrt(1 - c * c) / across *
                                                          (noise.values()[i] - along * target.values()[i]));
    return Embedding::normalised(values).value();
  }

  void add(std::vector<GalleryEntry> entries) { await<void>(gallery_->add(std::move(entries))); }
  void add(std::uint32_t who, std::uint32_t which, const Embedding& embedding,
           const GalleryPartition& where = partition()) {
    add({GalleryEntry{where, person(who), face(which), embedding}});
  }
  std::vector<GalleryAnswer> search(const std::vector<Embedding>& probes,
                                    const GalleryPartition& where = partition()) {
    return await<std::vector<GalleryAnswer>>(gallery_->search(where, probes));
  }
  GalleryAnswer search(const Embedding& probe, const GalleryPartition& where = partition()) {
    const std::vector<Embedding> probes{probe};
    auto answers = search(probes, where);
    EXPECT_EQ(answers.size(), 1U);
    return answers.at(0);
  }

  // The mean cosine to the ten nearest people except `whom`, by definition.
  static float neighbourhood(const std::vector<GalleryEntry>& entries, const Embedding& probe,
                             PersonId whom) {
    std::map<PersonId, float> nearest;
    for (const auto& entry : entries) {
      if (entry.person == whom) continue;
      const auto [at, added] = nearest.try_emplace(entry.person, -1.0F);
      at->second = std::max(at->second, cosine(entry.embedding, probe));
    }
    std::vector<float> cosines;
    for (const auto& [who, similarity] : nearest) cosines.push_back(similarity);
    std::sort(cosines.rbegin(), cosines.rend());
    return neighbourhood_mean(cosines);
  }
  static void expect_neighbourhoods(const GalleryAnswer& answer, const std::vector<GalleryEntry>& entries,
                                    const Embedding& probe) {
    ASSERT_TRUE(answer.best);
    EXPECT_NEAR(answer.probe_neighbourhood, neighbourhood(entries, probe, answer.best->person),
                kNeighbourhoodTolerance);
    for (const auto& entry : entries)
      if (entry.face == answer.best->face) {
        EXPECT_NEAR(answer.best_neighbourhood, neighbourhood(entries, entry.embedding, entry.person),
                    kNeighbourhoodTolerance);
      }
  }

  // The answer by definition.
  static GalleryAnswer brute_force(const std::vector<GalleryEntry>& entries, const Embedding& probe) {
    const auto better = [](const GalleryMatch& a, const GalleryMatch& b) {
      return a.similarity != b.similarity ? a.similarity > b.similarity : a.face < b.face;
    };
    GalleryAnswer answer;
    std::vector<GalleryMatch> matches;
    for (const auto& entry : entries) {
      matches.push_back({entry.person, entry.face, cosine(entry.embedding, probe)});
      if (!answer.best || better(matches.back(), *answer.best)) answer.best = matches.back();
    }
    for (const auto& match : matches)
      if (match.person != answer.best->person && (!answer.runner_up || better(match, *answer.runner_up)))
        answer.runner_up = match;
    return answer;
  }

  // Two matches that differ by less than the tolerance may be in either order.
  static void expect_match(const std::optional<GalleryMatch>& got,
                           const std::optional<GalleryMatch>& expected, const std::string& which) {
    ASSERT_EQ(got.has_value(), expected.has_value()) << which;
    if (!got) return;
    EXPECT_NEAR(got->similarity, expected->similarity, kSimilarityTolerance) << which;
  }

  std::mt19937 random_{11};
  std::unique_ptr<Gallery> gallery_;
};

}  // namespace sas
