// What is specific to the memory gallery: its bound on recall, memory, snapshots, compaction.
#include "gallery/memory/memory_gallery.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fixtures/run_task.h"
#include "gallery/memory/scan.h"

namespace sas {
namespace {

constexpr char kFingerprint[] = "3000 faces, newest 0197";

// Faces as embedders produce them: spread over a subspace of `dims` of the 512 dimensions. Its axes are rows
// of a Hadamard matrix with random signs. They are cheap to compute, so sanitizer runs spend their time on
// the code under test.
class Faces {
 public:
  Faces(std::size_t dims, unsigned seed) : random_(seed), dims_(dims) {
    for (float& sign : signs_) sign = normal_(random_) < 0 ? -1.0F : 1.0F;
  }
  Embedding any() {
    std::vector<float> values(kEmbeddingSize);
    for (std::size_t i = 0; i < dims_; ++i) values[i * kEmbeddingSize / dims_] = normal_(random_);
    for (std::size_t half = 1; half < kEmbeddingSize; half *= 2)
      for (std::size_t i = 0; i < kEmbeddingSize; ++i)
        if ((i & half) == 0) {
          const float a = values[i];
          const float b = values[i | half];
          values[i] = a + b;
          values[i | half] = a - b;
        }
    for (std::size_t i = 0; i < kEmbeddingSize; ++i) values[i] *= signs_[i];
    return Embedding::normalised(values).value();
  }
  Embedding near(const Embedding& target, double c) {
    const Embedding noise = any();
    const double along = cosine(noise, target);
    const double across = std::sqrt(1 - along * along);
    std::vector<float> values(kEmbeddingSize);
    for (std::size_t i = 0; i < kEmbeddingSize; ++i)
      values[i] =
          static_cast<float>(c * target.values()[i] + std::sqrt(1 - c * c) / across *
                                                          (noise.values()[i] - along * target.values()[i]));
    return Embedding::normalised(values).value();
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<float> normal_;
  std::size_t dims_;
  std::array<float, kEmbeddingSize> signs_{};
};

Uuid uuid(std::uint8_t kind, std::size_t number) {
  return Uuid({kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, static_cast<std::uint8_t>(number >> 16),
               static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
}
PersonId person(std::size_t number) { return PersonId(uuid(1, number)); }
FaceId face(std::size_t number) { return FaceId(uuid(2, number)); }

const GalleryPartition& partition() {
  static const GalleryPartition where{OrganisationId(Uuid()), {"model-a@1"}};
  return where;
}

std::vector<GalleryEntry> people(Faces& faces, std::size_t count) {
  std::vector<GalleryEntry> entries;
  for (std::size_t i = 1; i <= count; ++i) entries.push_back({partition(), person(i), face(i), faces.any()});
  return entries;
}

class MemoryGallerySnapshot : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("gallery-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "-" +
               Uuid::v7(SystemClock().now()).to_string());
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "gallery.snapshot";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }
  std::string code_of_load() const {
    MemoryGallery other;
    const auto loaded = other.load(path_, kFingerprint);
    if (loaded) return "loaded";
    EXPECT_EQ(other.stats().faces, 0U);
    EXPECT_NE(loaded.error().message.find(path_.string()), std::string::npos) << loaded.error().message;
    return loaded.error().code;
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST(MemoryGallery, FindsEveryoneAFullScanFinds) {
  for (const std::size_t dims : {64U, 128U, 512U}) {
    Faces faces(dims, 5);
    const auto entries = people(faces, 6000);
    MemoryGallery gallery;
    ASSERT_TRUE(gallery.add_now(entries));
    std::vector<Embedding> probes;
    for (std::size_t i = 0; i < 80; ++i) {
      probes.push_back(faces.near(entries[i * 73].embedding, i % 2 == 0 ? 0.45 : 0.7));
      probes.push_back(faces.any());  // a stranger
    }
    const GalleryVerification report = gallery.verify(partition(), probes);
    EXPECT_EQ(report.probes, probes.size());
    EXPECT_EQ(report.best_agrees, probes.size()) << dims;
    EXPECT_EQ(report.runner_up_agrees, probes.size()) << dims;
    EXPECT_EQ(report.largest_difference, 0) << dims;
    EXPECT_LT(report.neighbourhood_difference, 0.005F) << dims;
  }
}

TEST(MemoryGallery, ComparesFewRowsInFull) {
  Faces faces(128, 6);
  const auto entries = people(faces, 9000);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(entries));
  gallery::ScanTrace trace;
  const std::vector<Embedding> probes{faces.near(entries[100].embedding, 0.6)};
  const auto answers = gallery.search_now(partition(), probes, &trace);
  EXPECT_EQ(answers[0].best->person, person(101));
  EXPECT_EQ(trace.rows, 9000U);
  EXPECT_LT(trace.finalists + trace.full, 9000U / 10);
}

TEST(MemoryGallery, FindsTheOnlyPersonExactly) {
  Faces faces(128, 7);
  std::vector<GalleryEntry> entries;
  for (std::size_t i = 1; i <= 5000; ++i) entries.push_back({partition(), person(1), face(i), faces.any()});
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(entries));
  const std::vector<Embedding> probes{faces.near(entries[4321].embedding, 0.5)};
  const auto answers = gallery.search_now(partition(), probes);
  EXPECT_EQ(answers[0].best->face, face(4322));
  EXPECT_FALSE(answers[0].runner_up);
}

TEST(MemoryGallery, RefusesAnEntryWithoutAPersonAndAddsNothing) {
  Faces faces(64, 8);
  auto entries = people(faces, 3);
  entries[2].person = PersonId();
  MemoryGallery gallery;
  const auto added = gallery.add_now(entries);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, "invalid_entry");
  EXPECT_NE(added.error().message.find("entry 2"), std::string::npos);
  EXPECT_EQ(gallery.stats().faces, 0U);
}

TEST(MemoryGallery, RefusesAMarginOutOfRange) {
  for (const float margin : {0.0F, -1.0F, 13.0F, std::nanf("")})
    EXPECT_THROW(MemoryGallery({.margin = margin}), std::invalid_argument);
}

TEST(MemoryGallery, StaysWithinTheMemoryLimitPerFace) {
  Faces faces(16, 9);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(people(faces, 8192)));
  EXPECT_LT(static_cast<double>(gallery.stats().bytes) / 8192, 1200.0);
}

TEST(MemoryGallery, FreesTheMemoryOfRemovedFaces) {
  Faces faces(16, 10);
  MemoryGallery gallery;
  const auto entries = people(faces, 12000);
  ASSERT_TRUE(gallery.add_now(entries));
  const std::size_t full = gallery.stats().bytes;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (i % 10 != 0) test::run_task(gallery.remove_person(entries[i].person)).value();
  EXPECT_EQ(gallery.stats().faces, 1200U);
  EXPECT_LT(gallery.stats().bytes, full / 4);
  const std::vector<Embedding> probes{entries[1230].embedding, entries[1231].embedding};
  const auto answers = gallery.search_now(partition(), probes);
  EXPECT_EQ(answers[0].best->person, entries[1230].person);
  EXPECT_NE(answers[1].best->person, entries[1231].person);
  for (std::size_t i = 0; i < entries.size(); i += 10)
    test::run_task(gallery.remove_face(entries[i].face)).value();
  EXPECT_EQ(gallery.stats().faces, 0U);
  EXPECT_EQ(gallery.stats().people, 0U);
  EXPECT_FALSE(gallery.search_now(partition(), probes)[0].best);
}

TEST(MemoryGallery, AddingOneByOneEqualsAddingAllAtOnce) {
  Faces faces(128, 11);
  const auto entries = people(faces, 700);
  MemoryGallery at_once;
  MemoryGallery one_by_one;
  ASSERT_TRUE(at_once.add_now(entries));
  for (const auto& entry : entries) ASSERT_TRUE(one_by_one.add_now({&entry, 1}));
  for (int i = 0; i < 50; ++i) {
    const std::vector<Embedding> probes{faces.near(entries[static_cast<std::size_t>(i) * 13].embedding, 0.5)};
    const auto a = at_once.search_now(partition(), probes)[0];
    const auto b = one_by_one.search_now(partition(), probes)[0];
    EXPECT_EQ(a.best->face, b.best->face);
    EXPECT_EQ(a.runner_up->face, b.runner_up->face);
    EXPECT_EQ(a.best->similarity, b.best->similarity);
  }
}

// A search sees all of a change or nothing of it, while chunks grow, fill, are compacted and are freed.
TEST(MemoryGallery, SearchesSeeWholeChanges) {
  Faces faces(64, 12);
  const Embedding twin = faces.any();
  const auto crowd = people(faces, 500);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(crowd));
  std::atomic<bool> stop{false};
  std::atomic<int> halves{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t)
    readers.emplace_back([&] {
      const std::vector<Embedding> probes{twin};
      while (!stop.load()) {
        const auto answer = gallery.search_now(partition(), probes)[0];
        const bool best = answer.best && answer.best->similarity > 0.99F;
        const bool runner_up = answer.runner_up && answer.runner_up->similarity > 0.99F;
        if (best != runner_up) ++halves;
      }
    });
  for (std::size_t i = 0; i < 60; ++i) {
    // Two people with the same face are added in one call; one is removed in the call that gives the other a
    // different face.
    const std::vector<GalleryEntry> both{{partition(), person(9001), face(9001), twin},
                                         {partition(), person(9002), face(9002), twin}};
    ASSERT_TRUE(gallery.add_now(both));
    const std::vector<GalleryEntry> others{{partition(), person(9001), face(9001), faces.any()},
                                           {partition(), person(9002), face(9002), faces.any()}};
    ASSERT_TRUE(gallery.add_now(others));
  }
  stop = true;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(halves.load(), 0);
}

TEST_F(MemoryGallerySnapshot, RestoresEverything) {
  Faces faces(128, 13);
  auto entries = people(faces, 4500);
  for (std::size_t i = 0; i < 50; ++i) entries[i].partition.model.value = "model-b@2";
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(entries));
  test::run_task(gallery.remove_person(person(4000))).value();
  ASSERT_TRUE(gallery.save(path_, kFingerprint));
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  MemoryGallery restored;
  const auto loaded = restored.load(path_, kFingerprint);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(restored.stats().faces, 4499U);
  EXPECT_EQ(restored.stats().people, 4499U);
  for (std::size_t i = 0; i < 4500; i += 37) {
    const std::vector<Embedding> probes{faces.near(entries[i].embedding, 0.6)};
    const auto a = gallery.search_now(entries[i].partition, probes)[0];
    const auto b = restored.search_now(entries[i].partition, probes)[0];
    EXPECT_EQ(a.best->face, b.best->face);
    EXPECT_EQ(a.best->similarity, b.best->similarity);
    EXPECT_EQ(a.runner_up->face, b.runner_up->face);
  }
  // Nothing is computed again.
  EXPECT_EQ(restored.prepare_now(partition(), 10000), gallery.prepare_now(partition(), 10000));
  ASSERT_TRUE(gallery.save(path_, kFingerprint));
  MemoryGallery complete;
  ASSERT_TRUE(complete.load(path_, kFingerprint));
  EXPECT_EQ(complete.prepare_now(partition(), 10000), 0U);
  // The restored gallery accepts changes.
  test::run_task(restored.remove_face(face(77))).value();
  EXPECT_EQ(restored.stats().faces, 4498U);
  const auto again = restored.load(path_, kFingerprint);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "gallery_not_empty");
  EXPECT_EQ(restored.stats().faces, 4498U);
}

TEST_F(MemoryGallerySnapshot, RestoresAnEmptyGallery) {
  ASSERT_TRUE(MemoryGallery().save(path_, kFingerprint));
  EXPECT_EQ(code_of_load(), "loaded");
}

TEST_F(MemoryGallerySnapshot, RefusesAMissingStaleOrIncompatibleFile) {
  EXPECT_EQ(code_of_load(), "snapshot_missing");
  Faces faces(64, 14);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(people(faces, 20)));
  ASSERT_TRUE(gallery.save(path_, "another state of the store"));
  EXPECT_EQ(code_of_load(), "snapshot_stale");
  ASSERT_TRUE(gallery.save(path_, kFingerprint));
  EXPECT_EQ(code_of_load(), "loaded");
  const std::string this_version = bytes();
  for (const char version : {2, 4}) {
    std::string other = this_version;
    other[8] = version;
    write(other);
    EXPECT_EQ(code_of_load(), "snapshot_incompatible") << int{version};
  }
}

TEST_F(MemoryGallerySnapshot, RefusesAnyDamage) {
  Faces faces(64, 15);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(people(faces, 20)));
  ASSERT_TRUE(gallery.save(path_, kFingerprint));
  const std::string good = bytes();
  for (std::size_t at = 100; at < good.size(); at += 397) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    write(bad);
    EXPECT_EQ(code_of_load(), "snapshot_damaged") << "byte " << at;
  }
  for (std::size_t length = 0; length < good.size(); length += 613) {
    write(good.substr(0, length));
    EXPECT_EQ(code_of_load(), "snapshot_damaged") << length << " bytes";
  }
  write(good + "x");
  EXPECT_EQ(code_of_load(), "snapshot_damaged");
  write("not a snapshot at all, but long enough to hold a header of sixty-four bytes");
  EXPECT_EQ(code_of_load(), "snapshot_damaged");
}

TEST_F(MemoryGallerySnapshot, KeepsTheOldFileIfWritingFails) {
  Faces faces(64, 16);
  MemoryGallery gallery;
  ASSERT_TRUE(gallery.add_now(people(faces, 5)));
  ASSERT_TRUE(gallery.save(path_, kFingerprint));
  std::filesystem::path unfinished = path_;
  unfinished += ".new";
  std::filesystem::create_directory(unfinished);  // blocks the path
  const auto saved = gallery.save(path_, "newer");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, "snapshot_not_written");
  EXPECT_EQ(code_of_load(), "loaded");
  const auto nowhere = gallery.save(folder_ / "no" / "such" / "folder", kFingerprint);
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("No such file"), std::string::npos) << nowhere.error().message;
}

}  // namespace
}  // namespace sas
